// The ARNs of an organization, and how the API shows it.
#ifndef GRANTLEDGER_QUERY_ORGANIZATION_ARNS_H_
#define GRANTLEDGER_QUERY_ORGANIZATION_ARNS_H_

#include <string>
#include <string_view>

#include <grantledger/organizations.h>

#include "ledger/tables.h"

namespace grantledger {

/// "arn:aws:organizations::<management account>:<kind>/<organization id>".
inline std::string ArnIn(const fb::OrganizationT& organization, std::string_view kind) {
  return "arn:aws:organizations::" + AccountId(organization.management).ToString() + ":" +
         std::string(kind) + "/" + organization.id;
}

/// The same of something in it.
inline std::string ArnIn(const fb::OrganizationT& organization, std::string_view kind,
                         const std::string& id) {
  return ArnIn(organization, kind) + "/" + id;
}

inline Organization ToOrganization(const fb::OrganizationT& organization) {
  Organization shown;
  shown.id = organization.id;
  shown.arn = ArnIn(organization, "organization");
  shown.feature_set = static_cast<FeatureSet>(organization.feature_set);
  shown.master_account_id = AccountId(organization.management).ToString();
  shown.master_account_arn = ArnIn(organization, "account", shown.master_account_id);
  return shown;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_ORGANIZATION_ARNS_H_
