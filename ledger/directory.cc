#include "ledger/directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "ledger/errors.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

Status CantLook(const std::string& path, const std::error_code& why) {
  return {Code::kIoError,
          Quoted(path) + " can't be looked at, expected one that can (" + why.message() + ")"};
}

/// Whether the process, as what it acts as, may not.
bool IsDenied(const fs::path& path, int mode) {
  return faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) != 0 &&
         (errno == EACCES || errno == EPERM);
}

Status Denied(const std::string& what, const std::string& path) {
  return {Code::kIoError, "no permission to " + what + " " + Quoted(path) +
                              ", expected a ledger that this process may " + what};
}

}  // namespace

Result<std::vector<fs::path>> EntriesOf(const std::string& directory) {
  std::vector<fs::path> entries;
  try {
    // Not by `increment`, which ends the process where there is no memory: it is noexcept.
    for (const auto& entry : fs::directory_iterator(directory)) entries.push_back(entry.path());
  } catch (const fs::filesystem_error& error) {
    return CantLook(directory, error.code());
  }
  std::ranges::sort(entries);
  return entries;
}

Result<bool> IsThere(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return false;
  if (!fs::status_known(status)) return CantLook(path.string(), error);
  return true;
}

Status CheckPermission(const std::string& directory, bool writes) {
  if (IsDenied(directory, F_OK)) return Denied("read", directory);
  std::error_code error;
  if (!fs::is_directory(directory, error)) return {};
  if (IsDenied(directory, R_OK | X_OK)) return Denied("read", directory);
  if (writes && IsDenied(directory, W_OK)) return Denied("write to", directory);
  const auto entries = EntriesOf(directory);
  if (!entries) return entries.error();
  for (const fs::path& entry : *entries) {
    if (IsDenied(entry, R_OK)) return Denied("read", entry.string());
  }
  return {};
}

}  // namespace grantledger
