#include "tests/torture/power_check.h"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include <grantledger/inspect.h>
#include <grantledger/verify.h>

#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

std::string Range(const Promise& promise) {
  return std::to_string(promise.least) + " to " + std::to_string(promise.most);
}

}  // namespace

std::string IdentityOf(const std::string& directory) {
  const auto inspector = Inspector::Open(directory);
  if (!inspector) throw std::runtime_error("looking into it: " + inspector.error().message());
  const auto overview = (*inspector)->Overview(0);
  if (!overview) throw std::runtime_error("looking into it: " + overview.error().message());
  return overview->identity;
}

void PowerCheck::Fail(const std::string& kind, const std::string& what) {
  ++tally_.outcomes["FAILED: " + kind];
  throw Failed{kind + ": " + what};
}

std::optional<std::string> PowerCheck::Run(const std::string& directory, const Options& options,
                                           const Promise& promise, model::Random random) {
  constexpr std::size_t kReads = 12;
  constexpr std::size_t kReadsAgain = 3;
  try {
    LookBefore(directory, options, promise, random);
    auto opened = Ledger::Open(directory, options);
    if (!opened) Fail("refused to open", opened.error().message());
    std::unique_ptr<Ledger> ledger = std::move(*opened);
    const Lsn last = ledger->LastLsn();
    CheckEnd(*ledger, promise);
    const bool is_workloads = last != 0 || IdentityOf(directory) == identity_;
    if (promise.made && !promise.is_other && !is_workloads) {
      Fail("made anew where a ledger was", "it has another identity");
    }
    if (is_workloads) {
      Count(last, promise);
      Read(*ledger, random, kReads);
      GoOn(*ledger, random);
    } else {
      ++tally_.outcomes["made anew, since it was never made to the end"];
      const auto answer = tools::JsonApi(*ledger).Execute(workload_.steps().front().request);
      if (!answer.contains("Output")) Fail("takes no write", answer.dump());
    }
    const Lsn end = ledger->LastLsn();
    ledger.reset();
    Verify(directory, random.Percent(50), /*may_be_torn=*/false);
    opened = Ledger::Open(directory, options);
    if (!opened) Fail("refused to open again", opened.error().message());
    if ((*opened)->LastLsn() != end) {
      Fail("changed by reopening",
           "LSN " + std::to_string((*opened)->LastLsn()) + ", expected " + std::to_string(end));
    }
    if (is_workloads) Read(**opened, random, kReadsAgain);
  } catch (const Failed& failed) {
    return failed.what;
  } catch (const std::exception& error) {
    ++tally_.outcomes["FAILED: an exception"];
    return std::string("an exception: ") + error.what();
  }
  return std::nullopt;
}

/// As who opens it read-only first, or looks whether it is whole.
void PowerCheck::LookBefore(const std::string& directory, Options options, const Promise& promise,
                            model::Random& random) {
  if (!promise.made) return;
  if (random.Percent(20)) Verify(directory, /*deep=*/false, /*may_be_torn=*/true);
  if (!random.Percent(20)) return;
  options.read_only = true;
  const auto opened = Ledger::Open(directory, options);
  if (!opened) Fail("refused to open read-only", opened.error().message());
  CheckEnd(**opened, promise);
  constexpr std::size_t kReads = 3;
  if (!promise.is_other) Read(**opened, random, kReads);
}

void PowerCheck::CheckEnd(Ledger& ledger, const Promise& promise) {
  const Lsn last = ledger.LastLsn();
  if (last >= promise.least && last <= promise.most) return;
  Fail(last < promise.least ? "lost what was answered" : "has what was never begun",
       "LSN " + std::to_string(last) + ", expected " + Range(promise));
}

void PowerCheck::Count(Lsn last, const Promise& promise) {
  if (last < promise.answered) {
    ++tally_.outcomes["opened, and lost a tail of buffered writes"];
    tally_.outcomes["buffered writes lost"] += promise.answered - last;
  } else if (last > promise.answered) {
    ++tally_.outcomes["opened with all that was answered, and what was being written"];
  } else {
    ++tally_.outcomes["opened with all that was answered"];
  }
}

void PowerCheck::Read(Ledger& ledger, model::Random& random, std::size_t reads) {
  if (const auto wrong = FindWrongAnswer(ledger, workload_, model::Random(random.Next()), reads)) {
    Fail("wrong answer", *wrong);
  }
  tally_.outcomes["reads as the model's"] += reads;
}

void PowerCheck::GoOn(Ledger& ledger, model::Random& random) {
  constexpr std::size_t kMostWrites = 4;
  constexpr std::size_t kReads = 4;
  const auto& steps = workload_.steps();
  const std::size_t writes = random.Below(kMostWrites + 1);
  for (std::size_t i = 0; i < writes && ledger.LastLsn() < steps.size(); ++i) {
    const auto& step = steps[ledger.LastLsn()];
    const auto answer = tools::JsonApi(ledger).Execute(step.request);
    if (answer == step.answer) continue;
    Fail("a write was answered otherwise", "LSN " + std::to_string(ledger.LastLsn()) + ": " +
                                               step.request.dump() + " was answered " +
                                               answer.dump() + ", expected " + step.answer.dump());
  }
  if (random.Percent(30)) {
    if (const auto report = ledger.Compact(); !report) Fail("Compact", report.error().message());
  }
  Read(ledger, random, kReads);
}

void PowerCheck::Verify(const std::string& directory, bool deep, bool may_be_torn) {
  std::string found;
  bool is_torn = false;
  const auto report = VerifyLedger(
      directory, {.deep = deep, .scratch_directory = scratch_}, [&](const Finding& finding) {
        is_torn = is_torn || finding.kind == Finding::Kind::kTornTail;
        if (may_be_torn && finding.kind == Finding::Kind::kTornTail) return;
        if (found.empty()) found = std::string(Name(finding.kind)) + ": " + finding.what;
      });
  if (!report) Fail("verify", report.error().message());
  if (!found.empty()) Fail(may_be_torn ? "verify before opening finds" : "verify finds", found);
  if (is_torn) ++tally_.outcomes["verify told of a torn tail"];
}

}  // namespace grantledger::torture
