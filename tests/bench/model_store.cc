#include "model_store.h"

#include <algorithm>
#include <stdexcept>

#include "iso_time.h"

namespace grantledger::bench {
namespace {

using Json = model::Json;

const std::string kManagement = "000000000042";
constexpr const char* kIssuer = "AWS/Marketplace";
constexpr model::Millis kBegin = 1'767'225'600'000;  // 2026-01-01

std::string SkuOf(Product product) { return "product-" + std::to_string(product); }

}  // namespace

class ModelSession : public Session {
 public:
  explicit ModelSession(ModelStore& store) : store_(store) {}

  void Join(std::span<const AccountId> accounts) override {
    for (const AccountId account : accounts) {
      const std::string id = account.ToString();
      if (store_.left_.erase(account) == 0) {
        store_.Write("CreateAccount", kManagement,
                     {{"AccountId", id}, {"Email", id + "@example.com"}, {"AccountName", id}});
        continue;
      }
      const Json invited = store_.Write("InviteAccountToOrganization", kManagement,
                                        {{"Target", {{"Id", id}, {"Type", "ACCOUNT"}}}});
      store_.Write("AcceptHandshake", id, {{"HandshakeId", invited.at("Handshake").at("Id")}});
    }
  }

  void Leave(AccountId account) override {
    store_.Write("LeaveOrganization", account.ToString(), Json::object());
    store_.left_.insert(account);
  }

  Distribution Distribute(Product product) override {
    const Json license = store_.Write(
        "CreateLicense", kManagement,
        {{"ClientToken", Token()},
         {"LicenseName", "License"},
         {"ProductName", "Product"},
         {"ProductSKU", SkuOf(product)},
         {"Issuer", {{"Name", kIssuer}}},
         {"HomeRegion", "us-east-1"},
         {"Validity", {{"Begin", "2026-01-01T00:00:00Z"}}},
         {"Entitlements", Json::array({{{"Name", "seats"}, {"MaxCount", 10}, {"Unit", "Count"}}})},
         {"Beneficiary", kManagement},
         {"ConsumptionConfiguration", Json::object()}});
    const Json grant =
        store_.Write("CreateGrant", kManagement,
                     {{"ClientToken", Token()},
                      {"GrantName", "everybody"},
                      {"LicenseArn", license.at("LicenseArn")},
                      {"Principals", Json::array({store_.organization_arn_})},
                      {"HomeRegion", "us-east-1"},
                      {"AllowedOperations", Json::array({"CheckoutLicense", "CheckInLicense"})}});
    store_.licenses_.push_back(license.at("LicenseArn"));
    store_.distributions_.push_back(grant.at("GrantArn"));
    const auto number = static_cast<Distribution>(store_.distributions_.size());
    store_.numbers_[store_.distributions_.back()] = number;
    return number;
  }

  void SetAll(Distribution distribution, GrantStatus status, Conflict conflict) override {
    Json input = {{"ClientToken", Token()},
                  {"GrantArn", ArnOf(distribution)},
                  {"Status", std::string(grantledger::Name(status))}};
    if (status == GrantStatus::kActive && conflict == Conflict::kReplace) {
      input["Options"] = {{"ActivationOverrideBehavior", "ALL_GRANTS_PERMITTED_BY_ISSUER"}};
    }
    store_.Write("CreateGrantVersion", kManagement, input);
  }

  bool SetOne(AccountId account, Distribution distribution, GrantStatus status) override {
    const auto* const grant = Find(store_.model_, account, distribution);
    if (grant == nullptr) throw std::runtime_error("the account has no such grant");
    bool refused = false;
    store_.Write("CreateGrantVersion", account.ToString(),
                 {{"ClientToken", Token()},
                  {"GrantArn", grant->arn},
                  {"Status", std::string(grantledger::Name(status))}},
                 &refused);
    return !refused;
  }

  std::optional<MemberGrant> Get(AccountId account, Distribution distribution) override {
    return Shown(Find(store_.model_, account, distribution));
  }

  /// Pages are cut here: the model answers lists whole.
  MemberPage List(Distribution distribution, std::optional<GrantStatus> status,
                  const std::string& from, std::size_t limit) override {
    MemberPage page;
    const std::size_t first = from.empty() ? 0 : std::stoul(from);
    std::size_t at = 0;
    for (const auto& [shown, arn] : store_.MembersOf(store_.model_, distribution)) {
      if (status && shown.status != *status) continue;
      if (at >= first && page.grants.size() == limit) {
        page.next = std::to_string(at);
        break;
      }
      if (at >= first) page.grants.push_back(shown);
      ++at;
    }
    return page;
  }

  std::vector<MemberGrant> ListOf(AccountId account) override {
    std::vector<MemberGrant> grants;
    const Json output = store_.MustRead("ListReceivedGrants", account.ToString(), Json::object());
    for (const Json& grant : output.at("Grants")) grants.push_back(store_.ToGrant(grant));
    return grants;
  }

  std::optional<Distribution> Check(AccountId account, Product product) override {
    const Json output = store_.MustRead("CheckEntitlement", account.ToString(),
                                        {{"AccountId", account.ToString()},
                                         {"ProductSKU", SkuOf(product)},
                                         {"IssuerName", kIssuer}});
    if (!output.at("Entitled").get<bool>()) return std::nullopt;
    return store_.ToGrant(output.at("Grants").front()).distribution;
  }

  std::map<GrantStatus, std::uint64_t> Count(Distribution distribution) override {
    std::map<GrantStatus, std::uint64_t> counts;
    const Json output =
        store_.MustRead("CountGrants", kManagement, {{"GrantArn", ArnOf(distribution)}});
    for (const auto& [status, count] : output.at("Counts").items()) {
      counts[*FromName<GrantStatus>(status)] = count;
    }
    return counts;
  }

  std::vector<MemberGrant> History(AccountId account, Distribution distribution) override {
    const auto* const grant = Find(store_.model_, account, distribution);
    if (grant == nullptr) throw std::runtime_error("the account has no such grant");
    const Json output =
        store_.MustRead("ListGrantVersions", kManagement, {{"GrantArn", grant->arn}});
    std::vector<MemberGrant> versions;
    for (const Json& one : output.at("Versions"))
      versions.push_back(store_.ToGrant(one.at("Grant")));
    return versions;
  }

  StoreMoment Now() override {
    const StoreMoment now = store_.model_.LastLsn();
    store_.past_.emplace(now, store_.model_);
    return now;
  }

  std::optional<MemberGrant> GetAt(StoreMoment moment, AccountId account,
                                   Distribution distribution) override {
    return Shown(Find(store_.past_.at(moment), account, distribution));
  }

 private:
  std::string Token() { return "token-" + std::to_string(++store_.tokens_); }
  [[nodiscard]] const std::string& ArnOf(Distribution distribution) const {
    return store_.distributions_.at(distribution - 1);
  }

  [[nodiscard]] const ModelStore::Named* Find(const model::Model& model, AccountId account,
                                              Distribution distribution) const {
    const auto& members = store_.MembersOf(model, distribution);
    const auto found = std::ranges::find(members, account,
                                         [](const auto& member) { return member.grant.account; });
    return found == members.end() ? nullptr : &*found;
  }

  static std::optional<MemberGrant> Shown(const ModelStore::Named* named) {
    if (named == nullptr) return std::nullopt;
    return named->grant;
  }

  ModelStore& store_;
};

ModelStore::ModelStore() {
  organization_arn_ = Write("CreateOrganization", kManagement, {{"FeatureSet", "ALL"}})
                          .at("Organization")
                          .at("Arn");
  Write("UpdateServiceSettings", kManagement,
        {{"OrganizationConfiguration", {{"EnableIntegration", true}}}});
}

std::unique_ptr<Session> ModelStore::NewSession() { return std::make_unique<ModelSession>(*this); }

ModelStore::Json ModelStore::Write(const std::string& operation, const std::string& caller,
                                   Json input, bool* refused) {
  const auto time = kBegin + static_cast<model::Millis>(model_.LastLsn()) * model::kSecond;
  const Json answer = model_.Execute({{"Operation", operation},
                                      {"Caller", caller},
                                      {"Time", model::FormatIsoTime(time)},
                                      {"Input", std::move(input)}});
  if (answer.contains("Output")) return answer.at("Output");
  if (refused == nullptr) throw std::runtime_error(operation + ": " + answer.dump());
  *refused = true;
  return nullptr;
}

std::optional<ModelStore::Json> ModelStore::Read(const model::Model& model,
                                                 const std::string& operation,
                                                 const std::string& caller, Json input) const {
  const auto time = kBegin + static_cast<model::Millis>(model_.LastLsn()) * model::kSecond;
  const Json answer = model.Read({{"Operation", operation},
                                  {"Caller", caller},
                                  {"Time", model::FormatIsoTime(time)},
                                  {"Input", std::move(input)}});
  if (answer.contains("Output")) return answer.at("Output");
  if (answer.at("Error").at("Code") == "ResourceNotFoundException") return std::nullopt;
  throw std::runtime_error(operation + ": " + answer.dump());
}

ModelStore::Json ModelStore::MustRead(const std::string& operation, const std::string& caller,
                                      Json input) const {
  auto output = Read(model_, operation, caller, std::move(input));
  if (!output) throw std::runtime_error(operation + " finds nothing");
  return *std::move(output);
}

const std::vector<ModelStore::Named>& ModelStore::MembersOf(const model::Model& model,
                                                            Distribution distribution) {
  const auto [known, unknown] = members_.try_emplace({model.LastLsn(), distribution});
  if (!unknown) return known->second;
  const Json filter = {{"Name", "LicenseArn"},
                       {"Values", Json::array({licenses_.at(distribution - 1)})}};
  const auto output =
      Read(model, "ListDistributedGrants", kManagement, {{"Filters", Json::array({filter})}});
  if (!output) return known->second;
  for (const Json& grant : output->at("Grants")) {
    const std::string arn = grant.at("GrantArn");
    if (arn != distributions_.at(distribution - 1)) known->second.push_back({ToGrant(grant), arn});
  }
  return known->second;
}

MemberGrant ModelStore::ToGrant(const Json& grant) const {
  MemberGrant shown;
  shown.distribution = numbers_.at(grant.at("ParentArn"));
  const std::string grantee = grant.at("GranteePrincipalArn");  // arn:aws:iam::123456789012:root
  constexpr std::size_t kBefore = 13;
  shown.account = *AccountId::Parse(grantee.substr(kBefore, AccountId::kDigits));
  shown.status = *FromName<GrantStatus>(grant.at("GrantStatus").get<std::string>());
  shown.version = static_cast<std::uint32_t>(std::stoul(grant.at("Version").get<std::string>()));
  const std::string reason = grant.value("StatusReason", "");
  if (reason.starts_with("replaced by ")) shown.why = Why::kReplacedBy;
  if (reason.ends_with(" is active")) shown.why = Why::kIsActive;
  if (reason.starts_with("account left")) shown.why = Why::kLeft;
  const std::size_t begin = reason.find("arn:");
  if (begin != std::string::npos) {
    const std::string arn = reason.substr(begin, reason.find(' ', begin) - begin);
    const auto rival = Read(model_, "GetGrant", kManagement, {{"GrantArn", arn}});
    if (rival) shown.rival = numbers_.at(rival->at("Grant").at("ParentArn"));
  }
  return shown;
}

}  // namespace grantledger::bench
