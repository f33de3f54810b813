// What only deriving a ledger again can tell: rows that prove themselves, and are wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/inspect/damage_fixture.h"

namespace grantledger {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Finding::Kind;

class VerifyDeepTest : public DamageFixture {
 protected:
  /// The one thing that is found, and only deep.
  Finding TheOne() {
    EXPECT_EQ(Sentences(Verify()), "");
    const auto findings = VerifyDeep();
    EXPECT_EQ(findings.size(), 1U) << Sentences(findings);
    return findings.empty() ? Finding() : findings[0];
  }
};

TEST_F(VerifyDeepTest, AChangedRowOfState) {
  TellStory();
  Change([](Store& store) {
    auto unit = CopyTable<fb::UnitT>(store, Family::kState, UnitKey(1, Path())).value();
    unit.accounts = 77;
    const std::string key = UnitKey(1, Path());
    PutValue(store, Family::kState, key, FrameRow(key, Pack(unit)));
  });
  const Finding finding = TheOne();
  EXPECT_EQ(finding.kind, Kind::kOtherValue);
  EXPECT_EQ(finding.family, "state");
  EXPECT_EQ(finding.key, UnitKey(1, Path()));
  EXPECT_THAT(finding.what, HasSubstr("family state, key 75010100: the row has another value"));
  EXPECT_THAT(finding.stored.value_or(""), HasSubstr("\"accounts\":77"));
  EXPECT_THAT(finding.derived.value_or(""), HasSubstr("\"accounts\":4"));
}

TEST_F(VerifyDeepTest, AMissingRowOfMember) {
  TellStory();
  const std::string key = MemberKey(1, Path(), 5, AccountOf(5));
  Remove(Family::kMember, key);
  const Finding finding = TheOne();
  EXPECT_EQ(finding.kind, Kind::kMissing);
  EXPECT_EQ(finding.family, "member");
  EXPECT_EQ(finding.key, key);
  EXPECT_EQ(finding.stored, std::nullopt);
  EXPECT_EQ(finding.derived, "12") << "the LSN at which it entered";
}

TEST_F(VerifyDeepTest, ARowOfIndexThatShouldNotBeThere) {
  TellStory();
  const std::string key = GrantOfLicenseKey(1, 99);
  PutRow(Family::kIndex, key, "");
  const Finding finding = TheOne();
  EXPECT_EQ(finding.kind, Kind::kUnexpected);
  EXPECT_EQ(finding.family, "index");
  EXPECT_EQ(finding.key, key);
  EXPECT_EQ(finding.derived, std::nullopt);
}

TEST_F(VerifyDeepTest, ARowOfBaseWhereNothingWasDropped) {
  TellStory();
  PutRow(Family::kBase, KeptTokenKey(3), "");
  EXPECT_EQ(TheOne().family, "base");
}

TEST_F(VerifyDeepTest, AChangedCellOfActivation) {
  TellStory();
  const std::string key = FoldedCellKey(AccountOf(1), 1);
  Change([&](Store& store) {
    auto cell = CopyTable<fb::FoldedCellT>(store, Family::kActivation, key).value();
    cell.grants.at(0)->version += 1;
    PutValue(store, Family::kActivation, key, FrameRow(key, Pack(cell)));
  });
  const Finding finding = TheOne();
  EXPECT_EQ(finding.kind, Kind::kOtherValue);
  EXPECT_EQ(finding.family, "activation");
  EXPECT_EQ(finding.key, key);
  EXPECT_NE(finding.stored, finding.derived);
}

TEST_F(VerifyDeepTest, AMissingCellOfActivation) {
  TellStory();
  Remove(Family::kActivation, FoldedCellKey(AccountOf(2), 1));
  const auto findings = VerifyDeep();
  ASSERT_FALSE(findings.empty());
  EXPECT_THAT(Sentences(findings), HasSubstr("family activation"));
}

TEST_F(VerifyDeepTest, ActivationMayBeMissingLagOrBeLeftByARunThatWasStopped) {
  TellStory();
  for (int batches = 0; batches < 6; ++batches) {
    Open();
    int done = 0;
    ASSERT_TRUE(ledger_->Compact([&](std::uint64_t, std::uint64_t) { return done++ < batches; }));
    ledger_.reset();
    EXPECT_EQ(Sentences(VerifyDeep()), "");
  }
  for (const auto& [key, value] : RowsOf(directory_, Family::kActivation)) {
    Remove(Family::kActivation, key);
  }
  EXPECT_EQ(Sentences(VerifyDeep()), "");
}

TEST_F(VerifyDeepTest, WithoutARecordNothingIsDerived) {
  TellStory();
  Remove(Family::kLog, LogKey(12));
  EXPECT_EQ(VerifyDeep().size(), 1U);
  EXPECT_THAT(report_.unchecked, Contains(HasSubstr("the log is whole up to LSN 11 alone")));
}

TEST_F(VerifyDeepTest, ARecordThatCantBeAppliedIsFound) {
  TellStory();
  ChangeRecord(14, [](fb::RecordT& record) { record.body.AsAccountMoved()->account = 1; });
  const Finding finding = TheOne();
  EXPECT_EQ(finding.kind, Kind::kContradicts);
  EXPECT_EQ(finding.lsn, 14U);
  EXPECT_THAT(report_.unchecked, Contains(HasSubstr("it can't be applied")));
}

TEST_F(VerifyDeepTest, WhereHistoryWasDroppedActivationIsMadeFromBase) {
  TellStoryAndDrop();
  EXPECT_EQ(Sentences(VerifyDeep()), "");
  ASSERT_EQ(report_.unchecked.size(), 1U);
  EXPECT_THAT(report_.unchecked[0], HasSubstr("its records up to LSN 20, the horizon"));
  const std::string key = FoldedCellKey(AccountOf(1), 1);
  Change([&](Store& store) {
    auto cell = CopyTable<fb::FoldedCellT>(store, Family::kActivation, key).value();
    cell.grants.at(0)->version += 1;
    PutValue(store, Family::kActivation, key, FrameRow(key, Pack(cell)));
  });
  EXPECT_EQ(TheOne().key, key);
}

/// Account 1 has a grant of its own, and leaves.
class VerifyDeepOfLeaversTest : public VerifyDeepTest {
 protected:
  using Step = std::function<void()>;

  void Own() { Do(kManagement, GrantRequest("own", license_, AccountArn(AccountOf(1).value()))); }
  void DistributeToUnit() {
    distribution_ = Do(kManagement, GrantRequest("of-a", license_, unit_.arn)).grant_arn;
  }
  void Set(GrantStatus status) { SetStatus(kManagement, distribution_, status); }
  void Leave() { Do(AccountOf(1), LeaveOrganizationRequest{}); }
  void EnterAnother() {
    Do(kVendor, CreateOrganizationRequest{});
    const auto invited =
        Do(kVendor, InviteAccountToOrganizationRequest{AccountOf(1).ToString(), "ACCOUNT", ""});
    Do(AccountOf(1), AcceptHandshakeRequest{invited.handshake.id});
  }

  void Begin() {
    ledger_.reset();
    std::filesystem::remove_all(directory_);
    Open();
    license_ = Do(kManagement, LicenseRequest("license")).license_arn;
    organization_ = Do(kManagement, CreateOrganizationRequest{}).organization.arn;
    root_ = ledger_->Read(Call{.caller = kManagement}, ListRootsRequest{})->roots.at(0).id;
    unit_ = Do(kManagement, CreateOrganizationalUnitRequest{root_, "a"}).organizational_unit;
    Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
    Join(1);
  }

  /// Folded after some of the steps, and in the end, with the horizon at the last record of the
  /// step `at_horizon` as soon as it is there: nothing is found, whichever they are.
  void ExpectTheSameHoweverItIsFolded(const std::vector<Step>& steps, std::size_t at_horizon) {
#ifdef GRANTLEDGER_SANITIZED
    constexpr unsigned kStride = 21;
#else
    constexpr unsigned kStride = 3;
#endif
    for (unsigned folded = 0; folded < 1U << steps.size(); folded += kStride) {
      SCOPED_TRACE(folded);
      Begin();
      Lsn horizon = 0;
      for (std::size_t i = 0; i < steps.size(); ++i) {
        steps[i]();
        if (i == at_horizon) horizon = ledger_->LastLsn();
        if ((folded >> i & 1U) != 0) Fold(horizon);
      }
      Fold(horizon);
      EXPECT_EQ(ledger_->Horizon(), horizon);
      ledger_.reset();
      EXPECT_EQ(Sentences(VerifyDeep()), "");
    }
  }

  OrganizationalUnit unit_;

 private:
  void Fold(Lsn horizon) {
    ledger_->SetRetention(KeepFrom{horizon});
    ASSERT_TRUE(ledger_->Compact().has_value());
  }
};

TEST_F(VerifyDeepOfLeaversTest, WithoutATrace) {
  ExpectTheSameHoweverItIsFolded(
      {[this] { Own(); }, [this] { DistributeToUnit(); }, [this] { Set(GrantStatus::kActive); },
       [this] { Join(2); }, [this] { Set(GrantStatus::kDisabled); }, [this] { Leave(); },
       [this] { Join(3); }},
      3);
}

TEST_F(VerifyDeepOfLeaversTest, FromAPlaceToWhichItMoved) {
  ExpectTheSameHoweverItIsFolded(
      {[this] { Own(); }, [this] { Move(1, root_, unit_.id); },
       [this] { Move(1, unit_.id, root_); }, [this] { Leave(); }, [this] { EnterAnother(); },
       [this] { DistributeToUnit(); }, [this] { Set(GrantStatus::kActive); }},
      4);
}

TEST_F(VerifyDeepTest, WhileTheHorizonMovesNothingIsWrong) {
#ifdef GRANTLEDGER_SANITIZED
  constexpr int kStep = 4;
#else
  constexpr int kStep = 1;
#endif
  TellStory();
  for (int batches = 0; batches < 14; batches += kStep) {
    Open();
    ledger_->SetRetention(KeepFrom{Lsn{20}});
    int done = 0;
    ASSERT_TRUE(ledger_->Compact([&](std::uint64_t, std::uint64_t) { return done++ < batches; }));
    ledger_.reset();
    EXPECT_EQ(Sentences(VerifyDeep()), "") << batches;
  }
  EXPECT_EQ(report_.horizon, 20U);
}

}  // namespace
}  // namespace grantledger
