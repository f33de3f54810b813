// Reporter: prints medians and spreads as they come, and keeps them for the summary.
#ifndef GRANTLEDGER_BENCH_REPORTER_H_
#define GRANTLEDGER_BENCH_REPORTER_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace grantledger::bench {

/// The median of the repetitions of one measurement.
struct Measured {
  double value = 0;
  double spread = 0;  ///< Coefficient of variation: standard deviation / mean of the repetitions.
};

class Reporter : public benchmark::ConsoleReporter {
 public:
  Reporter() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override;

  /// Seconds an iteration. Nullopt: the benchmark did not run, or failed.
  [[nodiscard]] std::optional<Measured> Time(std::string_view name) const {
    return Of(name, "seconds");
  }
  /// A counter, "items_per_second" among them.
  [[nodiscard]] std::optional<Measured> Of(std::string_view name, std::string_view counter) const;
  /// The largest value of a counter in any repetition.
  [[nodiscard]] std::optional<double> Largest(std::string_view name,
                                              std::string_view counter) const;
  /// Whether one failed, other than by being stopped.
  [[nodiscard]] bool failed() const { return failed_; }
  /// How the error begins of one that was not measured on purpose.
  static constexpr const char* kStopped = "stopped: ";
  /// Why it was not measured, or not as often as it should; empty: it was.
  [[nodiscard]] std::string Stopped(std::string_view name) const;

 private:
  void Keep(const Run& run);
  /// Null: there are none.
  [[nodiscard]] const std::vector<double>* Find(std::string_view name,
                                                std::string_view counter) const;
  void NoteError(const Run& run);

  /// The values of the repetitions, by the name given to Register and the counter.
  std::map<std::string, std::map<std::string, std::vector<double>, std::less<>>, std::less<>>
      values_;
  std::map<std::string, std::string, std::less<>> stopped_;
  bool failed_ = false;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_REPORTER_H_
