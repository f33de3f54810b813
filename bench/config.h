// Config: what the flags of grantledger-bench choose.
#ifndef GRANTLEDGER_BENCH_CONFIG_H_
#define GRANTLEDGER_BENCH_CONFIG_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grantledger::bench {

/// How many accounts and repetitions. The goals are set for the full sizes.
struct Sizes {
  std::size_t large = 1'000'000;     ///< Of the rows about 1,000,000 accounts.
  std::size_t activation = 100'000;  ///< Of the row about bulk activation.
  std::size_t small = 1'000;         ///< What `large` is compared with; the writers' ledger.
  int repetitions = 5;
  int join_repetitions = 5;
  double seconds = 0.5;  ///< One repetition of a benchmark that chooses its iterations.
};

struct Config {
  bool quick = false;
  bool help = false;
  std::string directory;  ///< Where the scratch directory is made; empty: the system's.
  std::string markdown;   ///< File for the summary; empty: none.
  int moved_percent = 0;  ///< Accounts that were moved from the root into an OU.
  Sizes sizes;
  std::vector<std::string> rest;  ///< For benchmark::Initialize.
};

/// Takes our own flags out of the arguments (without the program's name).
///
/// Throws std::runtime_error: a flag lacks its value, or the value is none of its kind.
Config ReadFlags(const std::vector<std::string>& arguments);

std::string_view Usage();

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_CONFIG_H_
