// ledger-dump DIR: what the ledger is, and how much is in it.
#include "tools/dump/overview.h"

#include <algorithm>

#include <fmt/format.h>

#include "tools/dump/counts.h"
#include "tools/dump/verbs.h"
#include "tools/json_output.h"
#include "tools/progress.h"

namespace grantledger::tools {
namespace {

OrderedJson OverviewToJson(const Dump& dump, const LedgerOverview& overview,
                           const GrantTotals* totals, const std::string& health) {
  OrderedJson json = {{"Directory", dump.directory()}, {"FormatVersion", overview.format_version}};
  if (overview.is_identified) {
    json.update({{"Identity", overview.identity}, {"Created", FormatTime(overview.created)}});
  }
  if (overview.has_end) {
    json.update({{"LastLsn", overview.last_lsn}, {"LastTime", FormatTime(overview.last_time)}});
  }
  json.update({{"Horizon", overview.horizon}, {"FoldedLsn", overview.folded_lsn}});
  if (overview.is_counted) {
    json.update({{"Organizations", overview.organizations},
                 {"Units", overview.units},
                 {"Accounts", overview.accounts},
                 {"Products", overview.products},
                 {"Licenses", overview.licenses},
                 {"Grants", overview.grants}});
  }
  if (totals != nullptr) {
    json["GrantsByStatus"] = {{"Direct", CountsToJson(totals->direct)},
                              {"Distributions", CountsToJson(totals->distributions)},
                              {"Members", CountsToJson(totals->members)}};
  }
  for (const FamilySize& family : overview.families) {
    json["Families"][family.name] = {{"Rows", family.rows}, {"Bytes", family.bytes}};
  }
  json["WriteAheadBytes"] = overview.write_ahead_bytes;
  json["Health"] = health;
  return json;
}

Table GrantsTable(const GrantTotals& totals) {
  Table table = {{"Grants", {}},
                 {"direct", {}, true},
                 {"distributions", {}, true},
                 {"member grants", {}, true}};
  for (int i = 0; i < kGrantStatusCount; ++i) {
    const auto status = static_cast<GrantStatus>(i);
    const auto of = [status](const Counts& counts) { return CountIn(counts, status); };
    if (of(totals.direct) + of(totals.distributions) + of(totals.members) == 0) continue;
    table[0].cells.emplace_back(Name(status));
    std::size_t column = 0;
    for (const Counts* counts : {&totals.direct, &totals.distributions, &totals.members}) {
      table[++column].cells.push_back(Shown(of(*counts)));
    }
  }
  return table;
}

constexpr const char* kNotKnown = "not known, as rows are damaged";

std::string Organizations(const LedgerOverview& overview) {
  if (!overview.is_counted) return kNotKnown;
  return fmt::format("{}, with {} and {}", Shown(overview.organizations),
                     Shown(overview.units, "place"), Shown(overview.accounts, "account"));
}

std::string Licenses(const LedgerOverview& overview) {
  if (!overview.is_counted) return kNotKnown;
  return fmt::format("{}, of {}", Shown(overview.licenses), Shown(overview.products, "product"));
}

void ShowText(Dump& dump, const LedgerOverview& overview, const GrantTotals* totals,
              const std::string& health) {
  Output& out = dump.out();
  const std::string created =
      overview.is_identified ? out.Show(overview.created) : std::string(kNotKnown);
  const std::string last = overview.has_end ? fmt::format("LSN {}, {}", Shown(overview.last_lsn),
                                                          out.Show(overview.last_time))
                                            : std::string(kNotKnown);
  out.Facts({{"ledger", dump.directory()},
             {"identity", overview.is_identified ? overview.identity : kNotKnown},
             {"format", fmt::format("{}", overview.format_version)},
             {"created", created},
             {"last record", last},
             {"horizon", ShownHorizon(out, overview)},
             {"folded", ShownFolded(overview)},
             {"organizations", Organizations(overview)},
             {"licenses", Licenses(overview)},
             {"health", health}});
  const Table grants = totals == nullptr ? Table() : GrantsTable(*totals);
  if (!grants.empty() && !grants[0].cells.empty()) out.Print(grants);
  out.Print(FamiliesTable(overview));
}

}  // namespace

Lsn NotFolded(const LedgerOverview& overview) {
  return overview.last_lsn - std::min(overview.last_lsn, overview.folded_lsn);
}

std::string ShownFolded(const LedgerOverview& overview) {
  if (!overview.has_end) return fmt::format("to LSN {}", Shown(overview.folded_lsn));
  return fmt::format("to LSN {}; {} behind", Shown(overview.folded_lsn),
                     Shown(NotFolded(overview), "record"));
}

std::string ShownHorizon(const Output& out, const LedgerOverview& overview) {
  if (overview.horizon == 0) return "none: every moment is kept";
  return fmt::format("LSN {}, {}: earlier moments are not kept", Shown(overview.horizon),
                     out.Show(overview.horizon_time));
}

Table FamiliesTable(const LedgerOverview& overview) {
  Table table = {{"Family", {}}, {"rows, about", {}, true}, {"size of its files", {}, true}};
  for (const FamilySize& family : overview.families) {
    table[0].cells.push_back(family.name);
    table[1].cells.push_back(Shown(family.rows));
    table[2].cells.push_back(ShownBytes(family.bytes));
  }
  table[0].cells.emplace_back("not in files yet");
  table[1].cells.emplace_back("");
  table[2].cells.push_back(ShownBytes(overview.write_ahead_bytes));
  return table;
}

Status ShowOverview(Dump& dump) {
  const auto overview = dump.inspector().Overview(dump.at());
  if (!overview) return overview.error();
  Progress progress(dump.out().progress(), overview->grants, "grants");
  const auto totals = dump.inspector().CountAllGrants(
      dump.at(), [&progress](std::uint64_t done, std::uint64_t /*all*/) {
        progress.Update(done);
        return true;
      });
  progress.Clear();
  std::string health = "opens without a complaint; `verify` looks at everything";
  for (const Status& found :
       {dump.inspector().health(), dump.why(), totals ? Status() : totals.error()}) {
    if (found.ok()) continue;
    health = "DAMAGED: " + found.message();
    dump.NoteDamage();
    break;
  }
  const GrantTotals* known = totals ? &*totals : nullptr;
  if (dump.out().json()) {
    dump.out().Write(OverviewToJson(dump, *overview, known, health));
  } else {
    ShowText(dump, *overview, known, health);
  }
  return {};
}

}  // namespace grantledger::tools
