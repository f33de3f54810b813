// Every operation of the model, by the names of the API. A writing one checks, throws Refusal or
// changes the state of the event, and returns the Output; a reading one returns the whole Output,
// paging aside.
#ifndef GRANTLEDGER_TESTS_MODEL_OPERATIONS_H_
#define GRANTLEDGER_TESTS_MODEL_OPERATIONS_H_

#include "event.h"
#include "state.h"

namespace grantledger::model {

// grants.cc
Json CreateGrant(Event& event, const Json& input);
Json AcceptGrant(Event& event, const Json& input);
Json RejectGrant(Event& event, const Json& input);
Json DeleteGrant(Event& event, const Json& input);
/// {GrantArn, Status, Version}, as it will be when the event is committed.
Json GrantAnswer(const Grant& grant);
bool IsSubset(const Strings& some, const Strings& all);

// grant_versions.cc
Json CreateGrantVersion(Event& event, const Json& input);

// licenses.cc
Json CreateLicense(Event& event, const Json& input);
Json CreateLicenseVersion(Event& event, const Json& input);
Json DeleteLicense(Event& event, const Json& input);

// organizations.cc
Json CreateOrganization(Event& event, const Json& input);
Json CreateOrganizationalUnit(Event& event, const Json& input);
Json DeleteOrganizationalUnit(Event& event, const Json& input);
Json RegisterDelegatedAdministrator(Event& event, const Json& input);
Json DeregisterDelegatedAdministrator(Event& event, const Json& input);
Json UpdateServiceSettings(Event& event, const Json& input);
/// The caller's organization. Refused (AccessDenied) where there is none.
Organization& OrganizationOfCaller(Event& event);
/// Refused (AccessDenied) for any other caller than the management account.
void RequireManagement(const Event& event, const Organization& organization);
/// Where an account of the organization stands. Refused (NotFound) where it is no member.
Account& MemberOf(Event& event, const Organization& organization, const std::string& account);

// accounts.cc
Json CreateAccount(Event& event, const Json& input);
Json InviteAccountToOrganization(Event& event, const Json& input);
Json AcceptHandshake(Event& event, const Json& input);
Json MoveAccount(Event& event, const Json& input);
Json RemoveAccountFromOrganization(Event& event, const Json& input);
Json LeaveOrganization(Event& event, const Json& input);

// grant_reads.cc
Json GetGrant(const State& state, const Call& call, const Json& input);
Json ListDistributedGrants(const State& state, const Call& call, const Json& input);
Json ListReceivedGrants(const State& state, const Call& call, const Json& input);
Json ListReceivedGrantsForOrganization(const State& state, const Call& call, const Json& input);
Json CheckEntitlement(const State& state, const Call& call, const Json& input);
Json CountGrants(const State& state, const Call& call, const Json& input);
Json ListGrantVersions(const State& state, const Call& call, const Json& input);
Json ListActivations(const State& state, const Call& call, const Json& input);
/// The direct and member grants of an account, in the order of received grants.
std::vector<const Grant*> GrantsReceivedBy(const State& state, const std::string& account);
/// The accounts that stand in an organization, in the order in which they became known.
Strings AccountsOf(const State& state, const std::string& organization);

// grant_changes.cc
Json PreviewGrantVersion(const State& state, const Call& call, const Json& input);
Json WatchGrants(const State& state, const Call& call, const Json& input);
Json ListGrantChanges(const State& state, const Call& call, const Json& input);

// license_reads.cc
Json GetLicense(const State& state, const Call& call, const Json& input);
Json ListLicenses(const State& state, const Call& call, const Json& input);
Json ListLicenseVersions(const State& state, const Call& call, const Json& input);
Json ListReceivedLicenses(const State& state, const Call& call, const Json& input);
Json ListReceivedLicensesForOrganization(const State& state, const Call& call, const Json& input);

// organization_reads.cc
Json GetServiceSettings(const State& state, const Call& call, const Json& input);
Json DescribeOrganization(const State& state, const Call& call, const Json& input);
Json DescribeAccount(const State& state, const Call& call, const Json& input);
Json ListRoots(const State& state, const Call& call, const Json& input);
Json ListAccounts(const State& state, const Call& call, const Json& input);
Json ListAccountsForParent(const State& state, const Call& call, const Json& input);
Json ListOrganizationalUnitsForParent(const State& state, const Call& call, const Json& input);
Json ListChildren(const State& state, const Call& call, const Json& input);
Json ListParents(const State& state, const Call& call, const Json& input);
Json OrganizationJson(const Organization& organization);
Json UnitJson(const State& state, const Unit& unit);

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_OPERATIONS_H_
