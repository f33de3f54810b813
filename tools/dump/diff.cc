// ledger-dump DIR diff: what changed between two moments.
#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "tools/dump/counts.h"
#include "tools/dump/verbs.h"
#include "tools/json_output.h"
#include "tools/progress.h"

namespace grantledger::tools {
namespace {

/// One side of the comparison.
struct Side {
  Lsn lsn = 0;
  GrantTotals totals;
};

struct Difference {
  Side before;
  Side after;
  std::map<std::string, std::uint64_t> operations;  ///< Records in between, by what made them.
};

Result<Side> SideAt(Dump& dump, const Moment& moment) {
  if (dump.ledger() == nullptr) return dump.why();
  const auto lsn = dump.ledger()->FindMoment(moment);
  if (!lsn) return lsn.error();
  auto totals = dump.inspector().CountAllGrants(*lsn, {});
  if (!totals) return std::move(totals).error();
  return Side{*lsn, *std::move(totals)};
}

Result<Difference> DifferenceOf(Dump& dump, const DiffArguments& arguments) {
  auto before = SideAt(dump, arguments.from);
  if (!before) return std::move(before).error();
  auto after = SideAt(dump, arguments.to.value_or(Moment(dump.at())));
  if (!after) return std::move(after).error();
  if (before->lsn > after->lsn) {
    return Status(Code::kInvalidArgument,
                  fmt::format("--from is LSN {} and --to LSN {}, expected the earlier one first",
                              before->lsn, after->lsn));
  }
  Difference difference{*std::move(before), *std::move(after), {}};
  Status read = dump.inspector().ReadLog(difference.before.lsn + 1, difference.after.lsn,
                                         [&](const Result<InspectedRecord>& record) {
                                           if (record) ++difference.operations[record->operation];
                                           if (!record) dump.NoteDamage(record.error());
                                           return true;
                                         });
  if (!read.ok()) return read;
  return difference;
}

/// Rows of the statuses in which the two sides differ.
void AddRows(const std::string& kind, const Counts& before, const Counts& after, Table* table) {
  for (int i = 0; i < kGrantStatusCount; ++i) {
    const auto status = static_cast<GrantStatus>(i);
    const std::uint64_t then = CountIn(before, status);
    const std::uint64_t now = CountIn(after, status);
    if (then == now) continue;
    (*table)[0].cells.push_back(kind);
    (*table)[1].cells.emplace_back(Name(status));
    (*table)[2].cells.push_back(Shown(then));
    (*table)[3].cells.push_back(Shown(now));
    (*table)[4].cells.push_back(now > then ? "+" + Shown(now - then) : "-" + Shown(then - now));
  }
}

std::string MomentOf(Dump& dump, Lsn lsn) {
  const auto origin = dump.inspector().OriginOf(lsn);
  return fmt::format("LSN {}{}", Shown(lsn),
                     origin ? ", " + FormatTime(origin->time) : std::string());
}

OrderedJson SideToJson(const Side& side) {
  return {{"Lsn", side.lsn},
          {"Direct", CountsToJson(side.totals.direct)},
          {"Distributions", CountsToJson(side.totals.distributions)},
          {"Members", CountsToJson(side.totals.members)}};
}

void ShowSums(Dump& dump, const Difference& difference) {
  Output& out = dump.out();
  if (out.json()) {
    out.Write({{"From", SideToJson(difference.before)},
               {"To", SideToJson(difference.after)},
               {"Records", difference.operations}});
    return;
  }
  out.Facts({{"from", MomentOf(dump, difference.before.lsn)},
             {"to", MomentOf(dump, difference.after.lsn)}});
  Table records = {{"Records in between", {}}, {"", {}, true}};
  for (const auto& [operation, count] : difference.operations) {
    records[0].cells.push_back(operation);
    records[1].cells.push_back(Shown(count));
  }
  if (!difference.operations.empty()) out.Print(records);
  Table grants = {{"Grants", {}},
                  {"status", {}},
                  {"before", {}, true},
                  {"after", {}, true},
                  {"change", {}, true}};
  const GrantTotals& then = difference.before.totals;
  const GrantTotals& now = difference.after.totals;
  AddRows("direct", then.direct, now.direct, &grants);
  AddRows("distributions", then.distributions, now.distributions, &grants);
  AddRows("member grants", then.members, now.members, &grants);
  if (grants[0].cells.empty()) {
    out.Note("As many grants have each status as before.");
  } else {
    out.Print(grants);
  }
}

// ---- account by account

bool SameState(const Grant& a, const Grant& b) {
  return a.state->version == b.state->version && a.state->status == b.state->status;
}

/// `before` is null where the grant was not there.
void ShowChange(Output& out, const Grant* before, const Grant& after) {
  std::optional<GrantStatus> from;
  if (before != nullptr) from = before->state->status;
  if (out.json()) {
    OrderedJson json = ToJson(GrantChange{from, after});
    if (before != nullptr) json["FromVersion"] = before->Version();
    json["Version"] = after.Version();
    out.Write(json);
    return;
  }
  const std::string reason = after.StatusReason();
  out.Line(fmt::format("{}  {:<18} → {:<18} {}, version {}{}{}",
                       after.grantee == AccountId() ? "distribution" : after.grantee.ToString(),
                       from ? Name(*from) : "-", Name(after.state->status),
                       WithShortArns(after.GrantArn()),
                       before == nullptr ? "" : before->Version() + " → ", after.Version(),
                       reason.empty() ? "" : "  " + WithShortArns(reason)));
}

/// Shows what is in `after` and was not the same before. Nothing is ever taken out of a list.
void CompareGrants(Output& out, const std::vector<Grant>& before, const std::vector<Grant>& after) {
  std::map<std::string, const Grant*> known;
  for (const Grant& grant : before) known.emplace(grant.GrantArn(), &grant);
  for (const Grant& grant : after) {
    const auto then = known.find(grant.GrantArn());
    if (then == known.end()) {
      ShowChange(out, nullptr, grant);
    } else if (!SameState(*then->second, grant)) {
      ShowChange(out, then->second, grant);
    }
  }
}

Status CompareDistributions(Dump& dump, const Difference& difference) {
  const auto organizations = dump.inspector().Organizations(difference.after.lsn);
  if (!organizations) return organizations.error();
  for (const InspectedOrganization& one : *organizations) {
    const std::string& id = one.organization.id;
    const auto after = dump.inspector().Distributions(id, difference.after.lsn);
    if (!after) return after.error();
    const bool is_new = one.created_lsn > difference.before.lsn;
    const auto before = is_new ? Result<std::vector<Grant>>(std::vector<Grant>())
                               : dump.inspector().Distributions(id, difference.before.lsn);
    if (!before) return before.error();
    CompareGrants(dump.out(), *before, *after);
  }
  return {};
}

Result<std::vector<Grant>> ReceivedAt(const Dump& dump, Lsn at, AccountId account) {
  std::vector<Grant> grants;
  Status listed =
      ForEachPageAt(dump, at, account, ListReceivedGrantsRequest{}, [&grants](GrantPage& page) {
        std::ranges::move(page.grants, std::back_inserter(grants));
        return true;
      });
  if (!listed.ok()) return listed;
  return grants;
}

Status CompareAccount(Dump& dump, const Difference& difference, AccountId account) {
  const auto after = ReceivedAt(dump, difference.after.lsn, account);
  if (!after) return after.error();
  if (after->empty()) return {};
  const auto before = ReceivedAt(dump, difference.before.lsn, account);
  if (!before) return before.error();
  CompareGrants(dump.out(), *before, *after);
  return {};
}

Status CompareAccounts(Dump& dump, const Difference& difference) {
  Progress progress(dump.out().progress(), 0, "accounts");
  std::uint64_t done = 0;
  Status failed;
  Status visited = dump.inspector().VisitAccounts([&](AccountId account) {
    failed = CompareAccount(dump, difference, account);
    progress.Update(++done);
    return failed.ok() && dump.out().ok();
  });
  progress.Clear();
  return failed.ok() ? visited : failed;
}

}  // namespace

Status ShowDifference(Dump& dump, const DiffArguments& arguments) {
  const auto difference = DifferenceOf(dump, arguments);
  if (!difference) return difference.error();
  ShowSums(dump, *difference);
  if (!arguments.accounts) return {};
  if (!dump.out().json()) dump.out().Line("");
  if (Status done = CompareDistributions(dump, *difference); !done.ok()) return done;
  return CompareAccounts(dump, *difference);
}

}  // namespace grantledger::tools
