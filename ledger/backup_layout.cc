#include "ledger/backup_layout.h"

#include <filesystem>

#include "ledger/backup_store.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/machine_files.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

rocksdb::BackupEngineOptions EngineOptions(const std::string& path) {
  rocksdb::BackupEngineOptions options(path);
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  options.callback_trigger_interval_size = kToldBytes;
  return options;
}

}  // namespace

Result<std::unique_ptr<rocksdb::BackupEngine>> OpenEngine(const std::string& path) {
  rocksdb::BackupEngine* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::BackupEngine::Open(EngineOptions(path), MachineEnv(), &opened);
  std::unique_ptr<rocksdb::BackupEngine> engine(opened);  // before memory can be refused
  GL_RETURN_IF_ERROR(FromRocks(status, "opening the backup store " + path));
  return engine;
}

Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> OpenEngineToRead(const std::string& path) {
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::BackupEngineReadOnly::Open(EngineOptions(path), MachineEnv(), &opened);
  std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  GL_RETURN_IF_ERROR(FromRocks(status, "opening the backup store " + path));
  return engine;
}

std::string Absolute(const std::string& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error);
  if (error) absolute = path;  // where the working directory is gone
  return WithoutTrailingSlashes(absolute.lexically_normal().string());
}

bool IsBackupStore(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(fs::path(path) / kDescriptions, ignored) &&
         !fs::exists(fs::path(path) / "CURRENT", ignored);
}

Result<bool> LookForStore(const std::string& path) {
  constexpr const char* kExpected = "that of a backup store";
  if (path.empty()) return Invalid("the backup store", "\"\"", "a directory");
  std::error_code error;
  if (IsBackupStore(path)) return true;
  if (fs::exists(fs::path(path) / "CURRENT", error)) {
    return Invalid("the directory " + Quoted(path), "that of a ledger", kExpected);
  }
  GL_RETURN_IF_ERROR(CheckIsNew("the directory of the backup store", path));
  return false;
}

std::string NameInLedger(const std::string& name) {
  const fs::path file(name);
  std::string plain = file.filename().string();
  if (!name.starts_with(kShared)) return plain;
  return plain.substr(0, plain.find('_')) + file.extension().string();
}

}  // namespace grantledger
