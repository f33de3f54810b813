// Conformance: a peer that answers wrongly is not compared.
#ifndef GRANTLEDGER_BENCH_PEERS_CONFORMANCE_H_
#define GRANTLEDGER_BENCH_PEERS_CONFORMANCE_H_

#include <cstddef>
#include <cstdint>

#include "bench/peers/grant_store.h"

namespace grantledger::bench {

/// Does the same small random history to both, which are new and empty, and asks both everything
/// after every write: every grant, its history, pages of every size, counts, and past moments.
///
/// Throws std::runtime_error where they differ: with the seed, the writes so far, the question, and
/// both answers.
void CheckConformance(GrantStore& store, GrantStore& reference, std::uint64_t seed,
                      std::size_t writes);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_CONFORMANCE_H_
