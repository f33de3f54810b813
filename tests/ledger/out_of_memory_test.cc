// Memory that is refused, at every allocation of ours: the write that needs it fails by itself, and
// nothing of it is left.
#include <gtest/gtest.h>

#include <execinfo.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <thread>
#include <vector>

#include <grantledger/backup.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GRANTLEDGER_FINDS_LEAKS
#include <sanitizer/lsan_interface.h>
#endif
#endif

#include "tests/codec/bytes.h"
#include "tests/ledger/compaction_fixture.h"
#include "tests/ledger/faulty_files.h"
#include "tests/ledger/rebuild.h"

namespace grantledger {
namespace {

/// Refuses one allocation of this thread, counted from when it was armed. What RocksDB allocates is
/// not counted: it does not promise anything for the time after.
struct Refusal {
  bool armed = false;
  bool refused = false;
  int left = 0;
};
thread_local Refusal refusal;

/// Where the code of RocksDB is.
struct CodeRange {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

int FindRocksDb(dl_phdr_info* info, std::size_t /*size*/, void* found) {
  if (std::strstr(info->dlpi_name, "librocksdb") == nullptr) return 0;
  for (const ElfW(Phdr) & header : std::span(info->dlpi_phdr, info->dlpi_phnum)) {
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    *static_cast<CodeRange*>(found) = {begin, begin + header.p_memsz};
  }
  return 1;
}

bool IsRocksDbs() {
  static const CodeRange rocksdb = [] {
    CodeRange found;
    dl_iterate_phdr(&FindRocksDb, &found);
    return found;
  }();
  std::array<void*, 64> frames{};
  const int count = backtrace(frames.data(), static_cast<int>(frames.size()));
  return std::any_of(frames.begin(), frames.begin() + count, [](void* frame) {
    const auto address = reinterpret_cast<std::uintptr_t>(frame);
    return address >= rocksdb.begin && address < rocksdb.end;
  });
}

bool Refuses() {
  if (!refusal.armed) return false;
  refusal.armed = false;  // for what this allocates itself
  const bool refuses = !IsRocksDbs() && --refusal.left == 0;
  refusal.armed = !refuses;
  refusal.refused = refusal.refused || refuses;
  return refuses;
}

void* Allocate(std::size_t size) {
  if (Refuses()) throw std::bad_alloc();
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void* Allocate(std::size_t size, std::align_val_t alignment) {
  if (Refuses()) throw std::bad_alloc();
  const auto align = static_cast<std::size_t>(alignment);
  void* memory = std::aligned_alloc(align, (size + align - 1) / align * align);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace
}  // namespace grantledger

void* operator new(std::size_t size) { return grantledger::Allocate(size); }
void* operator new[](std::size_t size) { return grantledger::Allocate(size); }
void* operator new(std::size_t size, std::align_val_t align) {
  return grantledger::Allocate(size, align);
}
void* operator new[](std::size_t size, std::align_val_t align) {
  return grantledger::Allocate(size, align);
}
// Who asks so goes on without: sorting does.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*align*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t /*align*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*align*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/, std::align_val_t /*align*/) noexcept {
  std::free(memory);
}

namespace grantledger {
namespace {

class OutOfMemoryTest : public CompactionFixture {
 protected:
  OutOfMemoryTest() {
    options_.clock = [this] {
      // The clock is asked when a write is begun: the first of a group, and then the second.
      if (arms_ > 0) refusal = {.armed = true, .refused = false, .left = arms_};
      if (arms_ == 0) was_refused_ = std::exchange(refusal, {}).refused;
      arms_ = arms_ > 0 ? 0 : -1;
      return Time(std::chrono::hours(24 * 365 * 50));
    };
  }
  ~OutOfMemoryTest() override { ledger_.reset(); }

  /// Does the write again and again, with another after it in its group, until no allocation of it
  /// is refused. Every time before, it fails, and the other does not.
  void DoWithLittleMemory(AccountId caller, const WriteRequest& request) {
    for (int nth = 1;; ++nth) {
      const Call call{.caller = caller, .time = {}, .as_of = {}};
      const grantledger::Write writes[] = {
          {call, request},
          {{.caller = kVendor, .time = {}, .as_of = {}},
           LicenseRequest("marker-" + std::to_string(++markers_))}};
      const Lsn last = ledger_->LastLsn();
      arms_ = nth;
      const auto answers = ledger_->Apply(writes);
      arms_ = -1;
      ASSERT_EQ(answers.size(), 2U);
      if (answers[0] && !answers[1]) {
        // The first had all that it asked for, and the other was refused before it came to the
        // clock.
        EXPECT_EQ(answers[1].error().code(), Code::kIoError);
        EXPECT_EQ(ledger_->LastLsn(), last + 1);
        EXPECT_GT(nth, 10) << "hardly any allocation was refused";
        return;
      }
      ASSERT_TRUE(answers[1].has_value()) << answers[1].error().message();
      ASSERT_EQ(answers[0].has_value(), !was_refused_) << "at allocation " << nth;
      ASSERT_EQ(ledger_->LastLsn(), last + (was_refused_ ? 1 : 2));
      if (!was_refused_) {
        EXPECT_GT(nth, 10) << "hardly any allocation was refused";
        return;
      }
      EXPECT_EQ(answers[0].error().code(), Code::kIoError);
    }
  }

  int arms_ = -1;
  bool was_refused_ = false;
  int markers_ = 0;
};

TEST_F(OutOfMemoryTest, AWriteThatRunsOutOfMemoryIsAllOrNothing) {
  refusal = {};
  Open();
  Distribute();
  DoWithLittleMemory(kVendor, LicenseRequest("license-2"));
  for (int number = 0; number < 4; ++number) Join(number);
  DoWithLittleMemory(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
  DoWithLittleMemory(
      kManagement, CreateAccountRequest{"person@example.com", "Account", AccountOf(9).ToString()});
  CreateGrantVersionRequest bulk;
  bulk.client_token = "bulk";
  bulk.grant_arn = distribution_;
  bulk.status = GrantStatus::kActive;
  DoWithLittleMemory(kManagement, bulk);
  DoWithLittleMemory(AccountOf(1),
                     AcceptGrantRequest{*ledger_->MemberGrantArn(distribution_, AccountOf(1))});
  DoWithLittleMemory(kManagement, CreateOrganizationalUnitRequest{.parent_id = root_, .name = "a"});
  DoWithLittleMemory(kManagement,
                     InviteAccountToOrganizationRequest{
                         .target_id = "700000000000", .target_type = "ACCOUNT", .notes = ""});
  DoWithLittleMemory(AccountOf(1), LeaveOrganizationRequest{});
  ledger_.reset();
  EXPECT_EQ(CompareWithRebuilt(directory_, directory_ + "/rebuilt"), "");
}

/// Whoever leads a group runs out of memory at some allocation of it, of its own write or
/// another's. No other waits for ever, and what is answered is so.
TEST_F(OutOfMemoryTest, WhoLeadsAGroupOfWritersMayRunOutOfMemory) {
  constexpr int kWriters = 4;
  constexpr int kWritesOfEach = 60;
  constexpr int kMostAllocations = 300;
  refusal = {};
  options_.clock = [] { return Time(std::chrono::hours(24 * 365 * 50)); };
  Open();
  std::atomic<std::uint64_t> written = 0;
  std::atomic<std::uint64_t> unsure = 0;
  std::atomic<int> refused = 0;
  const auto write = [&](int writer) {
    for (int i = 0; i < kWritesOfEach; ++i) {
      const std::string token = std::to_string(writer) + "-" + std::to_string(i);
      const CreateLicenseRequest request = LicenseRequest(token);
      const Call call{.caller = kVendor, .time = {}, .as_of = {}};
      const int nth = 1 + (i * 37 + writer * 101) % kMostAllocations;
      refusal = {.armed = true, .refused = false, .left = nth};
      try {
        const auto answer = ledger_->Write(call, request);
        refused += std::exchange(refusal, {}).refused ? 1 : 0;
        if (answer) ++written;
        if (!answer) {
          EXPECT_EQ(answer.error().code(), Code::kIoError);
          unsure += answer.error().message().ends_with("is not known yet") ? 1 : 0;
        }
      } catch (const std::bad_alloc&) {  // before anybody waited for it
        ++refused;
        refusal = {};
      }
    }
  };
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) writers.emplace_back(write, writer);
  for (std::thread& writer : writers) writer.join();
  EXPECT_GT(refused, kWriters * kWritesOfEach / 10);
  EXPECT_GT(written, 0U);
  EXPECT_GE(ledger_->LastLsn(), written);
  EXPECT_LE(ledger_->LastLsn(), written + unsure);
  EXPECT_LT(unsure, written);
  EXPECT_TRUE(ledger_->Health().writes.ok());
  ledger_.reset();
  EXPECT_EQ(CompareWithRebuilt(directory_, directory_ + "/rebuilt"), "");
}

/// Nothing stays open, neither files nor the lock of the directory.
TEST_F(OutOfMemoryTest, AnOpeningThatRunsOutOfMemoryLeavesNothingOpen) {
  enum class What { kCreate, kWrite, kRead };
  constexpr std::uint64_t kMostBetween = 16;
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const std::string path = directory_ + "/ledger";
  const auto count_descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  ASSERT_TRUE(Ledger::Open(path, options_).has_value());
  const auto descriptors = count_descriptors();
  for (const What what : {What::kCreate, What::kWrite, What::kRead}) {
    Options options = options_;
    options.read_only = what == What::kRead;
    int refused = 0;
    for (int nth = 1;; nth += 1 + static_cast<int>(random.Below(kMostBetween))) {
      SCOPED_TRACE(nth);
      if (what == What::kCreate) std::filesystem::remove_all(path);
      refusal = {.armed = true, .refused = false, .left = nth};
      bool is_open = false;
      try {
        is_open = Ledger::Open(path, options).has_value();
      } catch (const std::bad_alloc&) {
      }
      const bool was_refused = std::exchange(refusal, {}).refused;
      ASSERT_EQ(count_descriptors(), descriptors);
      const auto opened = Ledger::Open(path, options);
      ASSERT_TRUE(opened.has_value()) << opened.error().message();
      if (!was_refused) {
        EXPECT_TRUE(is_open);
        break;
      }
      ++refused;
    }
    EXPECT_GT(refused, 10);
  }
}

/// It is none of ours, and what RocksDB has open by then stays so; but the call ends.
TEST_F(OutOfMemoryTest, AnOpeningInWhichRocksDbRunsOutOfMemoryEnds) {
  refusal = {};
#if defined(GRANTLEDGER_FINDS_LEAKS)
  const __lsan::ScopedDisabler leaks;
#endif
  for (const bool has_handles_alone : {true, false}) {
    const auto files = std::make_shared<FaultyFiles>();
    rocksdb::Env* const env = rocksdb::NewCompositeEnv(files).release();  // what is left uses it
    std::atomic<bool> is_late = false;
    files->Set([&](FileCall /*call*/, const std::string& name) -> FileFault {
      if (name.find("OPTIONS-") == std::string::npos) return {};
      if (has_handles_alone) throw std::bad_alloc();
      is_late = true;
      return {};
    });
    files->HearOfListed([&] {
      if (is_late) throw std::bad_alloc();  // RocksDB looks for files to remove, and holds its lock
    });
    const std::string path = directory_ + (has_handles_alone ? "/first" : "/second");
    EXPECT_THROW((void)OpenLedger(path, options_, env), std::bad_alloc);
    files->Set(nullptr);
    files->HearOfListed(nullptr);
  }
}

TEST_F(OutOfMemoryTest, CompactionThatRunsOutOfMemoryGoesOnLater) {
  refusal = {};
  Open();
  Distribute();
  for (int number = 0; number < 20; ++number) Join(number);
  for (int number = 0; number < 20; number += 2) Accept(number);
  ledger_->SetRetention(KeepRecords{3});
  Archive archive;
  AddRecords(directory_, &archive);
  int refused = 0;
  constexpr int kShare = 40;
  for (int nth = 1;; nth += 1 + nth / kShare) {
    refusal = {.armed = true, .refused = false, .left = nth};
    bool ended = false;
    try {
      ended = ledger_->Compact().has_value();
    } catch (const std::bad_alloc&) {
    }
    if (!std::exchange(refusal, {}).refused) {
      EXPECT_TRUE(ended);
      break;
    }
    ++refused;
  }
  EXPECT_GT(refused, 10);
  ledger_.reset();
  EXPECT_EQ(CompareWithRebuilt(directory_, directory_ + "/rebuilt", std::move(archive)), "");
}

TEST_F(OutOfMemoryTest, ACopyThatRunsOutOfMemoryIsNotMadeAndCanBeMadeLater) {
  refusal = {};
  Open();
  Distribute();
  Join(1);
  const std::string copy = directory_ + "-copy";
  const std::string backups = directory_ + "-backups";
  int refused = 0;
  constexpr int kShare = 6;
  for (int nth = 1;; nth += 1 + nth / kShare) {
    std::filesystem::remove_all(copy);
    refusal = {.armed = true, .refused = false, .left = nth};
    bool is_made = false;
    try {
      is_made = ledger_->Checkpoint(copy).has_value() && ledger_->Backup(backups, {}).has_value();
    } catch (const std::bad_alloc&) {
    }
    if (!std::exchange(refusal, {}).refused) {
      EXPECT_TRUE(is_made);
      break;
    }
    ++refused;
  }
  EXPECT_GT(refused, 10);
  const Lsn last = ledger_->LastLsn();
  ledger_.reset();
  EXPECT_EQ(Ledger::Open(copy, Options{}).value()->LastLsn(), last);
  std::filesystem::remove_all(copy);
  std::filesystem::remove_all(backups);
}

}  // namespace
}  // namespace grantledger
