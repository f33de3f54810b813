// Writes of licenses and grants.
#include <algorithm>

#include "chooser.h"
#include "principal.h"

namespace grantledger::model {

namespace {

bool IsLive(const Grant& grant) { return !grant.IsFinal(); }

}  // namespace

Json WriteChooser::Next() {
  std::vector<Weighted> choices = OrganizationChoices();
  const std::vector<Weighted> others = GrantChoices();
  choices.insert(choices.end(), others.begin(), others.end());
  Json request = Choose(choices);
  if (random_.Percent(18)) Spoil(request);
  return request;
}

std::vector<Json> WriteChooser::NextOfOneCommit(std::size_t count) {
  std::vector<Json> writes;
  for (std::size_t i = 0; i < count; ++i) {
    Json request = Next();
    // Strings of times compare as the times do.
    if (i != 0 && request.at("Time") < writes.back().at("Time")) {
      request["Time"] = writes.back().at("Time");
    }
    writes.push_back(std::move(request));
  }
  return writes;
}

std::vector<Chooser::Weighted> WriteChooser::GrantChoices() {
  const bool few_licenses = state_.licenses.size() < profile_.licenses;
  std::vector<Weighted> choices = {{few_licenses ? 12U : 1U, [this] { return CreateLicense(); }}};
  if (state_.licenses.empty()) return choices;
  choices.push_back({4, [this] { return CreateLicenseVersion(); }});
  choices.push_back({random_.Percent(25) ? 1U : 0U, [this] { return DeleteLicense(); }});
  choices.push_back({12, [this] { return CreateDirectGrant(); }});
  choices.push_back({12, [this] { return CreateDistribution(); }});
  choices.push_back({14, [this] { return CreateVersion(GrantKind::kDirect); }});
  choices.push_back({16, [this] { return CreateVersion(GrantKind::kMember); }});
  choices.push_back({22, [this] { return CreateVersion(GrantKind::kDistribution); }});
  choices.push_back({14, [this] { return Accept(); }});
  choices.push_back({3, [this] { return Reject(); }});
  choices.push_back({5, [this] { return Delete(); }});
  choices.push_back({state_.tokens.empty() ? 0U : 5U, [this] { return Replay(); }});
  return choices;
}

std::string WriteChooser::FreshToken() { return "token-" + std::to_string(random_.Next()); }

Json WriteChooser::LicenseTerms(const std::string& issuer_name) {
  const std::string number = std::to_string(random_.Below(100));
  Json validity = {{"Begin", "2026-01-01T00:00:00Z"}};
  if (random_.Percent(30)) {
    validity["End"] = FormatIsoTime(NextTime() + static_cast<Millis>(random_.Below(20)) * kDay);
  }
  return {{"ClientToken", FreshToken()},
          {"LicenseName", "license " + number},
          {"ProductName", "product " + number},
          {"Issuer", {{"Name", issuer_name}}},
          {"HomeRegion", random_.Percent(70) ? "us-east-1" : "eu-west-1"},
          {"Validity", validity},
          {"Entitlements", Json::array({{{"Name", "seats"}, {"Unit", "Count"}, {"MaxCount", 10}}})},
          {"ConsumptionConfiguration", {{"RenewType", "None"}}},
          {"LicenseMetadata", Json::array({{{"Name", "order"}, {"Value", number}}})}};
}

Json WriteChooser::CreateLicense() {
  Json input = LicenseTerms(random_.Percent(75) ? "AWS/Marketplace" : "Vendor");
  input["ProductSKU"] = random_.Percent(60) ? "sku-1" : "sku-2";
  input["Beneficiary"] = random_.Percent(50) ? "acme" : "umbrella";
  if (random_.Percent(15)) input["Beneficiary"] = AnyAccount();
  return Request("CreateLicense", profile_.accounts[random_.Below(6)], input);
}

Json WriteChooser::CreateLicenseVersion() {
  const License& license = *AnyLicense();
  Json input = LicenseTerms(license.issuer_name);
  input["LicenseArn"] = license.arn;
  if (random_.Percent(50)) input["SourceVersion"] = std::to_string(license.versions.size());
  const bool restores = license.Status() != "AVAILABLE" || random_.Percent(60);
  static const Strings others = {"DEACTIVATED", "SUSPENDED", "EXPIRED"};
  input["Status"] = restores ? "AVAILABLE" : random_.Pick(others);
  return Request("CreateLicenseVersion", license.issuer_account, input);
}

Json WriteChooser::DeleteLicense() {
  const License& license = *AnyLicense();
  return Request(
      "DeleteLicense", license.issuer_account,
      {{"LicenseArn", license.arn}, {"SourceVersion", std::to_string(license.versions.size())}});
}

Strings WriteChooser::Held(const License& license, const std::string& account) const {
  if (license.issuer_account == account) return kAllOperations;
  for (const Grant& grant : state_.grants) {
    const Strings& operations = grant.now.operations;
    const bool holds = grant.kind == GrantKind::kDirect && grant.license == license.arn &&
                       grant.grantee == account &&
                       (grant.now.status == "ACTIVE" || grant.now.status == "DISABLED");
    if (holds &&
        std::find(operations.begin(), operations.end(), "CreateGrant") != operations.end()) {
      return operations;
    }
  }
  return {};
}

Strings WriteChooser::SomeOf(const Strings& operations, std::size_t delegable_percent) {
  Strings some;
  for (const std::string& operation : operations) {
    if (random_.Percent(operation == "CreateGrant" ? delegable_percent : 70)) {
      some.push_back(operation);
    }
  }
  if (some.empty()) some.push_back(operations.back());
  if (random_.Percent(10)) std::reverse(some.begin(), some.end());
  return some;
}

Json WriteChooser::CreateGrant(const License& license, const std::string& grantor,
                               const std::string& principal, const Strings& allowed,
                               std::size_t delegable_percent) {
  return Request("CreateGrant", grantor,
                 {{"ClientToken", FreshToken()},
                  {"LicenseArn", license.arn},
                  {"Principals", Json::array({principal})},
                  {"GrantName", "grant " + std::to_string(random_.Below(50))},
                  {"HomeRegion", random_.Percent(80) ? "us-east-1" : "eu-west-1"},
                  {"AllowedOperations", SomeOf(allowed, delegable_percent)}});
}

Json WriteChooser::CreateDirectGrant() {
  const License* license = AnyLicense();
  for (int i = 0; i < 4 && license->Status() != "AVAILABLE"; ++i) license = AnyLicense();
  Strings holders = {license->issuer_account};
  for (const std::string& account : profile_.accounts) {
    if (!Held(*license, account).empty()) holders.push_back(account);
  }
  const std::string grantor = random_.Pick(holders);
  // Half of the time for one of few accounts, so that chains grow and grants meet.
  std::string grantee = random_.Percent(50) ? profile_.accounts[random_.Below(9)] : AnyAccount();
  const Organization* organization = AnyOrganization();
  if (organization != nullptr && random_.Percent(30)) grantee = Administrator(*organization);
  if (grantee == grantor) grantee = AnyAccount();
  return CreateGrant(*license, grantor, AccountPrincipal(grantee), Held(*license, grantor), 75);
}

Json WriteChooser::CreateDistribution() {
  const Organization* organization = AnyOrganization();
  if (organization == nullptr) return CreateDirectGrant();
  const License* license = nullptr;
  std::string grantor;
  for (int i = 0; i < 6; ++i) {
    license = AnyLicense();
    grantor = Administrator(*organization);
    if (license->Status() == "AVAILABLE" && !Held(*license, grantor).empty()) break;
  }
  if (Held(*license, grantor).empty()) {
    return CreateGrant(*license, license->issuer_account, AccountPrincipal(grantor), kAllOperations,
                       95);
  }
  const std::string place = random_.Percent(50) ? organization->root : AnyPlace(*organization);
  const std::string start = "arn:aws:organizations::" + organization->management + ":";
  const std::string principal = place == organization->root
                                    ? start + "organization/" + organization->id
                                    : start + "ou/" + organization->id + "/" + place;
  return CreateGrant(*license, grantor, principal, Held(*license, grantor), 40);
}

void WriteChooser::ChooseStatus(const Grant& grant, Json& input) {
  const bool activates = random_.Percent(grant.kind == GrantKind::kDistribution ? 65 : 75);
  input["Status"] = activates ? "ACTIVE" : "DISABLED";
  if (random_.Percent(50)) input["StatusReason"] = "reason " + std::to_string(random_.Below(9));
  const License& license = *state_.FindLicense(grant.license);
  if (!activates || !license.IsMarketplace() || random_.Percent(35)) return;
  input["Options"] = Json::object();
  if (random_.Percent(10)) return;
  input["Options"]["ActivationOverrideBehavior"] =
      random_.Percent(65) ? "ALL_GRANTS_PERMITTED_BY_ISSUER" : "DISTRIBUTED_GRANTS_ONLY";
}

Json WriteChooser::CreateVersion(GrantKind kind) {
  const bool ready = random_.Percent(80);
  const Grant* grant = AnyGrantThat([&](const Grant& one) {
    return one.kind == kind && IsLive(one) && (!ready || one.now.status != "PENDING_ACCEPT");
  });
  if (grant == nullptr) grant = AnyGrantThat([&](const Grant& one) { return one.kind == kind; });
  if (grant == nullptr) return CreateDirectGrant();
  Json input = {{"ClientToken", FreshToken()}, {"GrantArn", grant->arn}};
  std::string caller = SomeoneConcerned(*grant);
  const bool may_have_terms =
      kind == GrantKind::kDistribution || (kind == GrantKind::kDirect && caller == grant->grantor);
  const bool has_terms = may_have_terms && random_.Percent(30);
  if (has_terms && random_.Percent(60)) {
    input["GrantName"] = "name " + std::to_string(random_.Below(5));
  }
  if (has_terms && (!input.contains("GrantName") || random_.Percent(40))) {
    input["AllowedOperations"] =
        SomeOf(random_.Percent(50) ? grant->now.operations : kAllOperations, 70);
  }
  if (!has_terms || random_.Percent(40)) ChooseStatus(*grant, input);
  if (random_.Percent(40)) input["SourceVersion"] = grant->Version();
  return Request("CreateGrantVersion", caller, input);
}

Json WriteChooser::Accept() {
  const Grant* grant =
      AnyGrantThat([](const Grant& one) { return one.now.status == "PENDING_ACCEPT"; });
  if (grant == nullptr || random_.Percent(4)) grant = AnyGrant();
  if (grant == nullptr) return CreateDirectGrant();
  const std::string caller = grant->grantee.empty() ? grant->grantor : grant->grantee;
  return Request("AcceptGrant", caller, {{"GrantArn", grant->arn}});
}

Json WriteChooser::Reject() {
  const Grant* grant = AnyGrantThat(
      [](const Grant& one) { return IsLive(one) && one.kind != GrantKind::kDistribution; });
  if (grant == nullptr || random_.Percent(6)) grant = AnyGrant();
  if (grant == nullptr) return CreateDirectGrant();
  const std::string caller = grant->grantee.empty() ? grant->grantor : grant->grantee;
  return Request("RejectGrant", caller, {{"GrantArn", grant->arn}});
}

Json WriteChooser::Delete() {
  const Grant* grant =
      AnyGrantThat([](const Grant& one) { return IsLive(one) && one.kind != GrantKind::kMember; });
  if (grant == nullptr || random_.Percent(8)) grant = AnyGrant();
  if (grant == nullptr) return CreateDirectGrant();
  const bool by_grantor = grant->kind == GrantKind::kDirect || random_.Percent(70);
  Json input = {{"GrantArn", grant->arn}, {"Version", grant->Version()}};
  if (random_.Percent(60)) input["StatusReason"] = "no longer wanted";
  return Request("DeleteGrant", by_grantor ? grant->grantor : SomeoneConcerned(*grant), input);
}

Json WriteChooser::Replay() {
  // One of the latest, for the most part: they are the ones that are still kept.
  const std::size_t last = state_.tokens.size() - 1;
  const std::size_t back =
      random_.Below(random_.Percent(80) ? std::min<std::size_t>(last + 1, 12) : last + 1);
  const Token& token = state_.tokens[last - back];
  Json input = token.input;
  if (random_.Percent(30)) {
    const bool is_grant =
        token.operation == "CreateGrant" || token.operation == "CreateGrantVersion";
    input[is_grant ? "GrantName" : "LicenseName"] = "another input";
  }
  return Request(token.operation, random_.Percent(92) ? token.caller : AnyAccount(), input);
}

}  // namespace grantledger::model
