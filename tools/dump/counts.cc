#include "tools/dump/counts.h"

#include <algorithm>

namespace grantledger::tools {

std::uint64_t CountIn(const Counts& counts, GrantStatus status) {
  const auto found = counts.find(status);
  return found == counts.end() ? 0 : found->second;
}

GrantStatus UsualOf(const Counts& counts) {
  return std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; })->first;
}

void AddCounts(const Counts& counts, Counts* sums) {
  for (const auto& [status, count] : counts) (*sums)[status] += count;
}

Result<Counts> CountMembers(const Dump& dump, Lsn at, const Grant& distribution) {
  auto counted = dump.AskAt(at, distribution.state->origin->grantor,
                            CountGrantsRequest{distribution.GrantArn()});
  if (!counted) return std::move(counted).error();
  return std::move(counted->counts);
}

Status ListUnusual(const Dump& dump, const Grant& distribution, const Counts& counts,
                   const std::function<bool(const GrantPage& page)>& visit) {
  if (counts.size() < 2) return {};
  const GrantOrigin& origin = *distribution.state->origin;
  const GrantStatus usual = UsualOf(counts);
  for (const auto& [status, count] : counts) {
    if (status == usual) continue;
    ListDistributedGrantsRequest request;
    request.filters = {{"LicenseArn", {origin.license_arn}},
                       {"GrantStatus", {std::string(Name(status))}}};
    if (Status listed = ForEachPage(dump, origin.grantor, request, visit); !listed.ok()) {
      return listed;
    }
  }
  return {};
}

bool IsMemberOf(const Grant& grant, const Grant& distribution) {
  return grant.grantee != AccountId() && grant.state->origin->parent_arn == distribution.GrantArn();
}

}  // namespace grantledger::tools
