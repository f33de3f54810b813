// The part of Store that claims in the anchor what is stored, and holds what is there against it.
#include <rocksdb/convenience.h>
#include <rocksdb/listener.h>

#include "ledger/macros.h"
#include "ledger/opening.h"
#include "ledger/store.h"
#include "ledger/tuning.h"

namespace grantledger {

/// Hears of every change of the set of files, on threads of RocksDB.
class Store::FilesWatch : public rocksdb::EventListener {
 public:
  void Begin(Anchor* anchor) {
    const std::scoped_lock lock(mutex_);
    anchor_ = anchor;
  }
  void OnFlushCompleted(rocksdb::DB* db, const rocksdb::FlushJobInfo& /*info*/) override {
    Claim(*db);
  }
  void OnCompactionCompleted(rocksdb::DB* db, const rocksdb::CompactionJobInfo& info) override {
    if (info.status.ok()) Claim(*db);
  }
  /// What fails is claimed with the next change: an older claim is true still.
  void Claim(rocksdb::DB& db) {
    const std::scoped_lock lock(mutex_);
    if (anchor_ == nullptr) return;
    (void)anchor_->ClaimManifest(db);
  }

 private:
  std::mutex mutex_;
  Anchor* anchor_ = nullptr;
};

Store::Store() : watch_(std::make_shared<FilesWatch>()) {}

std::shared_ptr<rocksdb::EventListener> Store::Watch() const { return watch_; }

void Store::ClaimFiles() {
  if (anchor_ == nullptr) return;
  watch_->Begin(anchor_.get());
  watch_->Claim(*db_);
}

Status Store::CheckWhatIsLeft(const std::string& directory, const Options& options,
                              const rocksdb::DBOptions& database) const {
  Options reading = options;
  reading.read_only = true;
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status locked = database.env->LockFile(directory + "/LOCK", &lock);
  GL_RETURN_IF_ERROR(ExplainOpening(locked, directory, options));
  (void)database.env->UnlockFile(lock);
  Store left;
  left.read_only_ = true;
  GL_RETURN_IF_ERROR(left.OpenFilesOf(directory, reading, DatabaseOptions(reading, database.env)));
  return CheckEnd(directory, left, *found_);
}

/// For a new ledger, the claim that nothing was answered comes before all else.
Status Store::BeginClaims(const std::string& directory, const Options& options, rocksdb::Env* env) {
  if (found_ == nullptr) {
    const rocksdb::Status made = env->CreateDirIfMissing(directory);
    GL_RETURN_IF_ERROR(FromRocks(made, "making the directory " + directory));
    rocksdb::FileLock* lock = nullptr;
    const rocksdb::Status locked = env->LockFile(directory + "/LOCK", &lock);
    GL_RETURN_IF_ERROR(ExplainOpening(locked, directory, options));
    const Status removed = RemoveCreation(directory, env);
    (void)env->UnlockFile(lock);
    GL_RETURN_IF_ERROR(removed);
  }
  GL_ASSIGN_OR_RETURN(anchor_, Anchor::Open(directory, env, AnchorClaim()));
  return {};
}

void Store::NoteCommitted(const LogEnd& end) {
  constexpr Lsn kRecordsBetween = 10'000;
  if (end.lsn >= next_claim_) {
    if (ClaimCommitted(end).ok()) next_claim_ = end.lsn + kRecordsBetween;
  } else if (write_options_.sync) {
    (void)anchor_->NoteEnd(end);
  }
}

Status Store::ClaimCommitted(const LogEnd& end) {
  if (!write_options_.sync) {
    GL_RETURN_IF_ERROR(FromRocks(db_->SyncWAL(), "syncing the write-ahead log"));
  }
  return anchor_->ClaimEnd(end, AnchorClaim::State::kOpen);
}

/// What was not claimed yet, and that this session ended in order. What fails leaves an older
/// claim.
void Store::EndClaims() {
  if (anchor_ == nullptr || db_ == nullptr) return;
  // What merges files now would change their list after the last claim.
  rocksdb::CancelAllBackgroundWork(db_.get(), /*wait=*/true);
  ClaimAsClosed();
  watch_->Begin(nullptr);
}

void Store::ClaimAsClosed() {
  const auto end = ReadLogEnd(*this);
  if (!end || !*end || (*end)->lsn < anchor_->claim().end.lsn) return;
  if (!db_->SyncWAL().ok()) return;
  watch_->Claim(*db_);
  (void)anchor_->ClaimEnd(**end, AnchorClaim::State::kClosed);
}

}  // namespace grantledger
