// Summary: the goals beside what was measured.
#ifndef GRANTLEDGER_BENCH_SUMMARY_H_
#define GRANTLEDGER_BENCH_SUMMARY_H_

#include <string>
#include <vector>

#include "bench/config.h"
#include "bench/reporter.h"

namespace grantledger::bench {

/// One row of the summary: a goal and how it is met.
struct Line {
  std::string what;
  std::string measured;  ///< The sides of the comparison; "not run" where one is missing.
  std::string result;    ///< The number that the goal is about.
  std::string goal;
  std::string spread;  ///< The larger one of the sides'.
  std::string met;     ///< "met", "NOT MET", or "-" where it was not run.
};

std::vector<Line> Summarize(const Reporter& reporter, const Config& config);

/// The lines and the machine as a text for a terminal, and as Markdown.
std::string ToText(const std::vector<Line>& lines, const Config& config);
std::string ToMarkdown(const std::vector<Line>& lines, const Config& config);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_SUMMARY_H_
