// Pages that are kept in memory: whatever happens, a ledger that has turned its pages before lists
// what one lists that was just opened.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

constexpr AccountId kAda(100000000001);
constexpr AccountId kBob(100000000002);
constexpr AccountId kCarol(100000000003);

class KeptPagesTest : public LedgerFixture {
 protected:
  KeptPagesTest() {
    Open();
    const auto organization = Do(kManagement, CreateOrganizationRequest{}).organization;
    organization_ = organization.arn;
    root_ = Roots();
    Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
    for (const AccountId account : {kAda, kBob, kCarol, AccountId(100000000004)}) Create(account);
    license_ = Do(kManagement, LicenseRequest("license")).license_arn;
    distribution_ = Do(kManagement, GrantRequest("everybody", license_, organization_)).grant_arn;
  }

  std::string Roots() {
    const auto page = ledger_->Read(CallOf(kManagement), ListRootsRequest{});
    EXPECT_TRUE(page.has_value());
    return page->roots.front().id;
  }
  static Call CallOf(AccountId caller, std::optional<Moment> as_of = {}) {
    return {.caller = caller, .time = {}, .as_of = as_of};
  }
  void Create(AccountId account) {
    Do(kManagement,
       CreateAccountRequest{
           .email = "a@example.com", .account_name = "a", .account_id = account.ToString()});
  }
  std::string MemberArn(AccountId account) {
    return *ledger_->MemberGrantArn(distribution_, account);
  }
  void Set(AccountId caller, const std::string& grant, GrantStatus status) {
    CreateGrantVersionRequest request;
    request.client_token = "token-" + std::to_string(++tokens_);
    request.grant_arn = grant;
    request.status = status;
    if (status == GrantStatus::kActive) {
      request.options = GrantOptions{ActivationOverrideBehavior::kAllGrantsPermittedByIssuer};
    }
    Do(caller, request);
  }

  static std::string Show(const Grant& grant) {
    return grant.GrantArn() + " v" + grant.Version() + " " +
           std::string(Name(grant.state->status)) + " \"" + grant.state->name + "\" " +
           grant.StatusReason() + "\n";
  }
  /// Every page of every size and status, one after the other.
  std::string AllPages(const Ledger& ledger, std::optional<Moment> as_of = {}) const {
    std::string text;
    for (const auto* status : {"", "ACTIVE", "DISABLED", "REJECTED", "DELETED"}) {
      for (std::uint32_t size = 1; size <= 5; ++size) {
        ListDistributedGrantsRequest request;
        request.filters = {{"LicenseArn", {license_}}};
        if (*status != '\0') request.filters.push_back({"GrantStatus", {status}});
        request.paging.max_results = size;
        do {
          const auto page = ledger.Read(CallOf(kManagement, as_of), request);
          if (!page) return page.error().message();
          for (const Grant& grant : page->grants) text += Show(grant);
          text += "-- " + std::string(status) + std::to_string(size) + "\n";
          request.paging.next_token = page->next_token;
        } while (!request.paging.next_token.empty());
      }
    }
    return text;
  }
  void Compare(const std::string& what) {
    Options cold_options = options_;
    cold_options.read_only = true;
    const auto cold = OpenLedger(directory_, cold_options, nullptr);
    ASSERT_TRUE(cold.has_value()) << what;
    const std::string expected = AllPages(**cold);
    EXPECT_EQ(AllPages(*ledger_), expected) << "computed, after: " << what;
    EXPECT_EQ(AllPages(*ledger_), expected) << "kept, after: " << what;
    past_.emplace_back(ledger_->LastLsn(), expected);
  }

  std::string organization_;
  std::string root_;
  std::string license_;
  std::string distribution_;
  int tokens_ = 0;
  std::vector<std::pair<Lsn, std::string>> past_;
};

TEST_F(KeptPagesTest, ListWhatANewlyOpenedLedgerLists) {
  using Step = std::pair<std::string, std::function<void()>>;
  std::string unit;
  std::string direct;
  const std::vector<Step> steps = {
      {"nothing", [] {}},
      {"bulk activation", [&] { Set(kManagement, distribution_, GrantStatus::kActive); }},
      {"one disables", [&] { Set(kAda, MemberArn(kAda), GrantStatus::kDisabled); }},
      {"one joins", [&] { Create(AccountId(100000000005)); }},
      {"one leaves", [&] { Do(kBob, LeaveOrganizationRequest{}); }},
      {"a name",
       [&] {
         CreateGrantVersionRequest request;
         request.client_token = "name";
         request.grant_arn = distribution_;
         request.grant_name = "another name";
         Do(kManagement, request);
       }},
      {"one moves inside of what is covered",
       [&] {
         unit = Do(kManagement, CreateOrganizationalUnitRequest{.parent_id = root_, .name = "unit"})
                    .organizational_unit.id;
         Do(kManagement, MoveAccountRequest{.account_id = kCarol.ToString(),
                                            .source_parent_id = root_,
                                            .destination_parent_id = unit});
       }},
      {"another distribution of the license",
       [&] { Do(kManagement, GrantRequest("again", license_, organization_)); }},
      {"a direct grant takes its place",
       [&] {
         const std::string other = Do(kVendor, LicenseRequest("other")).license_arn;
         direct = Do(kVendor, GrantRequest("direct", other, AccountArn(kCarol.value()))).grant_arn;
         Do(kCarol, AcceptGrantRequest{direct});
         Set(kCarol, direct, GrantStatus::kActive);
       }},
      {"one rejects", [&] { Do(kAda, RejectGrantRequest{MemberArn(kAda)}); }},
      {"one returns",
       [&] {
         const auto handshake =
             Do(kManagement,
                InviteAccountToOrganizationRequest{
                    .target_id = kBob.ToString(), .target_type = "ACCOUNT", .notes = {}})
                 .handshake;
         Do(kBob, AcceptHandshakeRequest{.handshake_id = handshake.id});
       }},
      {"bulk disabling", [&] { Set(kManagement, distribution_, GrantStatus::kDisabled); }},
      {"compaction", [&] { ASSERT_TRUE(ledger_->Compact().has_value()); }},
      {"deletion",
       [&] {
         Do(kManagement, DeleteGrantRequest{distribution_, "4", "done"});
       }},
  };
  for (const auto& [what, act] : steps) {
    act();
    Compare(what);
  }
  std::set<std::string> different;
  for (const auto& [lsn, expected] : past_) {
    EXPECT_EQ(AllPages(*ledger_, lsn), expected) << "as of " << lsn;
    different.insert(expected);
  }
  // A move inside of what is covered changes nothing, nor does compaction.
  EXPECT_EQ(different.size(), past_.size() - 2);
}

}  // namespace
}  // namespace grantledger
