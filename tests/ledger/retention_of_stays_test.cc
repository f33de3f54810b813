// What goes of the stays of accounts at or before a horizon, and what does not.
#include "tests/ledger/retention_fixture.h"

namespace grantledger {
namespace {

/// An organization with a license that is granted to all of it and activated; an account, and two
/// OUs between which it moves.
class RetentionOfStaysTest : public RetentionTest {
 protected:
  RetentionOfStaysTest() {
    Open();
    const auto organization = Do(kManagement, CreateOrganizationRequest{}).organization;
    Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
    const Call management{.caller = kManagement, .time = {}, .as_of = {}};
    place_ = ledger_->Read(management, ListRootsRequest{})->roots.front().id;
    for (const std::string name : {"a", "b"}) {
      const CreateOrganizationalUnitRequest request{.parent_id = place_, .name = name};
      units_.push_back(Do(kManagement, request).organizational_unit.id);
    }
    Do(kManagement, CreateAccountRequest{.email = "holder@example.com",
                                         .account_name = "Holder",
                                         .account_id = kHolder.ToString()});
    license_ = Do(kManagement, LicenseRequest("license")).license_arn;
    distribution_ = Do(kManagement, GrantRequest("grant", license_, organization.arn)).grant_arn;
    Activate();
    grant_ = *ledger_->MemberGrantArn(distribution_, kHolder);
  }

  /// A distribution event: who enters behind it enters another cohort.
  void Activate() {
    CreateGrantVersionRequest request;
    request.client_token = "activate-" + std::to_string(++activations_);
    request.grant_arn = distribution_;
    request.status = GrantStatus::kActive;
    Do(kManagement, std::move(request));
  }

  void Move() {
    const std::string& next = units_[place_ == units_[0] ? 1 : 0];
    Do(kManagement, MoveAccountRequest{kHolder.ToString(), place_, next});
    place_ = next;
  }

  std::map<GrantStatus, std::uint64_t> Count() {
    const Call management{.caller = kManagement, .time = {}, .as_of = {}};
    return ledger_->Read(management, CountGrantsRequest{distribution_})->counts;
  }

  std::size_t Stays() {
    ledger_.reset();
    const auto store = Store::Open(directory_, options_, nullptr);
    return GetTable<fb::AccountT>(**store, Family::kState, AccountKey(kHolder))
        .value()
        ->stays.size();
  }

  std::string distribution_;
  std::string place_;
  std::vector<std::string> units_;
  int activations_ = 0;
};

TEST_F(RetentionOfStaysTest, StaysThatAreNoGrantsHomeGo) {
  constexpr std::size_t kMoves = 40;
  for (std::size_t i = 0; i < kMoves; ++i) {
    Move();
    if (i % 3 == 0) Activate();
  }
  const auto before = Read(GetGrantRequest{grant_, {}})->grant;
  const auto counts = Count();
  const auto report = Drop(KeepRecords{0});
  EXPECT_GE(report.dropped_records, kMoves - 1);
  EXPECT_EQ(Stays(), 2U) << "the first, where the grant is listed, and that in which it stands";
  Open();
  const auto after = Read(GetGrantRequest{grant_, {}})->grant;
  EXPECT_EQ(after.Version(), before.Version());
  EXPECT_EQ(after.state->status, GrantStatus::kActive);
  EXPECT_EQ(Count(), counts);
  const auto versions = Read(ListGrantVersionsRequest{grant_, {}})->versions;
  ASSERT_EQ(versions.size(), 1U);
  EXPECT_EQ(versions.front().operation, "CreateGrantVersion");
}

TEST_F(RetentionOfStaysTest, PositionsWhoseStaysAreGoneAreNotCountedAgain) {
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i) Move();
    Drop(KeepRecords{0});
    EXPECT_EQ(Count(), (std::map<GrantStatus, std::uint64_t>{{GrantStatus::kActive, 1}}));
    Activate();
    ASSERT_TRUE(ledger_->Compact().has_value());
    EXPECT_EQ(Count(), (std::map<GrantStatus, std::uint64_t>{{GrantStatus::kActive, 1}}));
  }
  EXPECT_EQ(Stays(), 2U);
}

TEST_F(RetentionOfStaysTest, WhoeverWasKnownStaysKnown) {
  constexpr AccountId kLeaver(3);
  constexpr AccountId kRejecter(4);
  constexpr AccountId kIssuer(5);
  constexpr AccountId kBeneficiary(6);
  constexpr AccountId kInvited(7);
  const auto create = [](AccountId account) {
    return CreateAccountRequest{
        .email = "eve@example.com", .account_name = "Mine", .account_id = account.ToString()};
  };
  Do(kManagement, create(kLeaver));
  Do(kLeaver, LeaveOrganizationRequest{});
  const std::string given =
      Do(kManagement, GrantRequest("given", license_, AccountArn(kRejecter.value()))).grant_arn;
  Do(kRejecter, RejectGrantRequest{given});
  CreateLicenseRequest license = LicenseRequest("issued");
  license.beneficiary = kBeneficiary.ToString();
  Do(kIssuer, license);
  Do(kManagement, InviteAccountToOrganizationRequest{
                      .target_id = kInvited.ToString(), .target_type = "ACCOUNT", .notes = ""});
  Activate();
  EXPECT_GT(Drop(KeepRecords{0}).dropped_records, 0U);
  Open();
  const Call management{.caller = kManagement, .time = {}, .as_of = {}};
  for (const AccountId account : {kHolder, kLeaver, kRejecter, kIssuer, kBeneficiary, kInvited}) {
    const auto created = ledger_->Write(management, create(account));
    ASSERT_FALSE(created.has_value()) << account.ToString();
    EXPECT_EQ(created.error().code(), Code::kInvalidState) << created.error().message();
  }
  EXPECT_TRUE(ledger_->Write(management, create(AccountId(8))).has_value());
}

}  // namespace
}  // namespace grantledger
