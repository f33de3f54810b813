// CreateGrantVersion: the checks of each kind of grant, then the change.
#include <algorithm>

#include "membership.h"
#include "operations.h"

namespace grantledger::model {

namespace {

bool ChangesTerms(const Json& input) {
  return input.contains("GrantName") || input.contains("AllowedOperations");
}

bool IsAdministratorOfGrantee(const State& state, const Grant& grant, const std::string& caller) {
  const Organization* organization = state.OrganizationOf(grant.grantee);
  return organization != nullptr && state.IsAdministrator(caller, organization->id);
}

// The organization of a distribution, or of the distribution of a member grant.
const std::string& DistributionOrganization(const State& state, const Grant& grant) {
  if (grant.kind == GrantKind::kDistribution) return grant.organization;
  return state.TheGrant(grant.parent).organization;
}

bool MayCreateVersion(const State& state, const Grant& grant, const std::string& caller,
                      const Json& input) {
  if (caller == grant.grantor) return true;
  if (grant.kind == GrantKind::kDirect) {
    if (ChangesTerms(input)) return false;
    return caller == grant.grantee || IsAdministratorOfGrantee(state, grant, caller);
  }
  if (state.IsAdministrator(caller, DistributionOrganization(state, grant))) return true;
  return grant.kind == GrantKind::kMember && caller == grant.grantee;
}

void CheckOperations(const State& state, const Grant& grant, const Json& input) {
  if (!input.contains("AllowedOperations")) return;
  const Grant* parent = state.FindGrant(grant.parent);
  if (parent == nullptr) return;  // the license, which allows all
  if (!IsSubset(input.at("AllowedOperations"), parent->now.operations)) {
    RefuseArgument("more operations than " + parent->arn + " allows");
  }
}

void CheckStatus(const Grant& grant, const License& license, const Json& input) {
  if (!input.contains("Status")) return;
  if (input.contains("Options") && !license.IsMarketplace()) {
    RefuseArgument("Options are for Marketplace licenses");
  }
  if (input.at("Status") == "ACTIVE" && license.Status() != "AVAILABLE") {
    RefuseState(license.arn + " is not AVAILABLE");
  }
  if (grant.kind == GrantKind::kDistribution) return;
  if (grant.now.status != "DISABLED" && grant.now.status != "ACTIVE") {
    RefuseState("the grant is " + grant.now.status);
  }
}

void CheckMember(const State& state, const Grant& grant, const std::string& caller,
                 const Json& input) {
  if (grant.kind != GrantKind::kMember) return;
  if (ChangesTerms(input)) RefuseArgument("name and operations are the distribution's");
  if (!grant.covered) RefuseState("the account is not covered");
  const Grant& distribution = state.TheGrant(grant.parent);
  const bool is_mere_grantee =
      caller != grant.grantor && !state.IsAdministrator(caller, distribution.organization);
  if (is_mere_grantee && input.contains("Options") && distribution.last_activation_gave_options) {
    RefuseArgument("the distribution decides on Options");
  }
}

bool GivesAll(const Json& input) {
  return input.contains("Options") && input.at("Options").value("ActivationOverrideBehavior", "") ==
                                          "ALL_GRANTS_PERMITTED_BY_ISSUER";
}

// The rival that the call replaces, or null. Refused where there is one that it may not replace.
const Grant* RivalToReplace(const State& state, const Grant& grant, const Json& input) {
  const bool activates =
      grant.kind != GrantKind::kDistribution && input.value("Status", "") == "ACTIVE";
  const Grant* rival = activates ? FindRival(state, grant) : nullptr;
  if (rival != nullptr && !GivesAll(input)) RefuseState(rival->arn + " is active");
  return rival;
}

void SetStatus(Event& event, const Grant& grant, const Json& input) {
  GrantRecord& record = event.Change(grant);
  const std::string status = input.at("Status");
  record.reason = input.value("StatusReason", "");
  // Options that say nothing are as none.
  const bool gave_options = input.contains("Options") && !input.at("Options").empty();
  if (grant.kind != GrantKind::kMember)
    record.options = gave_options ? input.at("Options") : Json();
  if (grant.kind != GrantKind::kDistribution) {
    record.status = status;
    return;
  }
  Grant& distribution = event.Mutable(grant);
  distribution.member_setting = status;
  distribution.setting_lsn = event.lsn();
  if (status == "ACTIVE") distribution.last_activation_gave_options = gave_options;
  BulkChange(event, grant);
}

void SetTerms(Event& event, const Grant& grant, const Json& input) {
  GrantRecord& record = event.Change(grant);
  record.name = input.value("GrantName", record.name);
  if (input.contains("AllowedOperations")) {
    record.operations = input.at("AllowedOperations").get<Strings>();
  }
  if (grant.kind == GrantKind::kDistribution) PassOnTerms(event, grant);
}

}  // namespace

Json CreateGrantVersion(Event& event, const Json& input) {
  const State& state = event.state();
  const Grant& grant = state.TheGrant(input.at("GrantArn"));
  const License& license = state.TheLicense(grant.license);
  if (!MayCreateVersion(state, grant, event.caller(), input)) {
    RefuseAccess(event.caller() + " may not change " + grant.arn);
  }
  if (input.value("SourceVersion", grant.Version()) != grant.Version()) {
    RefuseState("the version is " + grant.Version());
  }
  if (grant.IsFinal()) RefuseState("the grant is " + grant.now.status);
  CheckMember(state, grant, event.caller(), input);
  CheckOperations(state, grant, input);
  CheckStatus(grant, license, input);
  const Grant* rival = RivalToReplace(state, grant, input);

  event.ChangeAlways(grant);
  if (ChangesTerms(input)) SetTerms(event, grant, input);
  if (input.contains("Status")) SetStatus(event, grant, input);
  if (rival != nullptr) Replace(event, *rival, grant);
  return GrantAnswer(grant);
}

}  // namespace grantledger::model
