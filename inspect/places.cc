// Organizations, and where accounts stood in them.
#include "inspect/inspector.h"
#include "inspect/standing.h"
#include "inspect/units.h"
#include "ledger/errors.h"
#include "query/organization_arns.h"

namespace grantledger {
Result<std::vector<InspectedOrganization>> StoreInspector::Organizations(Lsn at) {
  std::vector<InspectedOrganization> all;
  const View view = ViewAt(at);
  GL_ASSIGN_OR_RETURN(const auto counters,
                      GetTable<fb::CountersT>(*snapshot_, Family::kState, CountersKey()));
  for (std::uint64_t ordinal = 1; ordinal <= counters->organizations; ++ordinal) {
    GL_ASSIGN_OR_RETURN(const auto row, view.Organization(ordinal));
    if (!row) break;  // newer than the moment, as all behind it
    InspectedOrganization& one = all.emplace_back();
    one.organization = ToOrganization(*row);
    one.root_id = row->root_id;
    one.created_lsn = row->created_lsn;
    one.linked = LinkedAt(*row, at);
    one.delegated_administrator = DelegateAt(*row, at);
    GL_ASSIGN_OR_RETURN(const auto standing, StandingIn(view, ordinal));
    for (const auto& [path, accounts] : standing) one.accounts += accounts;
  }
  return all;
}

Result<Table<fb::OrganizationT>> StoreInspector::OrganizationById(const View& view,
                                                                  std::string_view id) {
  GL_ASSIGN_OR_RETURN(auto organization, view.OrganizationById(id));
  if (organization == nullptr) return NotThere("the id", id, "organization");
  return organization;
}

Result<std::vector<InspectedUnit>> StoreInspector::Units(std::string_view organization_id, Lsn at) {
  const View view = ViewAt(at);
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationById(view, organization_id));
  GL_ASSIGN_OR_RETURN(auto standing, StandingIn(view, organization->ordinal));
  std::vector<InspectedUnit> units;
  // In the order of their paths: a parent's is the beginning of its units'.
  const auto add = [&](const fb::UnitT& unit) {
    const bool deleted = unit.deleted_lsn != 0 && unit.deleted_lsn <= at;
    if (unit.created_lsn > at || deleted) return;
    units.push_back({unit.id, unit.name, unit.parent_id, standing[ToPath(unit.path)]});
  };
  GL_RETURN_IF_ERROR(ForEachUnit(*snapshot_, UnitsOfPrefix(organization->ordinal), add));
  return units;
}

Status StoreInspector::VisitAccounts(const std::function<bool(AccountId account)>& visit) {
  const std::string prefix = AccountsPrefix();
  RowIterator rows = snapshot_->Scan(Family::kState, prefix);
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    if (!visit(KeyReader(rows.key().substr(prefix.size())).Account())) return {};
  }
  return {};
}

std::string StoreInspector::NameOf(AccountId account) {
  const auto row = FindTable<fb::AccountT>(*snapshot_, Family::kState, AccountKey(account));
  if (!row) NoteDamage(row.error());
  if (!row || *row == nullptr || (*row)->created_lsn == 0) return {};
  const auto record = RecordIfKept((*row)->created_lsn);
  const auto* created = record != nullptr ? record->body.AsAccountCreated() : nullptr;
  return created == nullptr ? std::string() : created->name;
}

Result<std::vector<InspectedStay>> StoreInspector::Stays(AccountId account, Lsn at) {
  GL_RETURN_IF_ERROR(CheckAccount("AccountId", account));
  std::vector<InspectedStay> stays;
  const View view = ViewAt(at);
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(account));
  for (const auto& stay : row->stays) {
    if (stay->from > at) break;
    InspectedStay& shown = stays.emplace_back();
    shown.from = stay->from;
    if (stay->until <= at) shown.until = stay->until;
    GL_ASSIGN_OR_RETURN(const auto organization, view.Organization(stay->organization));
    if (organization) shown.organization_id = organization->id;
    const std::string key = UnitKey(stay->organization, ToPath(stay->path));
    GL_ASSIGN_OR_RETURN(const auto unit, GetTable<fb::UnitT>(*snapshot_, Family::kState, key));
    shown.place_id = unit->id;
    shown.place_name = unit->name;
  }
  return stays;
}

}  // namespace grantledger
