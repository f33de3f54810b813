// The part of Store that claims in the anchor what is stored, and holds what is there against it.
#include <rocksdb/db.h>

#include <rocksdb/convenience.h>
#include <rocksdb/listener.h>

#include "ledger/caught.h"
#include "ledger/directory.h"
#include "ledger/info_log.h"
#include "ledger/macros.h"
#include "ledger/opening.h"
#include "ledger/store.h"
#include "ledger/tuning.h"

namespace grantledger {
namespace {

/// Makes the directory, and its name durable: else power loss may take a ledger with all that was
/// answered, and the next one is made anew. Whether the name of a directory that was there before
/// is durable is for who made it, where we may not read its parent.
rocksdb::Status MakeDirectory(const std::string& directory, rocksdb::Env* env) {
  const bool was_there = env->FileExists(directory).ok();
  rocksdb::Status made = env->CreateDirIfMissing(directory);
  if (!made.ok()) return made;
  const std::size_t end = directory.find_last_not_of('/');
  const std::size_t slash = directory.rfind('/', end);
  std::string parent = slash == std::string::npos ? "." : directory.substr(0, slash);
  if (parent.empty()) parent = "/";
  std::unique_ptr<rocksdb::Directory> opened;
  made = env->NewDirectory(parent, &opened);
  if (!made.ok()) return was_there ? rocksdb::Status() : made;
  return opened->Fsync();
}

}  // namespace

/// Hears of every change of the set of files, on threads of RocksDB.
class Store::FilesWatch : public rocksdb::EventListener {
 public:
  void Begin(Anchor* anchor) {
    const std::scoped_lock lock(mutex_);
    anchor_ = anchor;
  }
  void OnFlushCompleted(rocksdb::DB* db, const rocksdb::FlushJobInfo& /*info*/) override {
    (void)Claim(*db);
  }
  void OnCompactionCompleted(rocksdb::DB* db, const rocksdb::CompactionJobInfo& info) override {
    if (info.status.ok()) (void)Claim(*db);
  }
  /// What fails is claimed with the next change: an older claim is true still.
  Status Claim(rocksdb::DB& db) noexcept {
    try {
      const std::scoped_lock lock(mutex_);
      return anchor_ == nullptr ? Status() : anchor_->ClaimManifest(db);
    } catch (...) {
      return Caught();  // nothing may be thrown into RocksDB's threads
    }
  }

 private:
  std::mutex mutex_;
  Anchor* anchor_ = nullptr;
};

Store::Store()
    : watch_(std::make_shared<FilesWatch>()),
      events_(std::make_shared<const Events>(nullptr, nullptr)) {}

std::shared_ptr<rocksdb::EventListener> Store::Watch() const { return watch_; }

/// Before anything is written: logs that are not needed any more may be there still, and what is
/// written now need not go on with them.
Status Store::ClaimFiles() {
  if (anchor_ == nullptr) return {};
  watch_->Begin(anchor_.get());
  return ClaimLogs();
}

/// Where they begin, too.
Status Store::ClaimLogs() {
  constexpr int kMostTries = 100;
  for (int i = 0; i < kMostTries; ++i) {
    GL_RETURN_IF_ERROR(watch_->Claim(*db_));
    if (anchor_->claim().wal.sequence != 0) return {};
  }
  return {Code::kIoError,
          "where the write-ahead logs begin can't be told, expected files that can "
          "be read, and a moment in which they do not change"};
}

Status Store::CheckWhatIsLeft(const std::string& directory, const Options& options,
                              const rocksdb::DBOptions& database) const {
  Options reading = options;
  reading.read_only = true;
  Store left;
  left.read_only_ = true;
  left.logger_ = std::make_shared<LedgerLog>(reading, directory);
  const auto options_to_read = DatabaseOptions(reading, database.env, left.logger_);
  GL_RETURN_IF_ERROR(left.OpenFilesOf(directory, reading, options_to_read, nullptr));
  return CheckEnd(directory, left, *found_);
}

/// A directory that is not there is made before it is locked, and somebody may make a ledger in it
/// before that: what is found counts once it is locked.
Status Store::LockAndLook(const std::string& home, const Options& options, rocksdb::Env* env) {
  GL_RETURN_IF_ERROR(CheckPermission(home, !options.read_only));
  if (!options.read_only) {
    GL_ASSIGN_OR_RETURN(directory_lock_, DirectoryLock::Take(home));
  }
  GL_ASSIGN_OR_RETURN(auto found, LookAtDirectory(home, options, env));
  if (!options.read_only && !found) {
    GL_RETURN_IF_ERROR(FromRocks(MakeDirectory(home, env), "making the directory " + home));
  }
  if (!options.read_only && directory_lock_ == nullptr) {
    GL_ASSIGN_OR_RETURN(directory_lock_, DirectoryLock::Take(home));
    if (directory_lock_ == nullptr) {
      return {Code::kIoError, "the directory " + home +
                                  " is not there any more, expected that it "
                                  "stays while a ledger is opened in it"};
    }
    GL_ASSIGN_OR_RETURN(found, LookAtDirectory(home, options, env));
  }
  // And where it is that of the lock, which is the one that is written to.
  GL_RETURN_IF_ERROR(CheckIsThere(directory_lock_.get()));
  if (found) found_ = std::make_unique<AnchorClaim>(*found);
  return {};
}

/// For a new ledger, the claim that nothing was answered comes before all else.
Status Store::BeginClaims(const std::string& directory, rocksdb::Env* env) {
  if (found_ == nullptr) GL_RETURN_IF_ERROR(RemoveCreation(directory, env));
  RemoveTrial(directory, env);
  GL_ASSIGN_OR_RETURN(anchor_, Anchor::Open(directory, env, AnchorClaim(), directory_lock_));
  return {};
}

/// Before anything is committed that only the new log has, which need not go on with the others.
Status Store::ClaimLogAfter(std::uint64_t failed) {
  GL_RETURN_IF_ERROR(ClaimLogs());
  const std::uint64_t needed = anchor_->claim().wal.number;
  if (needed > failed) return RemoveWalsBefore(needed, db_->GetName(), env_.get());
  return {Code::kIoError, "write-ahead log " + std::to_string(needed) +
                              " is needed, expected one after " + std::to_string(failed) +
                              ", which failed"};
}

/// What fails, or throws, is claimed after a later commit.
void Store::NoteCommitted(const LogEnd& end) noexcept {
  constexpr Lsn kRecordsBetween = 10'000;
  try {
    if (end.lsn >= next_claim_) {
      if (ClaimCommitted(end).ok()) next_claim_ = end.lsn + kRecordsBetween;
    } else if (write_options_.sync) {
      (void)anchor_->NoteEnd(end);
    }
  } catch (...) {
    (void)Caught();
  }
}

Status Store::SyncLog() {
  GL_RETURN_IF_ERROR(WhyNotWritten());  // what is needed may be in memory alone then
  return FromRocks(files_->SyncLogs(), "syncing the write-ahead log");
}

Status Store::ClaimCommitted(const LogEnd& end) {
  if (!write_options_.sync) {
    GL_RETURN_IF_ERROR(SyncLog());
  }
  return anchor_->ClaimEnd(end, AnchorClaim::State::kOpen);
}

/// What was not claimed yet, and that this session ended in order. What fails leaves an older
/// claim.
Status Store::EndClaims() {
  if (anchor_ == nullptr) return {};
  // What merges files now would change their list after the last claim.
  rocksdb::CancelAllBackgroundWork(db_.get(), /*wait=*/true);
  Status claimed = ClaimAsClosed();
  watch_->Begin(nullptr);
  return claimed;
}

Status Store::ClaimAsClosed() {
  GL_ASSIGN_OR_RETURN(const auto end, ReadLogEnd(*this));
  // What opening refuses must not become what is claimed.
  if (!end || !CheckEnd(db_->GetName(), *this, anchor_->claim()).ok()) return {};
  GL_RETURN_IF_ERROR(SyncLog());
  Status listed = watch_->Claim(*db_);
  const Status ended = anchor_->ClaimEnd(*end, AnchorClaim::State::kClosed);
  return listed.ok() ? ended : listed;
}

}  // namespace grantledger
