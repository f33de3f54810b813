// ledger-dump DIR stats: what an operator tunes by.
#include <algorithm>

#include <fmt/format.h>

#include "tools/dump/overview.h"
#include "tools/dump/verbs.h"

namespace grantledger::tools {
namespace {

OrderedJson StatsToJson(const LedgerStats& stats, const LedgerOverview& overview) {
  OrderedJson json = {
      {"Cohorts", stats.cohorts},          {"LargestCohort", stats.largest_cohort},
      {"Positions", stats.positions},      {"Exceptions", stats.exceptions},
      {"OwnEvents", stats.own_events},     {"DistributionEvents", stats.distribution_events},
      {"LongestTail", stats.longest_tail}, {"HottestProducts", OrderedJson::array()}};
  for (const auto& product : stats.hottest) {
    json["HottestProducts"].push_back({{"OrganizationId", product.organization_id},
                                       {"IssuerName", product.issuer_name},
                                       {"ProductSKU", product.sku},
                                       {"Events", product.events},
                                       {"Tail", product.tail}});
  }
  json["LastLsn"] = overview.last_lsn;
  json["SyncedLsn"] = overview.synced_lsn;
  json["Horizon"] = overview.horizon;
  json["FoldedLsn"] = overview.folded_lsn;
  json["NotFolded"] = NotFolded(overview);
  for (const FamilySize& family : overview.families) {
    json["Families"][family.name] = {{"Rows", family.rows}, {"Bytes", family.bytes}};
  }
  json["WriteAheadBytes"] = overview.write_ahead_bytes;
  return json;
}

std::string PerUnit(std::uint64_t bytes, std::uint64_t units) {
  if (units == 0) return "-";
  return fmt::format("{:.1f} bytes", static_cast<double>(bytes) / static_cast<double>(units));
}

Table Hottest(const LedgerStats& stats) {
  Table table = {{"Product", {}},
                 {"issuer", {}},
                 {"organization", {}},
                 {"events", {}, true},
                 {"not folded", {}, true}};
  for (const auto& product : stats.hottest) {
    table[0].cells.push_back(product.sku);
    table[1].cells.push_back(product.issuer_name);
    table[2].cells.push_back(product.organization_id);
    table[3].cells.push_back(Shown(product.events));
    table[4].cells.push_back(Shown(product.tail));
  }
  return table;
}

}  // namespace

/// Of now, whatever the moment: so are the bytes.
Status ShowStats(Dump& dump) {
  const auto stats = dump.inspector().Stats();
  if (!stats) return stats.error();
  const auto last = dump.inspector().LastLsn();
  if (!last) return last.error();
  const auto overview = dump.inspector().Overview(*last);
  if (!overview) return overview.error();
  std::uint64_t bytes = overview->write_ahead_bytes;
  for (const FamilySize& family : overview->families) bytes += family.bytes;
  const auto totals = dump.inspector().CountAllGrants(*last, {});
  if (!totals) return totals.error();
  std::uint64_t grants = 0;
  for (const auto* counts : {&totals->direct, &totals->members}) {
    for (const auto& [status, count] : *counts) grants += count;
  }
  Output& out = dump.out();
  if (out.json()) {
    OrderedJson json = StatsToJson(*stats, *overview);
    json["Bytes"] = bytes;
    json["Accounts"] = overview->accounts;
    json["DirectAndMemberGrants"] = grants;
    out.Write(json);
    return {};
  }
  out.Facts({{"horizon", ShownHorizon(out, *overview)},
             {"synced", fmt::format("to LSN {}, as its writer noted last; the last record is {}",
                                    Shown(overview->synced_lsn), Shown(overview->last_lsn))},
             {"folded", ShownFolded(*overview)},
             {"cohorts", fmt::format("{}, the largest of {}", Shown(stats->cohorts),
                                     Shown(stats->largest_cohort))},
             {"positions", Shown(stats->positions)},
             {"exceptions", fmt::format("{}, each folded by itself", Shown(stats->exceptions))},
             {"events", fmt::format("{} of distributions, {} of accounts alone",
                                    Shown(stats->distribution_events), Shown(stats->own_events))},
             {"longest fold", fmt::format("{} events of a product that are not folded yet",
                                          Shown(stats->longest_tail))},
             {"size", ShownBytes(bytes)},
             {"for an account", PerUnit(bytes, overview->accounts)},
             {"for a grant", PerUnit(bytes, grants)}});
  out.Print(FamiliesTable(*overview));
  if (!stats->hottest.empty()) out.Print(Hottest(*stats));
  return {};
}

}  // namespace grantledger::tools
