#include "membership.h"

#include <algorithm>

namespace grantledger::model {

namespace {

const Grant* FindMember(const State& state, const std::string& distribution,
                        const std::string& account) {
  for (const Grant& grant : state.grants) {
    if (grant.kind == GrantKind::kMember && grant.grantee == account &&
        grant.parent == distribution) {
      return &grant;
    }
  }
  return nullptr;
}

bool ReplacesRivals(const Grant& distribution) {
  return distribution.now.options.is_object() &&
         distribution.now.options.value("ActivationOverrideBehavior", "") ==
             "ALL_GRANTS_PERMITTED_BY_ISSUER";
}

// As in a bulk change: activated, or left DISABLED with the rival as the reason.
void ActivateUnderDistribution(Event& event, const Grant& member) {
  const Grant& distribution = event.state().TheGrant(member.parent);
  const Grant* rival = FindRival(event.state(), member);
  if (rival != nullptr && !ReplacesRivals(distribution)) {
    event.Change(member).reason = rival->arn + " is active";
    return;
  }
  if (rival != nullptr) Replace(event, *rival, member);
  GrantRecord& record = event.Change(member);
  record.status = "ACTIVE";
  record.reason = distribution.now.reason;
}

const Grant& AddMember(Event& event, const Grant& distribution, const std::string& account) {
  Grant member;
  member.kind = GrantKind::kMember;
  member.arn = event.MemberGrantArn(distribution, account);
  member.license = distribution.license;
  member.parent = distribution.arn;
  member.principal = "arn:aws:iam::" + account + ":root";
  member.home_region = distribution.home_region;
  member.grantor = distribution.grantor;
  member.grantee = account;
  member.created_lsn = distribution.created_lsn;
  member.now.name = distribution.now.name;
  member.now.operations = MemberOperations(distribution.now.operations);
  return event.Add(std::move(member));
}

// The account becomes covered, for the first time or again.
void Gain(Event& event, const std::string& distribution_arn, const std::string& account) {
  const Grant* member = FindMember(event.state(), distribution_arn, account);
  if (member == nullptr) {
    member = &AddMember(event, event.state().TheGrant(distribution_arn), account);
  }
  const Grant& distribution = event.state().TheGrant(distribution_arn);
  Grant& grant = event.Mutable(*member);
  grant.covered = true;
  if (grant.IsFinal()) return;
  grant.accepted |= event.state().FindOrganization(distribution.organization)->linked;
  GrantRecord& record = event.Change(grant);
  record.reason.clear();
  record.status = grant.accepted ? "DISABLED" : "PENDING_ACCEPT";
  if (grant.accepted && distribution.member_setting == "ACTIVE") {
    ActivateUnderDistribution(event, grant);
  }
}

// The account is no longer covered.
void Lose(Event& event, const Grant& member, const std::string& reason) {
  event.Mutable(member).covered = false;
  if (member.IsFinal()) return;
  GrantRecord& record = event.Change(member);
  record.status = "DISABLED";
  record.reason = reason;
}

}  // namespace

Strings MemberOperations(const Strings& operations) {
  Strings rest;
  for (const std::string& operation : operations) {
    if (operation != "CreateGrant") rest.push_back(operation);
  }
  return rest;
}

std::vector<const Grant*> MembersOf(const State& state, const Grant& distribution) {
  std::vector<const Grant*> members;
  for (const Grant& grant : state.grants) {
    if (grant.kind == GrantKind::kMember && grant.parent == distribution.arn) {
      members.push_back(&grant);
    }
  }
  return members;
}

const Grant* FindRival(const State& state, const Grant& grant) {
  const License& license = state.TheLicense(grant.license);
  if (!license.IsMarketplace()) return nullptr;
  for (const Grant& other : state.grants) {
    if (&other == &grant || other.grantee != grant.grantee || other.now.status != "ACTIVE") {
      continue;
    }
    const License& its_license = state.TheLicense(other.license);
    if (its_license.sku == license.sku && its_license.IsMarketplace()) return &other;
  }
  return nullptr;
}

void Replace(Event& event, const Grant& rival, const Grant& grant) {
  GrantRecord& record = event.Change(rival);
  record.status = "DISABLED";
  record.reason = "replaced by " + grant.arn;
}

void CoverAll(Event& event, const std::string& distribution_arn) {
  for (const Account& account : event.state().accounts) {
    if (event.state().Covers(event.state().TheGrant(distribution_arn), account.id)) {
      Gain(event, distribution_arn, account.id);
    }
  }
}

void MembershipChanged(Event& event, const std::string& account, const std::string& loss_reason) {
  const State& state = event.state();
  std::vector<std::pair<std::uint64_t, std::string>> losses;
  std::vector<std::pair<std::uint64_t, std::string>> gains;
  for (const Grant& grant : state.grants) {
    if (grant.kind != GrantKind::kDistribution || grant.now.status == "DELETED") continue;
    const Grant* member = FindMember(state, grant.arn, account);
    const bool was_covered = member != nullptr && member->covered;
    const bool is_covered = state.Covers(grant, account);
    if (was_covered && !is_covered) losses.emplace_back(grant.created_lsn, member->arn);
    if (!was_covered && is_covered) gains.emplace_back(grant.setting_lsn, grant.arn);
  }
  std::sort(losses.begin(), losses.end());
  std::sort(gains.begin(), gains.end());
  for (const auto& [lsn, member] : losses) Lose(event, state.TheGrant(member), loss_reason);
  for (const auto& [lsn, distribution] : gains) Gain(event, distribution, account);
}

void BulkChange(Event& event, const Grant& distribution) {
  for (const Grant* member : MembersOf(event.state(), distribution)) {
    if (!member->covered) continue;
    if (distribution.member_setting == "ACTIVE" && member->now.status == "DISABLED") {
      ActivateUnderDistribution(event, *member);
    } else if (distribution.member_setting == "DISABLED" && member->now.status == "ACTIVE") {
      GrantRecord& record = event.Change(*member);
      record.status = "DISABLED";
      record.reason = distribution.now.reason;
    }
  }
}

void PassOnTerms(Event& event, const Grant& distribution) {
  for (const Grant* member : MembersOf(event.state(), distribution)) {
    if (member->IsFinal()) continue;
    GrantRecord& record = event.Change(*member);
    record.name = distribution.now.name;
    record.operations = MemberOperations(distribution.now.operations);
  }
}

void DeleteMembers(Event& event, const Grant& distribution) {
  for (const Grant* member : MembersOf(event.state(), distribution)) {
    if (member->IsFinal()) continue;
    GrantRecord& record = event.Change(*member);
    record.status = "DELETED";
    record.reason = distribution.now.reason;
  }
}

}  // namespace grantledger::model
