// Grants: the requests that write them, the lists that read them, and what one looks like.
//
// Requests have the fields of the AWS License Manager API under their snake_case names; ARNs and
// account numbers are strings in the API's notation. docs/SEMANTICS.md says what each call means.
#ifndef GRANTLEDGER_GRANTS_H_
#define GRANTLEDGER_GRANTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grantledger/types.h>

namespace grantledger {

/// The API's Options of a grant.
struct GrantOptions {
  std::optional<ActivationOverrideBehavior> activation_override_behavior = {};
};

/// What the writing calls answer.
struct GrantResponse {
  std::string grant_arn = {};
  GrantStatus status = GrantStatus::kPendingAccept;
  std::string version = {};
};

struct CreateGrantRequest {
  using Response = GrantResponse;
  std::string client_token = {};
  std::string grant_name = {};
  std::string license_arn = {};
  std::vector<std::string> principals = {};  ///< Exactly one.
  std::string home_region = {};
  GrantOperations allowed_operations = {};  ///< 1..7
};

struct CreateGrantVersionRequest {
  using Response = GrantResponse;
  std::string client_token = {};
  std::string grant_arn = {};
  std::optional<std::string> grant_name = {};
  std::optional<GrantOperations> allowed_operations = {};  ///< 1..7
  std::optional<GrantStatus> status = {};                  ///< kActive or kDisabled
  std::optional<std::string> status_reason = {};           ///< At most 400 characters.
  std::optional<std::string> source_version = {};
  std::optional<GrantOptions> options = {};
};

struct AcceptGrantRequest {
  using Response = GrantResponse;
  std::string grant_arn = {};
};

struct RejectGrantRequest {
  using Response = GrantResponse;
  std::string grant_arn = {};
};

struct DeleteGrantRequest {
  using Response = GrantResponse;
  std::string grant_arn = {};
  std::string version = {};
  std::optional<std::string> status_reason = {};
};

/// What many grants have in common, and never changes: shared by the rows of a list.
struct GrantOrigin {
  std::string license_arn = {};
  std::string home_region = {};
  std::string parent_arn = {};
  AccountId grantor = {};
  /// Of a distribution its organization's or OU's ARN; else empty (see Grant::grantee).
  std::string principal_arn = {};
};

/// What the grants of many accounts have in common at one moment: shared by the rows of a list.
struct GrantState {
  std::shared_ptr<const GrantOrigin> origin = {};
  std::string name = {};
  GrantOperations operations = {};
  GrantStatus status = GrantStatus::kPendingAccept;
  std::uint64_t version = 0;
  std::optional<ActivationOverrideBehavior> activation_override_behavior = {};
  /// The reason is text, or names another grant between two texts (see Grant::StatusReason).
  std::string reason_before = {};
  std::string reason_after = {};
  AccountId rival_grantor = {};
};

/// One grant at one moment. Small (56 bytes): the rows of a list share what is alike; the strings
/// that differ from account to account are made when asked for. A value: it outlives its ledger.
struct Grant {
  ResourceId id = {};
  AccountId grantee = {};  ///< 0 for a distribution.
  ResourceId rival = {};   ///< The grant that the reason names; else all zero.
  std::shared_ptr<const GrantState> state = {};

  [[nodiscard]] std::string GrantArn() const;
  [[nodiscard]] std::string GranteePrincipalArn() const;
  [[nodiscard]] std::string StatusReason() const;  ///< Empty: none.
  [[nodiscard]] std::string Version() const;
};

struct GetGrantRequest {
  struct Response {
    Grant grant = {};
  };
  std::string grant_arn = {};
  std::optional<std::string> version = {};
};

struct GrantPage {
  std::vector<Grant> grants = {};
  std::string next_token = {};  ///< Empty: this was the last page.
};

/// Filters: LicenseArn, GrantStatus, GranteePrincipalARN, ProductSKU, LicenseIssuerName.
struct ListDistributedGrantsRequest {
  using Response = GrantPage;
  std::vector<std::string> grant_arns = {};  ///< Empty: all.
  std::vector<Filter> filters = {};
  Paging paging = {};
};

/// Filters: ProductSKU, LicenseIssuerName, LicenseArn, GrantStatus, GranterAccountId.
struct ListReceivedGrantsRequest {
  using Response = GrantPage;
  std::vector<std::string> grant_arns = {};  ///< Empty: all.
  std::vector<Filter> filters = {};
  Paging paging = {};
};

/// Filters: ParentArn, GranteePrincipalArn.
struct ListReceivedGrantsForOrganizationRequest {
  using Response = GrantPage;
  std::string license_arn = {};
  std::vector<Filter> filters = {};
  Paging paging = {};
};

// Beyond AWS.

/// The account's ACTIVE grants of the product whose license is AVAILABLE and within its validity.
struct CheckEntitlementRequest {
  struct Response {
    bool entitled = false;
    std::vector<Grant> grants = {};
  };
  std::string account_id = {};
  std::string product_sku = {};
  std::string issuer_name = {};
};

/// The member grants of a distribution in each status; a status that none has is left out.
struct CountGrantsRequest {
  struct Response {
    std::map<GrantStatus, std::uint64_t> counts = {};
  };
  std::string grant_arn = {};
};

/// One version of a grant, and the event that made it.
struct GrantVersion {
  Lsn lsn = 0;
  Time time = {};
  std::string operation = {};  ///< The API operation: "CreateGrantVersion", "MoveAccount", …
  AccountId caller = {};
  Grant grant = {};
};

struct ListGrantVersionsRequest {
  struct Response {
    std::vector<GrantVersion> versions = {};  ///< Oldest first.
    std::string next_token = {};
  };
  std::string grant_arn = {};
  Paging paging = {};
};

/// What an event did to one grant, or would do.
struct GrantChange {
  std::optional<GrantStatus> from = {};  ///< Nullopt: the grant did not exist.
  Grant grant = {};                      ///< As it is after the event.
};

/// What a CreateGrantVersion would change, without writing. Checked and refused like the call.
struct PreviewGrantVersionRequest {
  struct Response {
    /// Of all pages: the changes by the status that they lead to.
    std::map<GrantStatus, std::uint64_t> counts = {};
    /// Also of the member grants that a rival would keep from being activated.
    std::vector<GrantChange> changes = {};
    std::string next_token = {};
  };
  CreateGrantVersionRequest version = {};  ///< Its client_token is not looked at.
  Paging paging = {};
};

/// The ACTIVE direct and member grants of one account, or of the accounts of one organization.
struct ListActivationsRequest {
  using Response = GrantPage;
  // Exactly one of the two.
  std::optional<std::string> account_id = {};
  std::optional<std::string> organization_id = {};
  // Both or neither.
  std::optional<std::string> product_sku = {};
  std::optional<std::string> issuer_name = {};
  Paging paging = {};
};

/// One record of the ledger that changed grants.
struct WatchedEvent {
  Lsn lsn = 0;
  Time time = {};
  std::string operation = {};  ///< The API operation: "CreateGrantVersion", "MoveAccount", …
  AccountId caller = {};
  std::string grant_arn = {};  ///< That the call made or named; empty: a membership event.
  /// A distribution's stands for those of its member grants: see ListGrantChangesRequest.
  std::vector<GrantChange> changes = {};
};

/// The events from an LSN on, oldest first: the feed from which an application notifies.
struct WatchGrantsRequest {
  struct Response {
    std::vector<WatchedEvent> events = {};
    std::string next_token = {};
    /// Of the last record that was looked at: what a later call, or another process, goes on after.
    /// It holds as long as its record is at or after the horizon.
    std::string position = {};
  };
  std::optional<Lsn> from_lsn = {};
  Paging paging = {};
  /// What an earlier answer gave; not together with from_lsn. InvalidArgument where it is of
  /// another history than the ledger's (of what a restored backup does not have).
  std::string position = {};
};

/// What one record changed, grant by grant, every member grant included.
struct ListGrantChangesRequest {
  struct Response {
    std::vector<GrantChange> changes = {};
    std::string next_token = {};
  };
  Lsn lsn = 0;
  Paging paging = {};
};

}  // namespace grantledger

#endif  // GRANTLEDGER_GRANTS_H_
