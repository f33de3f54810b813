#include "ledger/store_files.h"

#include <vector>

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

#include "ledger/directory.h"

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

}  // namespace

std::vector<DamagedFile> FindDamagedFiles(
    const Store& store, const std::function<bool(std::uint64_t done, std::uint64_t all)>& between) {
  std::vector<rocksdb::LiveFileMetaData> files;
  store.db()->GetLiveFilesMetaData(&files);
  std::vector<DamagedFile> damaged;
  std::uint64_t done = 0;
  for (const rocksdb::LiveFileMetaData& file : files) {
    Status proven = Prove(file.db_path + file.name, store.db()->GetEnv());
    if (!proven.ok()) {
      damaged.push_back({file.name.substr(file.name.find_last_of('/') + 1), file.column_family_name,
                         file.smallestkey, file.largestkey, std::move(proven)});
    }
    if (between && !between(++done, files.size())) break;
  }
  return damaged;
}

}  // namespace grantledger
