// The part of View that folds cells: reads their events in order, and folds or goes on folding.
#include <algorithm>
#include <set>

#include "ledger/grant_events.h"
#include "ledger/view.h"

namespace grantledger {
namespace {

/// One thing that happens in a cell: an event of a distribution or of its own, or a stay.
struct CellEvent {
  Lsn lsn = 0;
  const GrantEvent* distribution = nullptr;
  const GrantEvent* own = nullptr;
  StayEvent stay;
};

/// Entries, exits, and moves (an exit and an entry at the same LSN) of one account, less the
/// first stays that nothing covered: they leave no trace.
std::vector<StayEvent> StayEvents(const fb::AccountT& row, Lsn until) {
  std::vector<StayEvent> events;
  for (const auto& stay : row.stays) {
    if (stay->from > until) break;
    const bool held_nothing = stay->until != 0 && stay->regular && !stay->covered;
    if (held_nothing) continue;
    const bool moves_in = !events.empty() && events.back().lsn == stay->from;
    if (!moves_in) events.push_back({stay->from, false, false, 0, {}, false});
    events.back().enters = true;
    events.back().organization = stay->organization;
    events.back().path = ToPath(stay->path);
    if (stay->until != 0 && stay->until <= until) {
      events.push_back({stay->until, true, false, 0, {}, false});
    }
  }
  return events;
}

}  // namespace

Result<std::vector<GrantEvent>> View::ReadEvents(RowIterator& rows, const std::string& prefix,
                                                 Lsn after) const {
  std::vector<GrantEvent> events;
  rows.Seek(after == 0 ? prefix : prefix + PackNumber(after + 1));
  for (; rows.Valid() && rows.key().starts_with(prefix); rows.Next()) {
    KeyReader key(rows.key().substr(prefix.size()));
    const Lsn lsn = key.Uint();
    const std::uint64_t grant = key.Uint();
    if (!key.AtEnd()) return RowCorruption(Family::kIndex, rows.key(), "not the key of an event");
    if (lsn > lsn_) break;
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    GL_ASSIGN_OR_RETURN(GrantEvent event, ReadGrantEvent(rows.key(), payload, lsn, grant));
    events.push_back(std::move(event));
  }
  GL_RETURN_IF_ERROR(rows.status());
  return events;
}

Result<std::vector<GrantEvent>> View::OwnEvents(AccountId account, const fb::AccountT& row,
                                                std::uint64_t product) {
  if (!HasOwnEvents(row, product, lsn_)) return std::vector<GrantEvent>();
  if (!own_events_) own_events_.emplace(rows_.Scan(Family::kIndex, AllOwnEventsPrefix()));
  return ReadEvents(*own_events_, OwnEventsPrefix(account, product), 0);
}

Result<const fb::OrganizationT*> View::OrganizationRow(std::uint64_t organization) {
  const auto known = organizations_.find(organization);
  if (known != organizations_.end()) return &known->second;
  GL_ASSIGN_OR_RETURN(
      auto row, GetTable<fb::OrganizationT>(rows_, Family::kState, OrganizationKey(organization)));
  return &organizations_.emplace(organization, std::move(row)).first->second;
}

Result<bool> View::IsMarketplace(std::uint64_t product) {
  const auto known = marketplace_.find(product);
  if (known != marketplace_.end()) return known->second;
  GL_ASSIGN_OR_RETURN(const auto row,
                      GetTable<fb::ProductT>(rows_, Family::kState, ProductKey(product)));
  return marketplace_[product] = row.issuer_name == kMarketplaceIssuer;
}

/// Of all that are committed, also those that are newer than the moment; 0: there is none.
Result<Lsn> View::LastEvent(std::uint64_t organization, std::uint64_t product) {
  const auto known = last_events_.find({organization, product});
  if (known != last_events_.end()) return known->second;
  GL_ASSIGN_OR_RETURN(
      const auto head,
      FindTable<fb::ProductHeadT>(rows_, Family::kIndex, ProductHeadKey(organization, product)));
  return last_events_[{organization, product}] = head ? head->last_event : 0;
}

Status View::FillIn(std::uint64_t organization, std::vector<GrantEvent>* events) {
  for (GrantEvent& event : *events) {
    if (event.kind != GrantEvent::Kind::kCreated) continue;
    GL_ASSIGN_OR_RETURN(const fb::OrganizationT* row, OrganizationRow(organization));
    GL_ASSIGN_OR_RETURN(const auto head,
                        GetTable<fb::GrantHeadT>(rows_, Family::kState, GrantKey(event.grant)));
    event.organization = organization;
    event.grantor = AccountId(head.grantor);
    event.license = head.license;
    event.path = ToPath(head.path);
    event.linked = LinkedAt(*row, event.lsn);
  }
  return {};
}

Result<std::span<const GrantEvent>> View::DistributionEvents(std::uint64_t organization,
                                                             std::uint64_t product, Lsn after) {
  auto known = tails_.find({organization, product});
  if (known == tails_.end() || known->second.after > after) {
    const std::string prefix = DistributionEventsPrefix(organization, product);
    RowIterator rows = rows_.Scan(Family::kIndex, prefix);
    GL_ASSIGN_OR_RETURN(auto events, ReadEvents(rows, prefix, after));
    GL_RETURN_IF_ERROR(FillIn(organization, &events));
    known = tails_.insert_or_assign({organization, product}, Tail{after, std::move(events)}).first;
  }
  const std::vector<GrantEvent>& events = known->second.events;
  const auto first = std::ranges::upper_bound(events, after, {}, &GrantEvent::lsn);
  return std::span(first, events.end());
}

Result<std::shared_ptr<const CellFold>> View::Distributions(std::uint64_t organization,
                                                            std::uint64_t product) {
  return FoldShared(organization, product, nullptr, 0);
}

Result<std::shared_ptr<const CellFold>> View::Cohort(std::uint64_t organization,
                                                     std::uint64_t product, const Path& path,
                                                     Epoch epoch) {
  return FoldShared(organization, product, &path, epoch);
}

Result<std::shared_ptr<const CellFold>> View::FoldShared(std::uint64_t organization,
                                                         std::uint64_t product, const Path* path,
                                                         Epoch epoch) {
  KeyWriter key(path == nullptr ? 'd' : 'c');
  key.Uint(organization).Uint(product).Uint(epoch);
  if (path != nullptr) key.PathPrefix(*path);
  GL_ASSIGN_OR_RETURN(const Lsn last_event, LastEvent(organization, product));
  std::shared_ptr<const CellFold> cached = cache_.Find(key.key());
  if (cached != nullptr && cached->last_lsn() > lsn_) cached.reset();
  if (cached != nullptr && cached->last_lsn() >= last_event) return cached;
  std::shared_ptr<CellFold> fold;
  if (cached != nullptr) {
    fold = std::make_shared<CellFold>(*cached);
  } else {
    GL_ASSIGN_OR_RETURN(CellFold start, StartShared(organization, product, path, epoch));
    fold = std::make_shared<CellFold>(std::move(start));
  }
  GL_RETURN_IF_ERROR(GoOn(fold.get(), organization, product, lsn_));
  if (last_event <= lsn_) cache_.Keep(key.key(), fold);
  return std::shared_ptr<const CellFold>(fold);
}

Result<CellFold> View::StartShared(std::uint64_t organization, std::uint64_t product,
                                   const Path* path, Epoch epoch) {
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(product));
  CellFold fold(marketplace, AccountId());
  if (path == nullptr) return fold;
  // Its accounts entered right after the event that is their epoch.
  GL_RETURN_IF_ERROR(GoOn(&fold, organization, product, epoch));
  GL_ASSIGN_OR_RETURN(const fb::OrganizationT* row, OrganizationRow(organization));
  fold.ApplyStay({epoch, false, true, organization, *path, LinkedAt(*row, epoch)});
  return fold;
}

Status View::GoOn(CellFold* fold, std::uint64_t organization, std::uint64_t product, Lsn until) {
  GL_ASSIGN_OR_RETURN(const auto events,
                      DistributionEvents(organization, product, fold->last_lsn()));
  for (const GrantEvent& event : events) {
    if (event.lsn > until) break;
    fold->ApplyDistribution(event);
  }
  return {};
}

Result<std::shared_ptr<const CellFold>> View::Cell(AccountId account, const fb::AccountT& row,
                                                   std::uint64_t product) {
  if (!IsException(row, product, lsn_)) {
    const fb::StayT& stay = *StayAt(row, lsn_);
    return Cohort(stay.organization, product, ToPath(stay.path), stay.epoch);
  }
  GL_ASSIGN_OR_RETURN(CellFold fold, FoldAlone(account, row, product, nullptr));
  return std::make_shared<const CellFold>(std::move(fold));
}

Result<CellFold> View::FoldAlone(AccountId account, const fb::AccountT& row, std::uint64_t product,
                                 VersionListener* listener) {
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(product));
  std::vector<CellEvent> events;
  std::set<std::uint64_t> organizations;
  for (StayEvent& stay : StayEvents(row, lsn_)) {
    if (stay.enters) {
      organizations.insert(stay.organization);
      GL_ASSIGN_OR_RETURN(const fb::OrganizationT* where, OrganizationRow(stay.organization));
      stay.linked = LinkedAt(*where, stay.lsn);
    }
    events.push_back({stay.lsn, nullptr, nullptr, std::move(stay)});
  }
  for (const std::uint64_t organization : organizations) {
    GL_ASSIGN_OR_RETURN(const auto distributed, DistributionEvents(organization, product));
    for (const GrantEvent& event : distributed) events.push_back({event.lsn, &event, nullptr, {}});
  }
  GL_ASSIGN_OR_RETURN(const auto own, OwnEvents(account, row, product));
  for (const GrantEvent& event : own) events.push_back({event.lsn, nullptr, &event, {}});
  std::ranges::stable_sort(events, {}, &CellEvent::lsn);

  CellFold fold(marketplace, account);
  fold.set_listener(listener);
  for (const CellEvent& event : events) {
    if (event.distribution != nullptr) {
      fold.ApplyDistribution(*event.distribution);
    } else if (event.own != nullptr) {
      fold.ApplyOwn(*event.own);
    } else {
      fold.ApplyStay(event.stay);
    }
  }
  fold.set_listener(nullptr);
  return fold;
}

}  // namespace grantledger
