#include "tests/torture/damage_trial.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <grantledger/verify.h>

#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using model::Random;

/// What was seen when it was opened in one way.
struct SeenOpened {
  Status refused = {};  ///< Not ok: it was not opened.
  Lsn last = 0;
  ReadErrors errors = {};
  [[nodiscard]] bool IsSound(Lsn expected) const {
    return refused.ok() && last == expected && errors.reads == 0;
  }
  [[nodiscard]] std::string ToString() const {
    if (!refused.ok()) return std::string(CodeName(refused.code())) + ": " + refused.message();
    return "opened with LSN " + std::to_string(last) +
           (errors.reads == 0 ? "" : ", and reads fail: " + errors.first);
  }
};

struct Verified {
  std::vector<Finding> findings = {};
  Status failed = {};
  [[nodiscard]] bool IsSilent() const { return failed.ok() && findings.empty(); }
  /// Nothing but what was being written when its process ended.
  [[nodiscard]] bool IsTornAlone() const {
    return failed.ok() && std::ranges::all_of(findings, [](const Finding& finding) {
             return finding.kind == Finding::Kind::kTornTail;
           });
  }
  [[nodiscard]] std::string ToString() const {
    std::string all = failed.message();
    for (const Finding& finding : findings) all += (all.empty() ? "" : "; ") + finding.what;
    return all;
  }
};

/// But for RocksDB's notes.
std::map<std::string, std::string> FilesOf(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    std::ifstream in(entry.path(), std::ios::binary);
    if (!name.starts_with("LOG")) files[name] = {std::istreambuf_iterator<char>(in), {}};
  }
  return files;
}

class DamageAsking {
 public:
  DamageAsking(const DamageTrial& trial, const std::function<void(const char*)>& begin)
      : trial_(trial), begin_(begin), random_(trial.seed) {}

  DamageReport Run() {
    const auto files = FilesOf(trial_.damaged);
    begin_("opening read-only");
    const SeenOpened seen = OpenAndRead("read-only", trial_.damaged, /*read_only=*/true);
    begin_("verify");
    const Verified shallow = Verify(trial_.damaged, /*deep=*/false);
    begin_("verify --deep");
    const Verified deep = Verify(trial_.damaged, /*deep=*/true);
    begin_("repair");
    Repair(seen, shallow);
    if (FilesOf(trial_.damaged) != files) Fail("reading, verifying or repairing wrote to it");
    begin_("opening to write");
    const SeenOpened to_write = OpenAndRead("to write", trial_.damaged, /*read_only=*/false);
    HoldAgainst(seen, to_write, shallow, deep);
    if (to_write.IsSound(trial_.of.last) || (to_write.refused.ok() && deep.IsTornAlone())) {
      GoOn(deep.IsTornAlone());
    }
    return std::move(report_);
  }

 private:
  void Fail(const std::string& what) { report_.failures.push_back(what); }
  void Note(const std::string& outcome) { report_.outcomes.push_back(outcome); }

  SeenOpened OpenAndRead(const std::string& how, const std::string& directory, bool read_only) {
    constexpr std::size_t kReads = 30;
    SeenOpened seen;
    Options options = trial_.of.options;
    options.read_only = read_only;
    const auto opened = Ledger::Open(directory, options);
    if (!opened) {
      seen.refused = opened.error();
      Note(how + ": refused, " + std::string(CodeName(seen.refused.code())));
      if (seen.refused.code() == Code::kInvalidArgument) {
        Fail(how + ": damage is told as something else: " + seen.refused.message());
      }
      return seen;
    }
    seen.last = (*opened)->LastLsn();
    const auto wrong =
        FindWrongAnswer(**opened, trial_.workload, Random(random_.Next()), kReads, &seen.errors);
    if (wrong) Fail(how + ": wrong answer " + *wrong);
    if (seen.last < trial_.of.last && trial_.of.is_claimed) {
      Fail(how + ": opened with LSN " + std::to_string(seen.last) + ", expected " +
           std::to_string(trial_.of.last) + " or a refusal");
    }
    const bool less = seen.last < trial_.of.last;
    Note(how + (less                     ? ": opened with less, of what nothing claims"
                : seen.errors.reads != 0 ? ": opened, and some reads fail"
                                         : ": opened, all is right"));
    return seen;
  }

  Verified Verify(const std::string& directory, bool deep) {
    Verified verified;
    VerifyOptions options;
    options.deep = deep;
    options.scratch_directory = trial_.scratch;
    const auto report = VerifyLedger(directory, options, [&verified](const Finding& finding) {
      verified.findings.push_back(finding);
    });
    if (!report) verified.failed = report.error();
    return verified;
  }

  /// Whatever is seen in the damaged ledger, verify must have told of.
  void HoldAgainst(const SeenOpened& seen, const SeenOpened& to_write, const Verified& shallow,
                   const Verified& deep) {
    const bool sound = seen.IsSound(trial_.of.last) && to_write.IsSound(trial_.of.last);
    const bool cut_between_writes = !trial_.of.is_claimed && seen.refused.ok() &&
                                    to_write.refused.ok() && seen.errors.reads == 0 &&
                                    to_write.errors.reads == 0;
    if (sound) {
      Note(deep.IsSilent() ? "verify: silent, nothing is wrong"
                           : "verify: found what no answer shows");
    } else if (!shallow.IsSilent() && !deep.IsSilent()) {
      Note("verify: found it");
    } else if (cut_between_writes) {
      Note("verify: silent, an unclaimed tail is gone to the byte");
    } else {
      Fail(std::string("verify") + (shallow.IsSilent() ? "" : " --deep") +
           " is silent; read-only: " + seen.ToString() + "; to write: " + to_write.ToString());
    }
    if (seen.refused.ok() != to_write.refused.ok()) {
      Note(seen.refused.ok() ? "refused to write alone" : "refused read-only alone");
    }
  }

  void Repair(const SeenOpened& seen, const Verified& shallow) {
    const std::string to = trial_.scratch + "/repaired";
    const auto repaired = RepairLedger(trial_.damaged, to, {});
    if (!repaired) {
      Note("repair: refused, " + trial_.kind + " damaged, " +
           std::string(CodeName(repaired.error().code())));
      if (fs::exists(to)) Fail("repair failed, and left something");
      if (repaired.error().message().empty()) Fail("repair failed, and does not say why");
      // Reads may pass by what verify finds.
      if (seen.IsSound(trial_.of.last) && shallow.IsTornAlone()) {
        Fail("repair refuses what opens and answers: " + repaired.error().message());
      }
      return;
    }
    const Lsn last = repaired->last_lsn;
    const bool is_told = repaired->first_lost.has_value() || !repaired->end_is_known;
    if (last < trial_.of.last && !is_told && trial_.of.is_claimed) {
      Fail("repair kept the records up to LSN " + std::to_string(last) + " of " +
           std::to_string(trial_.of.last) + ", and tells of no loss");
    }
    if (seen.refused.ok() && last < seen.last && !repaired->first_lost) {
      Fail("repair kept less than what opens, and tells of no loss");
    }
    Note(last == trial_.of.last ? "repair: kept all"
                                : "repair: kept a part, " + trial_.kind + " damaged");
    CheckRepaired(to, last);
  }

  void CheckRepaired(const std::string& directory, Lsn last) {
    const Verified verified = Verify(directory, /*deep=*/true);
    if (!verified.IsSilent()) Fail("verify --deep of what was repaired: " + verified.ToString());
    const auto opened = Ledger::Open(directory, trial_.of.options);
    if (!opened) return Fail("what was repaired is refused: " + opened.error().message());
    if ((*opened)->LastLsn() != last) Fail("what was repaired has another last LSN than it says");
    constexpr std::size_t kReads = 20;
    const auto wrong = FindWrongAnswer(**opened, trial_.workload, Random(random_.Next()), kReads);
    if (wrong) Fail("wrong answer of what was repaired " + *wrong);
  }

  /// Writes the next records and compacts; what is sound stays so.
  void GoOn(bool must_verify) {
    begin_("going on");
    constexpr Lsn kMore = 3;
    const auto opened = Ledger::Open(trial_.damaged, trial_.of.options);
    if (!opened) return Fail("refused when opened again: " + opened.error().message());
    Ledger& ledger = **opened;
    const Lsn first = ledger.LastLsn();
    for (Lsn lsn = first; lsn < first + kMore && lsn < trial_.workload.steps().size(); ++lsn) {
      const Workload::Step& step = trial_.workload.steps()[lsn];
      const model::Json answer = tools::JsonApi(ledger).Execute(step.request);
      if (answer == step.answer) continue;
      if (answer.contains("Error") &&
          answer.at("Error").at("Code") == ApiException(Code::kCorruption)) {
        return Note("going on: a write fails");
      }
      return Fail("another answer to the next write: " + answer.dump() + ", expected " +
                  step.answer.dump());
    }
    if (const auto compacted = ledger.Compact(); !compacted) {
      Note("going on: compacting fails");
    }
    constexpr std::size_t kReads = 20;
    ReadErrors errors;
    const auto wrong =
        FindWrongAnswer(ledger, trial_.workload, Random(random_.Next()), kReads, &errors);
    if (wrong) Fail("going on: wrong answer " + *wrong);
    Note(errors.reads == 0 ? "going on: all is right" : "going on: reads fail");
    if (!must_verify) return;
    if (errors.reads != 0) Fail("going on: reads fail, verify was silent: " + errors.first);
    CheckAfter();
  }

  void CheckAfter() {
    const Verified verified = Verify(trial_.damaged, /*deep=*/true);
    if (!verified.IsSilent()) {
      Fail("went on with what verified, and now verify --deep finds " + verified.ToString());
    }
  }

  const DamageTrial& trial_;
  const std::function<void(const char*)>& begin_;
  Random random_;
  DamageReport report_;
};

}  // namespace

DamageReport AskDamaged(const DamageTrial& trial, const std::function<void(const char*)>& begin) {
  return DamageAsking(trial, begin).Run();
}

}  // namespace grantledger::torture
