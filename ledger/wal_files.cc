#include "ledger/wal_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <rocksdb/file_system.h>

#include "ledger/file_names.h"
#include "ledger/little_endian.h"
#include "ledger/log_file.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

/// A write begins with the sequence number of its first row (8 bytes) and how many rows it has (4).
struct WriteHeader {
  std::uint64_t sequence = 0;
  std::uint64_t rows = 0;
};
constexpr std::size_t kWriteHeaderBytes = 12;
constexpr std::size_t kSequenceBytes = 8;

std::optional<WriteHeader> ReadHeader(std::string_view write) {
  if (write.size() < kWriteHeaderBytes) return std::nullopt;
  return WriteHeader{
      LittleEndian(write.substr(0, kSequenceBytes)),
      LittleEndian(write.substr(kSequenceBytes, kWriteHeaderBytes - kSequenceBytes))};
}

/// Bytes of a file, for a LogFileReader.
Result<LogFileReader::Read> OpenLogFile(const std::string& path, rocksdb::Env* env) {
  std::unique_ptr<rocksdb::SequentialFile> opened;
  const auto status = env->NewSequentialFile(path, &opened, rocksdb::EnvOptions());
  if (!status.ok())
    return Status(Code::kIoError, "opening " + path + " (" + status.ToString() + ")");
  auto file = std::shared_ptr<rocksdb::SequentialFile>(std::move(opened));
  auto buffer = std::make_shared<std::string>(LogFileReader::kBlock, '\0');
  return LogFileReader::Read([file, buffer, path](std::size_t most) -> Result<std::string_view> {
    rocksdb::Slice bytes;
    const auto read = file->Read(most, &bytes, buffer->data());
    if (!read.ok()) return Status(Code::kIoError, "reading " + path + " (" + read.ToString() + ")");
    return bytes.ToStringView();
  });
}

/// Sets up to where the file goes on with the run, and what is expected after it.
Status FollowRun(LogFileReader reader, WalFile* file, std::optional<std::uint64_t>* expected) {
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto write, reader.Next());
    if (!write) break;
    const auto header = ReadHeader(*write);
    if (!header || (*expected && header->sequence != **expected)) {
      file->whole = false;
      return {};
    }
    file->usable = reader.whole();
    *expected = header->sequence + header->rows;
  }
  file->cut = reader.cut();
  GL_ASSIGN_OR_RETURN(file->whole, reader.EndsHere());
  return {};
}

class LimitedFile : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  LimitedFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t limit)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(limit) {}
  rocksdb::IOStatus Read(std::size_t bytes, const rocksdb::IOOptions& options,
                         rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext* debug) override {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left_));
    rocksdb::IOStatus status =
        FSSequentialFileOwnerWrapper::Read(most, options, result, scratch, debug);
    if (status.ok()) left_ -= result->size();
    return status;
  }
  rocksdb::IOStatus Skip(std::uint64_t bytes) override {
    const std::uint64_t most = std::min(bytes, left_);
    left_ -= most;
    return FSSequentialFileOwnerWrapper::Skip(most);
  }

 private:
  std::uint64_t left_;
};

class LimitingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  LimitingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& below, ReadPlan plan)
      : FileSystemWrapper(below), plan_(std::move(plan)) {}
  [[nodiscard]] const char* Name() const override { return "grantledger.LimitingFileSystem"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, file, debug);
    const auto limit = LimitOf(path.substr(path.find_last_of('/') + 1));
    if (status.ok() && limit) *file = std::make_unique<LimitedFile>(std::move(*file), *limit);
    return status;
  }

 private:
  [[nodiscard]] std::optional<std::uint64_t> LimitOf(const std::string& name) const {
    const auto limit = plan_.limits.find(name);
    if (limit != plan_.limits.end()) return limit->second;
    const auto wal = WalNumber(name);
    const bool is_read = !wal || *wal >= plan_.own_wals_from || plan_.wals.contains(*wal);
    return is_read ? std::nullopt : std::optional<std::uint64_t>(0);
  }

  ReadPlan plan_;
};

}  // namespace

Result<std::map<std::uint64_t, std::string>> ListWals(const std::string& directory,
                                                      std::uint64_t from, rocksdb::Env* env) {
  std::vector<std::string> names;
  if (const auto listed = env->GetChildren(directory, &names); !listed.ok()) {
    return Status(Code::kIoError, "listing " + directory + " (" + listed.ToString() + ")");
  }
  std::map<std::uint64_t, std::string> wals;
  for (std::string& name : names) {
    const auto number = WalNumber(name);
    if (number && *number >= from) wals.emplace(*number, std::move(name));
  }
  return wals;
}

Result<std::vector<WalFile>> LookAtWals(const std::string& directory, rocksdb::Env* env,
                                        const WalStart& start) {
  GL_ASSIGN_OR_RETURN(const auto wals, ListWals(directory, start.number, env));
  std::vector<WalFile> files;
  std::optional<std::uint64_t> expected;
  if (start.sequence != 0) expected = start.sequence;
  for (const auto& [number, name] : wals) {
    WalFile& file = files.emplace_back(WalFile{.name = name, .number = number});
    std::string path = directory;
    path.append("/").append(name);
    if (env->FileExists(path).IsNotFound()) continue;  // a writer let it go meanwhile
    (void)env->GetFileSize(path, &file.bytes);
    GL_ASSIGN_OR_RETURN(auto read, OpenLogFile(path, env));
    GL_RETURN_IF_ERROR(FollowRun(LogFileReader(std::move(read)), &file, &expected));
  }
  return files;
}

namespace {

Result<std::map<std::uint64_t, std::string>> NeededWals(rocksdb::DB& db) {
  std::uint64_t needed_from = 0;
  (void)db.GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &needed_from);
  return ListWals(db.GetName(), needed_from, db.GetEnv());
}

}  // namespace

std::uint64_t FirstNeededWal(rocksdb::DB& db) {
  const auto wals = NeededWals(db);
  return wals && !wals->empty() ? wals->begin()->first : 0;
}

WalStart FindWalStart(rocksdb::DB& db) {
  const auto wals = NeededWals(db);
  if (!wals || wals->empty()) return {};
  const std::uint64_t first = wals->begin()->first;
  // Before the files are read: where they are empty, nothing was written after it.
  const std::uint64_t latest = db.GetLatestSequenceNumber();
  for (const auto& [number, name] : *wals) {
    auto read = OpenLogFile(db.GetName() + "/" + name, db.GetEnv());
    if (!read) return {first, 0};
    LogFileReader reader(*std::move(read));
    const auto write = reader.Next();
    if (!write) return {first, 0};
    if (!*write) continue;
    const auto header = ReadHeader(**write);
    return {first, header ? header->sequence : 0};
  }
  return {first, latest + 1};
}

Result<std::uint64_t> WholeBytesOfLog(const std::string& path, rocksdb::Env* env) {
  GL_ASSIGN_OR_RETURN(auto read, OpenLogFile(path, env));
  LogFileReader reader(std::move(read));
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto entry, reader.Next());
    if (!entry) return reader.whole();
  }
}

Result<ReadPlan> PlanReading(const std::string& directory, rocksdb::Env* env, const WalStart& start,
                             bool writes) {
  ReadPlan plan;
  if (writes) plan.own_wals_from = start.number;
  GL_ASSIGN_OR_RETURN(const auto wals, LookAtWals(directory, env, start));
  for (const WalFile& wal : wals) {
    plan.wal_bytes += wal.usable;
    plan.wals.insert(wal.number);
    if (!wal.whole) plan.limits.emplace(wal.name, wal.usable);
  }
  std::string manifest;
  const auto read = rocksdb::ReadFileToString(env, directory + "/CURRENT", &manifest);
  while (manifest.ends_with('\n')) manifest.pop_back();
  std::uint64_t bytes = 0;
  const bool is_there =
      read.ok() && env->GetFileSize(directory + "/" + manifest, &bytes).ok() && !manifest.empty();
  if (!is_there) return plan;  // RocksDB says what is wrong
  GL_ASSIGN_OR_RETURN(const std::uint64_t whole, WholeBytesOfLog(directory + "/" + manifest, env));
  if (whole < bytes) plan.limits.emplace(manifest, whole);
  return plan;
}

Status RemoveWalsBefore(std::uint64_t number, const std::string& directory, rocksdb::Env* env) {
  GL_ASSIGN_OR_RETURN(const auto wals, ListWals(directory, 0, env));
  Status failed;
  for (auto wal = wals.begin(); wal != wals.end() && wal->first < number; ++wal) {
    std::string path = directory;
    path.append("/").append(wal->second);
    const rocksdb::Status removed = env->DeleteFile(path);
    bool is_directory = false;  // of somebody else
    if (removed.ok() || removed.IsNotFound() || removed.IsPathNotFound()) continue;
    if (env->IsDirectory(path, &is_directory).ok() && is_directory) continue;
    failed = {Code::kIoError,
              "removing " + path + ", which is not needed any more (" + removed.ToString() + ")"};
  }
  return failed;
}

std::unique_ptr<rocksdb::Env> NewLimitingEnv(rocksdb::Env* env, ReadPlan plan) {
  return rocksdb::NewCompositeEnv(
      std::make_shared<LimitingFileSystem>(env->GetFileSystem(), std::move(plan)));
}

}  // namespace grantledger
