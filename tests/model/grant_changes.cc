// What happened to grants, event by event, and what a call would do to them.
#include <algorithm>
#include <map>
#include <vector>

#include "membership.h"
#include "operations.h"

namespace grantledger::model {

namespace {

Json ChangeRow(const Grant& grant, const std::string& from, const GrantRecord& after) {
  Json change = {
      {"GrantArn", grant.arn}, {"GranteePrincipalArn", grant.principal}, {"To", after.status}};
  if (!from.empty()) change["From"] = from;
  if (!after.reason.empty()) change["StatusReason"] = after.reason;
  return change;
}

/// A grant that got a version in some event, and which.
struct ChangedGrant {
  const Grant* grant;
  std::size_t version;

  [[nodiscard]] Json Row() const {
    const std::string from = version == 1 ? "" : grant->versions[version - 2].record.status;
    return ChangeRow(*grant, from, grant->versions[version - 1].record);
  }
};

using ChangedGrants = std::vector<ChangedGrant>;

// What every event changed, by its LSN. The grant that its call named is the first.
std::map<std::uint64_t, ChangedGrants> AllChanges(const State& state) {
  std::map<std::uint64_t, ChangedGrants> all;
  for (const Grant& grant : state.grants) {
    for (std::size_t version = 1; version <= grant.versions.size(); ++version) {
      const std::uint64_t lsn = grant.versions[version - 1].lsn;
      ChangedGrants& changed = all[lsn];
      const bool is_named = grant.arn == state.records[lsn - 1].grant;
      changed.insert(is_named ? changed.begin() : changed.end(), {&grant, version});
    }
  }
  return all;
}

ChangedGrants ChangesOf(const State& state, std::uint64_t lsn) {
  const auto all = AllChanges(state);
  const auto found = all.find(lsn);
  return found == all.end() ? ChangedGrants() : found->second;
}

// Whether `changed` has a member grant's distribution, whose change stands for the member's.
bool HasDistributionOf(const ChangedGrants& changed, const Grant& member) {
  return member.kind == GrantKind::kMember &&
         std::any_of(changed.begin(), changed.end(),
                     [&](const ChangedGrant& other) { return other.grant->arn == member.parent; });
}

Json EventJson(const State& state, std::uint64_t lsn, const ChangedGrants& changed) {
  const Record& record = state.records[lsn - 1];
  Json event = {{"Lsn", lsn},
                {"Time", FormatIsoTime(state.times[lsn - 1])},
                {"Operation", record.operation},
                {"Caller", record.caller},
                {"Changes", Json::array()}};
  if (!record.grant.empty()) event["GrantArn"] = record.grant;
  // What a distribution that the call names does in accounts, it stands for, replaced grants too.
  const Grant& named = *changed.front().grant;
  const bool bulk = named.arn == record.grant && named.kind == GrantKind::kDistribution;
  for (const ChangedGrant& one : changed) {
    const bool hidden = bulk ? one.grant != &named : HasDistributionOf(changed, *one.grant);
    if (!hidden) event["Changes"].push_back(one.Row());
  }
  return event;
}

// Whether a bulk activation left the member grant DISABLED: it activates all others that it may.
bool IsLeftOut(const Grant& grant, const Json& input) {
  return grant.parent == input.at("GrantArn") && input.value("Status", "") == "ACTIVE" &&
         grant.covered && grant.now.status == "DISABLED";
}

// The changes from `before` to `after`, which the call with this input has made of it.
Json PreviewRows(const State& before, const State& after, const Json& input) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < after.grants.size(); ++i) {
    const Grant& grant = after.grants[i];
    if (grant.kind == GrantKind::kDistribution) continue;
    const bool has_new_version = grant.versions.size() > before.grants[i].versions.size();
    if (!has_new_version && !IsLeftOut(grant, input)) continue;
    const Json row = ChangeRow(grant, before.grants[i].now.status, grant.now);
    rows.insert(grant.arn == input.at("GrantArn") ? rows.begin() : rows.end(), row);
  }
  return rows;
}

}  // namespace

Json PreviewGrantVersion(const State& state, const Call& call, const Json& input) {
  State copy = state;
  const ModelOptions options;
  const Json no_answer;
  Event event(copy, options, call, no_answer);
  CreateGrantVersion(event, input);
  event.Commit(input.at("GrantArn"));
  const Json rows = PreviewRows(state, copy, input);
  std::map<std::string, int> counts;
  for (const Json& row : rows) ++counts[row.at("To")];
  return {{"Counts", Json(counts)}, {"Changes", rows}};
}

Json WatchGrants(const State& state, const Call& /*call*/, const Json& input) {
  Json events = Json::array();
  const std::uint64_t from = input.value("FromLsn", state.horizon + 1);
  if (from <= state.horizon)
    RefuseArgument("what record " + std::to_string(from) + " changed is dropped");
  for (const auto& [lsn, changed] : AllChanges(state)) {
    if (lsn >= from) events.push_back(EventJson(state, lsn, changed));
  }
  return {{"Events", events}};
}

Json ListGrantChanges(const State& state, const Call& /*call*/, const Json& input) {
  const std::uint64_t lsn = input.at("Lsn");
  if (lsn > state.LastLsn() || lsn <= state.horizon) {
    RefuseArgument("no record " + std::to_string(lsn));
  }
  Json rows = Json::array();
  for (const ChangedGrant& one : ChangesOf(state, lsn)) rows.push_back(one.Row());
  return {{"Changes", rows}};
}

}  // namespace grantledger::model
