// The Output of every operation: the answers of the engine in the shapes of the API.
//
// Times are ISO 8601 text. A field that is empty or not set is left out; a list is always there.
#ifndef GRANTLEDGER_TOOLS_JSON_OUTPUT_H_
#define GRANTLEDGER_TOOLS_JSON_OUTPUT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/grants.h>
#include <grantledger/ledger.h>
#include <grantledger/licenses.h>
#include <grantledger/organizations.h>

#include "tools/json_text.h"

namespace grantledger::tools {

// Things.
OrderedJson ToJson(const Grant& grant);
OrderedJson ToJson(const GrantVersion& version);
OrderedJson ToJson(const GrantChange& change);
OrderedJson ToJson(const WatchedEvent& event);
OrderedJson ToJson(const Entitlement& entitlement);
OrderedJson ToJson(const Metadata& metadata);
OrderedJson ToJson(const License& license);
OrderedJson ToJson(const GrantedLicense& license);
OrderedJson ToJson(const Organization& organization);
OrderedJson ToJson(const OrganizationalUnit& unit);
OrderedJson ToJson(const Root& root);
OrderedJson ToJson(const Account& account);
OrderedJson ToJson(const Handshake& handshake);

// Answers to writes.
OrderedJson ToJson(const GrantResponse& response);
OrderedJson ToJson(const LicenseResponse& response);
OrderedJson ToJson(const DeleteLicenseRequest::Response& response);
OrderedJson ToJson(const EmptyResponse& response);
OrderedJson ToJson(const CreateOrganizationRequest::Response& response);
OrderedJson ToJson(const CreateOrganizationalUnitRequest::Response& response);
OrderedJson ToJson(const CreateAccountRequest::Response& response);
OrderedJson ToJson(const InviteAccountToOrganizationRequest::Response& response);
OrderedJson ToJson(const WriteResponse& response);

// Answers to reads.
OrderedJson ToJson(const GetGrantRequest::Response& response);
OrderedJson ToJson(const GrantPage& page);
OrderedJson ToJson(const CheckEntitlementRequest::Response& response);
OrderedJson ToJson(const CountGrantsRequest::Response& response);
OrderedJson ToJson(const ListGrantVersionsRequest::Response& response);
OrderedJson ToJson(const PreviewGrantVersionRequest::Response& response);
OrderedJson ToJson(const WatchGrantsRequest::Response& response);
OrderedJson ToJson(const ListGrantChangesRequest::Response& response);
OrderedJson ToJson(const CompactionReport& report);
OrderedJson ToJson(const GetLicenseRequest::Response& response);
OrderedJson ToJson(const LicensePage& page);
OrderedJson ToJson(const GrantedLicensePage& page);
OrderedJson ToJson(const GetServiceSettingsRequest::Response& response);
OrderedJson ToJson(const DescribeOrganizationRequest::Response& response);
OrderedJson ToJson(const DescribeAccountRequest::Response& response);
OrderedJson ToJson(const ListRootsRequest::Response& response);
OrderedJson ToJson(const AccountPage& page);
OrderedJson ToJson(const ListOrganizationalUnitsForParentRequest::Response& response);
OrderedJson ToJson(const ListParentsRequest::Response& response);
/// A child does not tell its type; the request does.
OrderedJson ToJson(const ListChildrenRequest::Response& response, ChildType type);

/// {"ACTIVE": 12, …}.
OrderedJson CountsToJson(const std::map<GrantStatus, std::uint64_t>& by_status);

/// Sets `field` where `text` is not empty.
void Put(OrderedJson& object, std::string_view field, std::string_view text);

template <typename T>
OrderedJson ListOf(const std::vector<T>& elements) {
  OrderedJson list = OrderedJson::array();
  for (const T& element : elements) list.push_back(ToJson(element));
  return list;
}

/// {field: [...], "NextToken"?}.
template <typename T>
OrderedJson PageOf(std::string_view field, const std::vector<T>& elements,
                   std::string_view next_token) {
  OrderedJson page;
  page[std::string(field)] = ListOf(elements);
  Put(page, "NextToken", next_token);
  return page;
}

OrderedJson NamesOf(const GrantOperations& operations);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_JSON_OUTPUT_H_
