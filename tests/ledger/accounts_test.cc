// Account numbers that are none: a number beyond 12 digits never stands for another account.
#include <gmock/gmock.h>

#include <grantledger/inspect.h>

#include "codec/id.h"
#include "codec/keys.h"
#include "ledger_fixture.h"

namespace grantledger {
namespace {

using testing::StartsWith;

/// What 40 bits keep of it is the management account.
constexpr AccountId kBeyond(kManagement.value() + (std::uint64_t{1} << 40));
constexpr AccountId kJustBeyond(AccountId::kMax + 1);
constexpr AccountId kLargest(~std::uint64_t{0});
const std::vector<AccountId> kNone = {AccountId(), kBeyond, kJustBeyond, kLargest};

class AccountsTest : public LedgerFixture {
 protected:
  void SetUp() override {
    Open();
    const auto organization = Do(kManagement, CreateOrganizationRequest{}).organization;
    const std::string license = Do(kManagement, LicenseRequest("license")).license_arn;
    distribution_ = Do(kManagement, GrantRequest("grant", license, organization.arn)).grant_arn;
  }

  static Call CallOf(AccountId caller) { return Call{.caller = caller, .time = {}, .as_of = {}}; }

  static void ExpectRefused(const Status& refusal, std::string_view field) {
    EXPECT_EQ(refusal.code(), Code::kInvalidArgument) << refusal.message();
    EXPECT_THAT(refusal.message(), StartsWith(std::string(field) + " is "));
  }

  std::string distribution_;
};

TEST_F(AccountsTest, NoReadIsMadeByOne) {
  const auto refuse = [this]<typename... Requests>(const std::variant<Requests...>*) {
    for (const AccountId caller : kNone) {
      const auto one = [&]<typename Request>(const Request& request) {
        const auto answer = ledger_->Read(CallOf(caller), request);
        ASSERT_FALSE(answer.has_value()) << typeid(Request).name() << " of " << caller.value();
        ExpectRefused(answer.error(), "Caller");
      };
      (one(Requests{}), ...);
    }
  };
  refuse(static_cast<const ReadRequest*>(nullptr));
}

TEST_F(AccountsTest, NoWriteIsMadeByOne) {
  const Lsn before = ledger_->LastLsn();
  const auto refuse = [this]<typename... Requests>(const std::variant<Requests...>*) {
    for (const AccountId caller : kNone) {
      const std::vector<Write> writes = {Write{CallOf(caller), Requests{}}...};
      for (const auto& answer : ledger_->Apply(writes)) {
        ASSERT_FALSE(answer.has_value()) << caller.value();
        ExpectRefused(answer.error(), "Caller");
      }
    }
  };
  refuse(static_cast<const WriteRequest*>(nullptr));
  EXPECT_EQ(ledger_->LastLsn(), before);
}

TEST_F(AccountsTest, NoOtherCallTakesOne) {
  EXPECT_TRUE(ledger_->MemberGrantArn(distribution_, AccountId(1)).has_value());
  for (const AccountId account : kNone) {
    const auto arn = ledger_->MemberGrantArn(distribution_, account);
    ASSERT_FALSE(arn.has_value()) << account.value();
    ExpectRefused(arn.error(), "AccountId");
  }
  const auto inspector = Inspector::Open(directory_);
  ASSERT_TRUE(inspector.has_value());
  EXPECT_EQ((*inspector)->Stays(kManagement, ledger_->LastLsn())->size(), 1U);
  for (const AccountId account : kNone) {
    const auto stays = (*inspector)->Stays(account, ledger_->LastLsn());
    ASSERT_FALSE(stays.has_value()) << account.value();
    ExpectRefused(stays.error(), "AccountId");
    EXPECT_EQ((*inspector)->NameOf(account), "");
  }
}

TEST_F(AccountsTest, WhatWasFoundIsTold) {
  const auto answer = ledger_->Read(CallOf(kBeyond), DescribeOrganizationRequest{});
  EXPECT_EQ(answer.error().message(),
            "Caller is 1210622738887, expected an account of 12 digits, not all of them 0");
}

// Should a check ever be forgotten: neither a key nor an id is that of an account.
TEST(AccountIdTest, OneBeyond12DigitsHasNobodysKeyNorId) {
  const IdCodec ids(1);
  for (const AccountId account : {kBeyond, kJustBeyond, kLargest}) {
    EXPECT_FALSE(account.IsAccount());
    const std::string key = AccountKey(account);
    KeyReader reader(key);
    reader.Tag();
    reader.Account();
    EXPECT_FALSE(reader.ok());
    EXPECT_FALSE(ids.Decode(ids.Encode(IdKind::kGrant, 7, account)).has_value());
    EXPECT_EQ(account.ToString(), std::to_string(account.value()));
  }
  EXPECT_FALSE(AccountId().IsAccount());
  EXPECT_TRUE(AccountId(1).IsAccount());
  EXPECT_TRUE(AccountId(AccountId::kMax).IsAccount());
}

}  // namespace
}  // namespace grantledger
