// Applying what happens to organizations: who enters and leaves which place, and when.
#include <algorithm>

#include "ledger/applier.h"
#include "ledger/view.h"

namespace grantledger {

Result<fb::OrganizationT> Applier::GetOrganization(std::uint64_t organization) const {
  return CopyTable<fb::OrganizationT>(batch_, Family::kState, OrganizationKey(organization));
}

void Applier::PutOrganization(const fb::OrganizationT& organization) {
  PutTable(batch_, Family::kState, OrganizationKey(organization.ordinal), organization);
}

Result<fb::AccountT> Applier::GetAccount(AccountId account) const {
  GL_ASSIGN_OR_RETURN(auto row,
                      FindCopy<fb::AccountT>(batch_, Family::kState, AccountKey(account)));
  if (!row) return fb::AccountT();
  return *std::move(row);
}

Result<fb::AccountT> Applier::GetStanding(AccountId account) const {
  GL_ASSIGN_OR_RETURN(auto row, GetAccount(account));
  if (!row.stays.empty() && row.stays.back()->until == 0) return row;
  return RowCorruption(Family::kState, AccountKey(account),
                       "the account stands nowhere, expected a place that it leaves");
}

void Applier::PutAccount(AccountId account, const fb::AccountT& row) {
  PutTable(batch_, Family::kState, AccountKey(account), row);
}

void Applier::PutUnit(const fb::UnitT& unit) {
  PutTable(batch_, Family::kState, UnitKey(unit.organization, ToPath(unit.path)), unit);
}

Status Applier::Apply(const fb::OrganizationCreatedT& fact) {
  counters_.organizations = fact.organization;
  fb::OrganizationT organization;
  organization.ordinal = fact.organization;
  organization.id = fact.id;
  organization.root_id = fact.root_id;
  organization.management = record_.caller;
  organization.feature_set = fact.feature_set;
  organization.created_lsn = record_.lsn;
  PutOrganization(organization);
  batch_.Put(Family::kState, OrganizationIdKey(fact.id), PackNumber(fact.organization));
  fb::UnitT root;
  root.organization = fact.organization;
  root.id = fact.root_id;
  root.name = "Root";
  root.created_lsn = record_.lsn;
  PutUnit(root);
  batch_.Put(Family::kState, UnitIdKey(fact.root_id), UnitKey(fact.organization, Path()));
  const AccountId management(record_.caller);
  GL_ASSIGN_OR_RETURN(auto row, GetAccount(management));
  return Enter(management, &row, fact.organization, Path(), record_.time_ms,
               static_cast<std::uint8_t>(JoinedMethod::kInvited));
}

Status Applier::Apply(const fb::UnitCreatedT& fact) {
  GL_ASSIGN_OR_RETURN(const auto parent_key, batch_.Get(Family::kState, UnitIdKey(fact.parent_id)));
  GL_ASSIGN_OR_RETURN(auto parent,
                      CopyTable<fb::UnitT>(batch_, Family::kState, parent_key.value_or("")));
  ++parent.last_step;
  ++parent.units;
  PutUnit(parent);
  batch_.Put(Family::kState, UnitNameKey(fact.organization, ToPath(parent.path), fact.name),
             fact.id);
  fb::UnitT unit;
  unit.organization = fact.organization;
  unit.path = fact.path;
  unit.id = fact.id;
  unit.name = fact.name;
  unit.parent_id = fact.parent_id;
  unit.created_lsn = record_.lsn;
  batch_.Put(Family::kState, UnitIdKey(fact.id), UnitKey(fact.organization, ToPath(fact.path)));
  PutUnit(unit);
  return {};
}

Status Applier::Apply(const fb::UnitDeletedT& fact) {
  GL_ASSIGN_OR_RETURN(const auto key, batch_.Get(Family::kState, UnitIdKey(fact.id)));
  GL_ASSIGN_OR_RETURN(auto unit, CopyTable<fb::UnitT>(batch_, Family::kState, key.value_or("")));
  unit.deleted_lsn = record_.lsn;
  PutUnit(unit);
  GL_ASSIGN_OR_RETURN(const auto parent_key, batch_.Get(Family::kState, UnitIdKey(unit.parent_id)));
  GL_ASSIGN_OR_RETURN(auto parent,
                      CopyTable<fb::UnitT>(batch_, Family::kState, parent_key.value_or("")));
  --parent.units;
  batch_.Delete(Family::kState, UnitNameKey(unit.organization, ToPath(parent.path), unit.name));
  PutUnit(parent);
  return {};
}

Status Applier::Apply(const fb::AccountCreatedT& fact) {
  const AccountId account(fact.account);
  GL_ASSIGN_OR_RETURN(auto row, GetAccount(account));
  row.created_lsn = record_.lsn;
  return Enter(account, &row, fact.organization, Path(), record_.time_ms,
               static_cast<std::uint8_t>(JoinedMethod::kCreated));
}

Status Applier::Apply(const fb::AccountInvitedT& fact) {
  fb::HandshakeT handshake;
  handshake.organization = fact.organization;
  handshake.account = fact.account;
  handshake.notes = fact.notes;
  handshake.invited_lsn = record_.lsn;
  handshake.invited_ms = record_.time_ms;
  handshake.expires_ms = fact.expires_ms;
  PutTable(batch_, Family::kState, HandshakeKey(fact.handshake_id), handshake);
  batch_.Put(Family::kState, InvitationKey(AccountId(fact.account), fact.organization),
             fact.handshake_id);
  return {};
}

Status Applier::Apply(const fb::HandshakeAcceptedT& fact) {
  const std::string key = HandshakeKey(fact.handshake_id);
  GL_ASSIGN_OR_RETURN(auto handshake, CopyTable<fb::HandshakeT>(batch_, Family::kState, key));
  handshake.accepted_lsn = record_.lsn;
  PutTable(batch_, Family::kState, key, handshake);
  const AccountId account(handshake.account);
  GL_ASSIGN_OR_RETURN(auto row, GetAccount(account));
  return Enter(account, &row, handshake.organization, Path(), record_.time_ms,
               static_cast<std::uint8_t>(JoinedMethod::kInvited));
}

Status Applier::Apply(const fb::AccountMovedT& fact) {
  const AccountId account(fact.account);
  GL_ASSIGN_OR_RETURN(auto row, GetStanding(account));
  const fb::StayT before = *row.stays.back();
  GL_RETURN_IF_ERROR(Leave(account, &row));
  return Enter(account, &row, before.organization, ToPath(fact.path), before.joined_ms,
               before.method);
}

Status Applier::Apply(const fb::AccountRemovedT& fact) {
  return LeaveOrganization(AccountId(fact.account));
}

Status Applier::Apply(const fb::AccountLeftT& fact) {
  return LeaveOrganization(AccountId(fact.account));
}

Status Applier::LeaveOrganization(AccountId account) {
  GL_ASSIGN_OR_RETURN(auto row, GetStanding(account));
  GL_RETURN_IF_ERROR(Leave(account, &row));
  PutAccount(account, row);
  return {};
}

Status Applier::Apply(const fb::DelegateRegisteredT& fact) {
  return SetDelegate(fact.organization, fact.account);
}

Status Applier::Apply(const fb::DelegateDeregisteredT& fact) {
  return SetDelegate(fact.organization, 0);
}

Status Applier::SetDelegate(std::uint64_t organization, std::uint64_t account) {
  GL_ASSIGN_OR_RETURN(auto row, GetOrganization(organization));
  auto delegated = std::make_unique<fb::DelegatedT>();
  delegated->lsn = record_.lsn;
  delegated->account = account;
  row.delegates.push_back(std::move(delegated));
  PutOrganization(row);
  return {};
}

Status Applier::Apply(const fb::SettingsUpdatedT& fact) {
  if (!fact.has_integration) return {};
  GL_ASSIGN_OR_RETURN(auto row, GetOrganization(fact.organization));
  auto switched = std::make_unique<fb::SwitchedT>();
  switched->lsn = record_.lsn;
  switched->on = fact.enable_integration;
  row.linked.push_back(std::move(switched));
  row.last_distribution_event = record_.lsn;
  PutOrganization(row);
  return {};
}

Status Applier::Except(const fb::StayT& stay, std::uint64_t product, AccountId account) {
  const std::string key =
      ExceptionKey(stay.organization, product, ToPath(stay.path), stay.epoch, account);
  GL_ASSIGN_OR_RETURN(const auto known, batch_.Get(Family::kIndex, key));
  if (!known) batch_.Put(Family::kIndex, key, PackNumber(record_.lsn));
  return {};
}

Status Applier::TouchProduct(AccountId account, fb::AccountT* row, std::uint64_t product) {
  const bool known = std::ranges::any_of(
      row->own, [product](const auto& own) { return own.product() == product; });
  if (known) return {};
  row->own.emplace_back(product, record_.lsn);
  const bool stands = !row->stays.empty() && row->stays.back()->until == 0;
  if (stands) {
    GL_RETURN_IF_ERROR(Except(*row->stays.back(), product, account));
  }
  PutAccount(account, *row);
  return {};
}

Status Applier::Enter(AccountId account, fb::AccountT* row, std::uint64_t organization,
                      const Path& path, std::int64_t joined_ms, std::uint8_t method) {
  GL_ASSIGN_OR_RETURN(auto where, GetOrganization(organization));
  where.last_membership = record_.lsn;
  auto stay = std::make_unique<fb::StayT>();
  stay->organization = organization;
  stay->path = FromPath(path);
  stay->epoch = where.last_distribution_event;
  stay->from = record_.lsn;
  // Else it is unlike those who enter with it: it holds something already.
  stay->regular =
      row->own.empty() && !row->dropped &&
      std::ranges::none_of(row->stays, &fb::StayT::covered, &std::unique_ptr<fb::StayT>::operator*);
  stay->joined_ms = joined_ms;
  stay->method = method;
  if (!stay->regular) {
    where.last_irregular = record_.lsn;
    GL_RETURN_IF_ERROR(Except(*stay, 0, account));
  }
  PutOrganization(where);
  GL_ASSIGN_OR_RETURN(const bool known, HasPosition(account, *row, *stay));
  if (!known) {
    batch_.Put(Family::kMember, MemberKey(organization, path, stay->epoch, account),
               PackNumber(record_.lsn));
  }
  GL_RETURN_IF_ERROR(Count(organization, path, stay->epoch, +1, known ? 0 : +1));
  row->stays.push_back(std::move(stay));
  PutAccount(account, *row);
  return {};
}

Result<bool> Applier::HasPosition(AccountId account, const fb::AccountT& row,
                                  const fb::StayT& stay) const {
  const Position position = PositionOf(stay, account);
  const bool stood_there = std::ranges::any_of(row.stays, [&](const auto& before) {
    return before->organization == stay.organization && PositionOf(*before, account) == position;
  });
  if (!stood_there && !row.dropped) return false;
  GL_ASSIGN_OR_RETURN(const auto known,
                      batch_.Get(Family::kMember, MemberKey(stay.organization, position.path,
                                                            position.epoch, account)));
  return known.has_value();
}

Status Applier::Leave(AccountId account, fb::AccountT* row) {
  fb::StayT& stay = *row->stays.back();
  stay.until = record_.lsn;
  GL_ASSIGN_OR_RETURN(stay.covered, WasCovered(stay.organization, ToPath(stay.path)));
  const bool holds_nothing = stay.regular && !stay.covered && row->own.empty();
  GL_ASSIGN_OR_RETURN(auto organization, GetOrganization(stay.organization));
  organization.last_membership = record_.lsn;
  if (holds_nothing) {
    organization.last_passed = record_.lsn;
    Pass(account, stay);
  } else {
    GL_RETURN_IF_ERROR(Except(stay, 0, account));
  }
  PutOrganization(organization);
  return Count(stay.organization, ToPath(stay.path), stay.epoch, -1, holds_nothing ? -1 : 0);
}

void Applier::Pass(AccountId account, const fb::StayT& stay) {
  const Path path = ToPath(stay.path);
  batch_.Delete(Family::kMember, MemberKey(stay.organization, path, stay.epoch, account));
  batch_.Put(Family::kMember, PassedKey(stay.organization, path, stay.epoch, account), "");
}

Result<bool> Applier::WasCovered(std::uint64_t organization, const Path& path) const {
  KeyReader steps(path);
  Path place;
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto unit, GetUnit(organization, place));
    if (unit.first_distribution != 0) return true;
    if (place == path) return false;
    place = ChildPath(place, steps.Uint());
  }
}

Result<fb::UnitT> Applier::GetUnit(std::uint64_t organization, const Path& path) const {
  return CopyTable<fb::UnitT>(batch_, Family::kState, UnitKey(organization, path));
}

Status Applier::Count(std::uint64_t organization, const Path& path, Epoch epoch, int accounts,
                      int positions) {
  GL_ASSIGN_OR_RETURN(auto unit, GetUnit(organization, path));
  unit.accounts += static_cast<std::uint64_t>(accounts);
  PutUnit(unit);
  return positions == 0 ? Status() : CountInCohort(organization, path, epoch, positions);
}

Status Applier::CountInCohort(std::uint64_t organization, const Path& path, Epoch epoch,
                              int positions) {
  const std::string key = CohortKey(organization, path, epoch);
  GL_ASSIGN_OR_RETURN(const auto known, FindCopy<fb::CohortT>(batch_, Family::kMember, key));
  if (!known && positions < 0) return RowCorruption(Family::kMember, key, "the row is missing");
  fb::CohortT cohort;
  cohort.size = (known ? known->size : 0) + static_cast<std::uint64_t>(positions);
  cohort.since = record_.lsn;
  PutTable(batch_, Family::kMember, key, cohort);
  batch_.Put(Family::kMember, CohortSizeKey(organization, path, epoch, record_.lsn),
             PackNumber(cohort.size));
  return {};
}

}  // namespace grantledger
