// The stores side by side, in Markdown.
#ifndef GRANTLEDGER_BENCH_PEERS_COMPARISON_H_
#define GRANTLEDGER_BENCH_PEERS_COMPARISON_H_

#include <string>
#include <vector>

#include "bench/peers/field.h"
#include "bench/reporter.h"

namespace grantledger::bench {

/// What was measured: the kinds, ours first, with organizations of these sizes, ascending.
struct Comparison {
  const Reporter& from;
  std::vector<StoreKind> kinds;
  std::vector<std::size_t> accounts;
};

/// For each size: the medians of every workload, each store's, how many times less the first store
/// takes than the best of the others, and the largest spread.
std::string CompareStores(const Comparison& comparison);
/// Per workload the exponent with which cost grows with the accounts, each store's: the slope of a
/// line through the medians, both logarithmic. Empty: there are less than two sizes.
std::string CompareGrowth(const Comparison& comparison);
/// Latencies at the largest size at which each was measured: 50th, 99th and 99.9th percentile, and
/// the longest.
std::string CompareLatencies(const Comparison& comparison);
/// What is to hold of the first store beside the others, and whether it does.
std::string CompareGoals(const Comparison& comparison);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_COMPARISON_H_
