#include "ledger/new_directory.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

Status CantMake(const std::string& path, const std::error_code& why) {
  return {Code::kIoError, "the directory " + Quoted(path) +
                              " can't be made or read, expected a place that this process may write"
                              " to (" +
                              why.message() + ")"};
}

bool IsMountPoint(const std::string& path) {
  struct stat here {};
  struct stat above {};
  return ::stat(path.c_str(), &here) == 0 && ::stat((path + "/..").c_str(), &above) == 0 &&
         (here.st_dev != above.st_dev || here.st_ino == above.st_ino);
}

std::string WithoutSlashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

Result<bool> NewDirectory::Look(const std::string& name, const std::string& plain) {
  constexpr const char* kExpected = "a directory that is empty, or not there";
  if (plain.empty()) return Invalid(name, "\"\"", kExpected);
  GL_RETURN_IF_ERROR(CheckIsPath(name, plain));
  std::error_code error;
  const fs::file_status status = fs::status(plain, error);
  if (fs::exists(status)) {
    if (!fs::is_directory(status)) return Invalid(name, Quoted(plain) + ", a file", kExpected);
    if (fs::is_symlink(fs::symlink_status(plain, error))) {
      return Invalid(name, Quoted(plain) + ", a symbolic link", kExpected);
    }
    if (IsMountPoint(plain)) {
      return Invalid(name, Quoted(plain) + ", where a file system is mounted",
                     "a directory in that, or another one");
    }
    GL_ASSIGN_OR_RETURN(const auto files, EntriesOf(plain));
    if (files.empty()) return true;
    return Invalid(name,
                   Quoted(plain) + ", which holds " + Quoted(files.front().filename().string()),
                   kExpected);
  }
  const fs::path parent = fs::path(plain).parent_path();
  if (parent.empty() || fs::is_directory(parent, error)) return false;
  return Invalid(name, Quoted(plain), "one in a directory that is there");
}

Status NewDirectory::CheckIsNew(const std::string& name, const std::string& path) {
  const auto there = Look(name, WithoutSlashes(path));
  return there.has_value() ? Status() : there.error();
}

Result<std::unique_ptr<NewDirectory>> NewDirectory::Claim(const std::string& name,
                                                          const std::string& path) {
  const std::string plain = WithoutSlashes(path);
  GL_ASSIGN_OR_RETURN(const bool was_there, Look(name, plain));
  std::error_code error;
  if (!was_there) fs::create_directory(plain, error);
  if (error) return CantMake(plain, error);
  return std::unique_ptr<NewDirectory>(new NewDirectory(plain, was_there));
}

Result<std::unique_ptr<NewDirectory>> NewDirectory::MakeTemporary(const std::string& parent) {
  std::error_code error;
  const fs::path in = parent.empty() ? fs::temp_directory_path(error) : fs::path(parent);
  if (error || !fs::is_directory(in, error)) {
    return Invalid("the scratch directory", Quoted(in.string()), "a directory that is there");
  }
  std::string path = (in / "grantledger-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    return CantMake(path, std::error_code(errno, std::generic_category()));
  }
  return std::unique_ptr<NewDirectory>(new NewDirectory(path, /*was_there=*/false));
}

NewDirectory::~NewDirectory() {
  if (keep_) return;
  std::error_code ignored;
  if (!was_there_) {
    fs::remove_all(path_, ignored);
    return;
  }
  const auto entries = EntriesOf(path_);
  if (!entries) return;
  for (const fs::path& entry : *entries) fs::remove_all(entry, ignored);
}

}  // namespace grantledger
