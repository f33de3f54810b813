#include "ledger/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>

#include "ledger/errors.h"
#include "ledger/macros.h"

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
  // Not by std::filesystem::directory_iterator, of which going on is noexcept in libstdc++, and
  // needs memory: where there is none, that ends the process.
  const auto failed = [&directory] {
    return CantLook(directory, std::error_code(errno, std::generic_category()));
  };
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(opendir(directory.c_str()), &closedir);
  if (opened == nullptr) return failed();
  std::vector<fs::path> entries;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(opened.get());
    if (entry == nullptr) break;
    const std::string_view name = static_cast<const char*>(entry->d_name);
    if (name != "." && name != "..") entries.push_back(fs::path(directory) / name);
  }
  if (errno != 0) return failed();
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

std::string WithoutTrailingSlashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

bool IsWithin(const std::string& path, const std::string& directory) {
  std::error_code ignored;
  const fs::path inner = fs::weakly_canonical(path, ignored);
  const fs::path outer = fs::weakly_canonical(directory, ignored);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

Status CheckIsNew(const std::string& name, const std::string& path) {
  constexpr const char* kExpected = "a directory that is empty, or not there";
  if (path.empty()) return Invalid(name, "\"\"", kExpected);
  GL_RETURN_IF_ERROR(CheckIsPath(name, path));
  const std::string plain = WithoutTrailingSlashes(path);
  std::error_code error;
  const fs::file_status status = fs::status(plain, error);
  if (fs::exists(status)) {
    if (!fs::is_directory(status)) return Invalid(name, Quoted(plain) + ", a file", kExpected);
    GL_ASSIGN_OR_RETURN(const auto files, EntriesOf(plain));
    if (files.empty()) return {};
    return Invalid(name,
                   Quoted(plain) + ", which holds " + Quoted(files.front().filename().string()),
                   kExpected);
  }
  const fs::path parent = fs::path(plain).parent_path();
  if (parent.empty() || fs::is_directory(parent, error)) return {};
  return Invalid(name, Quoted(plain), "one in a directory that is there");
}

Status CheckAreApart(const std::string& name, const std::string& path, const std::string& other) {
  if (!IsWithin(path, other) && !IsWithin(other, path)) return {};
  return Invalid(name, Quoted(path), "a directory that is not in that of the ledger, nor holds it");
}

Status CheckIsPath(const std::string& name, const std::string& path) {
  if (!path.empty() && path.find('\0') == std::string::npos) return {};
  return Invalid(name, Quoted(path), "a path");
}

Status CheckPermission(const std::string& directory, bool writes) {
  if (IsDenied(directory, F_OK)) return Denied("read", directory);
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (!fs::exists(status)) return {};
  // Before it is opened: that of a pipe would wait for ever.
  if (!fs::is_directory(status)) return Invalid(directory, "a file", "the directory of a ledger");
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
