// The harness itself: it agrees with an engine that does as the model does, finds one that does
// not, and shrinks the history in which it found it.
#include "harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "history.h"
#include "normal_form.h"

namespace grantledger::model {
namespace {

// Spoils answers: the request, then the answer.
using Defect = std::function<void(const Json&, Json&)>;

// A model that keeps a copy of itself for every record, and has pages.
class FakeEngine : public Engine {
 public:
  FakeEngine(const EngineOptions& options, Defect defect) : defect_(std::move(defect)) {
    ModelOptions model_options;
    model_options.max_grants_per_license = options.max_grants_per_license;
    moments_.emplace_back(model_options);
  }

  Json Execute(const Json& request) override {
    Json answer;
    if (Model::IsWrite(request.at("Operation"))) {
      Model next = moments_.back();
      answer = next.Execute(request);
      if (next.LastLsn() == moments_.size()) moments_.push_back(std::move(next));
    } else {
      answer = Page(request);
    }
    defect_(request, answer);
    return answer;
  }
  std::string MemberGrantArn(const std::string& distribution_arn,
                             const std::string& account) override {
    return distribution_arn.substr(0, distribution_arn.size() - 32) + account +
           distribution_arn.substr(distribution_arn.size() - 20);
  }
  void Reopen() override {}
  std::uint64_t LastLsn() override { return moments_.size() - 1; }
  /// All is held, unless it is released.
  std::uint64_t DropHistory(std::uint64_t lsn, bool release) override {
    if (release) horizon_ = std::max(horizon_, lsn);
    for (Model& moment : moments_) moment.SetHorizon(horizon_);
    return horizon_;
  }

 private:
  // Tokens are "<lsn> <row> <caller> <operation>".
  Json Page(const Json& request) {
    const std::string binding =
        request.at("Caller").get<std::string>() + " " + request.at("Operation").get<std::string>();
    std::size_t lsn = MomentOf(request);
    std::size_t from = 0;
    const std::string token = request.at("Input").value("NextToken", "");
    if (!token.empty() && token.find_first_not_of("0123456789 ") == 0) return Bad();
    if (!token.empty()) {
      std::size_t end = 0;
      lsn = std::stoull(token, &end);
      std::size_t end_of_row = 0;
      from = std::stoull(token.substr(end), &end_of_row);
      if (token != Token(lsn, from, binding)) return Bad();
    }
    if (lsn < horizon_) return Bad();
    Json answer = moments_.at(lsn).Execute(request);
    const std::string field = ListField(request.at("Operation"));
    if (field.empty() || answer.contains("Error")) return answer;
    Json& rows = answer["Output"][field];
    const std::size_t size = request.at("Input").value("MaxResults", 100);
    const std::size_t to = std::min(from + size, rows.size());
    if (to < rows.size()) answer["Output"]["NextToken"] = Token(lsn, to, binding);
    rows = Json(rows.begin() + static_cast<std::ptrdiff_t>(from),
                rows.begin() + static_cast<std::ptrdiff_t>(to));
    return answer;
  }
  static std::string Token(std::size_t lsn, std::size_t row, const std::string& binding) {
    const std::string plain = std::to_string(lsn) + " " + std::to_string(row) + " " + binding;
    return plain + " " + std::to_string(std::hash<std::string>()(plain));
  }
  static Json Bad() { return {{"Error", {{"Code", "ValidationException"}}}}; }
  std::size_t MomentOf(const Json& request) const {
    if (!request.contains("AsOf")) return moments_.size() - 1;
    const Json& as_of = request.at("AsOf");
    if (as_of.is_number()) return as_of;
    const Millis time = *ParseIsoTime(as_of.get<std::string>());
    const std::vector<Millis>& times = moments_.back().state().times;
    return static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), time) -
                                    times.begin());
  }

  std::vector<Model> moments_;
  std::uint64_t horizon_ = 0;
  Defect defect_;
};

EngineFactory FakeWith(const Defect& defect) {
  return [defect](const EngineOptions& options) {
    return std::make_unique<FakeEngine>(options, defect);
  };
}

constexpr std::uint64_t kSteps = 250;

TEST(HarnessTest, AgreesWithAnEngineThatDoesAsTheModelDoes) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto failure = RunHistory(seed, FirstSteps(kSteps), nullptr, FakeWith([](auto&&...) {}));
    EXPECT_FALSE(failure.has_value()) << failure->mismatch.ToString();
  }
}

TEST(HarnessTest, FindsAWrongAnswerAndShrinksTheHistory) {
  const EngineFactory forgets_reasons = FakeWith([](const Json& request, Json& answer) {
    if (request.at("Operation") != "GetGrant" || !answer.contains("Output")) return;
    if (answer["Output"]["Grant"]["GrantStatus"] == "DISABLED") {
      answer["Output"]["Grant"].erase("StatusReason");
    }
  });
  Steps steps = FirstSteps(60);
  std::optional<Failure> failure;
  std::uint64_t seed = 6;
  while (!(failure = RunHistory(seed, steps, nullptr, forgets_reasons))) ++seed;
  const auto [fewer, smallest] = Shrink(seed, steps, *failure, forgets_reasons);
  EXPECT_LT(fewer.size(), 30U);
  EXPECT_EQ(smallest.mismatch.request["Operation"], "GetGrant");
}

TEST(HarnessTest, FindsARowThatIsMissingFromAPage) {
  const EngineFactory loses_rows = FakeWith([](const Json& request, Json& answer) {
    const bool later = request.at("Input").contains("NextToken");
    if (!later || !answer.contains("Output") || !answer["Output"].contains("Grants")) return;
    if (answer["Output"]["Grants"].size() == 2) answer["Output"]["Grants"].erase(1);
  });
  EXPECT_TRUE(RunHistory(1, FirstSteps(900), nullptr, loses_rows).has_value());
}

TEST(HarnessTest, StepsAreWrittenAsRanges) {
  EXPECT_EQ(FormatSteps({0, 1, 2, 5, 7, 8}), "0-2,5,7-8");
  EXPECT_EQ(ParseSteps("0-2,5,7-8"), (Steps{0, 1, 2, 5, 7, 8}));
}

}  // namespace
}  // namespace grantledger::model
