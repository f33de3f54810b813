// Groups of writes when something fails: what an answer says is so, nobody waits for ever, and
// writes go on by themselves when what failed works again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "ledger/resumable_files.h"
#include "tests/codec/bytes.h"
#include "tests/ledger/faulty_fixture.h"
#include "tests/model/random.h"

namespace grantledger {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class GroupCommitTest : public FaultyFixture {};

TEST_F(GroupCommitTest, AClockThatThrowsFailsItsWriteAndNoOther) {
  std::atomic<int> asked = 0;
  std::atomic<bool> throws = false;
  options_.clock = [&] {
    if (throws && ++asked % 7 == 0) throw std::runtime_error("the clock stands still");
    return Time(std::chrono::hours(24 * 365 * 50));
  };
  Open();
  throws = true;
  std::atomic<int> written = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 40; ++i) {
        const std::string token = std::to_string(writer) + "-" + std::to_string(i);
        const grantledger::Write writes[] = {WriteOf(kVendor, LicenseRequest(token)),
                                             WriteOf(kVendor, LicenseRequest(token + "b"))};
        for (const auto& answer : ledger_->Apply(writes)) {
          ++(answer ? written : failed);
          if (answer) continue;
          EXPECT_EQ(answer.error().code(), Code::kIoError);
          EXPECT_THAT(answer.error().message(),
                      AllOf(HasSubstr("the clock stands still"),
                            EndsWith("; nothing was stored by this call")));
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  throws = false;
  EXPECT_EQ(written + failed, 320);
  EXPECT_GE(failed, 320 / 7);
  EXPECT_EQ(ledger_->LastLsn(), static_cast<Lsn>(written.load()));
  ledger_.reset();
  EXPECT_EQ(Rebuilt(directory_), "");
}

TEST_F(GroupCommitTest, WhatWasDecidedAgainstWritesThatAreNotStoredIsNoFact) {
  Open(env_.get());
  ASSERT_TRUE(TryLicense("before").has_value());
  files_->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = call == FileCall::kAppend && IsWal(name), .no_space = true};
  });
  // The second would be refused, since the account is in an organization then.
  const grantledger::Write writes[] = {WriteOf(kManagement, CreateOrganizationRequest{}),
                                       WriteOf(kManagement, CreateOrganizationRequest{})};
  for (const auto& answer : ledger_->Apply(writes)) {
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code(), Code::kIoError) << answer.error().message();
    EXPECT_THAT(answer.error().message(), HasSubstr("nothing was stored by this call"));
  }
  EXPECT_EQ(ledger_->LastLsn(), 1U);
  files_->Set({});
  const auto answers = ledger_->Apply(writes);
  EXPECT_TRUE(answers[0].has_value()) << answers[0].error().message();
  ASSERT_FALSE(answers[1].has_value());
  EXPECT_EQ(answers[1].error().code(), Code::kInvalidState) << answers[1].error().message();
  EXPECT_EQ(ledger_->LastLsn(), 2U);
  ledger_.reset();
  EXPECT_EQ(Rebuilt(directory_), "");
}

TEST_F(GroupCommitTest, OneFailureIsNotToldWhereTheWriteCanBeStoredAnotherWay) {
  for (const FileCall failing : {FileCall::kAppend, FileCall::kSync}) {
    options_.durability = failing == FileCall::kSync ? Durability::kSynced : Durability::kBuffered;
    Open(env_.get());
    int left = 1;
    files_->Set([&](FileCall call, const std::string& name) {
      return FileFault{.fails = call == failing && IsWal(name) && left-- > 0, .written = 0.5};
    });
    const Lsn last = ledger_->LastLsn();
    const auto answer = TryLicense("one-" + std::to_string(last));
    EXPECT_TRUE(answer.has_value()) << answer.error().message();
    EXPECT_LE(left, 0);
    files_->Set({});
    EXPECT_TRUE(TryLicense("two-" + std::to_string(last)).has_value());
    EXPECT_EQ(ledger_->LastLsn(), last + 2);
    EXPECT_EQ(TokensIn(CopyOfDirectory()).size(), last + 2);
  }
  ledger_.reset();
  EXPECT_EQ(Rebuilt(directory_), "");
}

/// A record that failed is in the log, and the log is given up while families are flushed one by
/// one: a crash meanwhile must not leave a part of the record.
/// What fails goes on failing until the ledger is closed.
TEST_F(GroupCommitTest, WhatWasAnsweredStaysWhereNothingCanBeSyncedOrBegunAnyMore) {
  for (const Durability durability : {Durability::kBuffered, Durability::kSynced}) {
    for (const FileCall failing : {FileCall::kSync, FileCall::kCreate, FileCall::kSyncDirectory}) {
      SCOPED_TRACE(static_cast<int>(failing));
      options_.durability = durability;
      files_->Set({});
      ledger_.reset();
      std::filesystem::remove_all(directory_);
      std::filesystem::create_directory(directory_);
      Open(env_.get());
      std::vector<std::string> answered;
      const auto write = [&](const std::string& token) {
        if (TryLicense(token)) answered.push_back(token);
      };
      // The first write of a session claims what is stored, and syncs for that.
      files_->Set([failing](FileCall call, const std::string& name) {
        const bool fails = call == failing && (IsWal(name) || call == FileCall::kSyncDirectory);
        return FileFault{.fails = fails};
      });
      write("during-1");
      (void)ledger_->Settle();
      write("during-2");
      ledger_.reset();
      files_->Set({});
      EXPECT_TRUE(durability == Durability::kSynced || !answered.empty());
      const std::vector<std::string> found = TokensIn(directory_);
      for (const std::string& token : answered) EXPECT_THAT(found, testing::Contains(token));
    }
  }
}

/// Where a sync failed, and what it was of can't be cut off, the write may be found after a crash.
TEST_F(GroupCommitTest, WhatIsNotKnownOfAWriteIsNotDeniedToItsRetry) {
  options_.durability = Durability::kSynced;
  Open(env_.get());
  ASSERT_TRUE(TryLicense("before").has_value());
  files_->Set([](FileCall call, const std::string& name) {
    const bool fails = call == FileCall::kSync || call == FileCall::kTruncate;
    return FileFault{.fails = fails && IsWal(name)};
  });
  for (const std::string token : {"unsure", "unsure", "before", "other", "unsure"}) {
    const auto answer = TryLicense(token);
    ASSERT_FALSE(answer.has_value()) << token;
    EXPECT_EQ(answer.error().code(), Code::kIoError);
    EXPECT_THAT(answer.error().message(),
                EndsWith(token == "unsure" ? "; whether the write is stored is not known yet"
                                           : "; nothing was stored by this call"));
  }
  EXPECT_THAT(TokensIn(CopyOfDirectory()), testing::ElementsAre("before", "unsure"));
  // What is no write is told of no write.
  const auto checkpoint = ledger_->Checkpoint(directory_ + "-checkpoint");
  ASSERT_FALSE(checkpoint.has_value());
  EXPECT_THAT(checkpoint.error().message(), testing::Not(HasSubstr("stored")));
  files_->Set({});
  EXPECT_TRUE(TryLicense("unsure").has_value());
  EXPECT_TRUE(TryLicense("other").has_value());
  ledger_.reset();
  EXPECT_THAT(TokensIn(directory_), testing::ElementsAre("before", "unsure", "other"));
}

/// A write that was answered before is not denied either, where nothing is written for now.
TEST_F(GroupCommitTest, WhileNothingIsWrittenEveryWriteIsToldThatThisCallStoredNothing) {
  Open(env_.get());
  ASSERT_TRUE(TryLicense("before").has_value());
  files_->Set([](FileCall call, const std::string& /*name*/) {
    return FileFault{.fails = call == FileCall::kCreate};
  });
  EXPECT_FALSE(ledger_->Settle().ok());
  auto no_shape = LicenseRequest("before");
  no_shape.client_token.clear();
  for (const auto& request : {LicenseRequest("before"), no_shape}) {
    const auto answer = Try(kVendor, request);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code(), Code::kIoError) << answer.error().message();
    EXPECT_THAT(answer.error().message(), EndsWith("; nothing was stored by this call"));
  }
  files_->Set({});
  EXPECT_TRUE(TryLicense("before").has_value());
  ledger_.reset();
  EXPECT_EQ(Rebuilt(directory_), "");
}

/// By the flush that fails another log is begun, of which the anchor knows nothing yet.
TEST_F(GroupCommitTest, WhatIsAnsweredAfterALogAndThenAFlushFailedIsThereAfterAKill) {
  Open(env_.get());
  ASSERT_TRUE(TryLicense("before").has_value());
  std::atomic<int> syncs = 0;
  files_->Set([&](FileCall call, const std::string& name) -> FileFault {
    if (IsWal(name)) return {.fails = call == FileCall::kAppend && syncs == 0};
    return {.fails = call == FileCall::kSync && name.ends_with(".sst") && ++syncs > 0};
  });
  EXPECT_FALSE(TryLicense("meanwhile").has_value());
  EXPECT_GT(syncs, 0);
  files_->Set({});
  ASSERT_TRUE(TryLicense("after").has_value());
  EXPECT_THAT(TokensIn(CopyOfDirectory()), testing::IsSupersetOf({"before", "after"}));
  ledger_.reset();
  EXPECT_EQ(Rebuilt(directory_), "");
}

/// RocksDB's own sync of all logs asserts that none of them failed to be synced before; a flush may
/// find that out while the other waits for it.
TEST_F(GroupCommitTest, ASyncBesideAFlushThatFailsEndsNoProcess) {
  Open(env_.get());
  constexpr std::size_t kClaimedAfter =
      10'000;  // records a claim is made, for which logs are synced
  std::vector<grantledger::Write> writes;
  while (writes.size() < kClaimedAfter) {
    writes.push_back(WriteOf(kVendor, LicenseRequest("many-" + std::to_string(writes.size()))));
  }
  const std::span all(writes);
  ASSERT_TRUE(ledger_->Apply(all.first(1)).front().has_value());
  ASSERT_TRUE(ledger_->Apply(all.subspan(1)).back().has_value());
  std::atomic<bool> begun = false;
  files_->Set([&begun](FileCall call, const std::string& name) {
    FileFault fault;
    // Of the flush, whose thread syncs the log that is not written to any more.
    fault.fails = call == FileCall::kSync && IsWal(name) && !begun.exchange(true);
    fault.takes = std::chrono::milliseconds(fault.fails ? 300 : 0);
    return fault;
  });
  std::thread flush([this] { (void)ledger_->Settle(); });
  while (!begun) std::this_thread::yield();
  EXPECT_TRUE(TryLicense("beside").has_value());
  flush.join();
  EXPECT_TRUE(TryLicense("after").has_value());
  ledger_.reset();
  EXPECT_EQ(TokensIn(directory_).size(), kClaimedAfter + 2);
}

TEST_F(GroupCommitTest, ALogThatFailedHidesNothingOfTheOneAfterIt) {
  Open(env_.get());
  ASSERT_TRUE(TryLicense("before").has_value());
  const std::string before = CopyOfDirectory();
  std::atomic<bool> failed = false;
  files_->Set([&](FileCall call, const std::string& name) {
    const bool fails = call == FileCall::kAppend && IsWal(name) && !failed.exchange(true);
    return FileFault{.fails = fails, .no_space = true, .written = 0.5};
  });
  ASSERT_TRUE(TryLicense("after").has_value());
  EXPECT_TRUE(failed);
  // The log that failed may be there still, up to where it was cut.
  const std::string after = CopyOfDirectory();
  int logs = 0;
  for (const auto& file : std::filesystem::directory_iterator(before)) {
    if (!IsWal(file.path())) continue;
    std::filesystem::copy_file(file.path(), std::filesystem::path(after) / file.path().filename(),
                               std::filesystem::copy_options::skip_existing);
    ++logs;
  }
  EXPECT_EQ(logs, 1);
  EXPECT_THAT(TokensIn(after), testing::ElementsAre("before", "after"));
  const auto opened = Ledger::Open(after, Options{});
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  EXPECT_EQ((*opened)->LastLsn(), 2U);
}

TEST_F(GroupCommitTest, AKillInTheMiddleOfRecoveringLeavesAllOrNothing) {
  for (const FileCall failing : {FileCall::kAppend, FileCall::kSync}) {
    options_.durability = failing == FileCall::kSync ? Durability::kSynced : Durability::kBuffered;
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directory(directory_);
    files_->Set({});
    Open(env_.get());
    Distribute();
    ASSERT_TRUE(ledger_->Settle().ok());
    TryLicense("rows-of-few-families").value();
    const Lsn last = ledger_->LastLsn();
    int left = 1;
    std::vector<std::string> killed;
    files_->Set([&](FileCall call, const std::string& name) {
      if (left <= 0) killed.push_back(CopyOfDirectory());
      const bool fails = call == failing && IsWal(name) && left > 0 && left-- > 0;
      return FileFault{.fails = fails, .written = 1};
    });
    Join(1);
    files_->Set({});
    EXPECT_EQ(ledger_->LastLsn(), last + 1);
    EXPECT_GT(killed.size(), 10U);
    ledger_.reset();
    for (const std::string& directory : killed) {
      Options options;
      options.background_compaction = false;
      const auto opened = Ledger::Open(directory, options);
      ASSERT_TRUE(opened.has_value()) << opened.error().message();
      EXPECT_GE((*opened)->LastLsn(), last);
    }
    // One of five, others in each run, since rebuilding takes most of the time.
    constexpr std::size_t kOf = 5;
    const std::uint64_t seed = FreshSeed();
    SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
    for (std::size_t i = seed % kOf; i < killed.size(); i += kOf) {
      EXPECT_EQ(Rebuilt(killed[i]), "") << killed[i];
    }
  }
}

/// Accounts of an organization, and an account that is unlike its cohort.
class RolledBackTest : public GroupCommitTest {
 protected:
  grantledger::Write Bulk(const std::string& token, GrantStatus status) {
    CreateGrantVersionRequest request;
    request.client_token = token;
    request.grant_arn = distribution_;
    request.status = status;
    request.status_reason = token;
    return WriteOf(kManagement, request);
  }
  grantledger::Write Own(const std::string& token, int number, GrantStatus status) {
    CreateGrantVersionRequest request;
    request.client_token = token;
    request.grant_arn = *ledger_->MemberGrantArn(distribution_, AccountOf(number));
    request.status = status;
    return WriteOf(kManagement, request);
  }

  /// All that reads tell of the distribution.
  std::string Everything() {
    std::string all;
    ListGrantsOf(&all);
    return all;
  }
  void ListGrantsOf(std::string* all) {
    const Call call{.caller = kManagement};
    const auto page = ledger_->Read(call, ListDistributedGrantsRequest{});
    ASSERT_TRUE(page.has_value()) << page.error().message();
    for (const Grant& grant : page->grants) {
      *all += grant.GrantArn() + " " + std::to_string(static_cast<int>(grant.state->status)) + " " +
              grant.Version() + " " + grant.StatusReason() + "\n";
    }
    for (int number = 0; number < 6; ++number) {
      const auto entitled = ledger_->Read(
          Call{.caller = AccountOf(number)},
          CheckEntitlementRequest{AccountOf(number).ToString(), "sku-1", "AWS/Marketplace"});
      ASSERT_TRUE(entitled.has_value()) << entitled.error().message();
      *all += entitled->entitled ? "entitled\n" : "not entitled\n";
    }
  }
};

TEST_F(RolledBackTest, NothingOfWritesThatAreNotStoredIsKeptInMemory) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  Open(env_.get());
  Distribute();
  Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
  for (int number = 0; number < 6; ++number) Join(number);
  std::atomic<bool> fails = false;
  files_->Set([&](FileCall call, const std::string& name) {
    return FileFault{.fails = fails && call == FileCall::kAppend && IsWal(name), .written = 1};
  });
  int joined = 6;
  const auto draw = [&](int at) -> grantledger::Write {
    const std::string token = "d" + std::to_string(at);
    const GrantStatus status = random.Below(2) == 0 ? GrantStatus::kActive : GrantStatus::kDisabled;
    switch (random.Below(5)) {
      case 0:
        return WriteOf(kManagement,
                       UpdateServiceSettingsRequest{.enable_integration = random.Below(2) == 0});
      case 1:
        return WriteOf(kManagement, CreateAccountRequest{"person@example.com", "Account",
                                                         AccountOf(joined++).ToString()});
      case 2:
        return Bulk(token, status);
      default:
        return Own(token, static_cast<int>(random.Below(6)), status);
    }
  };
  for (int round = 0; round < 60; ++round) {
    std::vector<grantledger::Write> lost;
    std::vector<grantledger::Write> kept;
    for (int i = 0; i < 4; ++i) lost.push_back(draw(10 * round + i));
    for (int i = 4; i < 6; ++i) kept.push_back(draw(10 * round + i));
    const Lsn last = ledger_->LastLsn();
    fails = true;
    for (const auto& answer : ledger_->Apply(lost)) EXPECT_FALSE(answer.has_value());
    fails = false;
    EXPECT_EQ(ledger_->LastLsn(), last);
    (void)ledger_->Apply(kept);
    if (round % 6 != 5) continue;
    const std::string warm = Everything();
    Open(env_.get());
    ASSERT_EQ(warm, Everything()) << "in round " << round;
  }
  ledger_.reset();
  EXPECT_EQ(Rebuilt(directory_), "");
}

}  // namespace
}  // namespace grantledger
