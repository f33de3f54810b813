// The part of Store that makes the database write again after something failed below it.
#include <array>
#include <chrono>
#include <future>
#include <new>
#include <string_view>
#include <system_error>
#include <thread>

#include "ledger/macros.h"
#include "ledger/store.h"

namespace grantledger {
namespace {

/// Keeps merging from beginning again, from when `resumed` is late until it is there. To pause what
/// is done in the background keeps it from beginning at once, waits until what goes on has ended,
/// as DB::Resume does, which goes on at the same moment, and then keeps flushes from beginning,
/// too.
void HoldMerging(rocksdb::DB& db, const std::future<void>& resumed) {
  constexpr std::chrono::milliseconds kLate(200);
  constexpr std::chrono::milliseconds kMoment(50);
  while (resumed.wait_for(kLate) != std::future_status::ready) {
    (void)db.PauseBackgroundWork();
    (void)resumed.wait_for(kMoment);
    try {
      (void)db.ContinueBackgroundWork();
    } catch (const std::bad_alloc&) {  // once nothing is held any more: what begins, begins later
    }
  }
}

/// DB::Resume waits until nothing is merged; and merging that fails begins again each second, for
/// as long as a table file can't be read, say, or has no room on the disk.
rocksdb::Status Resume(rocksdb::DB& db) {
  std::jthread holding;        // joined last,
  std::promise<void> resumed;  // when this is kept, or broken by what is thrown
  try {
    holding = std::jthread([&db, done = resumed.get_future()] { HoldMerging(db, done); });
  } catch (const std::system_error& error) {
    return rocksdb::Status::IOError("no thread can be started", error.what());
  }
  rocksdb::Status status = db.Resume();
  resumed.set_value();
  return status;
}

}  // namespace

void Store::GoOnAfterErrors(rocksdb::DBOptions* database) {
  files_ = std::make_shared<ResumableFiles>(database->env->GetFileSystem());
  env_ = rocksdb::NewCompositeEnv(files_);
  flush_starts_ = std::make_shared<FlushStarts>();
  errors_ = std::make_shared<BackgroundErrors>(events_);
  database->env = env_.get();
  database->listeners.push_back(flush_starts_);
  database->listeners.push_back(errors_);
  database->max_bgerror_resume_count = 0;  // Recover does it, when the log's end is in order
}

bool Store::NeedsRecovery() const {
  return files_ != nullptr && (files_->broken() || errors_->any() || log_failed_);
}

Status Store::Recover() {
  if (!NeedsRecovery()) return {};
  ForgetLatest();
  // Resuming may begin another log, and yet fail.
  if (files_->broken()) log_failed_ = true;
  GL_RETURN_IF_ERROR(FromRocks(files_->Cut(), "cutting off what could not be committed"));
  GL_RETURN_IF_ERROR(TryFiles());
  errors_->Forget();
  rocksdb::Status resumed = Resume(*db_);
  if (files_->broken()) log_failed_ = true;
  if (resumed.ok() && log_failed_) resumed = BeginLogAnew();
  if (!resumed.ok()) errors_->Remember();
  GL_RETURN_IF_ERROR(FromRocks(resumed, "resuming after an error"));
  errors_->NoteResumed();
  if (!log_failed_) return {};
  GL_RETURN_IF_ERROR(ClaimNewLog());
  log_failed_ = false;
  return {};
}

/// Nothing is resumed, which takes a second where merging fails, before all that it does works: a
/// file is made, written, synced, and read, and its directory is synced.
Status Store::TryFiles() {
  constexpr std::string_view kTrial = "trial";
  const std::string path = db_->GetName() + "/trial.dbtmp";
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status tried = env_->NewWritableFile(path, &file, rocksdb::EnvOptions());
  if (tried.ok()) tried = file->Append(kTrial);
  if (tried.ok()) tried = file->Sync();
  if (tried.ok()) tried = file->Close();
  file.reset();
  std::unique_ptr<rocksdb::Directory> directory;
  if (tried.ok()) tried = env_->NewDirectory(db_->GetName(), &directory);
  if (tried.ok()) tried = directory->Fsync();
  std::unique_ptr<rocksdb::RandomAccessFile> reader;
  if (tried.ok()) tried = env_->NewRandomAccessFile(path, &reader, rocksdb::EnvOptions());
  std::array<char, kTrial.size()> room{};
  rocksdb::Slice read;
  if (tried.ok()) tried = reader->Read(0, room.size(), &read, room.data());
  if (tried.ok() && read != kTrial) {
    tried = rocksdb::Status::IOError("what was written to " + path + " is not what is read");
  }
  (void)env_->DeleteFile(path);  // else RocksDB does, when it is opened
  return FromRocks(tried, "trying whether files can be written and read");
}

/// RocksDB begins another log where a family has something to flush. That may be none: so a row
/// that is always there is written anew, past the log. Its sequence numbers, and those of what
/// could not be committed, are in no log, so the run of writes (ledger/wal_files.h) has to begin
/// with the new one.
rocksdb::Status Store::BeginLogAnew() {
  const std::string key = CountersKey();
  std::string value;
  rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), handle(Family::kState), key, &value);
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  if (status.ok()) status = db_->Put(options, handle(Family::kState), key, value);
  rocksdb::FlushOptions flush;
  flush.allow_write_stall = true;
  const std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  return status.ok() ? db_->Flush(flush, all) : status;
}

}  // namespace grantledger
