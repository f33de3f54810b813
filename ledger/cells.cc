// The part of View that folds cells: reads their events in order, and folds or goes on folding.
#include <algorithm>
#include <set>

#include "ledger/grant_events.h"
#include "ledger/view.h"

namespace grantledger {
std::vector<StayEvent> StayEvents(const fb::AccountT& row, Lsn until) {
  std::vector<StayEvent> events;
  for (const auto& stay : row.stays) {
    if (stay->from > until) break;
    // Before it ended nobody knew that it would leave no trace.
    if (HeldNothing(*stay) && stay->until <= until) continue;
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

Result<std::vector<GrantEvent>> View::ReadEvents(RowIterator& rows, const std::string& prefix,
                                                 Lsn after, bool* all) const {
  std::vector<GrantEvent> events;
  *all = true;
  rows.SeekNear(after == 0 ? prefix : prefix + PackNumber(after + 1));
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row || !(rows.key().starts_with(prefix))) break;
    KeyReader key(rows.key().substr(prefix.size()));
    const Lsn lsn = key.Uint();
    const std::uint64_t grant = key.Uint();
    if (!key.AtEnd()) return RowCorruption(Family::kIndex, rows.key(), "not the key of an event");
    if (lsn > lsn_) {
      *all = false;
      break;
    }
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    GL_ASSIGN_OR_RETURN(GrantEvent event, ReadGrantEvent(rows.key(), payload, lsn, grant));
    events.push_back(std::move(event));
  }
  return events;
}

Result<std::span<const GrantEvent>> View::OwnEvents(AccountId account, const fb::AccountT& row,
                                                    std::uint64_t product, Lsn after) {
  if (!HasOwnEvents(row, product, lsn_)) return std::span<const GrantEvent>();
  const bool known =
      own_tail_.account == account && own_tail_.product == product && own_tail_.after <= after;
  if (!known) {
    if (!own_events_) own_events_.emplace(rows_.Within(Family::kIndex, AllOwnEventsPrefix()));
    bool all = true;
    GL_ASSIGN_OR_RETURN(auto events,
                        ReadEvents(*own_events_, OwnEventsPrefix(account, product), after, &all));
    own_tail_ = {account, product, after, all, std::move(events)};
  }
  const std::vector<GrantEvent>& events = own_tail_.events;
  return std::span(std::ranges::upper_bound(events, after, {}, &GrantEvent::lsn), events.end());
}

Result<const fb::OrganizationT*> View::OrganizationRow(std::uint64_t organization) {
  const auto known = organizations_.find(organization);
  if (known != organizations_.end()) return known->second.get();
  GL_ASSIGN_OR_RETURN(
      auto row, GetTable<fb::OrganizationT>(rows_, Family::kState, OrganizationKey(organization)));
  return organizations_.emplace(organization, std::move(row)).first->second.get();
}

Result<bool> View::IsMarketplace(std::uint64_t product) {
  const auto known = marketplace_.find(product);
  if (known != marketplace_.end()) return known->second;
  GL_ASSIGN_OR_RETURN(const auto row,
                      GetTable<fb::ProductT>(rows_, Family::kState, ProductKey(product)));
  return marketplace_[product] = row->issuer_name == kMarketplaceIssuer;
}

Result<const fb::ProductHeadT*> View::ProductHead(std::uint64_t organization,
                                                  std::uint64_t product) {
  const auto known = product_heads_.find({organization, product});
  if (known != product_heads_.end()) return known->second.get();
  static const auto kNone = std::make_shared<const fb::ProductHeadT>();
  GL_ASSIGN_OR_RETURN(
      const auto head,
      FindTable<fb::ProductHeadT>(rows_, Family::kIndex, ProductHeadKey(organization, product)));
  return (product_heads_[{organization, product}] = head ? head : kNone).get();
}

Result<Epoch> View::ProductEpoch(std::uint64_t organization, std::uint64_t product, Epoch epoch) {
  GL_ASSIGN_OR_RETURN(const fb::OrganizationT* row, OrganizationRow(organization));
  Epoch last = 0;
  for (const auto& switched : row->linked) {
    if (switched->lsn <= epoch) last = switched->lsn;
  }
  GL_ASSIGN_OR_RETURN(const Lsn event, LastEvent(organization, product, epoch));
  return std::max(last, event);
}

Result<Lsn> View::LastEvent(std::uint64_t organization, std::uint64_t product, Epoch epoch) {
  GL_ASSIGN_OR_RETURN(const fb::ProductHeadT* head, ProductHead(organization, product));
  if (head->created_lsn == 0 || head->created_lsn > epoch) return Lsn{0};
  if (head->last_event <= epoch) return head->last_event;
  GL_ASSIGN_OR_RETURN(const Lsn event, LastKnownEvent(organization, product, epoch));
  GL_ASSIGN_OR_RETURN(const Lsn base, Mark(Family::kBase));
  if (event > base || base == 0) return event;
  return LastDroppedEvent(organization, product, std::min(epoch, base));
}

/// Of those that are not dropped, and perhaps of some that are.
Result<Lsn> View::LastKnownEvent(std::uint64_t organization, std::uint64_t product, Epoch epoch) {
  GL_ASSIGN_OR_RETURN(const fb::ProductHeadT* head, ProductHead(organization, product));
  const std::string prefix = DistributionEventsPrefix(organization, product);
  if (const auto tail = KeptTail(prefix, *head)) {
    const auto later = std::ranges::upper_bound(tail->events, epoch, {}, &GrantEvent::lsn);
    if (later != tail->events.begin()) return std::prev(later)->lsn;
  }
  RowIterator events = rows_.Within(Family::kIndex, prefix);
  events.SeekForPrev(PrefixEnd(prefix + PackNumber(epoch)));
  GL_ASSIGN_OR_RETURN(const bool at_row, events.AtRow());
  return at_row && events.key().starts_with(prefix)
             ? KeyReader(events.key().substr(prefix.size())).Uint()
             : Lsn{0};
}

Result<Lsn> View::LastDroppedEvent(std::uint64_t organization, std::uint64_t product, Epoch epoch) {
  auto known = dropped_events_.find({organization, product});
  if (known == dropped_events_.end()) {
    GL_ASSIGN_OR_RETURN(auto row, FindTable<fb::EntryEventsT>(
                                      rows_, Family::kBase, EntryEventsKey(organization, product)));
    known = dropped_events_.emplace(OfProduct(organization, product), std::vector<Lsn>()).first;
    if (row) known->second = row->lsns;
  }
  const auto after = std::ranges::upper_bound(known->second, epoch);
  return after == known->second.begin() ? Lsn{0} : *std::prev(after);
}

Result<Lsn> View::LastCountChange(std::uint64_t organization, std::uint64_t product) {
  GL_ASSIGN_OR_RETURN(const fb::OrganizationT* row, OrganizationRow(organization));
  GL_ASSIGN_OR_RETURN(const fb::ProductHeadT* head, ProductHead(organization, product));
  return std::max({row->last_membership, head->last_event, head->last_own});
}

Result<Lsn> View::LastOwnEvent(AccountId account, const fb::AccountT& row, std::uint64_t product) {
  if (!HasOwnEvents(row, product, lsn_)) return Lsn{0};
  const std::string prefix = OwnEventsPrefix(account, product);
  RowIterator events = rows_.Within(Family::kIndex, prefix);
  events.SeekForPrev(PrefixEnd(prefix + PackNumber(lsn_)));
  GL_ASSIGN_OR_RETURN(const bool at_row, events.AtRow());
  if (at_row && events.key().starts_with(prefix)) {
    return KeyReader(events.key().substr(prefix.size())).Uint();
  }
  GL_ASSIGN_OR_RETURN(const auto base, FindTable<fb::FoldedCellT>(rows_, Family::kBase,
                                                                  FoldedCellKey(account, product)));
  return base ? base->lsn : Lsn{0};
}

Status View::FillIn(std::uint64_t organization, std::vector<GrantEvent>* events) {
  for (GrantEvent& event : *events) {
    if (event.kind != GrantEvent::Kind::kCreated) continue;
    GL_ASSIGN_OR_RETURN(const fb::OrganizationT* row, OrganizationRow(organization));
    GL_ASSIGN_OR_RETURN(const auto head,
                        GetTable<fb::GrantHeadT>(rows_, Family::kState, GrantKey(event.grant)));
    event.organization = organization;
    event.grantor = AccountId(head->grantor);
    event.license = head->license;
    event.path = ToPath(head->path);
    event.linked = LinkedAt(*row, event.lsn);
  }
  return {};
}

Result<std::span<const GrantEvent>> View::DistributionEvents(std::uint64_t organization,
                                                             std::uint64_t product, Lsn after) {
  GL_ASSIGN_OR_RETURN(const fb::ProductHeadT* head, ProductHead(organization, product));
  if (head->last_event <= after) return std::span<const GrantEvent>();
  auto known = tails_.find({organization, product});
  if (known == tails_.end() || known->second->after > after) {
    GL_ASSIGN_OR_RETURN(auto tail, FindTail(organization, product, after));
    known = tails_.insert_or_assign({organization, product}, std::move(tail)).first;
  }
  const std::vector<GrantEvent>& events = known->second->events;
  const auto first = std::ranges::upper_bound(events, after, {}, &GrantEvent::lsn);
  return std::span(first,
                   std::ranges::upper_bound(first, events.end(), lsn_, {}, &GrantEvent::lsn));
}

/// Null: none is kept that ends with the product's last event.
std::shared_ptr<const View::Tail> View::KeptTail(const std::string& prefix,
                                                 const fb::ProductHeadT& head) const {
  const auto found = rows_.FindOlder(Family::kIndex, prefix);
  if (!found) return nullptr;
  auto tail = std::static_pointer_cast<const Tail>(*found);
  return tail->last_event == head.last_event ? std::move(tail) : nullptr;
}

/// The tail as it is kept in memory, from the same LSN or an earlier one on, or as it is read.
Result<std::shared_ptr<const View::Tail>> View::FindTail(std::uint64_t organization,
                                                         std::uint64_t product, Lsn after) {
  GL_ASSIGN_OR_RETURN(const fb::ProductHeadT* head, ProductHead(organization, product));
  const std::string prefix = DistributionEventsPrefix(organization, product);
  if (auto kept = KeptTail(prefix, *head); kept != nullptr && kept->after <= after) return kept;
  GL_ASSIGN_OR_RETURN(auto tail, ReadTail(organization, product, after));
  constexpr std::size_t kMostKept = 1'000;
  if (tail->last_event <= lsn_ && tail->events.size() <= kMostKept) {
    const std::size_t bytes = sizeof(Tail) + 2 * tail->events.size() * sizeof(GrantEvent);
    rows_.Keep(Family::kIndex, prefix, tail, bytes);
  }
  return tail;
}

Result<std::shared_ptr<const View::Tail>> View::ReadTail(std::uint64_t organization,
                                                         std::uint64_t product, Lsn after) {
  GL_ASSIGN_OR_RETURN(const fb::ProductHeadT* head, ProductHead(organization, product));
  const std::string prefix = DistributionEventsPrefix(organization, product);
  RowIterator rows = rows_.Within(Family::kIndex, prefix);
  bool all = true;
  GL_ASSIGN_OR_RETURN(auto events, ReadEvents(rows, prefix, after, &all));
  GL_RETURN_IF_ERROR(FillIn(organization, &events));
  return std::make_shared<const Tail>(Tail{after, head->last_event, std::move(events)});
}

Result<std::shared_ptr<const CellFold>> View::Distributions(std::uint64_t organization,
                                                            std::uint64_t product) {
  return FoldShared({organization, product, nullptr, 0}, lsn_);
}

Result<std::shared_ptr<const CellFold>> View::Cohort(std::uint64_t organization,
                                                     std::uint64_t product, const Path& path,
                                                     Epoch epoch) {
  return FoldShared({organization, product, &path, epoch}, lsn_);
}

std::shared_ptr<const CellFold> View::FindCached(const std::string& key, Lsn until) const {
  std::shared_ptr<const CellFold> cached = cache_.Find(key);
  if (cached != nullptr && cached->last_lsn() > until) cached.reset();
  return cached;
}

Result<std::shared_ptr<const CellFold>> View::FoldShared(Shared what, Lsn until) {
  // With origins: those of before the mark are in `base`, and lost where the fold is older.
  Lsn mark = 0;
  if (with_origins_) {
    GL_ASSIGN_OR_RETURN(mark, Mark(Family::kBase));
  }
  const auto key_of = [this, mark](const Shared& one) {
    KeyWriter key(one.path == nullptr ? 'd' : 'c');
    if (with_origins_) key.Text("origins").Uint(mark);
    key.Uint(one.organization).Uint(one.product).Uint(one.epoch);
    if (one.path != nullptr) key.PathPrefix(*one.path);
    return std::move(key).key();
  };
  GL_ASSIGN_OR_RETURN(const fb::ProductHeadT* head, ProductHead(what.organization, what.product));
  if (head->last_event > until) return FoldPast(what, until, key_of(what));
  const std::string asked = key_of(what);
  std::shared_ptr<const CellFold> cached = FindCached(asked, until);
  if (cached != nullptr && cached->last_lsn() >= head->last_event) return cached;
  if (what.path != nullptr) {
    // Its own fold is that of all cohorts between which nothing happened to the product.
    GL_ASSIGN_OR_RETURN(what.epoch, ProductEpoch(what.organization, what.product, what.epoch));
  }
  const std::string key = key_of(what);
  cached = FindCached(key, until);
  std::shared_ptr<const CellFold> fold = cached;
  if (cached == nullptr || cached->last_lsn() < head->last_event) {
    std::optional<CellFold> start;
    const Lsn through = cached == nullptr ? 0 : cached->last_lsn();
    GL_ASSIGN_OR_RETURN(const bool goes_on, MayGoOn(through));
    if (cached != nullptr && goes_on) {
      start = *cached;
    } else {
      GL_ASSIGN_OR_RETURN(start, StartShared(what, until));
    }
    GL_RETURN_IF_ERROR(GoOn(&*start, what.organization, what.product, until));
    fold = cache_.Share(*std::move(start));
  }
  cache_.Keep(key, fold);
  if (asked != key) cache_.Keep(asked, fold);
  return fold;
}

/// The rule about state that was cached: it is used as it is if it is of the last event that the
/// rows tell of, and gone on with only if it is not older than the horizon up to which events are
/// dropped. Whoever sees that one is gone sees this mark, too: it moves first.
Result<bool> View::MayGoOn(Lsn through) {
  GL_ASSIGN_OR_RETURN(const Lsn dropped, Mark(Family::kBase));
  return through >= dropped;
}

/// As it was before the product's last event: kept by the last event that it had by then. Not where
/// that may be dropped, since which it was is not known then; nor what is asked of a time to come,
/// or of one at which nobody was in the cohort yet.
Result<std::shared_ptr<const CellFold>> View::FoldPast(Shared what, Lsn until,
                                                       const std::string& key) {
  GL_ASSIGN_OR_RETURN(const Lsn last, LastEvent(what.organization, what.product, until));
  GL_ASSIGN_OR_RETURN(const Lsn base, Mark(Family::kBase));
  const bool keeps = (base == 0 || last > base) && until <= lsn_ && what.epoch <= until;
  const std::string past = KeyWriter('p').Uint(last).key() + key;
  if (auto cached = keeps ? cache_.Find(past) : nullptr) return cached;
  if (what.path != nullptr) {
    GL_ASSIGN_OR_RETURN(what.epoch, ProductEpoch(what.organization, what.product, what.epoch));
  }
  GL_ASSIGN_OR_RETURN(CellFold fold, StartShared(what, until));
  GL_RETURN_IF_ERROR(GoOn(&fold, what.organization, what.product, until));
  auto folded = cache_.Share(std::move(fold));
  if (keeps) cache_.Keep(past, folded);
  return folded;
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

Result<std::shared_ptr<const CellFold>> View::Cell(AccountId account,
                                                   const Table<fb::AccountT>& row,
                                                   std::uint64_t product) {
  if (IsException(*row, product, lsn_)) return Alone(account, row, product);
  const fb::StayT& stay = *StayAt(*row, lsn_);
  return Cohort(stay.organization, product, ToPath(stay.path), stay.epoch);
}

Result<CellFold> View::FoldAlone(AccountId account, const fb::AccountT& row, std::uint64_t product,
                                 VersionListener* listener) {
  GL_ASSIGN_OR_RETURN(Start start, StartAlone(account, row, product));
  if (listener != nullptr) {
    for (const FoldedGrant& grant : start.fold.grants()) listener->OnVersion(grant, grant.made_at);
  }
  const Lsn after = start.through;
  std::vector<CellEvent> events;
  std::set<std::uint64_t> organizations;
  for (StayEvent& stay : StayEvents(row, lsn_)) {
    if (stay.enters) organizations.insert(stay.organization);
    if (stay.lsn <= after) continue;
    if (stay.enters) {
      GL_ASSIGN_OR_RETURN(const fb::OrganizationT* where, OrganizationRow(stay.organization));
      stay.linked = LinkedAt(*where, stay.lsn);
    }
    events.push_back({stay.lsn, nullptr, nullptr, std::move(stay)});
  }
  for (const std::uint64_t organization : organizations) {
    GL_ASSIGN_OR_RETURN(const Lsn base, BaseOf(organization, product));
    GL_ASSIGN_OR_RETURN(const auto distributed,
                        DistributionEvents(organization, product, std::max(after, base)));
    for (const GrantEvent& event : distributed) events.push_back({event.lsn, &event, nullptr, {}});
  }
  GL_ASSIGN_OR_RETURN(const auto own, OwnEvents(account, row, product, after));
  for (const GrantEvent& event : own) events.push_back({event.lsn, nullptr, &event, {}});
  std::ranges::stable_sort(events, {}, &CellEvent::lsn);

  CellFold& fold = start.fold;
  fold.set_listener(listener);
  for (const CellEvent& event : events) {
    if (event.distribution != nullptr) {
      fold.ApplyDistribution(*event.distribution);
    } else if (event.own != nullptr) {
      fold.ApplyOwn(*event.own);
    } else {
      fold.ApplyStay(event.stay);
    }
    if (listener != nullptr) listener->OnEvent(event, fold);
  }
  fold.set_listener(nullptr);
  return std::move(start.fold);
}

}  // namespace grantledger
