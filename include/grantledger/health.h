// Health and statistics of an open ledger: what an operator watches. Plain numbers, with their
// units.
#ifndef GRANTLEDGER_HEALTH_H_
#define GRANTLEDGER_HEALTH_H_

#include <cstdint>
#include <optional>

#include <grantledger/status.h>
#include <grantledger/types.h>

namespace grantledger {

/// How something fares that is tried again by itself when it failed.
struct Trouble {
  std::uint64_t failures = 0;         ///< In a row, up to now. 0: it works.
  Status last_error = {};             ///< Of the last failure since opening. Ok: there was none.
  Time last_at = {};                  ///< When that was, by the system's clock.
  Time since = {};                    ///< When the first of the failures in a row was.
  std::optional<Time> next_try = {};  ///< Nullopt: with the next write, or nothing failed.
};

/// See Ledger::Health.
struct LedgerHealth {
  /// Ok: writes are taken. Else why not: InvalidState (opened read-only, or closed), or what
  /// failed. Every write tries again.
  Status writes = {};
  /// Groups of writes that were not stored, because something failed below. Refusals are no
  /// trouble.
  Trouble writing = {};
  /// Compaction in the background.
  Trouble compaction = {};
  /// The database below, in its background: flushing and merging files.
  Trouble database = {};

  Lsn last_lsn = 0;  ///< The last record that reads see.
  /// All records up to this one survive power loss. Durability::kSynced: the last record.
  /// Durability::kBuffered: what is known to be synced; more may be. Read-only: what the writer had
  /// claimed when the ledger was opened, or refreshed.
  Lsn synced_lsn = 0;
  Lsn horizon = 0;     ///< The earliest moment that is kept; 0: all are.
  Lsn folded_lsn = 0;  ///< Up to this record, compaction folded the log.
  /// After folded_lsn: what reads may have to fold, and compaction will.
  std::uint64_t unfolded_records = 0;

  std::uint64_t table_bytes = 0;        ///< On disk, of the table files.
  std::uint64_t write_ahead_bytes = 0;  ///< On disk, of the write-ahead logs.
  /// Of the file system, for this user. Nullopt: it does not tell.
  std::optional<std::uint64_t> free_bytes = {};
};

/// How long calls took, in nanoseconds. Percentiles are at most an eighth too high.
struct Latencies {
  std::uint64_t count = 0;  ///< Of the calls that were measured.
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  std::uint64_t max_ns = 0;  ///< Exact.
};

struct CacheStatistics {
  std::uint64_t hits = 0;    ///< Lookups that found something, of the reads that were measured.
  std::uint64_t misses = 0;  ///< Lookups that did not.
};

/// See Ledger::Statistics. All numbers are since the ledger was opened, but for those that are said
/// to be of now. None is stored.
struct LedgerStatistics {
  // Writes. A read-only ledger refuses them all, and counts since it was opened or refreshed.
  std::uint64_t writes_answered = 0;  ///< Stored, or answered by a ClientToken's first answer.
  std::uint64_t writes_refused = 0;   ///< By the rules of the ledger: nothing failed.
  std::uint64_t writes_failed = 0;    ///< IoError or Corruption.
  std::uint64_t records = 0;          ///< Committed.
  std::uint64_t groups = 0;           ///< Groups of calls, each decided and committed at once.
  std::uint64_t grouped_calls = 0;    ///< In all groups; over `groups`: the size of a group.
  std::uint64_t largest_group = 0;    ///< Calls.
  Latencies apply = {};               ///< Of each call of Write or Apply, waiting included.

  // Reads. One in sixteen of each thread is measured, so that reading costs no more.
  std::uint64_t reads = 0;          ///< All, to the next sixteen of each thread.
  std::uint64_t reads_refused = 0;  ///< Errors but those that follow.
  std::uint64_t reads_failed = 0;   ///< IoError or Corruption.
  Latencies read = {};
  CacheStatistics rows = {};         ///< Of rows that are kept decoded.
  CacheStatistics folds = {};        ///< Of folds of cohorts and distributions.
  std::uint64_t cache_bytes = 0;     ///< Used now, of Options::cache_bytes: blocks, rows, folds.
  std::uint64_t pinned_bytes = 0;    ///< Of these, now: in use, or filters and indexes.
  std::uint64_t fold_bytes = 0;      ///< Of these, now: folds.
  std::uint64_t memtable_bytes = 0;  ///< Now, beside the cache: rows that are in no table file yet.

  // Files. Bytes that were handed to the file system; of a read-only ledger 0.
  std::uint64_t log_bytes = 0;    ///< Written to write-ahead logs.
  std::uint64_t log_syncs = 0;    ///< Of write-ahead logs.
  std::uint64_t table_bytes = 0;  ///< Written to table files, merging included, and to their lists.
  std::uint64_t table_syncs = 0;  ///< Of such files.
};

}  // namespace grantledger

#endif  // GRANTLEDGER_HEALTH_H_
