// Grants and licenses by their ids, and by the beginnings of these.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <grantledger/inspect.h>

#include "tests/ledger/compaction_fixture.h"

namespace grantledger {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class FindArnTest : public CompactionFixture {
 protected:
  FindArnTest() {
    Open();
    Distribute();
    for (int number = 1; number <= 40; ++number) Join(number);
    auto inspector = Inspector::Open(directory_);
    if (!inspector) throw std::runtime_error(inspector.error().message());
    inspector_ = *std::move(inspector);
  }

  /// "g-…", of `digits` digits.
  static std::string Cut(const std::string& arn, std::size_t digits) {
    constexpr std::size_t kDigits = 32;
    constexpr std::size_t kKind = 2;
    return arn.substr(arn.size() - kDigits - kKind, kKind + digits);
  }
  std::string Found(const std::string& id) {
    auto found = inspector_->FindArn(id, ledger_->LastLsn());
    return found ? *found : found.error().message();
  }

  std::unique_ptr<Inspector> inspector_;
};

TEST_F(FindArnTest, FindsEachKindByItsIdAndByItsBeginning) {
  const std::string member = *ledger_->MemberGrantArn(distribution_, AccountOf(17));
  const auto received = ledger_->Read(Call{.caller = kManagement}, ListReceivedGrantsRequest{});
  ASSERT_TRUE(received.has_value());
  const std::string direct = received->grants.at(0).GrantArn();
  const std::string license = received->grants.at(0).state->origin->license_arn;
  for (const std::string& arn : {member, direct, distribution_, license}) {
    EXPECT_EQ(Found(arn), arn);
    for (const std::size_t digits : {8U, 15U, 16U, 17U, 31U, 32U}) {
      EXPECT_EQ(Found(Cut(arn, digits)), arn);
      EXPECT_EQ(Found(Cut(arn, digits) + "…"), arn);
    }
  }
}

TEST_F(FindArnTest, TellsWhatIsWrongWithAnId) {
  EXPECT_THAT(Found("g-123"), AllOf(HasSubstr("\"g-123\""), HasSubstr("4 to 32 of its digits")));
  EXPECT_THAT(Found("h-12345678"), HasSubstr("\"h-12345678\""));
  EXPECT_THAT(Found("g-1234567X"), HasSubstr("4 to 32 of its digits"));
  EXPECT_THAT(Found("g-" + std::string(33, '0')), HasSubstr("4 to 32 of its digits"));
  EXPECT_THAT(Found(""), HasSubstr("expected"));
  EXPECT_THAT(Found("g-0000000000000000"), HasSubstr("names no grant"));
  EXPECT_THAT(Found("l-0000000000000000"), HasSubstr("names no license"));
}

/// Accounts join until two member grants begin with the same four digits.
TEST_F(FindArnTest, NamesAllThatBeginSo) {
  std::map<std::string, std::string> known;
  for (int number = 1;; ++number) {
    if (number > 40) Join(number);
    const std::string arn = *ledger_->MemberGrantArn(distribution_, AccountOf(number));
    const auto [other, is_new] = known.emplace(Cut(arn, 4), arn);
    if (is_new) continue;
    ASSERT_TRUE(inspector_->Refresh().ok());
    EXPECT_THAT(Found(Cut(arn, 4)),
                AllOf(HasSubstr("2 begin so"), HasSubstr(arn), HasSubstr(other->second)));
    return;
  }
}

}  // namespace
}  // namespace grantledger
