#include "oracle.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>

#include "tests/model/normal_form.h"

namespace grantledger::torture {
namespace {

using model::NormalForm;

model::ModelOptions OptionsFor(
    std::size_t max_grants_per_license, const std::shared_ptr<MemberArns>& known,
    std::function<std::string(const std::string&, const std::string&)> member_grant_arn) {
  model::ModelOptions options;
  options.max_grants_per_license = max_grants_per_license;
  options.member_grant_arn = [known, ask = std::move(member_grant_arn)](
                                 const std::string& distribution, const std::string& account) {
    std::string& arn = (*known)[{distribution, account}];
    if (arn.empty()) arn = ask(distribution, account);
    // One that was tried on the model alone: the ledger refused it.
    return arn.empty() ? distribution + "/" + account : arn;
  };
  return options;
}

bool IsRefusal(const Json& answer, const std::string& code) {
  return answer.contains("Error") && answer.at("Error").value("Code", "") == code;
}

/// The LSN of a read as of one; nullopt: of the latest as-of point.
std::optional<std::uint64_t> AsOfLsn(const model::State& state, const Json& request) {
  if (!request.contains("AsOf")) return std::nullopt;
  const Json& as_of = request.at("AsOf");
  if (as_of.is_number()) return as_of.get<std::uint64_t>();
  const Millis time = *model::ParseIsoTime(as_of.get<std::string>());
  const auto& times = state.times;
  return static_cast<std::uint64_t>(std::ranges::upper_bound(times, time) - times.begin());
}

}  // namespace

Observed Walk::AsOneAnswer() const {
  Observed list = first;
  list.answer["Output"][model::ListField(list.request.at("Operation"))] = rows;
  list.answer["Output"].erase("NextToken");
  return list;
}

bool TellsOfHistory(const std::string& operation) {
  static const std::set<std::string> operations = {"GetGrant",    "ListGrantVersions",
                                                   "GetLicense",  "ListLicenseVersions",
                                                   "WatchGrants", "ListGrantChanges"};
  return operations.contains(operation);
}

Oracle::Oracle(std::size_t max_grants_per_license,
               std::function<std::string(const std::string&, const std::string&)> member_grant_arn,
               std::function<std::string(const std::string&, const std::string&)> root_of)
    : root_of_(std::move(root_of)),
      model_(OptionsFor(max_grants_per_license, member_arns_, std::move(member_grant_arn))) {}

void Oracle::ForgetBefore(std::uint64_t lsn) {
  auto first = checkpoints_.upper_bound(lsn);
  if (first == checkpoints_.begin()) return;
  --first;
  checkpoints_.erase(checkpoints_.begin(), first);
  log_.erase(log_.begin(), log_.upper_bound(first->first));
}

std::vector<Oracle::Check> Oracle::ChecksOf(const Stretch& stretch,
                                            const std::vector<Observed>& lists) const {
  // The times that the log has at the end of the stretch.
  model::State times;
  times.times = model_.state().times;
  for (const Logged& write : stretch.writes) times.times.push_back(write.time);
  std::vector<Check> checks;
  const auto add = [&](const Observed& call, bool is_write) {
    Check& check = checks.emplace_back();
    check.call = &call;
    check.from = std::max(call.before.lsn, model_.LastLsn());
    check.to = call.after.lsn;
    check.is_write = is_write;
    if (const auto as_of = is_write ? std::nullopt : AsOfLsn(times, call.request)) {
      check.from = check.to = *as_of;
    }
  };
  for (const Observed& call : stretch.reads) add(call, false);
  for (const Observed& call : lists) add(call, false);
  for (const Observed& call : stretch.refused) add(call, true);
  for (Walk* walk : stretch.begun) {
    add(walk->first, false);
    checks.back().begun = walk;
  }
  std::ranges::stable_sort(checks, {}, &Check::from);
  return checks;
}

std::optional<Violation> Oracle::Replay(const Stretch& stretch) {
  std::vector<Observed> lists;
  lists.reserve(stretch.walks.size());
  for (const Walk& walk : stretch.walks) lists.push_back(walk.AsOneAnswer());
  std::vector<Check> checks = ChecksOf(stretch, lists);
  auto next = std::ranges::lower_bound(checks, model_.LastLsn(), {}, &Check::from);
  std::vector<Check> past(std::move_iterator(checks.begin()), std::move_iterator(next));
  if (auto violation = CheckPast(std::move(past))) return violation;
  const std::uint64_t last = model_.LastLsn() + stretch.writes.size();
  std::vector<Check> open;
  auto write = stretch.writes.begin();
  while (true) {
    for (; next != checks.end() && next->from <= model_.LastLsn(); ++next) {
      next->to = std::min(next->to, last);
      open.push_back(std::move(*next));
    }
    if (auto violation = CheckAll(open)) return violation;
    if (write == stretch.writes.end()) break;
    if (auto violation = Apply(*write)) return violation;
    if (!checkpoints_.empty()) log_.emplace(write->lsn, *write);
    ++write;
  }
  if (next == checks.end()) return std::nullopt;
  return Violation{"an as-of point that is not in the log", *next->call, {}, next->from};
}

std::optional<Violation> Oracle::CheckPast(std::vector<Check> checks) {
  if (checks.empty()) return std::nullopt;
  const model::Model present = model_;
  std::optional<Violation> violation;
  for (auto check = checks.begin(); check != checks.end() && !violation;) {
    const std::uint64_t lsn = check->from;
    auto after = checkpoints_.upper_bound(lsn);
    if (after == checkpoints_.begin()) {
      throw std::logic_error("no checkpoint for LSN " + std::to_string(lsn));
    }
    model_ = std::prev(after)->second;
    while (model_.LastLsn() < lsn && !violation) violation = Apply(log_.at(model_.LastLsn() + 1));
    std::vector<Check> open;
    for (; check != checks.end() && check->from == lsn; ++check) open.push_back(std::move(*check));
    if (!violation) violation = CheckAll(open);
  }
  model_ = present;
  return violation;
}

std::optional<Violation> Oracle::CheckNow(const Observed& call) {
  Stretch stretch;
  stretch.reads.push_back(call);
  return Replay(stretch);
}

std::optional<Violation> Oracle::CheckWalk(const Walk& walk) {
  ++checked_;
  const Observed list = walk.AsOneAnswer();
  const Json form = NormalForm(list.request, model_.state(), list.answer);
  if (std::ranges::find(walk.expected, form) != walk.expected.end()) return std::nullopt;
  return Violation{"a list with writes between its pages is wrong", list,
                   walk.expected.empty() ? Json() : walk.expected.back(), model_.LastLsn()};
}

void Oracle::AddExpected(const Check& check) {
  Json request = check.call->request;
  request["Time"] =
      model::FormatIsoTime(std::max(model_.state().LastTime(), check.call->before.time));
  std::uint64_t to = std::min(check.call->after.horizon, model_.LastLsn());
  if (!TellsOfHistory(request.at("Operation"))) to = check.call->before.horizon;
  for (std::uint64_t horizon = check.call->before.horizon; horizon <= to; ++horizon) {
    model_.SetHorizon(horizon);
    Json form = NormalForm(request, model_.state(), model_.Read(request));
    std::vector<Json>& all = check.begun->expected;
    if (std::ranges::find(all, form) == all.end()) all.push_back(std::move(form));
  }
}

std::optional<Violation> Oracle::CheckAll(std::vector<Check>& open) {
  const std::uint64_t lsn = model_.LastLsn();
  scratch_.reset();
  std::optional<Violation> violation;
  std::erase_if(open, [&](Check& check) {
    if (violation) return false;
    if (check.begun != nullptr) {
      AddExpected(check);
      return check.to <= lsn;
    }
    if (Agrees(check)) {
      ++checked_;
      return true;
    }
    if (check.to > lsn) return false;
    violation = Violation{
        check.is_write ? "a write was refused, or replayed, against the rules" : "a wrong answer",
        *check.call, check.expected, lsn};
    return true;
  });
  return violation;
}

std::optional<Violation> Oracle::Apply(const Logged& write) {
  if (write.lsn != model_.LastLsn() + 1) {
    return Violation{"the log is not dense", write.call, model_.LastLsn(), write.lsn};
  }
  Json request = write.call.request;
  request["Time"] = model::FormatIsoTime(write.time);
  if (write.time < model_.state().LastTime()) {
    return Violation{"the time of the log goes back", write.call, {}, write.lsn};
  }
  const Json expected = model_.Execute(request, write.call.answer);
  const bool same = !write.answered || NormalForm(request, model_.state(), write.call.answer) ==
                                           NormalForm(request, model_.state(), expected);
  if (!same || model_.LastLsn() != write.lsn) {
    return Violation{"a write was decided against the rules", write.call, expected, write.lsn};
  }
  if (request.at("Operation") == "CreateOrganization") {
    const std::string id = write.call.answer.at("Output").at("Organization").at("Id");
    model_.SetRoot(id, root_of_(id, request.at("Caller")));
  }
  return std::nullopt;
}

bool Oracle::Agrees(Check& check) {
  const Json& request = check.call->request;
  std::vector<Millis> times = TimesOf(*check.call);
  if (check.is_write) {
    for (const Millis time : times) {
      Json timed = request;
      timed["Time"] = model::FormatIsoTime(time);
      if (!scratch_) scratch_ = std::make_unique<model::Model>(model_);
      check.expected = scratch_->Execute(timed, check.call->answer);
      const bool changed = scratch_->LastLsn() != model_.LastLsn();
      ++compared_;
      if (changed) {
        scratch_.reset();
      } else if (check.call->answer.is_null() || SameAnswer(check, timed)) {
        return true;
      }
    }
    return false;
  }
  // The horizon that the answer knows of is one of those between call and return.
  std::uint64_t horizon = check.call->before.horizon;
  std::uint64_t last_horizon = check.call->after.horizon;
  if (const auto as_of = AsOfLsn(model_.state(), request)) {
    if (*as_of < horizon) return IsRefusal(check.call->answer, "ValidationException");
    const bool may_be_gone = *as_of < last_horizon;
    if (may_be_gone && IsRefusal(check.call->answer, "ValidationException")) return true;
    last_horizon = std::min(last_horizon, *as_of);
  }
  if (!TellsOfHistory(request.at("Operation"))) last_horizon = horizon;
  for (const Millis time : times) {
    Json timed = request;
    timed["Time"] = model::FormatIsoTime(time);
    if (ReadAgrees(check, timed, horizon)) return true;
    for (std::uint64_t later = last_horizon; later > horizon; --later) {
      if (ReadAgrees(check, timed, later)) return true;
    }
  }
  return false;
}

bool Oracle::ReadAgrees(Check& check, const Json& request, std::uint64_t horizon) {
  model_.SetHorizon(horizon);
  ++compared_;
  check.expected = model_.Read(request);
  return SameAnswer(check, request);
}

bool Oracle::SameAnswer(Check& check, const Json& request) {
  const Json& answer = check.call->answer;
  if (answer.contains("Error") != check.expected.contains("Error")) return false;
  check.expected = FillInMetadata(request, answer, std::move(check.expected));
  return NormalForm(request, model_.state(), answer) ==
         NormalForm(request, model_.state(), check.expected);
}

/// Which of several grants that give as much a list of licenses tells of depends on the order of
/// accounts, which is not specified: any of them will do.
Json Oracle::FillInMetadata(const Json& request, const Json& answer, Json expected) const {
  if (request.at("Operation") != "ListReceivedLicensesForOrganization") return expected;
  if (!expected.contains("Output") || !answer.contains("Output")) return expected;
  for (Json& row : expected["Output"]["Licenses"]) {
    Json list = request;
    list["Operation"] = "ListReceivedGrantsForOrganization";
    list["Input"] = {{"LicenseArn", row.at("LicenseArn")}};
    const Json grants = model_.Read(list);
    if (!grants.contains("Output")) continue;
    for (const Json& shown : answer.at("Output").at("Licenses")) {
      if (shown.at("LicenseArn") != row.at("LicenseArn")) continue;
      for (const Json& grant : grants["Output"]["Grants"]) {
        if (grant.at("GrantStatus") != row["ReceivedMetadata"]["ReceivedStatus"]) continue;
        Json metadata = {{"ReceivedStatus", grant.at("GrantStatus")},
                         {"AllowedOperations", grant.at("GrantedOperations")}};
        if (grant.contains("StatusReason")) {
          metadata["ReceivedStatusReason"] = grant.at("StatusReason");
        }
        if (metadata == shown.value("ReceivedMetadata", Json())) row["ReceivedMetadata"] = metadata;
      }
    }
  }
  return expected;
}

std::vector<Millis> Oracle::TimesOf(const Observed& call) const {
  const Millis last = model_.state().LastTime();
  std::set<Millis> times{std::max(last, call.before.time), std::max(last, call.after.time)};
  const auto add = [&](Millis time) {
    if (time > *times.begin() && time < *times.rbegin()) times.insert(time);
  };
  for (const model::License& license : model_.state().licenses) {
    const Json& validity = license.versions.back().at("Validity");
    for (const char* end : {"Begin", "End"}) {
      if (!validity.contains(end)) continue;
      const Millis at = *model::ParseIsoTime(validity.at(end).get<std::string>());
      add(at);
      add(at + 1);
    }
  }
  return {times.begin(), times.end()};
}

}  // namespace grantledger::torture
