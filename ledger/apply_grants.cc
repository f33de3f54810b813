// Applying what happens to licenses and grants.
#include "ledger/applier.h"
#include "ledger/grant_events.h"
#include "ledger/view.h"

namespace grantledger {

Status Applier::CheckTerms(const std::unique_ptr<fb::LicenseTermsT>& terms) const {
  if (terms != nullptr && terms->validity != nullptr) return {};
  return RowCorruption(Family::kLog, LogKey(record_.lsn),
                       "the license has no terms, expected some that have a validity");
}

Status Applier::Apply(const fb::LicenseCreatedT& fact) {
  GL_RETURN_IF_ERROR(CheckTerms(fact.terms));
  counters_.licenses = fact.license;
  if (fact.product > counters_.products) {
    counters_.products = fact.product;
    fb::ProductT product;
    product.ordinal = fact.product;
    product.issuer_name = fact.terms->issuer_name;
    product.sku = fact.product_sku;
    PutTable(batch_, Family::kState, ProductKey(fact.product), product);
    batch_.Put(Family::kState, ProductNameKey(product.issuer_name, product.sku),
               PackNumber(fact.product));
  }
  fb::LicenseT license;
  license.ordinal = fact.license;
  license.issuer = record_.caller;
  license.product = fact.product;
  license.product_sku = fact.product_sku;
  license.beneficiary = fact.beneficiary;
  license.created_lsn = record_.lsn;
  license.created_ms = record_.time_ms;
  if (const auto account = AccountId::Parse(fact.beneficiary)) {
    batch_.Put(Family::kState, BeneficiaryKey(*account), "");
  }
  batch_.Put(Family::kState, LicenseOfIssuerKey(AccountId(record_.caller), fact.license), "");
  return PutLicenseVersion(&license, 1, static_cast<std::uint8_t>(LicenseStatus::kAvailable),
                           std::make_unique<fb::LicenseTermsT>(*fact.terms));
}

Status Applier::PutLicenseVersion(fb::LicenseT* license, std::uint64_t version, std::uint8_t status,
                                  std::unique_ptr<fb::LicenseTermsT> terms) {
  auto moment = std::make_unique<fb::LicenseMomentT>();
  moment->lsn = record_.lsn;
  moment->version = version;
  moment->status = status;
  moment->validity = std::make_unique<fb::ValidityT>(*terms->validity);
  license->moments.push_back(std::move(moment));
  fb::LicenseVersionT row;
  row.lsn = record_.lsn;
  row.terms = std::move(terms);
  PutTable(batch_, Family::kState, LicenseVersionKey(license->ordinal, version), row);
  PutTable(batch_, Family::kState, LicenseKey(license->ordinal), *license);
  return {};
}

Status Applier::Apply(const fb::LicenseVersionedT& fact) {
  GL_RETURN_IF_ERROR(CheckTerms(fact.terms));
  GL_ASSIGN_OR_RETURN(auto license,
                      CopyTable<fb::LicenseT>(batch_, Family::kState, LicenseKey(fact.license)));
  return PutLicenseVersion(&license, fact.version, fact.status,
                           std::make_unique<fb::LicenseTermsT>(*fact.terms));
}

Status Applier::Apply(const fb::LicenseDeletedT& fact) {
  GL_ASSIGN_OR_RETURN(auto license,
                      CopyTable<fb::LicenseT>(batch_, Family::kState, LicenseKey(fact.license)));
  GL_ASSIGN_OR_RETURN(
      auto last, CopyTable<fb::LicenseVersionT>(batch_, Family::kState,
                                                LicenseVersionKey(fact.license, fact.version - 1)));
  GL_RETURN_IF_ERROR(CheckTerms(last.terms));
  return PutLicenseVersion(&license, fact.version,
                           static_cast<std::uint8_t>(LicenseStatus::kDeleted),
                           std::move(last.terms));
}

Status Applier::AddLiveGrants(std::uint64_t license, std::int64_t change) {
  const std::string key = LicenseKey(license);
  GL_ASSIGN_OR_RETURN(auto row, CopyTable<fb::LicenseT>(batch_, Family::kState, key));
  row.live_grants += static_cast<std::uint64_t>(change);
  PutTable(batch_, Family::kState, key, row);
  return {};
}

Result<fb::GrantHeadT> Applier::Head(std::uint64_t grant) const {
  return CopyTable<fb::GrantHeadT>(batch_, Family::kState, GrantKey(grant));
}

Status Applier::IndexGrant(const fb::GrantHeadT& head) {
  PutTable(batch_, Family::kState, GrantKey(head.ordinal), head);
  batch_.Put(Family::kIndex, GrantOfLicenseKey(head.license, head.ordinal), "");
  batch_.Put(Family::kIndex, GrantOfGrantorKey(AccountId(head.grantor), head.ordinal), "");
  if (head.parent == 0) return {};
  batch_.Put(Family::kIndex, GrantBelowKey(head.parent, head.ordinal), "");
  return {};
}

Status Applier::Apply(const fb::GrantCreatedT& fact) {
  counters_.grants = fact.grant;
  GL_ASSIGN_OR_RETURN(const auto license,
                      CopyTable<fb::LicenseT>(batch_, Family::kState, LicenseKey(fact.license)));
  GL_ASSIGN_OR_RETURN(const auto product,
                      CopyTable<fb::ProductT>(batch_, Family::kState, ProductKey(fact.product)));
  fb::GrantHeadT head;
  head.ordinal = fact.grant;
  head.license = fact.license;
  head.issuer = license.issuer;
  head.product = fact.product;
  head.marketplace = product.issuer_name == kMarketplaceIssuer;
  head.parent = fact.parent;
  if (fact.parent != 0) {
    GL_ASSIGN_OR_RETURN(const auto parent, Head(fact.parent));
    head.parent_grantor = parent.grantor;
  }
  head.grantor = record_.caller;
  head.grantee = fact.grantee;
  head.organization = fact.organization;
  head.path = fact.path;
  head.principal_arn = fact.principal_arn;
  head.home_region = fact.home_region;
  head.created_lsn = record_.lsn;
  GL_RETURN_IF_ERROR(IndexGrant(head));
  GL_RETURN_IF_ERROR(AddLiveGrants(fact.license, 1));
  fb::ChangeT change;
  change.kind = fb::ChangeKind::Created;
  change.has_name = true;
  change.name = fact.name;
  change.operations = fact.operations;
  change.has_status = fact.grantee != 0;
  change.status = fact.status;
  // A distribution passes its grantor over, whose cell is therefore unlike its cohort's.
  if (fact.grantee == 0) {
    const AccountId grantor(record_.caller);
    GL_ASSIGN_OR_RETURN(auto row, GetAccount(grantor));
    GL_RETURN_IF_ERROR(TouchProduct(grantor, &row, fact.product));
    GL_RETURN_IF_ERROR(CoverUnit(fact.organization, ToPath(fact.path)));
  }
  return PutEvent(head, AccountId(), change);
}

Status Applier::CoverUnit(std::uint64_t organization, const Path& path) {
  GL_ASSIGN_OR_RETURN(auto unit, GetUnit(organization, path));
  if (unit.first_distribution != 0) return {};
  unit.first_distribution = record_.lsn;
  PutUnit(unit);
  return {};
}

Status Applier::PutEvent(const fb::GrantHeadT& head, AccountId member, const fb::ChangeT& change) {
  if (head.grantee == 0 && member == AccountId()) return PutDistributionEvent(head, change);
  const AccountId account = member == AccountId() ? AccountId(head.grantee) : member;
  return PutOwnEvent(account, head.product, head.ordinal, change);
}

Status Applier::PutDistributionEvent(const fb::GrantHeadT& head, const fb::ChangeT& change) {
  const std::string key = ProductHeadKey(head.organization, head.product);
  GL_ASSIGN_OR_RETURN(auto known, FindCopy<fb::ProductHeadT>(batch_, Family::kIndex, key));
  if (!known) {
    known.emplace();
    known->created_lsn = record_.lsn;
  }
  known->last_event = record_.lsn;
  PutTable(batch_, Family::kIndex, key, *known);
  GL_ASSIGN_OR_RETURN(auto organization, GetOrganization(head.organization));
  organization.last_distribution_event = record_.lsn;
  PutOrganization(organization);
  PutTable(batch_, Family::kIndex,
           DistributionEventKey(head.organization, head.product, record_.lsn, head.ordinal),
           change);
  return {};
}

Status Applier::PutOwnEvent(AccountId account, std::uint64_t product, std::uint64_t grant,
                            const fb::ChangeT& change) {
  GL_ASSIGN_OR_RETURN(auto row, GetAccount(account));
  GL_RETURN_IF_ERROR(TouchProduct(account, &row, product));
  GL_RETURN_IF_ERROR(NoteOwnEvent(row, product));
  PutTable(batch_, Family::kIndex, OwnEventKey(account, product, record_.lsn, grant), change);
  return {};
}

/// The product's distributions are no longer counted as they were, wherever the account stood.
Status Applier::NoteOwnEvent(const fb::AccountT& row, std::uint64_t product) {
  for (const std::uint64_t organization : OrganizationsOf(row, record_.lsn)) {
    const std::string key = ProductHeadKey(organization, product);
    GL_ASSIGN_OR_RETURN(auto head, FindCopy<fb::ProductHeadT>(batch_, Family::kIndex, key));
    if (!head) continue;
    head->last_own = record_.lsn;
    PutTable(batch_, Family::kIndex, key, *head);
  }
  return {};
}

Status Applier::Apply(const fb::GrantVersionedT& fact) {
  GL_ASSIGN_OR_RETURN(const auto head, Head(fact.grant));
  return PutEvent(head, AccountId(fact.account), ChangeOf(fact));
}

Status Applier::Apply(const fb::GrantAcceptedT& fact) {
  GL_ASSIGN_OR_RETURN(const auto head, Head(fact.grant));
  fb::ChangeT change;
  change.kind = fb::ChangeKind::Accepted;
  return PutEvent(head, AccountId(fact.account), change);
}

Status Applier::Apply(const fb::GrantRejectedT& fact) {
  GL_ASSIGN_OR_RETURN(const auto head, Head(fact.grant));
  fb::ChangeT change;
  change.kind = fb::ChangeKind::Rejected;
  GL_RETURN_IF_ERROR(PutEvent(head, AccountId(fact.account), change));
  if (fact.account == 0) {
    GL_RETURN_IF_ERROR(AddLiveGrants(head.license, -1));
  }
  return DeleteBelow(fact.cascade);
}

Status Applier::Apply(const fb::GrantDeletedT& fact) {
  GL_ASSIGN_OR_RETURN(const auto head, Head(fact.grant));
  fb::ChangeT change;
  change.kind = fb::ChangeKind::Deleted;
  change.reason = fact.reason;
  GL_RETURN_IF_ERROR(PutEvent(head, AccountId(), change));
  GL_RETURN_IF_ERROR(AddLiveGrants(head.license, -1));
  return DeleteBelow(fact.cascade);
}

Status Applier::DeleteBelow(const std::vector<std::unique_ptr<fb::CascadedT>>& cascade) {
  for (const auto& cascaded : cascade) {
    GL_ASSIGN_OR_RETURN(const auto head, Head(cascaded->grant));
    fb::ChangeT change;
    change.kind =
        cascaded->parent_rejected ? fb::ChangeKind::ParentRejected : fb::ChangeKind::ParentDeleted;
    change.parent = cascaded->parent;
    GL_RETURN_IF_ERROR(PutEvent(head, AccountId(), change));
    GL_RETURN_IF_ERROR(AddLiveGrants(head.license, -1));
  }
  return {};
}

}  // namespace grantledger
