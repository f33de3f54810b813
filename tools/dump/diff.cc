// ledger-dump DIR diff: what changed between two moments.
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
                                           if (!record) dump.NoteDamage();
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

OrderedJson SideToJson(const Side& side) {
  return {{"Lsn", side.lsn},
          {"Direct", CountsToJson(side.totals.direct)},
          {"Distributions", CountsToJson(side.totals.distributions)},
          {"Members", CountsToJson(side.totals.members)}};
}

void ShowSums(Output& out, const Difference& difference) {
  if (out.json()) {
    out.Write({{"From", SideToJson(difference.before)},
               {"To", SideToJson(difference.after)},
               {"Records", difference.operations}});
    return;
  }
  out.Facts({{"from", fmt::format("LSN {}", Shown(difference.before.lsn))},
             {"to", fmt::format("LSN {}", Shown(difference.after.lsn))}});
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

/// A list read page by page, one row at a time.
class Rows {
 public:
  Rows(const Dump& dump, AccountId caller, Lsn at, ListDistributedGrantsRequest request)
      : dump_(dump), caller_(caller), at_(at), request_(std::move(request)) {
    request_.paging.max_results = 1'000;
  }

  /// Null: there are no more. Good until the next call.
  Result<const Grant*> Next() {
    if (next_ == page_.grants.size()) {
      if (begun_ && page_.next_token.empty()) return nullptr;
      begun_ = true;
      request_.paging.next_token = page_.next_token;
      auto page = dump_.AskAt(at_, caller_, request_);
      if (!page) return std::move(page).error();
      page_ = *std::move(page);
      next_ = 0;
      if (page_.grants.empty()) return nullptr;
    }
    return &page_.grants[next_++];
  }

 private:
  const Dump& dump_;
  AccountId caller_;
  Lsn at_;
  ListDistributedGrantsRequest request_;
  GrantPage page_;
  std::size_t next_ = 0;
  bool begun_ = false;
};

bool SameState(const Grant& a, const Grant& b) {
  return a.state->version == b.state->version && a.state->status == b.state->status;
}

void ShowChange(Output& out, const GrantChange& change) {
  if (out.json()) {
    out.Write(ToJson(change));
    return;
  }
  const Grant& after = change.grant;
  const std::string reason = after.StatusReason();
  out.Line(fmt::format("{}  {:<18} → {:<18} {}{}",
                       after.grantee == AccountId() ? "distribution" : after.grantee.ToString(),
                       change.from ? Name(*change.from) : "-", Name(after.state->status),
                       WithShortArns(after.GrantArn()),
                       reason.empty() ? "" : "  " + WithShortArns(reason)));
}

/// Nothing is ever taken out of a list, and its order stays: the earlier one is a part of the
/// later.
Status CompareLists(Dump& dump, AccountId grantor, const Difference& difference) {
  Rows before(dump, grantor, difference.before.lsn, {});
  Rows after(dump, grantor, difference.after.lsn, {});
  auto then = before.Next();
  if (!then) return then.error();
  while (dump.out().ok()) {
    const auto now = after.Next();
    if (!now) return now.error();
    if (*now == nullptr) return {};
    const bool known = *then != nullptr && (*then)->id == (*now)->id;
    if (!known) {
      ShowChange(dump.out(), {{}, **now});
      continue;
    }
    if (!SameState(**then, **now)) ShowChange(dump.out(), {(*then)->state->status, **now});
    then = before.Next();
    if (!then) return then.error();
  }
  return {};
}

}  // namespace

Status ShowDifference(Dump& dump, const DiffArguments& arguments) {
  const auto difference = DifferenceOf(dump, arguments);
  if (!difference) return difference.error();
  ShowSums(dump.out(), *difference);
  if (!arguments.accounts) return {};
  if (!dump.out().json()) dump.out().Line("");
  const auto grantors = dump.inspector().Grantors(difference->after.lsn);
  if (!grantors) return grantors.error();
  for (const AccountId grantor : *grantors) {
    if (Status done = CompareLists(dump, grantor, *difference); !done.ok()) return done;
  }
  return {};
}

}  // namespace grantledger::tools
