// The grants of an organization and of a license.
#include "codec/arn.h"
#include "inspect/inspector.h"
#include "ledger/errors.h"
#include "ledger/products.h"
#include "ledger/target.h"
#include "query/grant_view.h"
#include "query/member_grants.h"

namespace grantledger {

Result<std::vector<Grant>> StoreInspector::Distributions(std::string_view organization_id, Lsn at) {
  View view = ViewAt(at);
  GrantRenderer renderer(view);
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationById(view, organization_id));
  GL_ASSIGN_OR_RETURN(const auto products, ProductsIn(view, organization->ordinal));
  std::vector<Grant> grants;
  for (const std::uint64_t product : products) {
    GL_ASSIGN_OR_RETURN(const auto all, view.Distributions(organization->ordinal, product));
    for (const FoldedDistribution& distribution : all->distributions()) {
      GL_ASSIGN_OR_RETURN(Grant grant, renderer.Render(distribution));
      grants.push_back(std::move(grant));
    }
  }
  return grants;
}

Result<std::vector<AccountId>> StoreInspector::Grantors(Lsn at) {
  const View view = ViewAt(at);
  std::vector<AccountId> grantors;
  const std::string all = AllGrantsOfGrantorsPrefix();
  RowIterator rows = snapshot_->Scan(Family::kIndex, all);
  while (true) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    KeyReader key(rows.key().substr(all.size()));
    const AccountId grantor = key.Account();
    // Its first grant tells since when it gives.
    GL_ASSIGN_OR_RETURN(const auto head, view.Grant(key.Uint()));
    if (head) grantors.push_back(grantor);
    rows.Seek(PrefixEnd(GrantsOfGrantorPrefix(grantor)));
  }
  return grantors;
}

Result<std::vector<std::string>> StoreInspector::Licenses(Lsn at) {
  const View view = ViewAt(at);
  std::vector<std::string> arns;
  for (std::uint64_t ordinal = 1;; ++ordinal) {
    GL_ASSIGN_OR_RETURN(const auto row, view.License(ordinal));
    if (!row) return arns;  // newer than the moment, as all behind it
    arns.push_back(
        LicenseArnOf(AccountId(row->issuer), ids_->Encode(IdKind::kLicense, ordinal, AccountId())));
  }
}

Result<std::vector<Grant>> StoreInspector::GrantsOf(std::string_view license_arn, Lsn at) {
  View view = ViewAt(at);
  GrantRenderer renderer(view);
  GL_ASSIGN_OR_RETURN(const auto license, FindLicense(view, license_arn));
  if (license == nullptr) return NotThere("the ARN", license_arn, "license");
  std::vector<Grant> grants;
  const std::string prefix = GrantsOfLicensePrefix(license->ordinal);
  RowIterator rows = snapshot_->Scan(Family::kIndex, prefix);
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    const std::uint64_t ordinal = KeyReader(rows.key().substr(prefix.size())).Uint();
    GL_ASSIGN_OR_RETURN(const auto head, view.Grant(ordinal));
    if (!head) break;  // newer than the moment, as all behind it
    GL_ASSIGN_OR_RETURN(Grant grant, RenderHead(view, renderer, *head));
    grants.push_back(std::move(grant));
  }
  return grants;
}

Result<std::vector<PlaceCounts>> StoreInspector::CountByPlace(std::string_view distribution_arn,
                                                              Lsn at) {
  View view = ViewAt(at);
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(view, distribution_arn));
  if (target.kind != GrantKind::kDistribution) {
    return Invalid("the grant to count", Quoted(distribution_arn), "a distribution");
  }
  const std::uint64_t organization = target.head->organization;
  GL_ASSIGN_OR_RETURN(const auto places, CountMemberGrantsByPlace(view, *target.head));
  std::vector<PlaceCounts> shown;
  for (const auto& [path, counts] : places) {
    PlaceCounts& one = shown.emplace_back();
    one.counts = counts;
    if (!path) continue;
    GL_ASSIGN_OR_RETURN(const auto unit, GetTable<fb::UnitT>(*snapshot_, Family::kState,
                                                             UnitKey(organization, *path)));
    one.place_id = unit->id;
  }
  return shown;
}

}  // namespace grantledger
