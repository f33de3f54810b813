// The write-ahead logs of a store, looked at before RocksDB reads them: up to where they are
// usable.
//
// After power loss, what was not synced may be there, missing, or garbage, in pieces of any size.
// RocksDB passes over some of it: a hole of zeros loses the writes in it and none that follow. So
// what it is given to read is decided here: the longest run of whole writes with no sequence number
// missing. Whether that is all that there must be is the anchor's question.
#ifndef GRANTLEDGER_LEDGER_WAL_FILES_H_
#define GRANTLEDGER_LEDGER_WAL_FILES_H_

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <rocksdb/db.h>

#include <grantledger/status.h>

namespace grantledger {

struct WalFile {
  std::string name = {};
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;   ///< Of the file.
  std::uint64_t usable = 0;  ///< Up to here it is part of the run.
  bool cut = false;          ///< The file ends within the write at `usable`.
  /// Nothing but what was never written follows what is usable.
  bool whole = true;
};

/// Where the writes begin that are in no table file. 0: not known.
struct WalStart {
  std::uint64_t number = 0;    ///< Of the first write-ahead log that is needed.
  std::uint64_t sequence = 0;  ///< Of the first write in it, or that will be.
};

/// In the order of their numbers. `directory` is that of a store, which may be written meanwhile:
/// then the last write may seem not to be whole. What is before `start` is not looked at; what does
/// not begin there is not part of the run.
/// Errors: IoError.
Result<std::vector<WalFile>> LookAtWals(const std::string& directory, rocksdb::Env* env,
                                        const WalStart& start);

/// By number, the names of the write-ahead logs that are not before `from`. Errors: IoError.
Result<std::map<std::uint64_t, std::string>> ListWals(const std::string& directory,
                                                      std::uint64_t from, rocksdb::Env* env);

/// The first write-ahead log that a database that is open needs; 0: not known.
std::uint64_t FirstNeededWal(rocksdb::DB& db);
/// The same, and where it begins.
WalStart FindWalStart(rocksdb::DB& db);

/// How much of a file in RocksDB's log format is whole. Errors: IoError.
Result<std::uint64_t> WholeBytesOfLog(const std::string& path, rocksdb::Env* env);

/// By name, without a directory: how much of these files is to be read. What is not named is whole.
using ReadLimits = std::map<std::string, std::uint64_t>;
struct ReadPlan {
  ReadLimits limits = {};
  std::set<std::uint64_t> wals = {};  ///< The numbers of the write-ahead logs that were looked at.
  /// Logs from this number on that come later are read, too: they are our own.
  std::uint64_t own_wals_from = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t wal_bytes = 0;  ///< Of the write-ahead logs that are to be read.
};
/// What of the write-ahead logs and of the manifest is to be read. `writes`: nobody else does, and
/// logs that come later are our own. Errors: IoError.
Result<ReadPlan> PlanReading(const std::string& directory, rocksdb::Env* env, const WalStart& start,
                             bool writes);
/// Removes the write-ahead logs before one. The sequence number of the first write in a log follows
/// the last of the log before it; whoever begins one of which that is not true calls this before
/// anything is written to it, so that nobody meets the gap. Errors: IoError.
Status RemoveWalsBefore(std::uint64_t number, const std::string& directory, rocksdb::Env* env);
/// An Env as `env`, which must outlive it, in which files end earlier for who reads them in order,
/// and write-ahead logs that are not in the plan are empty. What a writer wrote to another one
/// meanwhile would follow on what the plan leaves out of the one before; and RocksDB reads also
/// what stands before the first one that is needed, which may be anything: at its end it would
/// stop, and remove all that follows.
std::unique_ptr<rocksdb::Env> NewLimitingEnv(rocksdb::Env* env, ReadPlan plan);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_WAL_FILES_H_
