#include "query/grant_filter.h"

#include "codec/arn.h"
#include "ledger/target.h"
#include "query/filters.h"

namespace grantledger {
namespace {

/// What GrantArns name; whether such a member grant exists shows later.
Result<std::map<std::uint64_t, std::set<AccountId>>> NamedGrants(
    const View& view, const std::vector<std::string>& arns) {
  std::map<std::uint64_t, std::set<AccountId>> named;
  for (const std::string& arn : arns) {
    GL_ASSIGN_OR_RETURN(const auto grant, FindGrant(view, arn));
    if (grant) named[grant->head->ordinal].insert(grant->member);
  }
  return named;
}

/// An ARN that names no license lets nothing pass.
Status ReadLicense(const View& view, const std::string& arn, GrantFilter* filter) {
  GL_ASSIGN_OR_RETURN(const auto license, FindLicense(view, arn));
  if (license) {
    filter->license = license->ordinal;
  } else {
    filter->nothing = true;
  }
  return {};
}

void ReadStatus(const std::string& name, GrantFilter* filter) {
  filter->status = FromName<GrantStatus>(name);
  if (!filter->status) filter->nothing = true;
}

void ReadGrantor(const std::string& digits, GrantFilter* filter) {
  const auto account = AccountId::Parse(digits);
  if (account) {
    filter->grantor = *account;
  } else {
    filter->nothing = true;
  }
}

void ReadGrantee(const std::string& arn, GrantFilter* filter) {
  filter->grantee_arn = arn;
  const auto principal = ParsePrincipalArn(arn);
  if (principal && principal->organization_id.empty()) filter->grantee = principal->account;
}

}  // namespace

Result<bool> GrantFilter::PassesHead(const View& view, const fb::GrantHeadT& head) const {
  if (license && *license != head.license) return false;
  if (grantor && *grantor != AccountId(head.grantor)) return false;
  if (arns && !arns->contains(head.ordinal)) return false;
  if (!product_sku && !issuer_name) return true;
  GL_ASSIGN_OR_RETURN(const auto product, GetTable<fb::ProductT>(view.rows(), Family::kState,
                                                                 ProductKey(head.product)));
  return (!product_sku || *product_sku == product->sku) &&
         (!issuer_name || *issuer_name == product->issuer_name);
}

bool GrantFilter::PassesName(std::uint64_t grant, AccountId member) const {
  if (!arns) return true;
  const auto named = arns->find(grant);
  return named != arns->end() && named->second.contains(member);
}

Result<GrantFilter> ReadGrantFilter(const View& view, const std::vector<Filter>& filters,
                                    const std::vector<std::string>& grant_arns,
                                    const std::vector<std::string_view>& allowed) {
  GL_ASSIGN_OR_RETURN(const FilterValues values, ReadFilters(filters, allowed));
  GL_RETURN_IF_ERROR(CheckArns("GrantArns", grant_arns));
  GrantFilter filter;
  if (const auto* arn = values.Find("LicenseArn")) {
    GL_RETURN_IF_ERROR(ReadLicense(view, *arn, &filter));
  }
  if (const auto* sku = values.Find("ProductSKU")) filter.product_sku = *sku;
  if (const auto* name = values.Find("LicenseIssuerName")) filter.issuer_name = *name;
  if (const auto* status = values.Find("GrantStatus")) ReadStatus(*status, &filter);
  if (const auto* account = values.Find("GranterAccountId")) ReadGrantor(*account, &filter);
  if (const auto* arn = values.Find("GranteePrincipalARN")) ReadGrantee(*arn, &filter);
  if (const auto* arn = values.Find("GranteePrincipalArn")) ReadGrantee(*arn, &filter);
  if (const auto* arn = values.Find("ParentArn")) filter.parent_arn = *arn;
  if (!grant_arns.empty()) {
    GL_ASSIGN_OR_RETURN(filter.arns, NamedGrants(view, grant_arns));
  }
  return filter;
}

}  // namespace grantledger
