// The part of Store that makes the database write again after something failed below it.
#include <array>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <thread>

#include "ledger/macros.h"
#include "ledger/store.h"

namespace grantledger {
namespace {

constexpr const char* kTrialFile = "/trial.dbtmp";

}  // namespace

void Store::GoOnAfterErrors(rocksdb::DBOptions* database) {
  files_ = std::make_shared<ResumableFiles>(database->env->GetFileSystem(), directory_lock_);
  env_ = rocksdb::NewCompositeEnv(files_);
  flush_gate_ = std::make_shared<FlushGate>();
  error_rests_ = std::make_shared<ErrorRests>(database->env->GetSystemClock());
  errors_ = std::make_shared<BackgroundErrors>(events_);
  database->env = env_.get();
  database->listeners.push_back(flush_gate_);
  database->listeners.push_back(errors_);
  database->max_bgerror_resume_count = 0;  // Recover does it, when the log's end is in order
}

bool Store::NeedsRecovery() const {
  return files_ != nullptr && (errors_->any() || files_->failed_log() != 0 || is_stuck_);
}

Status Store::Recover() {
  if (!NeedsRecovery()) return {};
  if (is_stuck_) return WhyNotWritten();
  const std::scoped_lock recovering(recovering_);
  ++recoveries_;
  ForgetLatest();
  GL_RETURN_IF_ERROR(FromRocks(files_->Cut(), "cutting off what could not be committed"));
  GL_RETURN_IF_ERROR(TryFiles());
  rocksdb::Status resumed = Resume();
  const std::uint64_t failed =
      files_->failed_log();  // resuming may begin another one, and yet fail
  if (resumed.ok() && failed != 0) {
    resumed = BeginLogAnew();
    if (!resumed.ok()) errors_->Remember();  // RocksDB tells of an error before it counts
  }
  GL_RETURN_IF_ERROR(FromRocks(resumed, "resuming after an error"));
  if (files_->broken()) return FromRocks(files_->failure(), "beginning another log");
  errors_->NoteResumed();
  if (failed != 0) {
    GL_RETURN_IF_ERROR(ClaimLogAfter(failed));
    files_->ForgetFailedLog(failed);
  }
  return {};
}

Result<Store::FilesHold> Store::HoldFiles() {
  const std::shared_lock not_recovering(recovering_);
  GL_RETURN_IF_ERROR(WhyNotWritten());
  GL_RETURN_IF_ERROR(CheckIsThere(directory_lock_.get()));
  GL_RETURN_IF_ERROR(FromRocks(db_->DisableFileDeletions(), "keeping files from being deleted"));
  ++file_holds_;
  return FilesHold{recoveries_, resumes_};
}

Status Store::LetFilesGo(const FilesHold& hold) {
  const std::shared_lock not_recovering(recovering_);
  Status enabled;
  if (resumes_ == hold.resumes) {
    --file_holds_;
    enabled = FromRocks(db_->EnableFileDeletions(/*force=*/false), "letting files be deleted");
  }
  if (recoveries_ != hold.recoveries) {
    return {Code::kIoError, "the ledger went on after an error while its files were taken"};
  }
  GL_RETURN_IF_ERROR(enabled);
  // Else files of another ledger, which has names like ours, may have been taken.
  GL_RETURN_IF_ERROR(CheckIsThere(directory_lock_.get()));
  return WhyNotWritten();
}

/// After an error of the list of files RocksDB keeps them all, until it is resumed, and lets all go
/// then, whoever else asked for them.
rocksdb::Status Store::Resume() {
  if (!errors_->any()) return {};
  const ErrorRests::Ended no_rest(error_rests_);
  errors_->Forget();
  // It lets them go on its way, and may fail behind that.
  ++resumes_;
  if (file_holds_.exchange(0) != 0) must_let_files_go_ = true;
  rocksdb::Status resumed = rocksdb::Status::Aborted();
  try {
    resumed = flush_gate_->Resume(*db_);
  } catch (...) {
    errors_->Remember();
    throw;
  }
  // It may have had nothing to resume.
  if (resumed.ok() && must_let_files_go_) resumed = db_->EnableFileDeletions(/*force=*/true);
  if (resumed.ok()) must_let_files_go_ = false;
  if (!resumed.ok()) errors_->Remember();
  return resumed;
}

/// Nothing is resumed before all that it does works: a file is made, written, synced, and read, and
/// its directory is synced.
Status Store::TryFiles() {
  constexpr std::string_view kTrial = "trial";
  const std::string path = db_->GetName() + kTrialFile;
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
  RemoveTrial(db_->GetName(), env_.get());  // else the next opening does
  return FromRocks(tried, "trying whether files can be written and read");
}

void Store::RemoveTrial(const std::string& directory, rocksdb::Env* env) {
  (void)env->DeleteFile(directory + kTrialFile);
}

/// RocksDB begins another log where a family has something to flush, and lets go of the one that
/// failed where every family was flushed since: one that has nothing may need it until another log
/// is begun after that, for which there may be no reason. So something is written to each, past the
/// log, that leaves it as it is. Its sequence numbers, and those of what could not be committed,
/// are in no log, so the run of writes (ledger/wal_files.h) has to begin with the new one.
rocksdb::Status Store::BeginLogAnew() {
  rocksdb::WriteBatch nothing;
  rocksdb::Status status;
  for (auto* family : handles_) {
    if (status.ok()) status = nothing.Delete(family, rocksdb::Slice());  // no row has this key
  }
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  if (status.ok()) status = OrStuck([&] { return db_->Write(options, &nothing); });
  return status.ok() ? Flush() : status;
}

/// After an error that stopped it wholly and was recovered from, DB::Flush of RocksDB 7.8.3 does
/// not wait any more (DBImpl::WaitForFlushMemTables). So we do, until all is in files, or something
/// failed, which is all that keeps a flush from ending.
rocksdb::Status Store::Flush() {
  constexpr std::chrono::milliseconds kMoment(1);
  constexpr int kOften = 100;
  if (is_stuck_) return rocksdb::Status::IOError(WhyNotWritten().message());
  rocksdb::FlushOptions options;
  options.allow_write_stall = true;
  const std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  rocksdb::Status status = OrStuck([&] { return db_->Flush(options, all); });
  if (!status.ok()) return status;
  for (auto* family : all) {
    std::uint64_t left = 0;
    for (int i = 1;
         db_->GetIntProperty(family, rocksdb::DB::Properties::kNumImmutableMemTable, &left) &&
         left != 0;
         ++i) {
      if (errors_ != nullptr && errors_->any()) return rocksdb::Status::IOError("it failed");
      std::this_thread::sleep_for(kMoment);
      // One that was told before RocksDB resumed, and counted after it, is known to RocksDB alone.
      if (i % kOften == 0) status = OrStuck([&] { return db_->Flush(options, family); });
      if (!status.ok()) return status;
    }
  }
  return status;
}

}  // namespace grantledger
