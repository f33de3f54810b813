// Anchor: what a ledger is known to hold, in a file of its own beside RocksDB's.
//
// RocksDB opens whatever its list of files names, up to where its write-ahead logs end. Whether a
// file of the list, its last part, or a whole log is gone can't be seen in what is left. So the
// file ANCHOR says what must be there:
//   - the record up to which everything is stored, and its checksum, which stands for the history;
//   - the manifest (RocksDB's list of files), how much of it there is, and the hash of that.
// Both are lower bounds, and are written after what they claim is stored. So the rule is one: a
// ledger that has less than its anchor claims is damaged, and is not opened to write.
//
// The file has three pages. Two are written in turn, each synced before the other is touched: what
// they claim survives power loss. The third is written after each synced commit and not synced
// itself: it is exact where the process ended and the machine did not, and is passed over where it
// is torn. The format is in docs/FORMAT.md.
#ifndef GRANTLEDGER_LEDGER_ANCHOR_H_
#define GRANTLEDGER_LEDGER_ANCHOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <rocksdb/env.h>

#include <grantledger/status.h>
#include <grantledger/types.h>

#include "ledger/directory_lock.h"
#include "ledger/wal_files.h"

namespace grantledger {

/// The last record of a history.
struct LogEnd {
  Lsn lsn = 0;
  std::uint64_t checksum = 0;  ///< See RecordChecksum; it depends on every record before it.
};

/// A part of a manifest: its number, and its first bytes. Number 0: none is claimed.
struct ManifestPart {
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;  ///< XXH3-64
};

struct AnchorClaim {
  /// Stored: never renumber.
  enum class State : std::uint8_t {
    kCreating = 1,  ///< Nothing was ever answered: the ledger is being made.
    kOpen = 2,
    kClosed = 3,  ///< By the last session, which wrote down all that it knew.
  };
  State state = State::kCreating;
  LogEnd end = {};
  ManifestPart manifest = {};
  /// What is needed beside the files of this manifest.
  WalStart wal = {};
  /// Of the table files that it lists; see SumOfTables. 0: not known.
  std::uint64_t tables = 0;
};

/// What the ledger in `directory` must hold. Nullopt: there is no such file.
/// Errors: Corruption (no page verifies), IoError.
Result<std::optional<AnchorClaim>> ReadAnchor(const std::string& directory, rocksdb::Env* env);

/// One of the two pages that are synced, which does not prove itself though the other does.
struct BrokenPage {
  std::size_t number = 0;  ///< From 1 on.
  std::string bytes;       ///< As it is; of less than a page: the file ends in it.
  std::uint64_t file_bytes = 0;
  [[nodiscard]] bool IsCut() const;
};
inline constexpr std::uint64_t kAnchorBytes = std::uint64_t{3} * 4096;

/// Nullopt also where no page proves itself, of which ReadAnchor tells, or where the file is not
/// there or can't be read. A second page of zeros that was never written is none.
std::optional<BrokenPage> FindBrokenPage(const std::string& directory, rocksdb::Env* env);

/// Writes the file. Thread-safe.
class Anchor {
 public:
  /// Opens the file, or makes it with the first claim. `env` is not owned. `lock`: of the
  /// directory; null: nobody else is there.
  static Result<std::unique_ptr<Anchor>> Open(const std::string& directory, rocksdb::Env* env,
                                              const AnchorClaim& first,
                                              std::shared_ptr<const DirectoryLock> lock = nullptr);

  /// What is claimed at present, durably.
  [[nodiscard]] AnchorClaim claim() const;
  /// Claims durably that all up to `end` is stored. REQUIRES: it is synced.
  Status ClaimEnd(const LogEnd& end, AnchorClaim::State state);
  /// Claims durably what the manifest is now, and what else the database needs; of the logs as much
  /// as before where that can't be told, since files change (sequence 0). Errors: IoError (also:
  /// the directory was moved, and what is found by its path is not the ledger's).
  Status ClaimManifest(rocksdb::DB& db);
  /// Claims the same as ClaimEnd, until the machine ends. Costs a write to the page cache.
  Status NoteEnd(const LogEnd& end);

 private:
  Anchor(std::string directory, rocksdb::Env* env, std::shared_ptr<const DirectoryLock> lock)
      : directory_(std::move(directory)), env_(env), lock_(std::move(lock)) {}
  [[nodiscard]] Status CheckHome() const { return CheckIsThere(lock_.get()); }
  Status WriteDurably(const AnchorClaim& claim);  // REQUIRES: mutex_ is held
  Status WriteOtherPage(const AnchorClaim& claim);
  Status WritePage(std::size_t page, const AnchorClaim& claim);

  std::string directory_;
  rocksdb::Env* env_;
  std::shared_ptr<const DirectoryLock> lock_;
  mutable std::mutex mutex_;  // of all below
  std::unique_ptr<rocksdb::RandomRWFile> file_;
  AnchorClaim claim_;
  std::uint64_t number_ = 0;    ///< Of the last page that was written.
  std::size_t durable_at_ = 0;  ///< The page that has claim_.
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_ANCHOR_H_
