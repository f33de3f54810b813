// Organizations: the requests that change and read them, by the shapes of the AWS Organizations
// API.
#ifndef GRANTLEDGER_ORGANIZATIONS_H_
#define GRANTLEDGER_ORGANIZATIONS_H_

#include <optional>
#include <string>
#include <vector>

#include <grantledger/types.h>

namespace grantledger {

struct EmptyResponse {};

struct Organization {
  std::string id = {};
  std::string arn = {};
  FeatureSet feature_set = FeatureSet::kAll;
  std::string master_account_arn = {};
  std::string master_account_id = {};
};

struct OrganizationalUnit {
  std::string id = {};
  std::string arn = {};
  std::string name = {};
};

struct Root {
  std::string id = {};
  std::string arn = {};
  std::string name = {};
};

struct Account {
  std::string id = {};
  std::string arn = {};
  std::string email = {};  ///< Empty: not known to the ledger.
  std::string name = {};   ///< Empty: not known to the ledger.
  JoinedMethod joined_method = JoinedMethod::kInvited;
  Time joined_timestamp = {};
};

struct CreateOrganizationRequest {
  struct Response {
    Organization organization = {};
  };
  FeatureSet feature_set = FeatureSet::kAll;
};

struct CreateOrganizationalUnitRequest {
  struct Response {
    OrganizationalUnit organizational_unit = {};
  };
  std::string parent_id = {};
  std::string name = {};
};

struct DeleteOrganizationalUnitRequest {
  using Response = EmptyResponse;
  std::string organizational_unit_id = {};
};

struct CreateAccountRequest {
  /// The API's CreateAccountStatus; its State is SUCCEEDED, its two timestamps are the same.
  struct Response {
    std::string id = {};
    std::string account_name = {};
    std::string account_id = {};
    Time requested_timestamp = {};
  };
  std::string email = {};
  std::string account_name = {};
  std::optional<std::string> account_id = {};  ///< An extension; drawn where it is left out.
};

/// State of an invitation: the API's OPEN and ACCEPTED.
struct Handshake {
  std::string id = {};
  std::string arn = {};
  std::string organization_id = {};
  std::string account_id = {};
  std::string notes = {};
  bool accepted = false;
  Time requested_timestamp = {};
  Time expiration_timestamp = {};
};

struct InviteAccountToOrganizationRequest {
  struct Response {
    Handshake handshake = {};
  };
  std::string target_id = {};
  std::string target_type = {};  ///< "ACCOUNT"
  std::string notes = {};
};

struct AcceptHandshakeRequest {
  using Response = InviteAccountToOrganizationRequest::Response;
  std::string handshake_id = {};
};

struct MoveAccountRequest {
  using Response = EmptyResponse;
  std::string account_id = {};
  std::string source_parent_id = {};
  std::string destination_parent_id = {};
};

struct RemoveAccountFromOrganizationRequest {
  using Response = EmptyResponse;
  std::string account_id = {};
};

struct LeaveOrganizationRequest {
  using Response = EmptyResponse;
};

struct RegisterDelegatedAdministratorRequest {
  using Response = EmptyResponse;
  std::string account_id = {};
  std::string service_principal = {};
};

struct DeregisterDelegatedAdministratorRequest {
  using Response = EmptyResponse;
  std::string account_id = {};
  std::string service_principal = {};
};

/// The one service setting that has a meaning for grants. Others of the API are accepted by
/// ledger-apply and not kept.
struct UpdateServiceSettingsRequest {
  using Response = EmptyResponse;
  std::optional<bool> enable_integration = {};
};

struct GetServiceSettingsRequest {
  struct Response {
    bool enable_integration = false;
  };
};

struct DescribeOrganizationRequest {
  struct Response {
    Organization organization = {};
  };
};

struct DescribeAccountRequest {
  struct Response {
    Account account = {};
  };
  std::string account_id = {};
};

struct ListRootsRequest {
  struct Response {
    std::vector<Root> roots = {};
    std::string next_token = {};
  };
  Paging paging = {};
};

struct AccountPage {
  std::vector<Account> accounts = {};
  std::string next_token = {};
};

struct ListAccountsRequest {
  using Response = AccountPage;
  Paging paging = {};
};

struct ListAccountsForParentRequest {
  using Response = AccountPage;
  std::string parent_id = {};
  Paging paging = {};
};

struct ListOrganizationalUnitsForParentRequest {
  struct Response {
    std::vector<OrganizationalUnit> organizational_units = {};
    std::string next_token = {};
  };
  std::string parent_id = {};
  Paging paging = {};
};

struct ListChildrenRequest {
  struct Response {
    std::vector<std::string> ids = {};  ///< All of the type that was asked for.
    std::string next_token = {};
  };
  std::string parent_id = {};
  ChildType child_type = ChildType::kAccount;
  Paging paging = {};
};

struct ListParentsRequest {
  struct Response {
    std::string id = {};  ///< Exactly one; a root's begins with "r-".
  };
  std::string child_id = {};
  Paging paging = {};
};

}  // namespace grantledger

#endif  // GRANTLEDGER_ORGANIZATIONS_H_
