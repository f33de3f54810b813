// A disk that fails while rows are gone over: what could not be read is never taken for what is not
// there.
#include <gtest/gtest.h>

#include <atomic>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

/// Reads of table files until one fails; negative: none does.
using Countdown = std::atomic<int>;

class FailingFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FailingFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, Countdown& reads)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), reads_(reads) {}
  rocksdb::IOStatus Read(std::uint64_t offset, std::size_t n, const rocksdb::IOOptions& options,
                         rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext* debug) const override {
    if (reads_ >= 0 && reads_-- == 0) return rocksdb::IOStatus::IOError("injected");
    return FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, debug);
  }

 private:
  Countdown& reads_;
};

class FailingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "FailingFileSystem"; }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewRandomAccessFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<FailingFile>(std::move(*file), reads);
    return status;
  }

  Countdown reads = -1;
};

constexpr AccountId kMiddle(222222222222);
/// Rows of several blocks, so that an error can come in the middle of them.
constexpr std::size_t kGrants = 3'000;

class ReadFaultTest : public LedgerFixture {
 protected:
  ReadFaultTest() {
    options_.background_compaction = false;
    options_.max_grants_per_license = 2 * kGrants;
  }

  /// A grant to kMiddle, and many below it.
  void TellStory() {
    Open(env_.get());
    license_ = Do(kVendor, LicenseRequest("license")).license_arn;
    parent_ = Do(kVendor, GrantRequest("parent", license_, AccountArn(kMiddle.value()))).grant_arn;
    Do(kMiddle, AcceptGrantRequest{parent_});
    std::vector<grantledger::Write> writes;
    for (std::size_t i = 0; i < kGrants; ++i) {
      writes.push_back(
          {Call{.caller = kMiddle},
           GrantRequest("below-" + std::to_string(i), license_, AccountArn(500'000'000'000 + i))});
    }
    for (const auto& answer : ledger_->Apply(writes)) ASSERT_TRUE(answer.has_value());
    ASSERT_TRUE(ledger_->Settle().ok());
  }

  std::size_t CountDeleted() {
    ListDistributedGrantsRequest request;
    request.filters = {{"GrantStatus", {"DELETED"}}};
    request.paging.max_results = 2 * kGrants;
    const auto page = ledger_->Read(Call{.caller = kMiddle}, request);
    if (!page) throw std::runtime_error(page.error().message());
    return page->grants.size();
  }

  std::shared_ptr<FailingFileSystem> system_ = std::make_shared<FailingFileSystem>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(system_);
  std::string license_;
  std::string parent_;
};

TEST_F(ReadFaultTest, ACascadeIsWholeOrRefused) {
  TellStory();
  int refused = 0;
  for (int reads = 0;; ++reads) {
    Open(env_.get());
    const Lsn before = ledger_->LastLsn();
    system_->reads = reads;
    const auto rejected = ledger_->Write(Call{.caller = kMiddle}, RejectGrantRequest{parent_});
    const bool none_failed = system_->reads >= 0;
    system_->reads = -1;
    if (rejected) {
      EXPECT_EQ(CountDeleted(), kGrants) << "after " << reads << " reads";
      ASSERT_TRUE(none_failed) << "after " << reads << " reads";
      break;
    }
    ++refused;
    EXPECT_EQ(rejected.error().code(), Code::kIoError) << rejected.error().message();
    EXPECT_EQ(ledger_->LastLsn(), before);
  }
  EXPECT_GT(refused, 5);
}

TEST_F(ReadFaultTest, AListIsWholeOrRefused) {
  TellStory();
  int refused = 0;
  for (int reads = 0;; ++reads) {
    Open(env_.get());
    ListDistributedGrantsRequest request;
    request.paging.max_results = 2 * kGrants;
    system_->reads = reads;
    const auto page = ledger_->Read(Call{.caller = kMiddle}, request);
    const bool none_failed = system_->reads >= 0;
    system_->reads = -1;
    if (page) {
      EXPECT_EQ(page->grants.size(), kGrants) << "after " << reads << " reads";
      ASSERT_TRUE(none_failed) << "after " << reads << " reads";
      break;
    }
    ++refused;
    EXPECT_EQ(page.error().code(), Code::kIoError) << page.error().message();
  }
  EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace grantledger
