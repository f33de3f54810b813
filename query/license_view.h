// Licenses as the public API shows them, and who may see them.
#ifndef GRANTLEDGER_QUERY_LICENSE_VIEW_H_
#define GRANTLEDGER_QUERY_LICENSE_VIEW_H_

#include <string>
#include <string_view>

#include <grantledger/licenses.h>

#include "ledger/view.h"
#include "query/filters.h"

namespace grantledger {

/// The version of the license that `moment`, one of its moments, began. A license that is DELETED
/// shows the terms of the version before.
Result<License> LicenseAt(const View& view, const fb::LicenseT& license,
                          const fb::LicenseMomentT& moment);

/// The license that an ARN names at the view's moment. `field` is the field that it stands in.
/// Errors: InvalidArgument (no ARN), NotFound (it names no license that exists at the moment).
Result<Table<fb::LicenseT>> FindLicenseByArn(const View& view, std::string_view field,
                                             std::string_view arn);

/// Whether the caller may GetLicense: the issuer account; whoever received a direct or member grant
/// of the license, of any status; an administrator of an organization with a distribution of it.
Result<bool> MaySeeLicense(View& view, const fb::LicenseT& license, AccountId caller);

/// Whether the license is as the filters ProductSKU, IssuerName, Beneficiary, Fingerprint and
/// Status say, of those that are given.
bool PassesLicenseFilters(const License& license, const FilterValues& filters);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_LICENSE_VIEW_H_
