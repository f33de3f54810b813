#include "ledger/staged_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
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
constexpr std::string_view kScratch = "scratch";
/// It is made with this mode, which nobody gives to a directory that is empty.
constexpr mode_t kMode = S_ISVTX | S_IRWXU;

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

/// The mark goes last: what is left of the rest, where that fails or is cut short, is known by it.
void RemoveStaged(const fs::path& around) {
  const auto entries = EntriesOf(around.string());
  if (!entries) {
    (void)::rmdir(around.c_str());  // if it is empty
    return;
  }
  std::error_code failed;
  for (const fs::path& entry : *entries) {
    if (entry.filename() != kMark) fs::remove_all(entry, failed);
    if (failed) return;
  }
  fs::remove(around / kMark, failed);
  fs::remove(around, failed);
}

/// Whether it is a directory of this user; `bare`: with the mode of one that has no mark yet, or
/// none any more.
bool IsOwn(const fs::path& path, bool* bare) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return false;
  // The group may come from the directory around it.
  *bare = (status.st_mode & ~(S_IFMT | S_ISGID)) == kMode;
  return status.st_uid == ::geteuid();
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
    bool bare = false;
    if (!IsOwn(entry, &bare) || !(bare || IsMarked(entry))) continue;
    const auto left = Descriptor::OpenToRead(entry);
    if (!left) continue;
    const auto locked = left->TryLock(/*exclusive=*/true);
    if (!locked.has_value() || !*locked) continue;
    if (IsMarked(entry)) {
      RemoveStaged(entry);
    } else {
      (void)::rmdir(entry.c_str());  // if it is empty
    }
  }
}

Status MakeIn(const fs::path& directory, std::string_view name) {
  std::error_code error;
  if (fs::create_directory(directory / name, error)) return {};
  return {Code::kIoError,
          "making a directory in " + directory.string() + " (" + error.message() + ")"};
}

/// Makes the mark, and room for what is staged.
Status Furnish(const fs::path& directory) {
  const auto mark = Descriptor::CreateFile(directory / kMark);
  if (!mark) return mark.error();
  return MakeIn(directory, kContent);
}

}  // namespace

StagedDirectory::StagedDirectory(std::string target) : target_(std::move(target)) {}

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::Make(const std::string& stem,
                                                               std::string target) {
  RemoveLeftovers(stem);
  std::unique_ptr<StagedDirectory> made(new StagedDirectory(std::move(target)));
  constexpr int kMostTries = 100;
  for (int i = 0; i < kMostTries; ++i) {
    GL_ASSIGN_OR_RETURN(const bool is_made, made->TryMake(stem + RandomSuffix()));
    if (is_made) return made;
  }
  return Status(Code::kIoError, "no directory " + stem + "… can be made and locked, expected one");
}

Result<bool> StagedDirectory::TryMake(std::string around) {
  if (::mkdir(around.c_str(), kMode) != 0) {
    if (errno == EEXIST) return false;
    return Status(Code::kIoError, "the directory " + around + " can't be made (" +
                                      std::generic_category().message(errno) +
                                      "), expected a place that this process may write to");
  }
  is_made_ = true;
  around_ = std::move(around);
  path_ = around_ + "/" + std::string(kContent);
  // Until it is locked others may lock it, and remove it.
  Status failed = Lock();
  if (failed.ok() && lock_.valid()) failed = Furnish(around_);
  if (failed.ok() && lock_.valid()) return true;
  GL_ASSIGN_OR_RETURN(const bool is_there, IsThere(around_));
  (void)::rmdir(around_.c_str());
  if (is_there && !failed.ok()) return failed;
  is_made_ = false;
  lock_ = Descriptor();
  return false;
}

/// Ok without a lock: somebody else has it.
Status StagedDirectory::Lock() {
  GL_ASSIGN_OR_RETURN(Descriptor opened, Descriptor::OpenToRead(around_));
  // Where a file system has no such locks, nobody removes what is left there.
  const auto locked = opened.TryLock(/*exclusive=*/true);
  if (!locked.has_value() || *locked) lock_ = std::move(opened);
  return {};
}

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::For(const std::string& name,
                                                              const std::string& target) {
  const std::string plain = WithoutTrailingSlashes(target);
  const std::string stem = plain + ".making-";
  // It may be there because one was killed as soon as it was.
  if (CheckIsPath(name, target).ok()) RemoveLeftovers(stem);
  GL_RETURN_IF_ERROR(CheckIsNew(name, target));
  GL_RETURN_IF_ERROR(CheckGivesWay(name, plain));
  return Make(stem, plain);
}

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::Beside(const std::string& directory,
                                                                 const std::string& kind) {
  return Make(WithoutTrailingSlashes(directory) + "." + kind + "-", "");
}

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::In(const std::string& parent) {
  std::error_code error;
  std::string field = "the scratch directory";
  fs::path in = parent.empty() ? fs::temp_directory_path(error) : fs::path(parent);
  if (error) {
    // Of which it gives nothing.
    in = "/tmp";
    for (const char* name : {"TEMPDIR", "TEMP", "TMP", "TMPDIR"}) {
      const char* const named = std::getenv(name);
      if (named == nullptr) continue;
      in = named;
      field = std::string("the scratch directory, as ") + name + " has it,";
    }
  }
  if (error || !fs::is_directory(in, error)) {
    return Invalid(field, Quoted(in.string()), "a directory that is there");
  }
  return Make((in / "grantledger-").string(), "");
}

Result<std::string> StagedDirectory::MakeScratch() const {
  GL_RETURN_IF_ERROR(MakeIn(around_, kScratch));
  return around_ + "/" + std::string(kScratch);
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
