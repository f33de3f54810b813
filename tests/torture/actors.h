// The threads of the campaign `concurrent`: writers, readers, and whoever compacts, holds as-of
// points, or looks from outside. Each keeps what it saw; what must not be at once is a violation.
#ifndef GRANTLEDGER_TESTS_TORTURE_ACTORS_H_
#define GRANTLEDGER_TESTS_TORTURE_ACTORS_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "oracle.h"
#include "subject.h"
#include "tests/model/chooser.h"
#include "turns.h"

namespace grantledger::torture {

/// What all actors of a round share. The state is that of the last round.
struct Round {
  Subject& subject;
  const model::Profile& profile;
  const model::State& state;
  std::vector<std::uint64_t> as_of;  ///< Some as-of points of before.
  std::atomic<bool> stop = false;

  Turns turns;
};

/// What an actor saw.
struct Seen {
  std::vector<Observed> writes;
  std::vector<Observed> reads;
  std::vector<Walk> walks;
  std::vector<Walk> open;  ///< Walks that go on.
  std::uint64_t copies = 0;
  std::uint64_t refreshes = 0;
  std::optional<Violation> violation;
};

/// `calls` calls, some of several writes.
void WriteSome(Round& round, model::Random random, std::size_t calls, Seen* seen);
/// Reads until the round stops, but at most `most`.
void ReadOn(Round& round, model::Random random, std::size_t most, Seen* seen);
/// Compactions, some of them stopped in the middle, until the round stops.
void CompactOn(Round& round, model::Random random, Seen* seen);
/// Holds as-of points until the round stops.
void HoldOn(Round& round, model::Random random, Seen* seen);
/// A read-only ledger beside the writer, which answers as it was when it was opened or refreshed.
void ReadBeside(Round& round, model::Random random, Seen* seen);
/// One or two checkpoints and restored backups, which answer as the ledger did while they were
/// made.
void CopyBeside(Round& round, model::Random random, Seen* seen);
/// A deep verification beside the writers.
void VerifyBeside(Round& round, Seen* seen);

/// Fetches the next page. Returns a violation where that fails and must not.
std::optional<Violation> FetchPage(Subject& subject, Walk* walk);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_ACTORS_H_
