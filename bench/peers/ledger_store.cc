#include "bench/peers/ledger_store.h"

#include <atomic>

#include "bench/must.h"
#include "bench/synthetic.h"

namespace grantledger::bench {
namespace {

constexpr AccountId kManagement(42);  // 12 digits that synthetic accounts never have
constexpr std::size_t kAll = 1'000'000;

Call CallOf(AccountId account) { return {account, std::nullopt, std::nullopt}; }
Call ManagementCall() { return CallOf(kManagement); }
std::string SkuOf(Product product) { return "product-" + std::to_string(product); }

Why WhyOf(const GrantState& state) {
  if (state.reason_before == "replaced by ") return Why::kReplacedBy;
  if (state.reason_after == " is active") return Why::kIsActive;
  return state.reason_before.empty() ? Why::kNone : Why::kLeft;
}

}  // namespace

class LedgerSession : public Session {
 public:
  explicit LedgerSession(LedgerStore& store) : store_(store), ledger_(*store.ledger_) {}

  void Join(std::span<const AccountId> accounts) override {
    std::vector<Write> writes;
    writes.reserve(accounts.size());
    for (const AccountId account : accounts) {
      bool returns = false;
      {
        const std::scoped_lock lock(store_.mutex_);
        returns = store_.left_.erase(account) > 0;
      }
      if (returns) {
        Return(account);
        continue;
      }
      const Label label = LabelOf(account.value());
      writes.push_back({ManagementCall(), CreateAccountRequest{.email = label.email,
                                                               .account_name = label.name,
                                                               .account_id = account.ToString()}});
    }
    for (auto& answer : ledger_.Apply(writes)) (void)Must(std::move(answer));
  }

  void Leave(AccountId account) override {
    Must(ledger_.Write(CallOf(account), LeaveOrganizationRequest{}));
    const std::scoped_lock lock(store_.mutex_);
    store_.left_.insert(account);
  }

  void Issue(Product product) override { issued_[product] = NewLicense(product); }

  Distribution Distribute(Product product) override {
    const auto issued = issued_.extract(product);
    const std::string license_arn = issued.empty() ? NewLicense(product) : issued.mapped();
    const CreateGrantRequest grant{
        .client_token = Token(),
        .grant_name = "everybody",
        .license_arn = license_arn,
        .principals = {store_.organization_arn_},
        .home_region = "us-east-1",
        .allowed_operations = {GrantOperation::kCheckoutLicense, GrantOperation::kCheckInLicense}};
    const std::string grant_arn = Must(ledger_.Write(ManagementCall(), grant)).grant_arn;
    store_.Add({product, license_arn, grant_arn});
    return store_.NumberOf(grant_arn);
  }

  void SetAll(Distribution distribution, GrantStatus status, Conflict conflict) override {
    CreateGrantVersionRequest request;
    request.client_token = Token();
    request.grant_arn = store_.At(distribution).grant_arn;
    request.status = status;
    if (status == GrantStatus::kActive && conflict == Conflict::kReplace) {
      request.options = GrantOptions{ActivationOverrideBehavior::kAllGrantsPermittedByIssuer};
    }
    Must(ledger_.Write(ManagementCall(), request));
  }

  bool SetOne(AccountId account, Distribution distribution, GrantStatus status) override {
    CreateGrantVersionRequest request;
    request.client_token = Token();
    request.grant_arn = MemberArn(account, distribution);
    request.status = status;
    const auto answer = ledger_.Write(CallOf(account), request);
    if (!answer && answer.error().code() == Code::kInvalidState) return false;
    (void)Must(answer);
    return true;
  }

  std::optional<MemberGrant> Get(AccountId account, Distribution distribution) override {
    return GetAs(ManagementCall(), account, distribution);
  }

  MemberPage List(Distribution distribution, std::optional<GrantStatus> status,
                  const std::string& from, std::size_t limit) override {
    const auto& known = store_.At(distribution);
    ListDistributedGrantsRequest request;
    request.filters = {{"LicenseArn", {known.license_arn}}};
    if (status) request.filters.push_back({"GrantStatus", {std::string(Name(*status))}});
    // The distribution stands before its member grants, unless its own status is not asked for.
    const std::size_t before = !status && from.empty() ? 1 : 0;
    request.paging = {static_cast<std::uint32_t>(limit + before), from};
    GrantPage page = Must(ledger_.Read(ManagementCall(), request));
    MemberPage out{{}, std::move(page.next_token)};
    out.grants.reserve(page.grants.size());
    for (std::size_t i = before; i < page.grants.size(); ++i) {
      out.grants.push_back(Shown(page.grants[i], distribution));
    }
    return out;
  }

  std::vector<MemberGrant> ListOf(AccountId account) override {
    ListReceivedGrantsRequest request;
    request.paging.max_results = kAll;
    const GrantPage page = Must(ledger_.Read(CallOf(account), request));
    std::vector<MemberGrant> grants;
    grants.reserve(page.grants.size());
    for (const Grant& grant : page.grants) grants.push_back(Shown(grant, NumberOf(grant)));
    return grants;
  }

  std::optional<Distribution> Check(AccountId account, Product product) override {
    const CheckEntitlementRequest request{.account_id = account.ToString(),
                                          .product_sku = SkuOf(product),
                                          .issuer_name = kIssuerName};
    const auto answer = Must(ledger_.Read(CallOf(account), request));
    if (!answer.entitled) return std::nullopt;
    return NumberOf(answer.grants.front());
  }

  std::map<GrantStatus, std::uint64_t> Count(Distribution distribution) override {
    const CountGrantsRequest request{store_.At(distribution).grant_arn};
    return Must(ledger_.Read(ManagementCall(), request)).counts;
  }

  std::vector<MemberGrant> History(AccountId account, Distribution distribution) override {
    ListGrantVersionsRequest request;
    request.grant_arn = MemberArn(account, distribution);
    request.paging.max_results = kAll;
    const auto answer = Must(ledger_.Read(ManagementCall(), request));
    std::vector<MemberGrant> versions;
    for (const GrantVersion& one : answer.versions) {
      versions.push_back(Shown(one.grant, distribution));
    }
    return versions;
  }

  StoreMoment Now() override { return ledger_.LastLsn(); }

  std::optional<MemberGrant> GetAt(StoreMoment moment, AccountId account,
                                   Distribution distribution) override {
    Call call = ManagementCall();
    call.as_of = Lsn{moment};
    return GetAs(call, account, distribution);
  }

 private:
  /// That no session gave before.
  static std::string Token() {
    static std::atomic<std::uint64_t> last = 0;
    return "bench-" + std::to_string(++last);
  }

  std::string NewLicense(Product product) {
    const CreateLicenseRequest license{.client_token = Token(),
                                       .product_sku = SkuOf(product),
                                       .beneficiary = kManagement.ToString(),
                                       .terms = SyntheticTerms()};
    return Must(ledger_.Write(ManagementCall(), license)).license_arn;
  }

  [[nodiscard]] std::string MemberArn(AccountId account, Distribution distribution) const {
    return Must(ledger_.MemberGrantArn(store_.At(distribution).grant_arn, account));
  }

  [[nodiscard]] Distribution NumberOf(const Grant& grant) const {
    return store_.NumberOf(grant.state->origin->parent_arn);
  }

  void Return(AccountId account) {
    const InviteAccountToOrganizationRequest invite{
        .target_id = account.ToString(), .target_type = "ACCOUNT", .notes = {}};
    const auto handshake = Must(ledger_.Write(ManagementCall(), invite)).handshake;
    Must(ledger_.Write(CallOf(account), AcceptHandshakeRequest{.handshake_id = handshake.id}));
  }

  std::optional<MemberGrant> GetAs(const Call& call, AccountId account, Distribution distribution) {
    const GetGrantRequest request{.grant_arn = MemberArn(account, distribution), .version = {}};
    const auto answer = ledger_.Read(call, request);
    if (!answer && answer.error().code() == Code::kNotFound) return std::nullopt;
    return Shown(Must(answer).grant, distribution);
  }

  MemberGrant Shown(const Grant& grant, Distribution distribution) {
    MemberGrant shown{distribution,        grant.grantee,
                      grant.state->status, static_cast<std::uint32_t>(grant.state->version),
                      WhyOf(*grant.state), 0};
    if (grant.rival != ResourceId()) shown.rival = RivalOf(grant);
    return shown;
  }

  /// The reason names the rival's ARN, which tells its distribution by a read of its own.
  Distribution RivalOf(const Grant& grant) {
    const std::string reason = grant.StatusReason();
    const std::size_t begin = reason.find("arn:");
    const std::string arn = reason.substr(begin, reason.find(' ', begin) - begin);
    const GetGrantRequest request{.grant_arn = arn, .version = {}};
    return NumberOf(Must(ledger_.Read(ManagementCall(), request)).grant);
  }

  LedgerStore& store_;
  Ledger& ledger_;
  std::map<Product, std::string> issued_;  // ARNs of licenses
};

LedgerStore::LedgerStore(const std::string& directory, const Options& options)
    : directory_(directory), options_(options) {
  Open();
  organization_arn_ =
      Must(ledger_->Write(ManagementCall(), CreateOrganizationRequest{})).organization.arn;
  Must(ledger_->Write(ManagementCall(), UpdateServiceSettingsRequest{.enable_integration = true}));
}

void LedgerStore::Open() { ledger_ = Must(Ledger::Open(directory_, options_)); }

std::vector<std::string> LedgerStore::Settings() const {
  return {
      options_.durability == Durability::kSynced ? "Durability::kSynced" : "Durability::kBuffered",
      "cache of " + std::to_string(options_.cache_bytes >> 20) + " MiB"};
}

std::unique_ptr<Session> LedgerStore::NewSession() {
  return std::make_unique<LedgerSession>(*this);
}

void LedgerStore::Settle() {
  (void)Must(ledger_->Compact());
  Must(ledger_->Settle());
}

const LedgerStore::Known& LedgerStore::At(Distribution distribution) const {
  const std::shared_lock lock(mutex_);
  return distributions_.at(distribution - 1);
}

Distribution LedgerStore::NumberOf(const std::string& grant_arn) const {
  const std::shared_lock lock(mutex_);
  return numbers_.at(grant_arn);
}

void LedgerStore::Add(Known distribution) {
  const std::scoped_lock lock(mutex_);
  numbers_.emplace(distribution.grant_arn, static_cast<Distribution>(distributions_.size() + 1));
  distributions_.push_back(std::move(distribution));
}

}  // namespace grantledger::bench
