#include "tests/torture/recording_file_system.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "ledger/machine_files.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using Kind = DiskEvent::Kind;
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string Plain(const std::string& path) {
  std::string plain = fs::path(path).lexically_normal().string();
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  return plain;
}

std::string Parent(const std::string& path) { return fs::path(path).parent_path().string(); }
std::string LastName(const std::string& path) { return fs::path(path).filename().string(); }

/// Durable is what was done before the call, not what came while it ran.
template <typename Sync>
IOStatus Synced(DiskJournal& journal, Node node, Kind kind, const Sync& sync) {
  const std::size_t before = journal.size();
  IOStatus status = sync();
  if (status.ok()) journal.Add({.kind = kind, .node = node, .at = before});
  return status;
}

class RecordedFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  RecordedFile(std::unique_ptr<rocksdb::FSWritableFile> file, Node node, std::uint64_t end,
               DiskJournal& journal)
      : FSWritableFileOwnerWrapper(std::move(file)), node_(node), end_(end), journal_(journal) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return NoteAppended(data, FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
    return NoteAppended(data, FSWritableFileOwnerWrapper::Append(data, options, info, debug));
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t at, const IOOptions& options,
                            IODebugContext* debug) override {
    end_ = at;
    return NoteAppended(data,
                        FSWritableFileOwnerWrapper::PositionedAppend(data, at, options, debug));
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t at, const IOOptions& options,
                            const rocksdb::DataVerificationInfo& info,
                            IODebugContext* debug) override {
    end_ = at;
    return NoteAppended(
        data, FSWritableFileOwnerWrapper::PositionedAppend(data, at, options, info, debug));
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, debug);
    if (status.ok()) journal_.Add({.kind = Kind::kResize, .node = node_, .at = size});
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Synced(journal_, node_, Kind::kSync,
                  [&] { return FSWritableFileOwnerWrapper::Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Synced(journal_, node_, Kind::kSync,
                  [&] { return FSWritableFileOwnerWrapper::Fsync(options, debug); });
  }

 private:
  /// Of what fails a part may be written: that is left to be told by whoever brings in faults.
  IOStatus NoteAppended(const Slice& data, IOStatus status) {
    if (!status.ok()) return status;
    journal_.Add({.kind = Kind::kWrite, .node = node_, .at = end_, .bytes = data.ToString()});
    end_ += data.size();
    return status;
  }

  Node node_;
  std::uint64_t end_;
  DiskJournal& journal_;
};

class RecordedRandomFile : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  RecordedRandomFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, Node node, DiskJournal& journal)
      : FSRandomRWFileOwnerWrapper(std::move(file)), node_(node), journal_(journal) {}

  IOStatus Write(std::uint64_t at, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    IOStatus status = FSRandomRWFileOwnerWrapper::Write(at, data, options, debug);
    if (status.ok()) {
      journal_.Add({.kind = Kind::kWrite, .node = node_, .at = at, .bytes = data.ToString()});
    }
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Synced(journal_, node_, Kind::kSync,
                  [&] { return FSRandomRWFileOwnerWrapper::Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Synced(journal_, node_, Kind::kSync,
                  [&] { return FSRandomRWFileOwnerWrapper::Fsync(options, debug); });
  }

 private:
  Node node_;
  DiskJournal& journal_;
};

class RecordedDirectory : public rocksdb::FSDirectoryWrapper {
 public:
  RecordedDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, Node node,
                    DiskJournal& journal)
      : FSDirectoryWrapper(std::move(directory)), node_(node), journal_(journal) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Synced(journal_, node_, Kind::kSyncDirectory,
                  [&] { return FSDirectoryWrapper::Fsync(options, debug); });
  }
  /// RocksDB's reasons to leave out a sync are those of btrfs; here it is always done.
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& /*why*/) override {
    return Fsync(options, debug);
  }

 private:
  Node node_;
  DiskJournal& journal_;
};

}  // namespace

RecordingFileSystem::RecordingFileSystem(std::string root, DiskJournal& journal)
    : FileSystemWrapper(MachineEnv()->GetFileSystem()), root_(Plain(root)), journal_(journal) {
  names_[root_] = kRootNode;
  Adopt(root_);
}

void RecordingFileSystem::Adopt(const std::string& directory) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string path = entry.path().string();
    const Node node = Enter(path, entry.is_directory());
    if (entry.is_directory()) {
      Adopt(path);
      continue;
    }
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    journal_.Add({.kind = Kind::kWrite, .node = node, .at = 0, .bytes = std::move(bytes)});
    journal_.Add({.kind = Kind::kSync, .node = node, .at = journal_.size()});
  }
  journal_.Add({.kind = Kind::kSyncDirectory, .node = names_.at(directory), .at = journal_.size()});
}

std::optional<Node> RecordingFileSystem::Find(const std::string& path) const {
  const auto found = names_.find(Plain(path));
  if (found == names_.end()) return std::nullopt;
  return found->second;
}

bool RecordingFileSystem::IsRecorded(const std::string& path) const {
  return Find(Parent(Plain(path))).has_value();
}

Node RecordingFileSystem::Enter(const std::string& path, bool is_directory,
                                std::optional<Node> node) {
  const std::string plain = Plain(path);
  const Node entered = node ? *node : next_++;
  journal_.Add({.kind = Kind::kEnter,
                .node = names_.at(Parent(plain)),
                .name = LastName(plain),
                .other = entered,
                .is_directory = is_directory});
  names_[plain] = entered;
  return entered;
}

void RecordingFileSystem::Remove(const std::string& path) {
  const std::string plain = Plain(path);
  if (names_.erase(plain) == 0) return;
  journal_.Add({.kind = Kind::kRemove, .node = names_.at(Parent(plain)), .name = LastName(plain)});
}

void RecordingFileSystem::Rename(const std::string& from, const std::string& to) {
  auto renamed = names_.extract(Plain(from));
  if (!renamed) return;
  const Node directory = names_.at(Parent(renamed.key()));
  journal_.Add({.kind = Kind::kRename,
                .node = directory,
                .name = LastName(renamed.key()),
                .new_name = LastName(Plain(to))});
  names_[Plain(to)] = renamed.mapped();
}

std::optional<Node> RecordingFileSystem::NoteOpened(const std::string& path, bool truncated) {
  if (!IsRecorded(path)) return std::nullopt;
  const auto there = Find(path);
  if (!there) return Enter(path, /*is_directory=*/false);
  if (truncated) journal_.Add({.kind = Kind::kResize, .node = *there, .at = 0});
  return there;
}

IOStatus RecordingFileSystem::NewWritableFile(const std::string& path, const FileOptions& options,
                                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                                              IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::NewWritableFile(path, options, file, debug);
  if (!status.ok()) return status;
  if (const auto node = NoteOpened(path, /*truncated=*/true)) {
    *file = std::make_unique<RecordedFile>(std::move(*file), *node, 0, journal_);
  }
  return status;
}

IOStatus RecordingFileSystem::ReopenWritableFile(const std::string& path,
                                                 const FileOptions& options,
                                                 std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                 IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::ReopenWritableFile(path, options, file, debug);
  if (!status.ok()) return status;
  if (const auto node = NoteOpened(path, /*truncated=*/false)) {
    const std::uint64_t end = (*file)->GetFileSize(IOOptions(), debug);
    *file = std::make_unique<RecordedFile>(std::move(*file), *node, end, journal_);
  }
  return status;
}

IOStatus RecordingFileSystem::ReuseWritableFile(const std::string& path,
                                                const std::string& old_path,
                                                const FileOptions& options,
                                                std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::ReuseWritableFile(path, old_path, options, file, debug);
  if (!status.ok()) return status;
  Rename(old_path, path);
  // It is written from its beginning on, over what it had.
  if (const auto node = NoteOpened(path, /*truncated=*/false)) {
    *file = std::make_unique<RecordedFile>(std::move(*file), *node, 0, journal_);
  }
  return status;
}

IOStatus RecordingFileSystem::NewRandomRWFile(const std::string& path, const FileOptions& options,
                                              std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                              IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::NewRandomRWFile(path, options, file, debug);
  if (!status.ok()) return status;
  if (const auto node = Find(path)) {
    *file = std::make_unique<RecordedRandomFile>(std::move(*file), *node, journal_);
  }
  return status;
}

IOStatus RecordingFileSystem::NewMemoryMappedFileBuffer(
    const std::string& /*path*/, std::unique_ptr<rocksdb::MemoryMappedFileBuffer>* /*buffer*/) {
  return IOStatus::NotSupported("what is written through a mapping can't be written down");
}

IOStatus RecordingFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                           std::unique_ptr<rocksdb::FSDirectory>* directory,
                                           IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::NewDirectory(path, options, directory, debug);
  if (!status.ok()) return status;
  if (const auto node = Find(path)) {
    *directory = std::make_unique<RecordedDirectory>(std::move(*directory), *node, journal_);
  }
  return status;
}

IOStatus RecordingFileSystem::DeleteFile(const std::string& path, const IOOptions& options,
                                         IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::DeleteFile(path, options, debug);
  if (status.ok()) Remove(path);
  return status;
}

IOStatus RecordingFileSystem::Truncate(const std::string& path, std::size_t size,
                                       const IOOptions& options, IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::Truncate(path, size, options, debug);
  const auto node = Find(path);
  if (status.ok() && node) journal_.Add({.kind = Kind::kResize, .node = *node, .at = size});
  return status;
}

IOStatus RecordingFileSystem::CreateDir(const std::string& path, const IOOptions& options,
                                        IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::CreateDir(path, options, debug);
  if (status.ok() && IsRecorded(path)) Enter(path, /*is_directory=*/true);
  return status;
}

IOStatus RecordingFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                                 IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::CreateDirIfMissing(path, options, debug);
  if (status.ok() && IsRecorded(path) && !Find(path)) Enter(path, /*is_directory=*/true);
  return status;
}

IOStatus RecordingFileSystem::DeleteDir(const std::string& path, const IOOptions& options,
                                        IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::DeleteDir(path, options, debug);
  if (status.ok()) Remove(path);
  return status;
}

IOStatus RecordingFileSystem::RenameFile(const std::string& from, const std::string& to,
                                         const IOOptions& options, IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  if (Find(from) && Parent(Plain(from)) != Parent(Plain(to))) {
    return IOStatus::NotSupported("a rename into another directory can't be written down");
  }
  IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (status.ok()) Rename(from, to);
  return status;
}

IOStatus RecordingFileSystem::LinkFile(const std::string& from, const std::string& to,
                                       const IOOptions& options, IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::LinkFile(from, to, options, debug);
  const auto node = Find(from);
  if (status.ok() && node && IsRecorded(to)) Enter(to, /*is_directory=*/false, node);
  return status;
}

IOStatus RecordingFileSystem::LockFile(const std::string& path, const IOOptions& options,
                                       rocksdb::FileLock** file_lock, IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::LockFile(path, options, file_lock, debug);
  if (status.ok()) (void)NoteOpened(path, /*truncated=*/false);
  return status;
}

IOStatus RecordingFileSystem::NewLogger(const std::string& path, const IOOptions& options,
                                        std::shared_ptr<rocksdb::Logger>* logger,
                                        IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  IOStatus status = FileSystemWrapper::NewLogger(path, options, logger, debug);
  if (status.ok()) (void)NoteOpened(path, /*truncated=*/true);
  return status;
}

}  // namespace grantledger::torture
