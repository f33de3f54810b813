#include "ledger/staged_directory.h"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <random>
#include <system_error>

#include "ledger/directory.h"
#include "ledger/macros.h"
#include "ledger/new_directory.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSuffix = 6;

std::string RandomSuffix() {
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, kLetters.size() - 1);
  std::string suffix;
  while (suffix.size() < kSuffix) suffix.push_back(kLetters[pick(random)]);
  return suffix;
}

std::string WithoutTrailingSlashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

/// Whether the descriptor is of what has the name now.
bool IsStill(const Descriptor& opened, const std::string& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(opened.number(), &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/// Those of processes that are gone: nobody has them locked.
void RemoveLeftovers(const fs::path& stem) {
  const fs::path parent = stem.parent_path().empty() ? fs::path(".") : stem.parent_path();
  const std::string begins = stem.filename().string();
  const auto entries = EntriesOf(parent.string());
  if (!entries) return;
  for (const fs::path& entry : *entries) {
    const std::string name = entry.filename().string();
    if (!name.starts_with(begins) || name.size() != begins.size() + kSuffix) continue;
    const auto left = Descriptor::OpenToRead(entry);
    if (!left || !left->TryLock(/*exclusive=*/true)) continue;
    std::error_code ignored;
    fs::remove_all(entry, ignored);
  }
}

struct Made {
  std::string path;
  Descriptor lock;
};

Result<Made> MakeLocked(const std::string& stem) {
  RemoveLeftovers(stem);
  constexpr int kMostTries = 100;
  for (int i = 0; i < kMostTries; ++i) {
    std::string path = stem + RandomSuffix();
    std::error_code error;
    if (!fs::create_directory(path, error)) {
      if (!error) continue;
      return Status(Code::kIoError, "the directory " + path + " can't be made (" + error.message() +
                                        "), expected a place that this process may write to");
    }
    auto opened = Descriptor::OpenToRead(path);
    // Else somebody took it for a leftover before it was locked.
    if (opened && opened->TryLock(/*exclusive=*/true) && IsStill(*opened, path)) {
      return Made{std::move(path), *std::move(opened)};
    }
  }
  return Status(Code::kIoError, "no directory " + stem + "… can be made, expected one");
}

}  // namespace

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::For(const std::string& name,
                                                              const std::string& target) {
  GL_RETURN_IF_ERROR(NewDirectory::CheckIsNew(name, target));
  const std::string plain = WithoutTrailingSlashes(target);
  GL_ASSIGN_OR_RETURN(Made made, MakeLocked(plain + ".making-"));
  return std::unique_ptr<StagedDirectory>(
      new StagedDirectory(std::move(made.path), plain, std::move(made.lock)));
}

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::Beside(const std::string& directory,
                                                                 const std::string& kind) {
  GL_ASSIGN_OR_RETURN(Made made, MakeLocked(WithoutTrailingSlashes(directory) + "." + kind + "-"));
  return std::unique_ptr<StagedDirectory>(
      new StagedDirectory(std::move(made.path), "", std::move(made.lock)));
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
  published_ = true;
  Status synced = SyncDirectory(fs::path(target_).parent_path());
  if (!synced.ok()) fs::remove_all(target_, ignored);
  return synced;
}

StagedDirectory::~StagedDirectory() {
  std::error_code ignored;
  if (!published_) fs::remove_all(path_, ignored);
}

}  // namespace grantledger
