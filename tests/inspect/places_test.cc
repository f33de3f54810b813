// How many accounts stand where, and what their grants are there: at every moment of random
// histories as the lists of the API say.
//
// GRANTLEDGER_PLACES_SEED chooses other histories.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include <grantledger/inspect.h>

#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

constexpr std::uint64_t kFirstAccount = 200'000'000'000;
#ifdef GRANTLEDGER_SANITIZED
constexpr std::uint64_t kHistories = 2;
constexpr std::size_t kSteps = 120;
constexpr int kMoments = 8;
#else
constexpr std::uint64_t kHistories = 8;
constexpr std::size_t kSteps = 250;
constexpr int kMoments = 20;
#endif
constexpr std::size_t kProducts = 3;

using ByPlace = std::map<std::string, std::map<GrantStatus, std::uint64_t>>;

class PlacesTest : public LedgerFixture {
 protected:
  PlacesTest() {
    options_.background_compaction = false;
    Open();
    const auto made = Do(kManagement, CreateOrganizationRequest{});
    organization_ = made.organization.id;
    units_ = {ledger_->Read(Call{.caller = kManagement}, ListRootsRequest{})->roots.at(0).id};
    principals_ = {made.organization.arn};
    Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
    for (std::size_t i = 0; i < kProducts; ++i) {
      CreateLicenseRequest license = LicenseRequest("license" + std::to_string(i));
      license.product_sku += std::to_string(i);
      licenses_.push_back(Do(kVendor, license).license_arn);
      const auto direct = Do(kVendor, GrantRequest("direct" + std::to_string(i), licenses_.back(),
                                                   AccountArn(kManagement.value())));
      Do(kManagement, AcceptGrantRequest{direct.grant_arn});
    }
  }

  std::size_t Draw(std::size_t below) { return random_() % below; }
  AccountId DrawAccount() { return AccountId(kFirstAccount + Draw(accounts_ + 1)); }
  std::string NewToken() { return "token" + std::to_string(++tokens_); }

  /// Whether it was done; what is not allowed now is passed over.
  template <typename Request>
  std::optional<typename Request::Response> Try(AccountId caller, Request request) {
    auto response = ledger_->Write(Call{.caller = caller}, std::move(request));
    if (!response) return std::nullopt;
    return *std::move(response);
  }

  void TryStatus(AccountId caller, const std::string& grant) {
    CreateGrantVersionRequest request;
    request.client_token = NewToken();
    request.grant_arn = grant;
    request.status = Draw(3) == 0 ? GrantStatus::kDisabled : GrantStatus::kActive;
    const bool overrides = caller == kManagement && Draw(2) == 0;
    if (overrides && request.status == GrantStatus::kActive) {
      request.options = GrantOptions{ActivationOverrideBehavior::kAllGrantsPermittedByIssuer};
    }
    (void)Try(caller, std::move(request));
  }

  void Step() {
    switch (Draw(12)) {
      case 0:
        return Come();
      case 1:
        return AddUnit();
      case 2:
        return Distribute();
      case 3:
        if (!distributions_.empty()) {
          TryStatus(kManagement, distributions_[Draw(distributions_.size())]);
        }
        return;
      case 4:
        (void)Try(kManagement, RemoveAccountFromOrganizationRequest{DrawAccount().ToString()});
        return;
      case 5:
        return ComeBack();
      case 6:
      case 7:
        return ChangeOwn();
      case 8:
        if (Draw(4) == 0) return Drop();
        return;
      default:
        return Move();
    }
  }

  void Come() {
    const AccountId account(kFirstAccount + ++accounts_);
    Do(kManagement, CreateAccountRequest{"person@example.com", "Account", account.ToString()});
  }

  void AddUnit() {
    const auto unit =
        Try(kManagement, CreateOrganizationalUnitRequest{units_[Draw(units_.size())], NewToken()});
    if (!unit) return;
    units_.push_back(unit->organizational_unit.id);
    principals_.push_back(unit->organizational_unit.arn);
  }

  void Distribute() {
    CreateGrantRequest request = GrantRequest(NewToken(), licenses_[Draw(licenses_.size())],
                                              principals_[Draw(principals_.size())]);
    if (const auto grant = Try(kManagement, std::move(request))) {
      distributions_.push_back(grant->grant_arn);
    }
  }

  void ComeBack() {
    const AccountId account = DrawAccount();
    const auto invited = Try(
        kManagement, InviteAccountToOrganizationRequest{account.ToString(), "ACCOUNT", NewToken()});
    if (invited) (void)Try(account, AcceptHandshakeRequest{invited->handshake.id});
  }

  void ChangeOwn() {
    if (distributions_.empty()) return;
    const AccountId account = DrawAccount();
    const auto grant =
        ledger_->MemberGrantArn(distributions_[Draw(distributions_.size())], account);
    if (grant) TryStatus(account, *grant);
  }

  void Move() {
    const AccountId account = DrawAccount();
    const auto from =
        ledger_->Read(Call{.caller = kManagement}, ListParentsRequest{account.ToString()});
    if (!from) return;
    (void)Try(kManagement,
              MoveAccountRequest{account.ToString(), from->id, units_[Draw(units_.size())]});
  }

  void Drop() {
    ledger_->SetRetention(KeepRecords{20 + Draw(60)});
    ASSERT_TRUE(ledger_->Compact().has_value());
    ledger_->SetRetention(KeepEverything{});
  }

  /// All that a list gives.
  template <typename Request, typename Visit>
  void ForAll(Lsn at, Request request, const Visit& visit) {
    do {
      const auto page =
          ledger_->Read(Call{.caller = kManagement, .time = {}, .as_of = Moment(at)}, request);
      ASSERT_TRUE(page.has_value()) << page.error().message();
      visit(*page);
      request.paging.next_token = page->next_token;
    } while (!request.paging.next_token.empty());
  }

  std::uint64_t ListedIn(const std::string& place, Lsn at) {
    std::uint64_t accounts = 0;
    ForAll(at, ListAccountsForParentRequest{.parent_id = place, .paging = {}},
           [&accounts](const auto& page) { accounts += page.accounts.size(); });
    return accounts;
  }

  ByPlace MembersListed(Inspector& inspector, const Grant& distribution, Lsn at) {
    ByPlace listed;
    ForAll(at, ListDistributedGrantsRequest{}, [&](const auto& page) {
      for (const Grant& grant : page.grants) {
        const bool is_member = grant.grantee != AccountId() &&
                               grant.state->origin->parent_arn == distribution.GrantArn();
        if (!is_member) continue;
        const auto stays = inspector.Stays(grant.grantee, at);
        const bool stands = !stays->empty() && stays->back().until == 0;
        ++listed[stands ? stays->back().place_id : ""][grant.state->status];
      }
    });
    return listed;
  }

  void Check(Inspector& inspector, Lsn at) {
    SCOPED_TRACE("LSN " + std::to_string(at));
    const auto units = inspector.Units(organization_, at);
    ASSERT_TRUE(units.has_value()) << units.error().message();
    std::uint64_t accounts = 0;
    for (const InspectedUnit& unit : *units) {
      EXPECT_EQ(unit.accounts, ListedIn(unit.id, at)) << unit.id;
      accounts += unit.accounts;
    }
    EXPECT_EQ(inspector.Organizations(at)->at(0).accounts, accounts);
    const auto distributions = inspector.Distributions(organization_, at);
    ASSERT_TRUE(distributions.has_value()) << distributions.error().message();
    for (const Grant& distribution : *distributions) {
      const auto counted = inspector.CountByPlace(distribution.GrantArn(), at);
      ASSERT_TRUE(counted.has_value()) << counted.error().message();
      ByPlace by_place;
      for (const PlaceCounts& one : *counted) by_place[one.place_id] = one.counts;
      EXPECT_EQ(by_place, MembersListed(inspector, distribution, at));
    }
  }

  std::mt19937_64 random_;
  std::string organization_;
  std::vector<std::string> units_;       // ids, the root's first
  std::vector<std::string> principals_;  // ARNs
  std::vector<std::string> licenses_;
  std::vector<std::string> distributions_;
  std::size_t accounts_ = 0;
  std::size_t tokens_ = 0;
};

class RandomPlaces : public PlacesTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(RandomPlaces, AreCountedAsTheListsSay) {
  const char* const chosen = std::getenv("GRANTLEDGER_PLACES_SEED");
  const std::uint64_t seed = chosen == nullptr ? GetParam() : std::stoull(chosen);
  std::cout << "GRANTLEDGER_PLACES_SEED=" << seed << "\n";
  random_.seed(seed);
  for (std::size_t i = 0; i < 8; ++i) Come();
  for (std::size_t step = 0; step < kSteps; ++step) Step();
  const auto inspector = Inspector::Open(directory_);
  ASSERT_TRUE(inspector.has_value());
  const auto overview = (*inspector)->Overview(ledger_->LastLsn());
  ASSERT_TRUE(overview.has_value());
  const Lsn first = std::max<Lsn>(overview->horizon, 1);
  Check(**inspector, ledger_->LastLsn());
  for (int i = 0; i < kMoments; ++i) {
    Check(**inspector, first + Draw(ledger_->LastLsn() - first + 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPlaces, testing::Range(std::uint64_t{1}, 1 + kHistories));

}  // namespace
}  // namespace grantledger
