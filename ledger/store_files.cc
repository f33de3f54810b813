#include "ledger/store_files.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

#include "ledger/directory.h"
#include "ledger/file_names.h"
#include "ledger/machine_files.h"
#include "ledger/macros.h"
#include "ledger/wal_files.h"

namespace grantledger {
namespace {

Status Prove(const std::string& file, rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  rocksdb::SstFileReader reader(options);
  rocksdb::Status status = reader.Open(file);
  if (status.ok()) status = reader.VerifyChecksum();
  return FromRocks(status, "reading " + file);
}

/// The number of the table file that is named; nullopt: none is.
std::optional<std::uint64_t> TableNumberIn(const std::string& message) {
  constexpr std::string_view kNamed = "table file ";
  std::size_t begin = message.find(kNamed);
  if (begin != std::string::npos) {
    begin += kNamed.size();
  } else {
    const std::size_t end = std::min(message.find(".sst"), message.find(".ldb"));
    if (end == std::string::npos) return std::nullopt;
    begin = message.find_last_not_of("0123456789", end - 1) + 1;
  }
  return FileNumber(std::string_view(message).substr(
      begin, message.find_first_not_of("0123456789", begin) - begin));
}

/// The file in the list that the damaged store has; nullopt: it is not there.
Result<std::optional<rocksdb::LiveFileMetaData>> FindListed(const std::string& directory,
                                                            const Options& options,
                                                            std::uint64_t number) {
  Options reading = options;
  reading.read_only = true;
  reading.create_if_missing = false;
  GL_ASSIGN_OR_RETURN(const auto store, Store::OpenTolerant(directory, reading));
  std::vector<rocksdb::LiveFileMetaData> files;
  store->db()->GetLiveFilesMetaData(&files);
  const auto found = std::ranges::find(files, number, &rocksdb::LiveFileMetaData::file_number);
  if (found == files.end()) return std::optional<rocksdb::LiveFileMetaData>();
  return std::optional(*found);
}

/// Whether a writer beside us removed the file: it had merged it before, so that its list of files
/// does not name it any more.
bool IsMerged(const Store& store, const rocksdb::LiveFileMetaData& file) {
  const std::string path = file.db_path + file.name;
  if (!store.db()->GetEnv()->FileExists(path).IsNotFound()) return false;
  const auto listed = FindListed(store.db()->GetName(), Options(), file.file_number);
  return listed && !*listed;
}

/// Keys as numbers: the 8 bytes behind what two of them begin with.
class Keys {
 public:
  Keys(const std::string& from, const std::string& to)
      : prefix_(from.substr(
            0, static_cast<std::size_t>(std::ranges::mismatch(from, to).in1 - from.begin()))) {}
  [[nodiscard]] std::uint64_t Number(const std::string& key) const {
    std::uint64_t number = 0;
    for (std::size_t i = prefix_.size(); i < prefix_.size() + sizeof(number); ++i) {
      number = number << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
    }
    return number;
  }
  /// The least that has the number.
  [[nodiscard]] std::string Key(std::uint64_t number) const {
    std::string key = prefix_;
    for (; number != 0; number <<= 8) key.push_back(static_cast<char>(number >> 56));
    return key;
  }

 private:
  std::string prefix_;
};

/// Whether the index of a file tells that another block begins between them.
bool HasBlockBetween(const Store& store, Family family, const std::string& from,
                     const std::string& to) {
  rocksdb::SizeApproximationOptions exact;
  exact.files_size_error_margin = -1;
  const rocksdb::Range range(from, to);
  std::uint64_t bytes = 0;
  return store.db()->GetApproximateSizes(exact, store.handle(family), &range, 1, &bytes).ok() &&
         bytes != 0;
}

/// The end of the first file that has anything at `key` or behind it.
std::optional<std::string> EndOfFile(const Store& store, Family family, const std::string& key) {
  std::vector<rocksdb::LiveFileMetaData> files;
  store.db()->GetLiveFilesMetaData(&files);
  std::optional<std::string> end;
  for (const rocksdb::LiveFileMetaData& file : files) {
    if (file.column_family_name != FamilyName(family) || file.largestkey < key) continue;
    if (!end || file.largestkey < *end) end = file.largestkey;
  }
  if (end) end->push_back('\0');
  return end;
}

}  // namespace

std::optional<std::string> NextBlock(const Store& store, Family family, const std::string& key) {
  auto end = EndOfFile(store, family, key);
  if (!end) return std::nullopt;
  const Keys keys(key, *end);
  std::uint64_t before = keys.Number(key);
  std::uint64_t after = keys.Number(*end);
  if (!HasBlockBetween(store, family, key, keys.Key(after))) return end;
  while (after - before > 1) {
    const std::uint64_t middle = before + (after - before) / 2;
    (HasBlockBetween(store, family, key, keys.Key(middle)) ? after : before) = middle;
  }
  return keys.Key(after);
}

std::string WhatIsBetween(const std::string& family, const std::string& first_key,
                          const std::string& last_key) {
  const bool is_log = family == FamilyName(Family::kLog) && first_key.size() == sizeof(Lsn) &&
                      last_key.size() == sizeof(Lsn);
  if (!is_log) return "keys from " + HexText(first_key) + " to " + HexText(last_key);
  return "records " + std::to_string(ReadLogKey(first_key)) + " to " +
         std::to_string(ReadLogKey(last_key));
}

std::optional<Status> ExplainTable(const rocksdb::Status& opened, const std::string& directory,
                                   const Options& options) {
  const std::string said = opened.ToString();
  if (!IsDamage(opened) && !opened.IsPathNotFound()) return std::nullopt;
  const auto number = TableNumberIn(said);
  if (!number) return std::nullopt;
  const auto found = FindListed(directory, options, *number);
  if (!found || !*found) return std::nullopt;
  const std::optional<rocksdb::LiveFileMetaData>& listed = *found;
  const bool is_there = MachineEnv()->FileExists(directory + "/" + listed->relative_filename).ok();
  return Status(
      Code::kCorruption,
      "the ledger in " + directory + " is damaged: its file " + listed->relative_filename +
          " of family " + listed->column_family_name + ", with " +
          WhatIsBetween(listed->column_family_name, listed->smallestkey, listed->largestkey) +
          ", is " + (is_there ? "damaged" : "missing") +
          ", expected it as it was written; `ledger-dump verify` tells all that is "
          "damaged, `ledger-dump repair` makes a new ledger of what is there, "
          "`ledger-dump restore` one of a backup (RocksDB: " +
          said + ")");
}

std::vector<DamagedFile> FindDamagedFiles(
    const Store& store, const std::function<bool(std::uint64_t done, std::uint64_t all)>& between) {
  std::vector<rocksdb::LiveFileMetaData> files;
  store.db()->GetLiveFilesMetaData(&files);
  std::vector<DamagedFile> damaged;
  std::uint64_t done = 0;
  for (const rocksdb::LiveFileMetaData& file : files) {
    Status proven = Prove(file.db_path + file.name, store.db()->GetEnv());
    if (!proven.ok() && !IsMerged(store, file)) {
      damaged.push_back({file.name.substr(file.name.find_last_of('/') + 1), file.column_family_name,
                         file.smallestkey, file.largestkey, std::move(proven)});
    }
    if (between && !between(++done, files.size())) break;
  }
  return damaged;
}

}  // namespace grantledger
