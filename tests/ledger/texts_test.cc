// Texts: what is kept is UTF-8, and what things are found by has no control characters.
#include <gmock/gmock.h>

#include <functional>
#include <tuple>

#include "ledger_fixture.h"

namespace grantledger {
namespace {

using testing::StartsWith;

/// A request in which every text is good, but for one.
struct Spoiled {
  std::string field;  ///< As the refusal names it.
  std::function<WriteRequest(const std::string& text)> request;
};

class Texts : public LedgerFixture {
 protected:
  void SetUp() override {
    Open();
    Do(kManagement, CreateOrganizationRequest{});
    const auto roots = ledger_->Read(CallOf(kManagement), ListRootsRequest{});
    root_ = roots->roots.at(0).id;
    license_ = Do(kVendor, LicenseRequest("first")).license_arn;
    grant_ = Do(kVendor, GrantRequest("first", license_, AccountArn(1))).grant_arn;
  }

  static Call CallOf(AccountId caller) { return Call{.caller = caller, .time = {}, .as_of = {}}; }

  /// `set` puts the text into a copy of `good`.
  template <typename Request, typename Set>
  static Spoiled Of(std::string field, Request good, Set set) {
    return {std::move(field), [good = std::move(good), set](const std::string& text) {
              Request request = good;
              set(request) = text;
              return WriteRequest(std::move(request));
            }};
  }

  /// Every text by which things are found.
  [[nodiscard]] std::vector<Spoiled> KeyTexts() const {
    using License = CreateLicenseRequest;
    using Grant = CreateGrantRequest;
    using Version = CreateGrantVersionRequest;
    using Terms = CreateLicenseVersionRequest;
    using Unit = CreateOrganizationalUnitRequest;
    const License license = LicenseRequest("second");
    const Grant grant = GrantRequest("second", license_, AccountArn(2));
    return {
        Of(
            "Name", Unit{root_, "name"}, [](Unit & of) -> auto& { return of.name; }),
        Of(
            "ProductSKU", license, [](License & of) -> auto& { return of.product_sku; }),
        Of(
            "Issuer.Name", license, [](License & of) -> auto& { return of.terms.issuer.name; }),
        Of(
            "ClientToken", license, [](License & of) -> auto& { return of.client_token; }),
        Of(
            "ClientToken", grant, [](Grant & of) -> auto& { return of.client_token; }),
        Of(
            "ClientToken", VersionRequest(), [](Version & of) -> auto& { return of.client_token; }),
        Of(
            "ClientToken", TermsRequest(), [](Terms & of) -> auto& { return of.client_token; }),
        Of(
            "Issuer.Name", TermsRequest(),
            [](Terms & of) -> auto& { return of.terms.issuer.name; }),
    };
  }

  /// Every text that is kept and nothing more.
  [[nodiscard]] std::vector<Spoiled> OtherTexts() const {
    using License = CreateLicenseRequest;
    using Grant = CreateGrantRequest;
    using Version = CreateGrantVersionRequest;
    using Delete = DeleteGrantRequest;
    using New = CreateAccountRequest;
    using Invite = InviteAccountToOrganizationRequest;
    License license = LicenseRequest("second");
    license.terms.license_metadata.push_back({"name", "value"});
    license.terms.entitlements[0].value = "value";
    const Grant grant = GrantRequest("second", license_, AccountArn(2));
    const New account{"ada@example.com", "Ada", "000000000007"};
    const Invite invitation{"000000000008", "ACCOUNT", "notes"};
    return {
        Of(
            "Beneficiary", license, [](License & of) -> auto& { return of.beneficiary; }),
        Of(
            "LicenseName", license, [](License & of) -> auto& { return of.terms.license_name; }),
        Of(
            "ProductName", license, [](License & of) -> auto& { return of.terms.product_name; }),
        Of(
            "HomeRegion", license, [](License & of) -> auto& { return of.terms.home_region; }),
        Of(
            "Issuer.SignKey", license,
            [](License & of) -> auto& { return of.terms.issuer.sign_key; }),
        Of(
            "Entitlements[0].Name", license,
            [](License & of) -> auto& { return of.terms.entitlements[0].name; }),
        Of(
            "Entitlements[0].Value", license,
            [](License & of) -> auto& { return of.terms.entitlements[0].value; }),
        Of(
            "Entitlements[0].Unit", license,
            [](License & of) -> auto& { return of.terms.entitlements[0].unit; }),
        Of(
            "LicenseMetadata[0].Name", license,
            [](License & of) -> auto& { return of.terms.license_metadata[0].name; }),
        Of(
            "LicenseMetadata[0].Value", license,
            [](License & of) -> auto& { return of.terms.license_metadata[0].value; }),
        Of(
            "GrantName", grant, [](Grant & of) -> auto& { return of.grant_name; }),
        Of(
            "HomeRegion", grant, [](Grant & of) -> auto& { return of.home_region; }),
        Of(
            "GrantName", VersionRequest(), [](Version & of) -> auto& { return of.grant_name; }),
        Of(
            "StatusReason", VersionRequest(),
            [](Version & of) -> auto& { return of.status_reason; }),
        Of(
            "StatusReason", Delete{grant_, "1", "reason"},
            [](Delete & of) -> auto& { return of.status_reason; }),
        Of(
            "Email", account, [](New & of) -> auto& { return of.email; }),
        Of(
            "AccountName", account, [](New & of) -> auto& { return of.account_name; }),
        Of(
            "Notes", invitation, [](Invite & of) -> auto& { return of.notes; }),
    };
  }

  [[nodiscard]] CreateGrantVersionRequest VersionRequest() const {
    CreateGrantVersionRequest request;
    request.client_token = "third";
    request.grant_arn = grant_;
    request.status = GrantStatus::kDisabled;
    return request;
  }

  [[nodiscard]] CreateLicenseVersionRequest TermsRequest() const {
    CreateLicenseVersionRequest request;
    request.client_token = "fourth";
    request.license_arn = license_;
    request.terms = LicenseRequest("").terms;
    return request;
  }

  /// Whoever calls: shapes are checked first.
  void ExpectRefused(const Spoiled& spoiled, const std::string& text) {
    const Lsn before = ledger_->LastLsn();
    const Write write{CallOf(kVendor), spoiled.request(text)};
    const auto answer = std::move(ledger_->Apply(std::span(&write, 1)).front());
    ASSERT_FALSE(answer.has_value()) << spoiled.field << " = " << testing::PrintToString(text);
    EXPECT_EQ(answer.error().code(), Code::kInvalidArgument) << answer.error().message();
    EXPECT_THAT(answer.error().message(), StartsWith(spoiled.field + " is "));
    EXPECT_EQ(ledger_->LastLsn(), before);
  }

  std::string root_;
  std::string license_;
  std::string grant_;
};

TEST_F(Texts, WhatThingsAreFoundByHasNoControlCharacters) {
  std::vector<std::string> bad = {""};
  for (int byte = 0; byte < 0x20; ++byte) {
    bad.push_back(std::string("a").append(1, static_cast<char>(byte)) + "b");
  }
  bad.emplace_back("\x7f");
  for (int byte = 0x80; byte < 0xa0; ++byte) {
    bad.push_back(std::string("a\xc2").append(1, static_cast<char>(byte)));
  }
  for (const Spoiled& spoiled : KeyTexts()) {
    for (const std::string& text : bad) ExpectRefused(spoiled, text);
  }
}

TEST_F(Texts, WhatIsKeptIsUtf8) {
  const std::vector<std::string> bad = {
      "address@example.com\xff",          // no byte of UTF-8
      "address@example.com\x80",          // a continuation without a beginning
      "address@example.com\xc3",          // incomplete, at the end
      "\xe2\x82 address@example.com",     // incomplete, in the middle
      "\xc0\x80 address@example.com",     // a zero byte in two
      "\xed\xa0\x80 address@example.com"  // half of a surrogate pair
  };
  auto texts = KeyTexts();
  for (Spoiled& other : OtherTexts()) texts.push_back(std::move(other));
  for (const Spoiled& spoiled : texts) {
    for (const std::string& text : bad) ExpectRefused(spoiled, text);
  }
}

TEST_F(Texts, WhatIsOnlyShownMayHaveThem) {
  const CreateAccountRequest account{"ada@example.com", "A\x1b[31m\xc2\x9b\n", "000000000007"};
  Do(kManagement, account);
  const auto read = ledger_->Read(CallOf(kManagement), DescribeAccountRequest{"000000000007"});
  EXPECT_EQ(read->account.name, account.account_name);
}

TEST_F(Texts, ReadsThatNameAProductAreHeldAgainstTheSameRule) {
  const std::string bad("a\0b", 3);
  const std::string id = kVendor.ToString();
  ListActivationsRequest list;
  list.account_id = id;
  for (const auto& [sku, issuer, field] : {std::tuple(bad, std::string("name"), "ProductSKU"),
                                           std::tuple(std::string("sku"), bad, "IssuerName")}) {
    const auto check = ledger_->Read(CallOf(kVendor), CheckEntitlementRequest{id, sku, issuer});
    ASSERT_FALSE(check.has_value());
    EXPECT_THAT(check.error().message(), StartsWith(std::string(field) + " is "));
    list.product_sku = sku;
    list.issuer_name = issuer;
    const auto page = ledger_->Read(CallOf(kVendor), list);
    ASSERT_FALSE(page.has_value());
    EXPECT_THAT(page.error().message(), StartsWith(std::string(field) + " is "));
  }
}

}  // namespace
}  // namespace grantledger
