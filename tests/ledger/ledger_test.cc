// Opening, durability, sharing, and what concurrent writers and readers see.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

class LedgerTest : public LedgerFixture {};

TEST_F(LedgerTest, OpenMakesAnEmptyLedgerAndFindsItAgain) {
  Open();
  EXPECT_EQ(ledger_->LastLsn(), 0U);
  Do(kVendor, LicenseRequest("one"));
  EXPECT_EQ(ledger_->LastLsn(), 1U);
  Open();
  EXPECT_EQ(ledger_->LastLsn(), 1U);
}

TEST_F(LedgerTest, OpenRefusesWhatIsMissingWhereNoneIsToBeMade) {
  options_.create_if_missing = false;
  const auto opened = Ledger::Open(directory_ + "/nothing", options_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Code::kInvalidArgument) << opened.error().message();
  EXPECT_NE(opened.error().message().find(directory_), std::string::npos);
}

TEST_F(LedgerTest, ASecondWriterIsToldThatTheLedgerIsInUse) {
  Open();
  const auto second = Ledger::Open(directory_, options_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), Code::kIoError);
  EXPECT_NE(second.error().message().find("in use"), std::string::npos) << second.error().message();
}

TEST_F(LedgerTest, AReaderBesideTheWriterSeesWhatWasThereAndRefusesToWrite) {
  Open();
  const auto license = Do(kVendor, LicenseRequest("one"));
  Options read_only = options_;
  read_only.read_only = true;
  auto reader = Ledger::Open(directory_, read_only);
  ASSERT_TRUE(reader.has_value()) << reader.error().message();
  const Call call{.caller = kVendor, .time = {}, .as_of = {}};
  const auto found = (*reader)->Read(call, GetLicenseRequest{license.license_arn, {}});
  ASSERT_TRUE(found.has_value()) << found.error().message();
  const auto refused = (*reader)->Write(call, LicenseRequest("two"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kInvalidState);
}

TEST_F(LedgerTest, AReaderOpensWhileTheWriterReplacesItsFiles) {
  Open();
  Options read_only = options_;
  read_only.read_only = true;
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; !done; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      Do(kVendor, LicenseRequest(std::to_string(i)));
      EXPECT_TRUE(ledger_->Settle().ok());
      // Between two changes a reader can open, on however busy a machine.
      std::this_thread::sleep_for(4 * (std::chrono::steady_clock::now() - begun));
    }
  });
  for (int i = 0; i < 40; ++i) {
    const auto reader = Ledger::Open(directory_, read_only);
    EXPECT_TRUE(reader.has_value()) << reader.error().message();
  }
  done = true;
  writer.join();
}

TEST_F(LedgerTest, AClientTokenReplaysAcrossAReopen) {
  Open();
  const auto first = Do(kVendor, LicenseRequest("token"));
  Open();
  const auto again = Do(kVendor, LicenseRequest("token"));
  EXPECT_EQ(again.license_arn, first.license_arn);
  EXPECT_EQ(ledger_->LastLsn(), 1U);
  CreateLicenseRequest other = LicenseRequest("token");
  other.beneficiary = "Somebody else";
  const auto reused =
      ledger_->Write(Call{.caller = kVendor, .time = {}, .as_of = {}}, std::move(other));
  ASSERT_FALSE(reused.has_value());
  EXPECT_EQ(reused.error().code(), Code::kTokenReused);
}

TEST_F(LedgerTest, ABatchSucceedsAndFailsOneByOneAndSeesWhatCameBefore) {
  Open();
  const auto license = Do(kVendor, LicenseRequest("one"));
  const Call vendor{.caller = kVendor, .time = {}, .as_of = {}};
  const std::vector<Write> writes = {
      {vendor, GrantRequest("a", license.license_arn, AccountArn(222222222222))},
      {vendor, GrantRequest("b", "arn:aws:license-manager::999999999999:license:l-nothing",
                            AccountArn(222222222222))},
      {vendor, GrantRequest("a", license.license_arn, AccountArn(222222222222))},
  };
  const auto answers = ledger_->Apply(writes);
  ASSERT_EQ(answers.size(), 3U);
  ASSERT_TRUE(answers[0].has_value());
  ASSERT_FALSE(answers[1].has_value());
  EXPECT_EQ(answers[1].error().code(), Code::kNotFound);
  ASSERT_TRUE(answers[2].has_value());
  EXPECT_EQ(std::get<GrantResponse>(*answers[2]).grant_arn,
            std::get<GrantResponse>(*answers[0]).grant_arn);
  EXPECT_EQ(ledger_->LastLsn(), 2U);
}

TEST_F(LedgerTest, ConcurrentWritersAllSucceedWithDenseLsns) {
  options_.durability = Durability::kSynced;
  Open();
  const auto license = Do(kVendor, LicenseRequest("one"));
  constexpr int kThreads = 8;
  constexpr int kEach = 25;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const std::string token = std::to_string(thread) + "-" + std::to_string(i);
        const auto granted =
            ledger_->Write(Call{.caller = kVendor, .time = {}, .as_of = {}},
                           GrantRequest(token, license.license_arn, AccountArn(222222222222)));
        if (!granted) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(ledger_->LastLsn(), 1U + kThreads * kEach);
  ListDistributedGrantsRequest all;
  all.paging.max_results = 1000;
  const auto page = ledger_->Read(Call{.caller = kVendor, .time = {}, .as_of = {}}, all);
  ASSERT_TRUE(page.has_value());
  std::set<std::string> arns;
  for (const Grant& grant : page->grants) arns.insert(grant.GrantArn());
  EXPECT_EQ(arns.size(), static_cast<std::size_t>(kThreads * kEach));
}

/// Every page sequence is complete and exact for its moment, while others write.
class PagingTest : public LedgerFixture {
 protected:
  void MakeOrganization(int accounts) {
    Open();
    const auto license = Do(kVendor, LicenseRequest("license"));
    const auto organization = Do(kManagement, CreateOrganizationRequest{});
    const auto direct =
        Do(kVendor, GrantRequest("direct", license.license_arn, AccountArn(kManagement.value())));
    Do(kManagement, AcceptGrantRequest{direct.grant_arn});
    distribution_ =
        Do(kManagement, GrantRequest("all", license.license_arn, organization.organization.arn))
            .grant_arn;
    for (int i = 0; i < accounts; ++i) Join(i);
  }

  void Join(int number) {
    Do(kManagement, CreateAccountRequest{"person@example.com", "Account", IdOf(number)});
  }

  static std::string IdOf(int number) {
    return AccountId(500'000'000'000 + static_cast<std::uint64_t>(number) * 7919).ToString();
  }

  /// The grantees of the distribution in pages of `size`; fails where one comes twice.
  std::size_t CountPages(std::uint32_t size) {
    ListDistributedGrantsRequest request;
    request.paging.max_results = size;
    std::set<std::string> seen;
    std::size_t rows = 0;
    while (true) {
      const auto page =
          ledger_->Read(Call{.caller = kManagement, .time = {}, .as_of = {}}, request);
      EXPECT_TRUE(page.has_value()) << page.error().message();
      if (!page) return 0;
      for (const Grant& grant : page->grants) {
        if (grant.grantee == AccountId()) continue;
        ++rows;
        EXPECT_TRUE(seen.insert(grant.GrantArn()).second);
      }
      if (page->next_token.empty()) return rows;
      request.paging.next_token = page->next_token;
    }
  }

  std::string distribution_;
};

TEST_F(PagingTest, PagesAreCompleteAndExactWhileOthersWrite) {
  constexpr int kBefore = 60;
  constexpr int kAfter = 150;
  MakeOrganization(kBefore);
  std::atomic<int> joined = kBefore;
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = kBefore; i < kAfter; ++i) {
      Join(i);
      ++joined;
      if (i % 10 == 3) {
        Do(kManagement, RemoveAccountFromOrganizationRequest{IdOf(i)});  // its grant stays listed
      }
    }
    done = true;
  });
  int rounds = 0;
  while (!done || rounds < 3) {
    const int least = joined;
    const auto rows = static_cast<int>(CountPages(7));
    EXPECT_GE(rows, least);
    EXPECT_LE(rows, joined + 1);
    ++rounds;
  }
  writer.join();
  EXPECT_EQ(CountPages(7), static_cast<std::size_t>(kAfter));
}

/// Nothing is distributed, so that each move takes the account's position back.
TEST_F(PagingTest, AccountsAreListedOnceEachWhileTheyMove) {
  constexpr int kAccounts = 60;
  constexpr int kMoves = 600;
  Open();
  Do(kManagement, CreateOrganizationRequest{});
  const Call management{.caller = kManagement};
  const std::string root = ledger_->Read(management, ListRootsRequest{})->roots.at(0).id;
  const std::string unit =
      Do(kManagement, CreateOrganizationalUnitRequest{root, "unit"}).organizational_unit.id;
  for (int i = 0; i < kAccounts; ++i) Join(i);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < kMoves; ++i) {
      const bool back = i / kAccounts % 2 == 1;
      Do(kManagement,
         MoveAccountRequest{IdOf(i % kAccounts), back ? unit : root, back ? root : unit});
    }
    done = true;
  });
  for (int rounds = 0; !done || rounds < 3; ++rounds) {
    std::set<std::string> seen;
    ListAccountsRequest request;
    request.paging.max_results = 7;
    do {
      const auto page = ledger_->Read(management, request);
      ASSERT_TRUE(page.has_value()) << page.error().message();
      for (const Account& account : page->accounts) EXPECT_TRUE(seen.insert(account.id).second);
      request.paging.next_token = page->next_token;
    } while (!request.paging.next_token.empty());
    EXPECT_EQ(seen.size(), kAccounts + 1U);
  }
  writer.join();
}

TEST_F(PagingTest, ATokenWithAnotherMomentBesideItIsRefused) {
  MakeOrganization(5);
  const Lsn last = ledger_->LastLsn();
  ListDistributedGrantsRequest request;
  request.paging.max_results = 2;
  const auto first = ledger_->Read(Call{.caller = kManagement, .as_of = last - 1}, request);
  ASSERT_TRUE(first.has_value()) << first.error().message();
  request.paging.next_token = first->next_token;
  EXPECT_TRUE(ledger_->Read(Call{.caller = kManagement, .as_of = last - 1}, request));
  EXPECT_TRUE(ledger_->Read(Call{.caller = kManagement}, request));
  for (const Moment& other : {Moment(last), Moment(last + 9), Moment(Time())}) {
    const auto refused = ledger_->Read(Call{.caller = kManagement, .as_of = other}, request);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
  }
  const auto early = ledger_->Read(Call{.caller = kManagement, .time = Time()}, request);
  ASSERT_FALSE(early.has_value());
  EXPECT_EQ(early.error().code(), Code::kInvalidArgument);
}

TEST_F(PagingTest, ATokenOfAnotherCallerOrFilterIsRefused) {
  MakeOrganization(5);
  ListDistributedGrantsRequest request;
  request.paging.max_results = 2;
  const auto page = ledger_->Read(Call{.caller = kManagement, .time = {}, .as_of = {}}, request);
  ASSERT_TRUE(page.has_value());
  request.paging.next_token = page->next_token;
  const auto other = ledger_->Read(Call{.caller = kVendor, .time = {}, .as_of = {}}, request);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code(), Code::kInvalidArgument);
  request.filters = {{"GrantStatus", {"ACTIVE"}}};
  const auto filtered =
      ledger_->Read(Call{.caller = kManagement, .time = {}, .as_of = {}}, request);
  ASSERT_FALSE(filtered.has_value());
  EXPECT_EQ(filtered.error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace grantledger
