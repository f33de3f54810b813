#include "tools/dump/report_data.h"

#include <set>

#include "tools/progress.h"

namespace grantledger::tools {
namespace {

constexpr std::size_t kMoments = 48;
constexpr std::size_t kMostExceptions = 5'000;

/// Gathers one organization.
class Gatherer {
 public:
  Gatherer(Dump& dump, const InspectedOrganization& organization, Lsn horizon, Progress& progress)
      : dump_(dump), organization_(organization), horizon_(horizon), progress_(progress) {}

  Result<ReportOrganization> Run() {
    const Organization& shown = organization_.organization;
    report_.id = shown.id;
    report_.management = shown.master_account_id;
    report_.accounts = organization_.accounts;
    auto distributions = dump_.inspector().Distributions(shown.id, dump_.at());
    if (!distributions) return std::move(distributions).error();
    distributions_ = *std::move(distributions);
    GatherHistory();
    for (const Grant& distribution : distributions_) {
      if (Status done = GatherMembers(distribution); !done.ok()) return done;
    }
    for (auto& [name, counts] : places_) report_.places.push_back({name, std::move(counts)});
    return std::move(report_);
  }

 private:
  /// The moments at which the member grants are counted: evenly through the log.
  std::vector<Lsn> Moments() const {
    std::set<Lsn> moments;
    const Lsn first = organization_.created_lsn;
    const Lsn last = dump_.at();
    for (std::size_t i = 0; i <= kMoments; ++i) {
      moments.insert(first + (last - first) * i / kMoments);
    }
    for (const Grant& distribution : distributions_) AddVersions(distribution, &moments);
    return {moments.begin(), moments.end()};
  }

  /// A bulk change shows between two of its moments.
  void AddVersions(const Grant& distribution, std::set<Lsn>* moments) const {
    constexpr std::size_t kMostVersions = 4 * kMoments;
    ListGrantVersionsRequest request;
    request.grant_arn = distribution.GrantArn();
    (void)ForEachPage(dump_, distribution.state->origin->grantor, request, [&](const auto& page) {
      for (const GrantVersion& version : page.versions) {
        if (moments->size() >= kMostVersions) return false;
        if (version.lsn > 0) moments->insert(version.lsn - 1);
        moments->insert(version.lsn);
      }
      return true;
    });
  }

  void GatherHistory() {
    for (const Lsn lsn : Moments()) {
      const auto origin = dump_.inspector().OriginOf(lsn);
      if (!origin || lsn < horizon_) continue;
      ReportMoment moment{lsn, origin->time, {}};
      for (const Grant& distribution : distributions_) {
        const auto counts = CountMembers(dump_, lsn, distribution);
        if (!counts) continue;  // not there yet
        for (const auto& [status, count] : *counts) moment.counts[status] += count;
      }
      const bool begun = !report_.history.empty() || !moment.counts.empty();
      if (begun) report_.history.push_back(std::move(moment));
    }
  }

  Status GatherMembers(const Grant& distribution) {
    const AccountId grantor = distribution.state->origin->grantor;
    const auto counts = CountMembers(dump_, dump_.at(), distribution);
    if (!counts) return counts.error();
    if (counts->empty()) return {};
    const GrantStatus usual = UsualOf(*counts);
    ListDistributedGrantsRequest request;
    request.filters = {{"LicenseArn", {distribution.state->origin->license_arn}}};
    Status failed;
    Status listed = ForEachPage(dump_, grantor, request, [&](const GrantPage& page) {
      for (const Grant& grant : page.grants) {
        if (IsMemberOf(grant, distribution)) failed = AddMember(grant, usual);
        if (!failed.ok()) return false;
      }
      progress_.Update(done_ += page.grants.size());
      return true;
    });
    return listed.ok() ? failed : listed;
  }

  Status AddMember(const Grant& grant, GrantStatus usual) {
    auto place = PlaceOf(grant.grantee);
    if (!place) return std::move(place).error();
    ++places_[*place][grant.state->status];
    if (grant.state->status == usual) return {};
    if (report_.exceptions.size() == kMostExceptions) {
      ++report_.exceptions_left_out;
      return {};
    }
    report_.exceptions.push_back({grant.grantee.ToString(), *place, grant.state->name,
                                  grant.GrantArn(), std::string(Name(grant.state->status)),
                                  grant.StatusReason()});
    return {};
  }

  Result<std::string> PlaceOf(AccountId account) {
    auto stays = dump_.inspector().Stays(account, dump_.at());
    if (!stays) return std::move(stays).error();
    if (stays->empty() || stays->back().until != 0) return std::string("(left)");
    if (stays->back().organization_id != report_.id) return std::string("(left)");
    return stays->back().place_name;
  }

  Dump& dump_;
  const InspectedOrganization& organization_;
  Lsn horizon_;
  Progress& progress_;
  std::vector<Grant> distributions_;
  std::map<std::string, Counts> places_;
  ReportOrganization report_;
  std::uint64_t done_ = 0;
};

}  // namespace

Result<ReportData> GatherReport(Dump& dump, const std::string& organization_id) {
  ReportData data;
  auto overview = dump.inspector().Overview();
  if (!overview) return std::move(overview).error();
  data.overview = *std::move(overview);
  data.at = dump.at();
  if (const auto origin = dump.inspector().OriginOf(dump.at())) data.at_time = origin->time;
  const auto organizations = dump.inspector().Organizations(dump.at());
  if (!organizations) return organizations.error();
  Progress progress(dump.out().progress(), 0, "member grants");
  for (const InspectedOrganization& one : *organizations) {
    if (!organization_id.empty() && one.organization.id != organization_id) continue;
    auto gathered = Gatherer(dump, one, data.overview.horizon, progress).Run();
    if (!gathered) return std::move(gathered).error();
    data.organizations.push_back(*std::move(gathered));
  }
  progress.Clear();
  if (!organization_id.empty() && data.organizations.empty()) {
    return Status(Code::kNotFound, "the organization is " + Quote(organization_id) +
                                       ", expected one that is there at LSN " +
                                       std::to_string(dump.at()));
  }
  return data;
}

}  // namespace grantledger::tools
