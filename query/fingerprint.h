// Fingerprints of lists: what a NextToken is bound to.
//
// Two calls have the same fingerprint when they are of the same kind and caller and select the same
// things: every field but MaxResults and NextToken is in it, in the order given. 128 bits of XXH3.
#ifndef GRANTLEDGER_QUERY_FINGERPRINT_H_
#define GRANTLEDGER_QUERY_FINGERPRINT_H_

#include <grantledger/ledger.h>

namespace grantledger {

ResourceId FingerprintOf(const ListDistributedGrantsRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListReceivedGrantsRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListReceivedGrantsForOrganizationRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListGrantVersionsRequest& request, AccountId caller);
ResourceId FingerprintOf(const PreviewGrantVersionRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListActivationsRequest& request, AccountId caller);
ResourceId FingerprintOf(const WatchGrantsRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListGrantChangesRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListLicensesRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListLicenseVersionsRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListReceivedLicensesRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListReceivedLicensesForOrganizationRequest& request,
                         AccountId caller);
ResourceId FingerprintOf(const ListRootsRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListAccountsRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListAccountsForParentRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListOrganizationalUnitsForParentRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListChildrenRequest& request, AccountId caller);
ResourceId FingerprintOf(const ListParentsRequest& request, AccountId caller);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_FINGERPRINT_H_
