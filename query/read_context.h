// ReadContext: what a read is answered from; and Answer, which answers each kind of request.
//
// The checks of a read run in the order of docs/SEMANTICS.md: shape → existence → caller. Answers
// depend on the view's moment alone, never on what is newer in the rows below it.
#ifndef GRANTLEDGER_QUERY_READ_CONTEXT_H_
#define GRANTLEDGER_QUERY_READ_CONTEXT_H_

#include <optional>
#include <string>

#include <grantledger/ledger.h>

#include "ledger/retention.h"
#include "ledger/view.h"

namespace grantledger {

/// Used by one thread, for one read. Nothing that is referred to is owned.
struct ReadContext {
  View& view;
  AccountId caller;
  const Options& options;
  /// The earliest moment that is kept; LSN 0: all are.
  At horizon;
  /// Where the page begins: what an earlier page of the same list, at the same moment, gave as its
  /// `next_token`. Empty: at the start.
  std::string cursor;
  /// Of WatchGrants: the last record that was told of. Nullopt: none is given.
  std::optional<Lsn> position;
  /// Set by a list whose later pages need an earlier moment than the view's to be kept.
  std::optional<Lsn> oldest_needed;
};

// One for each read request. A list leaves in `next_token` the raw cursor of the next page, a byte
// string; empty: this was the last page. The front door seals it (query/page_token.h), and opens
// the NextToken of a request into ReadContext::cursor: answers don't look at the request's own.

Result<GetGrantRequest::Response> Answer(const GetGrantRequest& request, ReadContext& in);
Result<GrantPage> Answer(const ListDistributedGrantsRequest& request, ReadContext& in);
Result<GrantPage> Answer(const ListReceivedGrantsRequest& request, ReadContext& in);
Result<GrantPage> Answer(const ListReceivedGrantsForOrganizationRequest& request, ReadContext& in);
Result<CheckEntitlementRequest::Response> Answer(const CheckEntitlementRequest& request,
                                                 ReadContext& in);
Result<CountGrantsRequest::Response> Answer(const CountGrantsRequest& request, ReadContext& in);
Result<ListGrantVersionsRequest::Response> Answer(const ListGrantVersionsRequest& request,
                                                  ReadContext& in);
Result<PreviewGrantVersionRequest::Response> Answer(const PreviewGrantVersionRequest& request,
                                                    ReadContext& in);
Result<GrantPage> Answer(const ListActivationsRequest& request, ReadContext& in);
Result<WatchGrantsRequest::Response> Answer(const WatchGrantsRequest& request, ReadContext& in);
Result<ListGrantChangesRequest::Response> Answer(const ListGrantChangesRequest& request,
                                                 ReadContext& in);

Result<GetLicenseRequest::Response> Answer(const GetLicenseRequest& request, ReadContext& in);
Result<LicensePage> Answer(const ListLicensesRequest& request, ReadContext& in);
Result<LicensePage> Answer(const ListLicenseVersionsRequest& request, ReadContext& in);
Result<GrantedLicensePage> Answer(const ListReceivedLicensesRequest& request, ReadContext& in);
Result<GrantedLicensePage> Answer(const ListReceivedLicensesForOrganizationRequest& request,
                                  ReadContext& in);

Result<GetServiceSettingsRequest::Response> Answer(const GetServiceSettingsRequest& request,
                                                   ReadContext& in);
Result<DescribeOrganizationRequest::Response> Answer(const DescribeOrganizationRequest& request,
                                                     ReadContext& in);
Result<DescribeAccountRequest::Response> Answer(const DescribeAccountRequest& request,
                                                ReadContext& in);
Result<ListRootsRequest::Response> Answer(const ListRootsRequest& request, ReadContext& in);
Result<AccountPage> Answer(const ListAccountsRequest& request, ReadContext& in);
Result<AccountPage> Answer(const ListAccountsForParentRequest& request, ReadContext& in);
Result<ListOrganizationalUnitsForParentRequest::Response> Answer(
    const ListOrganizationalUnitsForParentRequest& request, ReadContext& in);
Result<ListChildrenRequest::Response> Answer(const ListChildrenRequest& request, ReadContext& in);
Result<ListParentsRequest::Response> Answer(const ListParentsRequest& request, ReadContext& in);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_READ_CONTEXT_H_
