// CreateGrant, AcceptGrant, RejectGrant, DeleteGrant.
#include <algorithm>
#include <utility>

#include "membership.h"
#include "operations.h"
#include "principal.h"

namespace grantledger::model {

namespace {

// Where the grantor's right to grant comes from.
struct Source {
  std::string parent;
  Strings operations;
};

bool GivesCreateGrant(const Grant& grant) {
  const Strings& operations = grant.now.operations;
  return grant.kind == GrantKind::kDirect &&
         (grant.now.status == "ACTIVE" || grant.now.status == "DISABLED") &&
         std::find(operations.begin(), operations.end(), "CreateGrant") != operations.end();
}

Source SourceOf(const State& state, const License& license, const std::string& caller) {
  if (license.issuer_account == caller) return {license.arn, kAllOperations};
  for (const Grant& grant : state.grants) {
    if (grant.license == license.arn && grant.grantee == caller && GivesCreateGrant(grant)) {
      return {grant.arn, grant.now.operations};
    }
  }
  RefuseAccess(caller + " holds no CreateGrant of " + license.arn);
}

void RequireExists(const State& state, const Principal& principal) {
  if (!principal.account.empty()) return;
  const Organization* organization = state.FindOrganization(principal.organization);
  if (organization == nullptr || organization->management != principal.management) {
    RefuseNotFound("no organization " + principal.organization);
  }
  if (principal.unit.empty()) return;
  const Unit* unit = state.FindUnit(principal.unit);
  if (unit == nullptr || unit->organization != principal.organization) {
    RefuseNotFound("no organizational unit " + principal.unit);
  }
}

void RequireOrganizationRights(const State& state, const Principal& principal,
                               const std::string& caller) {
  if (!principal.account.empty()) return;
  if (!state.IsAdministrator(caller, principal.organization)) {
    RefuseAccess(caller + " is no administrator of " + principal.organization);
  }
  if (state.FindOrganization(principal.organization)->feature_set != "ALL") {
    RefuseState(principal.organization + " has not all features");
  }
}

void RequireBelowLimit(const Event& event, const State& state, const std::string& license) {
  const auto living = std::count_if(state.grants.begin(), state.grants.end(), [&](const Grant& g) {
    return g.license == license && g.kind != GrantKind::kMember && !g.IsFinal();
  });
  if (static_cast<std::size_t>(living) >= event.options().max_grants_per_license) {
    RefuseLimit("too many grants of " + license);
  }
}

bool IsAutoAccepted(const State& state, const Grant& grant) {
  const Organization* organization = state.OrganizationOf(grant.grantor);
  return organization != nullptr && organization == state.OrganizationOf(grant.grantee) &&
         organization->linked && organization->feature_set == "ALL" &&
         state.IsAdministrator(grant.grantor, organization->id);
}

Grant NewGrant(const Event& event, const Json& input, const Principal& principal,
               const Source& source) {
  Grant grant;
  grant.kind = principal.account.empty() ? GrantKind::kDistribution : GrantKind::kDirect;
  grant.arn = event.DrawnId("/GrantArn",
                            {"arn:aws:license-manager::" + event.caller() + ":grant:g-", 32, 32});
  grant.license = input.at("LicenseArn");
  grant.parent = source.parent;
  grant.principal = input.at("Principals").at(0);
  grant.home_region = input.at("HomeRegion");
  grant.grantor = event.caller();
  grant.grantee = principal.account;
  grant.created_lsn = event.lsn();
  grant.setting_lsn = event.lsn();
  grant.organization = principal.organization;
  grant.unit = principal.unit;
  grant.now.name = input.at("GrantName");
  grant.now.operations = input.at("AllowedOperations").get<Strings>();
  return grant;
}

void CheckCreateGrant(Event& event, const License& license, const Principal& principal,
                      const Source& source, const Strings& operations) {
  const State& state = event.state();
  RequireOrganizationRights(state, principal, event.caller());
  if (license.Status() != "AVAILABLE") RefuseState(license.arn + " is not AVAILABLE");
  if (!IsSubset(operations, source.operations))
    RefuseArgument("more than the grantor's operations");
  if (principal.account == event.caller()) RefuseArgument("the principal is the caller");
  RequireBelowLimit(event, state, license.arn);
}

void DeleteBelow(Event& event, const Grant& parent, const std::string& what_happened) {
  for (const Grant& grant : event.state().grants) {
    if (grant.kind == GrantKind::kMember || grant.parent != parent.arn || grant.IsFinal()) continue;
    GrantRecord& record = event.Change(grant);
    record.status = "DELETED";
    record.reason = "parent grant " + parent.arn + " was " + what_happened;
    if (grant.kind == GrantKind::kDistribution) DeleteMembers(event, grant);
    if (grant.kind == GrantKind::kDirect) DeleteBelow(event, grant, "deleted");
  }
}

const Grant& GrantOfGrantee(Event& event, const Json& input) {
  const Grant& grant = event.state().TheGrant(input.at("GrantArn"));
  if (grant.kind == GrantKind::kDistribution) RefuseState("a distribution has no grantee");
  if (grant.grantee != event.caller()) RefuseArgument(event.caller() + " is not the grantee");
  return grant;
}

}  // namespace

bool IsSubset(const Strings& some, const Strings& all) {
  return std::all_of(some.begin(), some.end(), [&](const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  });
}

Json GrantAnswer(const Grant& grant) {
  return {{"GrantArn", grant.arn},
          {"Status", grant.now.status},
          {"Version", std::to_string(grant.versions.size() + 1)}};
}

Json CreateGrant(Event& event, const Json& input) {
  const State& state = event.state();
  const License& license = state.TheLicense(input.at("LicenseArn"));
  const Principal principal = *ParsePrincipal(input.at("Principals").at(0));
  RequireExists(state, principal);
  const Source source = SourceOf(state, license, event.caller());
  CheckCreateGrant(event, license, principal, source, input.at("AllowedOperations"));

  Grant grant = NewGrant(event, input, principal, source);
  if (grant.kind == GrantKind::kDistribution) {
    grant.now.status = "WORKFLOW_COMPLETED";
  } else {
    grant.now.status = IsAutoAccepted(state, grant) ? "DISABLED" : "PENDING_ACCEPT";
  }
  const Json answer = GrantAnswer(grant);
  const std::string arn = grant.arn;
  const bool is_distribution = grant.kind == GrantKind::kDistribution;
  event.Add(std::move(grant));
  if (is_distribution) CoverAll(event, arn);
  return answer;
}

Json AcceptGrant(Event& event, const Json& input) {
  const Grant& grant = GrantOfGrantee(event, input);
  if (grant.now.status != "PENDING_ACCEPT") RefuseState("the grant is " + grant.now.status);
  event.Mutable(grant).accepted = true;
  GrantRecord& record = event.Change(grant);
  record.status = "DISABLED";
  record.reason.clear();
  return GrantAnswer(grant);
}

Json RejectGrant(Event& event, const Json& input) {
  const Grant& grant = GrantOfGrantee(event, input);
  if (grant.IsFinal()) RefuseState("the grant is " + grant.now.status);
  GrantRecord& record = event.Change(grant);
  record.status = "REJECTED";
  record.reason.clear();
  if (grant.kind == GrantKind::kDirect) DeleteBelow(event, grant, "rejected");
  return GrantAnswer(grant);
}

Json DeleteGrant(Event& event, const Json& input) {
  const State& state = event.state();
  const Grant& grant = state.TheGrant(input.at("GrantArn"));
  if (grant.kind == GrantKind::kMember) RefuseState("a member grant goes with its distribution");
  const bool may = grant.grantor == event.caller() ||
                   (grant.kind == GrantKind::kDistribution &&
                    state.IsAdministrator(event.caller(), grant.organization));
  if (!may) RefuseAccess(event.caller() + " may not delete " + grant.arn);
  if (input.at("Version") != grant.Version()) RefuseState("the version is " + grant.Version());
  if (grant.IsFinal()) RefuseState("the grant is " + grant.now.status);
  GrantRecord& record = event.Change(grant);
  record.status = "DELETED";
  record.reason = input.value("StatusReason", "");
  if (grant.kind == GrantKind::kDistribution) DeleteMembers(event, grant);
  if (grant.kind == GrantKind::kDirect) DeleteBelow(event, grant, "deleted");
  return GrantAnswer(grant);
}

}  // namespace grantledger::model
