#include "ledger/claimed_files.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <xxhash.h>

#include "ledger/file_names.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

Status Failed(const rocksdb::Status& cause, const std::string& what) {
  return {Code::kIoError, what + " (" + cause.ToString() + ")"};
}

/// The number of the manifest that CURRENT names.
Result<std::uint64_t> CurrentManifest(const std::string& directory, rocksdb::Env* env) {
  std::string name;
  if (const auto read = rocksdb::ReadFileToString(env, directory + "/CURRENT", &name); !read.ok()) {
    return Failed(read, "reading " + directory + "/CURRENT");
  }
  while (name.ends_with('\n')) name.pop_back();
  if (const auto number = ManifestNumber(name)) return *number;
  return LessThanClaimed(directory, "CURRENT names no manifest", "the name of one");
}

std::string ManifestPath(const std::string& directory, std::uint64_t number) {
  return directory + "/" + ManifestName(number);
}

std::uint64_t HashOfTable(std::uint64_t number, std::uint64_t size) {
  std::array<char, 2 * sizeof(number)> bytes{};
  for (std::size_t i = 0; i < sizeof(number); ++i) {
    bytes[i] = static_cast<char>(number >> 8 * i);
    bytes[sizeof(number) + i] = static_cast<char>(size >> 8 * i);
  }
  return XXH3_64bits(bytes.data(), bytes.size());
}

struct TableFile {
  std::string name;
  std::uint64_t hash = 0;
};

/// Finds up to `most` of the files, from one on, whose hashes have the sum; they are added to
/// `found`.
bool FindSum(const std::vector<TableFile>& files, std::size_t from, std::uint64_t sum, int most,
             std::set<std::string>* found) {
  if (sum == 0) return true;
  for (std::size_t i = from; most > 0 && i < files.size(); ++i) {
    if (!FindSum(files, i + 1, sum - files[i].hash, most - 1, found)) continue;
    found->insert(files[i].name);
    return true;
  }
  return false;
}

/// The first bytes of a file, or all of it where it has fewer.
Result<std::string> ReadBeginning(const std::string& path, rocksdb::Env* env) {
  std::string bytes;
  const auto read = rocksdb::ReadFileToString(env, path, &bytes);
  if (!read.ok()) return Failed(read, "reading " + path);
  return bytes;
}

}  // namespace

Status LessThanClaimed(const std::string& directory, const std::string& found,
                       const std::string& expected) {
  return {Code::kCorruption, "the ledger in " + directory + " is damaged: " + found +
                                 ", expected " + expected +
                                 ", as its file ANCHOR says; `ledger-dump verify` tells what is "
                                 "gone, `ledger-dump repair` makes a new ledger of what is there"};
}

Result<ManifestPart> SyncManifest(rocksdb::DB& db, rocksdb::Env* env) {
  constexpr std::string_view kPrefix = "/MANIFEST-";
  ManifestPart part;
  std::vector<std::string> files;
  const auto listed = db.GetLiveFiles(files, &part.bytes, /*flush_memtable=*/false);
  if (!listed.ok()) return Failed(listed, "asking for the list of files of " + db.GetName());
  const auto manifest = std::ranges::find_if(
      files, [&](const std::string& name) { return name.starts_with(kPrefix); });
  if (manifest == files.end()) return Status(Code::kIoError, db.GetName() + " names no manifest");
  part.number = std::stoull(manifest->substr(kPrefix.size()));
  const std::string path = ManifestPath(db.GetName(), part.number);
  // RocksDB may go by one that it could not name in CURRENT, and names none after all.
  GL_ASSIGN_OR_RETURN(const std::uint64_t current, CurrentManifest(db.GetName(), env));
  if (current < part.number) {
    return Status(Code::kIoError, path + " is not named in CURRENT, expected it to be");
  }
  GL_ASSIGN_OR_RETURN(const std::string bytes, ReadBeginning(path, env));
  if (bytes.size() < part.bytes) {
    return Status(Code::kIoError, path + " has " + std::to_string(bytes.size()) +
                                      " bytes, expected " + std::to_string(part.bytes));
  }
  part.hash = XXH3_64bits(bytes.data(), part.bytes);
  std::unique_ptr<rocksdb::RandomRWFile> file;
  rocksdb::Status synced = env->NewRandomRWFile(path, &file, rocksdb::EnvOptions());
  if (synced.ok()) synced = file->Fsync();
  if (!synced.ok()) return Failed(synced, "syncing " + path);
  return part;
}

bool HasClaimedManifest(const std::string& directory, const AnchorClaim& claimed,
                        rocksdb::Env* env) {
  const ManifestPart& manifest = claimed.manifest;
  if (manifest.number == 0) return false;
  const auto bytes = ReadBeginning(ManifestPath(directory, manifest.number), env);
  return bytes && bytes->size() >= manifest.bytes &&
         XXH3_64bits(bytes->data(), manifest.bytes) == manifest.hash;
}

std::uint64_t SumOfTables(rocksdb::DB& db) {
  std::vector<rocksdb::LiveFileMetaData> files;
  db.GetLiveFilesMetaData(&files);
  std::uint64_t sum = 1;
  for (const auto& file : files) sum += HashOfTable(file.file_number, file.size);
  return sum;
}

std::optional<std::set<std::string>> FindTables(const std::string& directory, std::uint64_t sum,
                                                rocksdb::Env* env) {
  constexpr std::size_t kFew = 200;
  std::vector<std::string> names;
  if (sum == 0 || !env->GetChildren(directory, &names).ok()) return std::nullopt;
  std::vector<TableFile> files;
  std::set<std::string> all;
  std::uint64_t too_much = 1 - sum;
  for (const std::string& name : names) {
    std::uint64_t size = 0;
    const auto number = TableNumber(name);
    if (!number) continue;
    std::string path = directory;
    path.append("/").append(name);
    if (!env->GetFileSize(path, &size).ok()) return std::nullopt;
    files.push_back({name, HashOfTable(*number, size)});
    too_much += files.back().hash;
    all.insert(name);
  }
  std::set<std::string> others;
  if (!FindSum(files, 0, too_much, files.size() > kFew ? 2 : 3, &others)) return std::nullopt;
  for (const std::string& other : others) all.erase(other);
  return all;
}

Status CheckManifest(const std::string& directory, const AnchorClaim& claimed, rocksdb::Env* env) {
  const ManifestPart& manifest = claimed.manifest;
  if (manifest.number == 0) return {};
  GL_ASSIGN_OR_RETURN(const std::uint64_t number, CurrentManifest(directory, env));
  if (number > manifest.number) return {};  // begun after the claim was written
  const std::string name = "its list of files, manifest " + std::to_string(number) + ",";
  if (number < manifest.number) {
    return LessThanClaimed(directory, name + " is an old one",
                           "manifest " + std::to_string(manifest.number));
  }
  const std::string path = ManifestPath(directory, number);
  GL_ASSIGN_OR_RETURN(const std::string bytes, ReadBeginning(path, env));
  if (bytes.size() < manifest.bytes) {
    return LessThanClaimed(directory, name + " has " + std::to_string(bytes.size()) + " bytes",
                           std::to_string(manifest.bytes) + " or more");
  }
  if (XXH3_64bits(bytes.data(), manifest.bytes) != manifest.hash) {
    return LessThanClaimed(directory, name + " was altered", "the bytes that were written");
  }
  return {};
}

Status CheckFiles(const std::string& directory, const AnchorClaim& claimed, rocksdb::Env* env) {
  GL_RETURN_IF_ERROR(CheckManifest(directory, claimed, env));
  const ManifestPart& manifest = claimed.manifest;
  const std::uint64_t wal = claimed.wal.number;
  // Without a sequence number nothing says that the log is needed.
  if (manifest.number == 0 || wal == 0 || claimed.wal.sequence == 0) return {};
  // Before the list of files is read: a later manifest, or a later entry, may have let go of the
  // write-ahead log.
  GL_ASSIGN_OR_RETURN(const auto wals, ListWals(directory, wal, env));
  if (wals.contains(wal)) return {};
  GL_ASSIGN_OR_RETURN(const std::uint64_t number, CurrentManifest(directory, env));
  if (number > manifest.number) return {};
  GL_ASSIGN_OR_RETURN(const std::uint64_t whole,
                      WholeBytesOfLog(ManifestPath(directory, number), env));
  if (whole > manifest.bytes) return {};
  return LessThanClaimed(directory, "its write-ahead log " + std::to_string(wal) + " is missing",
                         "it: the writes in it are in no other file");
}

Result<WalStart> ClaimedWalStart(const std::string& directory, rocksdb::Env* env) {
  GL_ASSIGN_OR_RETURN(const auto claim, ReadAnchor(directory, env));
  if (!claim || claim->manifest.number == 0) return WalStart();
  const ManifestPart& manifest = claim->manifest;
  GL_ASSIGN_OR_RETURN(const std::uint64_t number, CurrentManifest(directory, env));
  if (number < manifest.number) return WalStart();
  // Files that changed since may have let go of the log, but need none before it.
  const WalStart at_earliest{claim->wal.number, 0};
  if (number != manifest.number) return at_earliest;
  GL_ASSIGN_OR_RETURN(const std::uint64_t whole,
                      WholeBytesOfLog(ManifestPath(directory, number), env));
  return whole == manifest.bytes ? claim->wal : at_earliest;
}

}  // namespace grantledger
