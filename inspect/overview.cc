// What a ledger is, and how much is in it.
#include <algorithm>
#include <limits>

#include "codec/frame.h"
#include "inspect/inspector.h"
#include "inspect/standing.h"
#include "inspect/units.h"
#include "ledger/store_copy.h"
#include "query/member_grants.h"

namespace grantledger {
Status StoreInspector::FillMarks(LedgerOverview* overview) {
  GL_ASSIGN_OR_RETURN(const auto horizon,
                      FindTable<fb::HorizonT>(*snapshot_, Family::kBase, HorizonKey()));
  if (horizon) {
    overview->horizon = horizon->lsn;
    overview->horizon_time = ToTime(horizon->time_ms);
  }
  GL_ASSIGN_OR_RETURN(const auto mark,
                      FindTable<fb::MarkT>(*snapshot_, Family::kActivation, MarkKey()));
  if (mark) overview->folded_lsn = mark->lsn;
  return {};
}

Status StoreInspector::FillPlaces(Lsn at, LedgerOverview* overview) {
  const View view = ViewAt(at);
  for (std::uint64_t ordinal = 1;; ++ordinal) {
    GL_ASSIGN_OR_RETURN(const auto organization, view.Organization(ordinal));
    if (!organization) break;  // newer than the moment, as all behind it
    overview->organizations = ordinal;
  }
  return ForEachUnit(*snapshot_, UnitsPrefix(), [&](const fb::UnitT& unit) {
    const bool deleted = unit.deleted_lsn != 0 && unit.deleted_lsn <= at;
    if (unit.created_lsn <= at && !deleted) ++overview->units;
  });
}

Status StoreInspector::FillAccounts(Lsn at, LedgerOverview* overview) {
  const View view = ViewAt(at);
  for (std::uint64_t ordinal = 1; ordinal <= overview->organizations; ++ordinal) {
    GL_ASSIGN_OR_RETURN(const auto standing, StandingIn(view, ordinal));
    for (const auto& [path, accounts] : standing) overview->accounts += accounts;
  }
  return {};
}

/// A product is there as soon as it has a license.
Status StoreInspector::FillLicenses(Lsn at, LedgerOverview* overview) {
  const View view = ViewAt(at);
  for (std::uint64_t ordinal = 1;; ++ordinal) {
    GL_ASSIGN_OR_RETURN(const auto license, view.License(ordinal));
    if (!license) break;  // newer than the moment, as all behind it
    overview->licenses = ordinal;
    overview->products = std::max(overview->products, license->product);
  }
  for (std::uint64_t ordinal = 1;; ++ordinal) {
    GL_ASSIGN_OR_RETURN(const auto head, view.Grant(ordinal));
    if (!head) return {};
    overview->grants = ordinal;
  }
}

/// What can't be read of a damaged one stays 0, and is told by health().
Result<LedgerOverview> StoreInspector::Overview(Lsn at) {
  LedgerOverview overview;
  overview.format_version = kFormatVersion;
  overview.is_identified = has_identity_;
  if (has_identity_) {
    overview.identity = IdentityText(id_key_);
    overview.created = created_;
  }
  const auto last = LastLsn();
  if (last) overview.last_lsn = *last;
  if (!last) NoteDamage(last.error());
  if (const auto origin = last ? OriginOf(*last) : std::nullopt) {
    overview.last_time = origin->time;
    overview.has_end = true;
  }
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    const auto [rows, bytes] = store_->SizeOf(family);
    overview.families.push_back({std::string(FamilyName(family)), rows, bytes});
  }
  constexpr Lsn kAny = std::numeric_limits<Lsn>::max();
  overview.synced_lsn = store_->SyncedLsn(overview.has_end ? overview.last_lsn : kAny);
  overview.write_ahead_bytes = store_->WriteAheadBytes();
  NoteDamage(FillMarks(&overview));
  Status counted = FillPlaces(at, &overview);
  if (counted.ok()) counted = FillAccounts(at, &overview);
  if (counted.ok()) counted = FillLicenses(at, &overview);
  overview.is_counted = counted.ok();
  NoteDamage(std::move(counted));
  return overview;
}

Result<GrantTotals> StoreInspector::CountAllGrants(
    Lsn at, const std::function<bool(std::uint64_t done, std::uint64_t all)>& progress) {
  GrantTotals totals;
  GL_ASSIGN_OR_RETURN(const auto counters,
                      GetTable<fb::CountersT>(*snapshot_, Family::kState, CountersKey()));
  for (std::uint64_t grant = 1; grant <= counters->grants; ++grant) {
    View view = ViewAt(at);
    GL_ASSIGN_OR_RETURN(const auto head, view.Grant(grant));
    if (!head) break;  // newer than the moment, as all behind it
    if (head->grantee != 0) {
      const AccountId grantee(head->grantee);
      GL_ASSIGN_OR_RETURN(const auto row, view.Account(grantee));
      GL_ASSIGN_OR_RETURN(const auto cell, view.Cell(grantee, row, head->product));
      if (const FoldedGrant* found = cell->FindGrant(grant)) ++totals.direct[found->status];
    } else {
      GL_ASSIGN_OR_RETURN(const auto all, view.Distributions(head->organization, head->product));
      const bool deleted = all->FindDistribution(grant)->deleted_at != 0;
      ++totals.distributions[deleted ? GrantStatus::kDeleted : GrantStatus::kWorkflowCompleted];
      GL_ASSIGN_OR_RETURN(const auto members, CountMemberGrants(view, *head));
      for (const auto& [status, count] : members) totals.members[status] += count;
    }
    if (progress && !progress(grant, counters->grants)) break;
  }
  return totals;
}

}  // namespace grantledger
