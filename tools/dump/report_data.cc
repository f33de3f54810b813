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
    if (Status done = NamePlaces(); !done.ok()) return done;
    for (const Grant& distribution : distributions_) {
      Status done = GatherPlaces(distribution);
      if (done.ok()) done = GatherExceptions(distribution);
      if (!done.ok()) return done;
    }
    std::erase_if(report_.places, [](const ReportPlace& one) { return one.counts.empty(); });
    return std::move(report_);
  }

 private:
  /// The moments at which the member grants are counted: evenly through the log.
  std::vector<Lsn> Moments() {
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
  void AddVersions(const Grant& distribution, std::set<Lsn>* moments) {
    constexpr std::size_t kMostVersions = 4 * kMoments;
    ListGrantVersionsRequest request;
    request.grant_arn = distribution.GrantArn();
    const AccountId grantor = distribution.state->origin->grantor;
    const Status listed = ForEachPage(dump_, grantor, request, [&](const auto& page) {
      for (const GrantVersion& version : page.versions) {
        if (moments->size() >= kMostVersions) return false;
        if (version.lsn > 0) moments->insert(version.lsn - 1);
        moments->insert(version.lsn);
      }
      return true;
    });
    if (!listed.ok()) dump_.NoteDamage(listed);
  }

  void GatherHistory() {
    for (const Lsn lsn : Moments()) {
      const auto origin = dump_.inspector().OriginOf(lsn);
      if (!origin || lsn < horizon_) continue;
      ReportMoment moment{lsn, origin->time, {}};
      for (const Grant& distribution : distributions_) {
        const auto counts = CountMembers(dump_, lsn, distribution);
        if (!counts) {
          const bool is_not_there_yet = counts.error().code() == Code::kNotFound;
          if (!is_not_there_yet) dump_.NoteDamage(counts.error());
          continue;
        }
        for (const auto& [status, count] : *counts) moment.counts[status] += count;
      }
      const bool begun = !report_.history.empty() || !moment.counts.empty();
      if (begun) report_.history.push_back(std::move(moment));
    }
  }

  /// In the order of the tree; accounts that left stand last.
  Status NamePlaces() {
    const auto units = dump_.inspector().Units(report_.id, dump_.at());
    if (!units) return units.error();
    for (const InspectedUnit& unit : *units) {
      places_.emplace(unit.id, report_.places.size());
      report_.places.push_back({unit.name, {}});
    }
    places_.emplace("", report_.places.size());
    report_.places.push_back({"(left)", {}});
    return {};
  }

  Status GatherPlaces(const Grant& distribution) {
    const auto counted = dump_.inspector().CountByPlace(distribution.GrantArn(), dump_.at());
    if (!counted) return counted.error();
    for (const PlaceCounts& one : *counted) {
      AddCounts(one.counts, &report_.places[places_.at(one.place_id)].counts);
    }
    return {};
  }

  Status GatherExceptions(const Grant& distribution) {
    const auto counts = CountMembers(dump_, dump_.at(), distribution);
    if (!counts) return counts.error();
    Status failed;
    Status listed = ListUnusual(dump_, distribution, *counts, [&](const GrantPage& page) {
      for (const Grant& grant : page.grants) {
        if (failed.ok() && IsMemberOf(grant, distribution)) failed = AddException(grant);
      }
      progress_.Update(done_ += page.grants.size());
      return failed.ok();
    });
    return failed.ok() ? listed : failed;
  }

  Status AddException(const Grant& grant) {
    if (report_.exceptions.size() == kMostExceptions) {
      ++report_.exceptions_left_out;
      return {};
    }
    auto place = PlaceOf(grant.grantee);
    if (!place) return std::move(place).error();
    report_.exceptions.push_back({grant.grantee.ToString(), dump_.inspector().NameOf(grant.grantee),
                                  *place, grant.state->name, grant.GrantArn(),
                                  std::string(Name(grant.state->status)), grant.StatusReason()});
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
  std::map<std::string, std::size_t> places_;  // by id, of the report's
  ReportOrganization report_;
  std::uint64_t done_ = 0;
};

}  // namespace

Result<ReportData> GatherReport(Dump& dump, const std::string& organization_id) {
  ReportData data;
  auto overview = dump.inspector().Overview(dump.at());
  if (!overview) return std::move(overview).error();
  data.overview = *std::move(overview);
  data.at = dump.at();
  if (const auto origin = dump.inspector().OriginOf(dump.at())) data.at_time = origin->time;
  const auto organizations = dump.inspector().Organizations(dump.at());
  if (!organizations) return organizations.error();
  const auto totals = dump.inspector().CountAllGrants(dump.at(), {});
  if (!totals) return totals.error();
  data.direct = totals->direct;
  Progress progress(dump.out().progress(), 0, "exceptions");
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
