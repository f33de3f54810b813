// The stores side by side, in Markdown.
#ifndef GRANTLEDGER_BENCH_PEERS_COMPARISON_H_
#define GRANTLEDGER_BENCH_PEERS_COMPARISON_H_

#include <string>
#include <vector>

#include "bench/peers/field.h"
#include "bench/reporter.h"

namespace grantledger::bench {

/// A table for each size: the medians of every workload, each store's and how many times less the
/// first store takes than the best of the others.
std::string Compare(const Reporter& from, const std::vector<StoreKind>& kinds,
                    const std::vector<std::size_t>& accounts);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_COMPARISON_H_
