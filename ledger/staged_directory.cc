#include "ledger/staged_directory.h"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <new>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSuffix = 6;
constexpr std::string_view kMark = "MADE_BY_GRANTLEDGER";
constexpr std::string_view kContent = "content";

std::string RandomSuffix() {
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, kLetters.size() - 1);
  std::string suffix;
  while (suffix.size() < kSuffix) suffix.push_back(kLetters[pick(random)]);
  return suffix;
}

bool IsMarked(const fs::path& directory) {
  std::error_code ignored;
  return fs::is_regular_file(fs::symlink_status(directory / kMark, ignored));
}

bool IsMountPoint(const std::string& path) {
  struct stat here {};
  struct stat above {};
  return ::stat(path.c_str(), &here) == 0 && ::stat((path + "/..").c_str(), &above) == 0 &&
         (here.st_dev != above.st_dev || here.st_ino == above.st_ino);
}

/// What is there, and empty, gives way by a rename, which not everything does.
Status CheckGivesWay(const std::string& name, const std::string& target) {
  std::error_code ignored;
  if (fs::is_symlink(fs::symlink_status(target, ignored))) {
    return Invalid(name, Quoted(target) + ", a symbolic link",
                   "a directory that is empty, or not there");
  }
  if (!IsMountPoint(target)) return {};
  return Invalid(name, Quoted(target) + ", where a file system is mounted",
                 "a directory in that, or another one");
}

/// What is staged goes before the mark: what is left of it, where that fails, is known by it.
void RemoveStaged(const fs::path& around) {
  std::error_code failed;
  fs::remove_all(around / kContent, failed);
  if (!failed) fs::remove_all(around, failed);
}

/// Those of processes that are gone: they have our mark, and nobody has them locked.
void RemoveLeftovers(const fs::path& stem) {
  const fs::path parent = stem.parent_path().empty() ? fs::path(".") : stem.parent_path();
  const std::string begins = stem.filename().string();
  const auto entries = EntriesOf(parent.string());
  if (!entries) return;
  for (const fs::path& entry : *entries) {
    const std::string name = entry.filename().string();
    if (!name.starts_with(begins) || name.size() != begins.size() + kSuffix) continue;
    if (!IsMarked(entry)) continue;
    const auto left = Descriptor::OpenToRead(entry);
    if (!left || !left->TryLock(/*exclusive=*/true)) continue;
    RemoveStaged(entry);
  }
}

/// Makes the mark, and room for what is staged.
Status Furnish(const fs::path& directory) {
  const auto mark = Descriptor::CreateFile(directory / kMark);
  if (!mark) return mark.error();
  std::error_code error;
  if (fs::create_directory(directory / kContent, error)) return {};
  return {Code::kIoError,
          "making a directory in " + directory.string() + " (" + error.message() + ")"};
}

}  // namespace

StagedDirectory::StagedDirectory(std::string target) : target_(std::move(target)) {}

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::Make(const std::string& stem,
                                                               std::string target) {
  RemoveLeftovers(stem);
  std::unique_ptr<StagedDirectory> made(new StagedDirectory(std::move(target)));
  constexpr int kMostTries = 100;
  for (int i = 0; i < kMostTries && !made->is_made_; ++i) {
    made->around_ = stem + RandomSuffix();
    made->path_ = made->around_ + "/" + std::string(kContent);
    std::error_code error;
    made->is_made_ = fs::create_directory(made->around_, error);
    if (!error) continue;
    return Status(Code::kIoError, "the directory " + made->around_ + " can't be made (" +
                                      error.message() +
                                      "), expected a place that this process may write to");
  }
  if (!made->is_made_) {
    return Status(Code::kIoError, "no directory " + stem + "… can be made, expected one");
  }
  GL_ASSIGN_OR_RETURN(made->lock_, Descriptor::OpenToRead(made->around_));
  if (!made->lock_.TryLock(/*exclusive=*/true)) {
    return Status(Code::kIoError, "the directory " + made->around_ + " can't be locked");
  }
  GL_RETURN_IF_ERROR(Furnish(made->around_));
  return made;
}

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::For(const std::string& name,
                                                              const std::string& target) {
  GL_RETURN_IF_ERROR(CheckIsNew(name, target));
  const std::string plain = WithoutTrailingSlashes(target);
  GL_RETURN_IF_ERROR(CheckGivesWay(name, plain));
  return Make(plain + ".making-", plain);
}

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::Beside(const std::string& directory,
                                                                 const std::string& kind) {
  return Make(WithoutTrailingSlashes(directory) + "." + kind + "-", "");
}

Status StagedDirectory::Publish() {
  GL_RETURN_IF_ERROR(SyncFilesIn(path_));
  std::error_code ignored;
  const fs::file_status was = fs::status(target_, ignored);
  if (fs::exists(was)) fs::permissions(path_, was.permissions(), ignored);
  // An empty directory gives way.
  if (std::rename(path_.c_str(), target_.c_str()) != 0) {
    return FileError("giving its name to", target_);
  }
  Status synced = SyncDirectory(fs::path(target_).parent_path());
  if (!synced.ok()) fs::remove_all(target_, ignored);
  return synced;
}

StagedDirectory::~StagedDirectory() {
  if (!is_made_) return;
  try {
    RemoveStaged(around_);
  } catch (const std::bad_alloc&) {  // the next one that is made there removes it
  }
}

}  // namespace grantledger
