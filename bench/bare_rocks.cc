#include "bench/bare_rocks.h"

#include <atomic>
#include <limits>
#include <stdexcept>
#include <vector>

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/version.h>

#include "bench/must.h"
#include "bench/workbench.h"
#include "ledger/tuning.h"

namespace grantledger::bench {
namespace {

void MustRocks(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

constexpr char kMemberTag = 'm';
constexpr char kAccountTag = 'a';
constexpr int kAccountBytes = 5;

std::string AccountRowKey(AccountId account) {
  std::string key(1, kAccountTag);
  for (int shift = 8 * (kAccountBytes - 1); shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>(account.value() >> shift));
  }
  return key;
}

}  // namespace

struct BareRocks::Open {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::ColumnFamilyHandle* member = nullptr;
  rocksdb::ColumnFamilyHandle* state = nullptr;
  rocksdb::ColumnFamilyHandle* activation = nullptr;
};

BareRocks::BareRocks(const std::string& directory, std::size_t cache_bytes)
    : open_(std::make_unique<Open>()) {
  const auto families = Descriptors(MakeCache(cache_bytes));
  rocksdb::DB* db = nullptr;
  MustRocks(rocksdb::DB::OpenForReadOnly(rocksdb::DBOptions(), directory, families, &open_->handles,
                                         &db));
  open_->db.reset(db);
  for (auto* handle : open_->handles) {
    if (handle->GetName() == "member") open_->member = handle;
    if (handle->GetName() == "state") open_->state = handle;
    if (handle->GetName() == "activation") open_->activation = handle;
  }
  Check(open_->member != nullptr && open_->state != nullptr, "a family of the ledger is missing");
}

BareRocks::~BareRocks() {
  for (auto* handle : open_->handles) (void)open_->db->DestroyColumnFamilyHandle(handle);
}

std::uint64_t BareRocks::ScanMembers() {
  return ScanMembers(std::numeric_limits<std::uint64_t>::max());
}

std::uint64_t BareRocks::ScanMembers(std::uint64_t most) {
  const std::string end(1, kMemberTag + 1);
  const rocksdb::Slice end_slice(end);
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.iterate_upper_bound = &end_slice;
  const std::unique_ptr<rocksdb::Iterator> rows(open_->db->NewIterator(options, open_->member));
  std::uint64_t count = 0;
  std::size_t bytes = 0;
  for (rows->Seek(std::string(1, kMemberTag)); rows->Valid() && count < most; rows->Next()) {
    bytes += rows->key().size() + rows->value().size();
    ++count;
  }
  MustRocks(rows->status());
  Check(count == 0 || bytes > 0, "the rows are empty");
  return count;
}

std::size_t BareRocks::GetAccount(AccountId account) {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  rocksdb::PinnableSlice value;
  const auto found = open_->db->Get(options, open_->state, AccountRowKey(account), &value);
  if (found.IsNotFound()) return 0;
  MustRocks(found);
  return value.size();
}

std::vector<std::pair<std::string, std::string>> BareRocks::ReadCells() {
  std::vector<std::pair<std::string, std::string>> rows;
  const std::unique_ptr<rocksdb::Iterator> at(
      open_->db->NewIterator(rocksdb::ReadOptions(), open_->activation));
  const std::string first(1, kAccountTag);
  for (at->Seek(first); at->Valid() && at->key().starts_with(first); at->Next()) {
    rows.emplace_back(at->key().ToString(), at->value().ToString());
  }
  MustRocks(at->status());
  return rows;
}

struct BareWriter::Open {
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::WriteOptions how;
  std::atomic<std::uint64_t> last = 0;
};

BareWriter::BareWriter(const std::string& directory, bool synced)
    : open_(std::make_unique<Open>()) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  MustRocks(rocksdb::DB::Open(options, directory, &db));
  open_->db.reset(db);
  open_->how.sync = synced;
}

BareWriter::~BareWriter() = default;

void BareWriter::WriteOne(AccountId account) {
  // The record, the token's use, the event, the head of the product, the counters.
  constexpr std::size_t kRecord = 190;
  constexpr std::size_t kUse = 40;
  constexpr std::size_t kEvent = 70;
  constexpr std::size_t kHead = 50;
  constexpr std::size_t kCounters = 70;
  const std::string number = std::to_string(++open_->last);
  const std::string row = AccountRowKey(account);
  rocksdb::WriteBatch batch;
  MustRocks(
      batch.Put("l" + std::string(20 - number.size(), '0') + number, std::string(kRecord, 'r')));
  MustRocks(batch.Put("t" + row + number, std::string(kUse, 'u')));
  MustRocks(batch.Put("o" + row + number, std::string(kEvent, 'e')));
  MustRocks(batch.Put("p", std::string(kHead, 'h')));
  MustRocks(batch.Put("c", std::string(kCounters, 'c')));
  MustRocks(open_->db->Write(open_->how, &batch));
}

double WriteBare(const std::string& directory,
                 const std::vector<std::pair<std::string, std::string>>& rows,
                 std::size_t batch_bytes) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  MustRocks(rocksdb::DB::Open(options, directory, &opened));
  const std::unique_ptr<rocksdb::DB> db(opened);
  return Seconds([&] {
    rocksdb::WriteBatch batch;
    for (const auto& [key, value] : rows) {
      MustRocks(batch.Put(key, value));
      if (batch.GetDataSize() < batch_bytes) continue;
      MustRocks(db->Write(rocksdb::WriteOptions(), &batch));
      batch.Clear();
    }
    MustRocks(db->Write(rocksdb::WriteOptions(), &batch));
  });
}

std::string BareRocks::Version() {
  return std::to_string(ROCKSDB_MAJOR) + "." + std::to_string(ROCKSDB_MINOR) + "." +
         std::to_string(ROCKSDB_PATCH);
}

}  // namespace grantledger::bench
