// A ledger behind the harness's Engine, whose calls are those that faults may strike; the harness
// itself, the model and all JSON are spared.
#ifndef GRANTLEDGER_TESTS_TORTURE_STRUCK_ENGINE_H_
#define GRANTLEDGER_TESTS_TORTURE_STRUCK_ENGINE_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <grantledger/ledger.h>

#include "tests/model/harness.h"
#include "tools/json_api.h"
#include "tools/json_output.h"

namespace grantledger::torture {

using model::Json;

/// A run waits for what has to come again, so often, and so long each time.
inline constexpr int kMostTries = 60;
inline constexpr std::chrono::milliseconds kPause(50);
/// With what a process exits that found something wrong.
inline constexpr int kWrong = 3;

/// A function of the shared object fault_preload; null where that is not loaded.
void* FindFault(const char* name);

/// Whether faults leave this thread alone.
void Spare(bool spared);

/// Whether an answer is that of a fault, and none of the ledger's rules.
bool IsFault(const Json& answer);

/// The options of a history's ledger: durability, compaction and retention differ by its seed.
grantledger::Options OptionsOf(std::uint64_t seed, std::size_t max_grants_per_license);

/// Calls of the ledger's in which faults may strike this thread; it is spared else.
class Struck {
 public:
  explicit Struck(bool strikes) : strikes_(strikes) {
    if (strikes_) Spare(false);
  }
  ~Struck() {
    if (strikes_) Spare(true);
  }
  Struck(const Struck&) = delete;
  Struck& operator=(const Struck&) = delete;

 private:
  bool strikes_;
};

/// The answer to a call that threw.
inline Json ThrownAnswer(const std::exception& thrown) {
  return {{"Error", {{"Code", "ServerInternalException"}, {"Message", thrown.what()}}},
          {"Thrown", true}};
}

/// The ledger as the harness sees it. Answers that were got already are given to it again.
class StruckEngine : public model::Engine {
 public:
  StruckEngine(std::string directory, const grantledger::Options& options)
      : directory_(std::move(directory)), options_(options) {}

  Status Open() {
    try {
      const Struck struck(strikes);
      auto opened = Ledger::Open(directory_, options_);
      if (!opened) return opened.error();
      ledger_ = std::move(*opened);
    } catch (const std::bad_alloc& thrown) {
      return {Code::kIoError, thrown.what()};
    }
    return {};
  }
  void Close() {
    const Struck struck(strikes);
    ledger_.reset();
  }
  [[nodiscard]] bool is_open() const { return ledger_ != nullptr; }
  Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const std::string& directory() const { return directory_; }

  Json Execute(const Json& request) override {
    // By which the model learns what it can't know, and without which it knows another root.
    const bool learns = request.at("Operation") == "ListRoots";
    const bool struck = std::exchange(strikes, strikes && !learns);
    Json answer = ExecuteStruck(request);
    strikes = struck;
    return answer;
  }
  Json ExecuteStruck(const Json& request) {
    try {
      if (!lsn) return Answer(request);
      Json now = request;  // what is asked for belongs to a moment that is past
      now.erase("Time");
      return Answer(now);
    } catch (const std::bad_alloc& thrown) {
      return ThrownAnswer(thrown);
    }
  }
  /// Writes, in one commit.
  std::vector<Json> Apply(const std::vector<Json>& writes);
  /// What the harness asks for again: it is known already.
  std::vector<Json> ExecuteAll(const std::vector<Json>& writes) override {
    std::vector<Json> answers;
    for (const Json& write : writes) {
      if (known.empty()) {
        answers.push_back(Execute(write));
      } else {
        answers.push_back(std::move(known.front()));
        known.pop_front();
      }
    }
    return answers;
  }
  std::string MemberGrantArn(const std::string& distribution_arn,
                             const std::string& account) override {
    for (int i = 0; i < kMostTries; ++i) {
      auto arn = ledger_->MemberGrantArn(distribution_arn, AccountId(std::stoull(account)));
      if (arn) return *arn;
      std::this_thread::sleep_for(kPause);
    }
    throw std::runtime_error("MemberGrantArn fails");
  }
  void Reopen() override {}
  std::uint64_t LastLsn() override { return lsn ? lsn() : ledger_->LastLsn(); }
  std::uint64_t DropHistory(std::uint64_t /*lsn*/, bool /*release*/) override {
    return ledger_->Horizon();
  }

  bool strikes = false;  ///< Whether faults may strike calls of the ledger.
  std::deque<Json> known;
  std::function<std::uint64_t()> lsn;  ///< Set while a trace is followed: the model's.

 private:
  template <typename F>
  auto Call(const F& call) {
    const Struck struck(strikes);
    return call();
  }
  template <typename T, typename F>
  static Json AnswerOf(const Result<T>& answer, const F& to_json) {
    if (!answer) return tools::ErrorAnswer(answer.error());
    return {{"Output", Json(to_json(*answer))}};
  }

  /// As JsonApi does, whose JSON is spared: it can't even be freed without memory.
  Json Answer(const Json& request) {
    const auto parsed = tools::ParseRequest(request);
    if (!parsed) return tools::ErrorAnswer(parsed.error());
    if (std::holds_alternative<Write>(*parsed)) return Apply({request}).front();
    const auto& read = std::get<tools::Read>(*parsed);
    return std::visit(
        [&](const auto& asked) {
          const auto answer = Call([&] { return ledger_->Read(read.call, asked); });
          return AnswerOf(answer, [&](const auto& found) {
            if constexpr (std::is_same_v<std::decay_t<decltype(asked)>, ListChildrenRequest>) {
              return tools::ToJson(found, asked.child_type);
            } else {
              return tools::ToJson(found);
            }
          });
        },
        read.request);
  }
  std::string directory_;
  grantledger::Options options_;
  std::unique_ptr<Ledger> ledger_;
};

/// Something is wrong: what kind of thing, and the details.
struct Wrong : std::runtime_error {
  Wrong(std::string outcome_name, const std::string& text)
      : runtime_error(text), outcome(std::move(outcome_name)) {}
  std::string outcome;
};

/// Throws Wrong where records are gone: `known` were answered, `last` is the last that is there.
void ExpectNoneLost(std::uint64_t known, std::uint64_t last);

/// A harness over a run's ledger in `directory`, with the options of its seed; gives its engine.
StruckEngine* BeginHarness(const std::string& directory, std::uint64_t seed,
                           std::size_t max_grants_per_license,
                           std::optional<model::Harness>* harness);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_STRUCK_ENGINE_H_
