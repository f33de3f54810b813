// What Google Benchmark wrote of the stores, as points of lines.
#ifndef GRANTLEDGER_BENCH_PLOT_RESULTS_H_
#define GRANTLEDGER_BENCH_PLOT_RESULTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace grantledger::bench {

/// One store's medians of one workload.
struct Series {
  std::map<std::uint64_t, double> points = {};  ///< By accounts: seconds, or the counter's value.
  std::uint64_t stopped_at = 0;                 ///< The smallest size that takes too long; 0: none.
};

/// By the workload ("FanOut"), then by the store ("sqlite").
using Results = std::map<std::string, std::map<std::string, Series>>;

/// Reads the JSON of grantledger-peers. A workload with a counter of its own ("bytes", "megabytes")
/// has that, others have seconds. Throws std::runtime_error, with the file's name, where the file
/// can't be read or holds something else.
Results ReadResults(const std::string& path);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PLOT_RESULTS_H_
