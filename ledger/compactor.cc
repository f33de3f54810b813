#include "ledger/compactor.h"

#include <algorithm>
#include <unordered_set>

#include "ledger/exceptions.h"
#include "ledger/fold_rows.h"
#include "ledger/products.h"

namespace grantledger {
namespace {

/// Whether the account is, and always was, like its cohorts.
bool IsPlain(const fb::AccountT& row) {
  return row.own.empty() && std::ranges::all_of(row.stays, [](const auto& stay) {
           return stay->regular && !(stay->until != 0 && stay->covered);
         });
}

}  // namespace

Result<fb::MarkT> ReadMark(const Rows& rows, Family family) {
  GL_ASSIGN_OR_RETURN(auto mark, FindTable<fb::MarkT>(rows, family, MarkKey()));
  return mark ? *std::move(mark) : fb::MarkT();
}

Compactor::Compactor(Store& store, Family family, const IdCodec& ids, FoldCache& cache,
                     TouchedTail tail, std::function<bool()> between, std::function<bool()> stops)
    : family_(family),
      tail_(std::move(tail)),
      from_(tail_.from),
      to_(tail_.to),
      rows_(store, /*keeps=*/false),
      after_(IsBase() ? View(rows_, ids, cache, to_, Time()).WithOrigins()
                      : View(rows_, ids, cache, to_, Time())),
      before_(rows_, ids, cache, from_, Time()),
      accounts_(rows_.Scan(Family::kState, AccountsPrefix())),
      cells_(rows_.Scan(family, FoldedCellsPrefix())),
      writer_(store, std::move(between), std::move(stops)) {}

Result<bool> Compactor::Run(CompactionReport* report) {
  done_.records = tail_.records;
  GL_ASSIGN_OR_RETURN(const fb::MarkT mark, ReadMark(rows_, family_));
  at_mark_ = mark.lsn == from_;
  const Status folded = FoldAll();
  if (writer_.stopped()) return false;
  GL_RETURN_IF_ERROR(folded);
  GL_RETURN_IF_ERROR(Publish());
  report->records += done_.records;
  report->cells += done_.cells;
  report->cohorts += done_.cohorts;
  report->distributions += done_.distributions;
  report->counts += done_.counts;
  report->collected += done_.collected;
  return !writer_.stopped();
}

Status Compactor::FoldAll() {
  GL_RETURN_IF_ERROR(FoldAccounts());
  GL_RETURN_IF_ERROR(writer_.Flush());
  GL_RETURN_IF_ERROR(FoldCohorts());
  GL_RETURN_IF_ERROR(writer_.Flush());
  GL_RETURN_IF_ERROR(FoldDistributions());
  return writer_.Flush();
}

Status Compactor::Put(std::string_view key, std::string_view payload, std::uint64_t* counter) {
  ++*counter;
  return writer_.Put(family_, key, payload);
}

Status Compactor::Publish() {
  fb::MarkT mark;
  mark.lsn = to_;
  mark.swept = from_;
  GL_RETURN_IF_ERROR(writer_.Put(family_, MarkKey(), Pack(mark)));
  GL_RETURN_IF_ERROR(writer_.Flush());
  for (const std::string& key : redundant_) GL_RETURN_IF_ERROR(writer_.Delete(family_, key));
  GL_RETURN_IF_ERROR(writer_.Flush());
  for (const std::string& key : superseded_) GL_RETURN_IF_ERROR(writer_.Delete(family_, key));
  GL_RETURN_IF_ERROR(writer_.Flush());
  if (writer_.stopped()) return {};
  done_.collected += redundant_.size();
  mark.swept = to_;
  GL_RETURN_IF_ERROR(writer_.Put(family_, MarkKey(), Pack(mark)));
  return writer_.Flush();
}

Status Compactor::FoldAccounts() {
  for (const OfProduct& pair : tail_.distributed) {
    GL_RETURN_IF_ERROR(FoldExceptions(pair));
    if (writer_.stopped()) return {};
  }
  GL_RETURN_IF_ERROR(LookAtCreated());
  GL_RETURN_IF_ERROR(FoldCells());
  accounts_.Seek(AccountsPrefix());
  for (const AccountId account : tail_.placed) {
    if (writer_.stopped()) return {};
    GL_RETURN_IF_ERROR(FoldPlaced(account));
  }
  return {};
}

Status Compactor::FoldCells() {
  for (const TouchedCell& cell : tail_.cells) {
    if (writer_.stopped()) return {};
    GL_ASSIGN_OR_RETURN(const auto row, NextAccount(cell.account));
    GL_ASSIGN_OR_RETURN(const auto key, AlikeKey(cell, row));
    if (key) {
      GL_RETURN_IF_ERROR(FoldLikeOthers(cell, row, *key));
    } else {
      GL_RETURN_IF_ERROR(FoldTouched(cell.account, row, cell.product, cell.last));
    }
  }
  CountAlike();
  return {};
}

Result<fb::AccountT> Compactor::NextAccount(AccountId account) {
  const std::string key = AccountKey(account);
  accounts_.SeekOnwards(key);
  GL_ASSIGN_OR_RETURN(const bool at_row, accounts_.AtRow());
  if (!at_row || accounts_.key() != key) return fb::AccountT();
  GL_ASSIGN_OR_RETURN(const std::string_view payload, accounts_.payload());
  return ReadTable<fb::AccountT>(Family::kState, key, payload);
}

Status Compactor::WalkAlone(const OfProduct& pair, PairCounts* counts,
                            const std::function<Status(AccountId, const fb::AccountT&)>& visit) {
  const auto [organization, product] = pair;
  std::unordered_set<std::uint64_t> seen;
  return WalkExceptions(after_, organization, product, Path(), [&](const Position& at) -> Status {
    if (writer_.stopped()) return Interrupted();
    GL_ASSIGN_OR_RETURN(const auto row, after_.Account(at.account));
    if (row->dropped && !StoodAt(*row, pair.first, at)) {
      GL_ASSIGN_OR_RETURN(const auto cohort,
                          after_.Cohort(pair.first, pair.second, at.path, at.epoch));
      counts->Add(*cohort, pair.first, -1);
    }
    return seen.insert(at.account.value()).second ? visit(at.account, *row) : Status();
  });
}

/// The cells of a product of which distributions changed.
Status Compactor::FoldExceptions(const OfProduct& pair) {
  PairCounts& counts = exceptions_[pair];
  return WalkAlone(pair, &counts, [&](AccountId account, const fb::AccountT& row) -> Status {
    GL_ASSIGN_OR_RETURN(CellFold fold, after_.FoldAlone(account, row, pair.second, nullptr));
    if (!IsBase()) {
      GL_ASSIGN_OR_RETURN(const auto own, ContributionOf(after_, account, row, pair, &fold));
      counts.Add(own);
    }
    return KeepCell(account, row, pair.second, std::move(fold), std::nullopt);
  });
}

/// A cell to which something happened alone.
Status Compactor::FoldTouched(AccountId account, const fb::AccountT& row, std::uint64_t product,
                              std::optional<Lsn> last_own) {
  if (!IsException(row, product, to_)) {
    // One that was until it came back may have a row of a run that was stopped.
    const std::string key = FoldedCellKey(account, product);
    GL_ASSIGN_OR_RETURN(const auto known, rows_.Get(family_, key));
    if (known) redundant_.push_back(key);
    return {};
  }
  GL_ASSIGN_OR_RETURN(CellFold fold, after_.FoldAlone(account, row, product, nullptr));
  bool folded = false;
  for (const std::uint64_t organization : OrganizationsOf(row, to_)) {
    const OfProduct pair{organization, product};
    if (tail_.distributed.contains(pair)) {
      folded =
          folded || std::ranges::any_of(row.stays, [&](const auto& stay) {
            return stay->organization == organization && IsExceptionAt(row, *stay, product, to_);
          });
      continue;
    }
    if (IsBase()) continue;
    GL_ASSIGN_OR_RETURN(const PairCounts now, ContributionOf(after_, account, row, pair, &fold));
    GL_ASSIGN_OR_RETURN(const PairCounts then,
                        ContributionOf(before_, account, row, pair, nullptr));
    changes_[pair].Add(now);
    changes_[pair].Add(then, -1);
  }
  if (folded) return {};
  return KeepCell(account, row, product, std::move(fold), last_own);
}

Status Compactor::FoldPlaced(AccountId account) {
  GL_ASSIGN_OR_RETURN(const auto row, NextAccount(account));
  for (const auto& stay : row.stays) {
    const auto happened = [this](Lsn lsn) { return lsn > from_ && lsn <= to_; };
    if (happened(stay->from) || happened(stay->until)) peopled_.insert(stay->organization);
  }
  if (IsPlain(row)) return {};
  GL_ASSIGN_OR_RETURN(const auto products, ProductsOf(after_, row));
  for (const std::uint64_t product : products) {
    if (IsTouched(account, product)) continue;  // folded before
    GL_RETURN_IF_ERROR(FoldTouched(account, row, product, std::nullopt));
  }
  return {};
}

Status Compactor::KeepCell(AccountId account, const fb::AccountT& row, std::uint64_t product,
                           CellFold fold, std::optional<Lsn> last_own) {
  GL_ASSIGN_OR_RETURN(const bool like_cohort, IsLikeCohort(row, product, fold));
  GL_ASSIGN_OR_RETURN(const Lsn last_common, LastCommonEvent(row, product));
  if (!last_own) {
    GL_ASSIGN_OR_RETURN(last_own, after_.LastOwnEvent(account, row, product));
  }
  fold.set_last_lsn(std::max(last_common, *last_own));
  const std::string key = FoldedCellKey(account, product);
  // Readers take an account without a row for one to which nothing happened alone since the mark.
  // So until the mark moves, one to which something did has a row, whatever it says.
  const bool needed = fold.IsGrantor(account) || HappenedAlone(account, product);
  if (like_cohort) {
    GL_ASSIGN_OR_RETURN(const auto known, rows_.Get(family_, key));
    if (known || needed) redundant_.push_back(key);
    if (!needed) return {};
  }
  GL_ASSIGN_OR_RETURN(const std::string packed, PackedCell(fold, 0));
  return Put(key, packed, &done_.cells);
}

bool Compactor::HappenedAlone(AccountId account, std::uint64_t product) const {
  return std::ranges::binary_search(tail_.placed, account) || IsTouched(account, product);
}

bool Compactor::IsTouched(AccountId account, std::uint64_t product) const {
  const auto cell = std::ranges::lower_bound(tail_.cells, TouchedCell{account, product, 0});
  return cell != tail_.cells.end() && cell->account == account && cell->product == product;
}

Result<bool> Compactor::IsLikeCohort(const fb::AccountT& row, std::uint64_t product,
                                     const CellFold& fold) {
  const fb::StayT* stay = StayAt(row, to_);
  if (stay == nullptr) return fold.grants().empty();
  GL_ASSIGN_OR_RETURN(const auto cohort,
                      after_.Cohort(stay->organization, product, ToPath(stay->path), stay->epoch));
  if (fold.grants() != cohort->grants()) return false;
  if (!IsBase()) return true;
  // In where its versions come from, too.
  GL_ASSIGN_OR_RETURN(const auto same, after_.GrantsOf(*cohort, *stay, product));
  return std::ranges::equal(fold.grants(), same, {}, &FoldedGrant::made_at, &FoldedGrant::made_at);
}

Result<Lsn> Compactor::LastCommonEvent(const fb::AccountT& row, std::uint64_t product) {
  const std::vector<StayEvent> stays = StayEvents(row, to_);
  Lsn last = stays.empty() ? 0 : stays.back().lsn;
  for (const StayEvent& stay : stays) {
    if (!stay.enters) continue;
    GL_ASSIGN_OR_RETURN(const auto all, after_.Distributions(stay.organization, product));
    last = std::max(last, all->last_lsn());
  }
  return last;
}

Result<const std::vector<CohortSize>*> Compactor::CohortsIn(std::uint64_t organization) {
  const auto known = cohorts_.find(organization);
  if (known != cohorts_.end()) return &known->second;
  std::vector<CohortSize>& all = cohorts_[organization];
  GL_RETURN_IF_ERROR(
      WalkCohortSizes(after_, organization, Path(), [&](const CohortSize& cohort) -> Status {
        if (writer_.stopped()) return Interrupted();
        all.push_back(cohort);
        return {};
      }));
  return &all;
}

Status Compactor::FoldCohorts() {
  for (const OfProduct& pair : tail_.distributed) {
    GL_RETURN_IF_ERROR(FoldCohortsOf(pair, /*rewrite=*/true));
    if (writer_.stopped()) return {};
  }
  for (const std::uint64_t organization : peopled_) {
    GL_ASSIGN_OR_RETURN(const auto products, ProductsIn(after_, organization));
    GL_ASSIGN_OR_RETURN(const auto growth, GrowthIn(organization));
    for (const std::uint64_t product : products) {
      const OfProduct pair{organization, product};
      if (tail_.distributed.contains(pair)) continue;
      GL_RETURN_IF_ERROR(FoldCohortsOf(pair, /*rewrite=*/false));
      if (!IsBase()) GL_RETURN_IF_ERROR(CountGrowth(pair, growth));
      if (writer_.stopped()) return {};
    }
  }
  return {};
}

Result<std::vector<Compactor::Growth>> Compactor::GrowthIn(std::uint64_t organization) {
  std::vector<Growth> all;
  const auto add = [&](const CohortAt& at, const fb::CohortT& cohort) -> Status {
    if (writer_.stopped()) return Interrupted();
    if (cohort.since <= from_) return {};
    GL_ASSIGN_OR_RETURN(const auto now, CohortSizeOf(after_, organization, at.path, at.epoch));
    GL_ASSIGN_OR_RETURN(const auto then, CohortSizeOf(before_, organization, at.path, at.epoch));
    all.push_back(
        {{at.path, at.epoch}, static_cast<std::int64_t>(now) - static_cast<std::int64_t>(then)});
    return {};
  };
  GL_RETURN_IF_ERROR(WalkCohorts(after_, organization, Path(), add));
  return all;
}

/// The cohorts that have members where a distribution ever was; the rows of others go.
Status Compactor::FoldCohortsOf(const OfProduct& pair, bool rewrite) {
  const auto [organization, product] = pair;
  GL_ASSIGN_OR_RETURN(const auto distributions, after_.Distributions(organization, product));
  GL_ASSIGN_OR_RETURN(const std::vector<CohortSize>* cohorts, CohortsIn(organization));
  struct Wanted {
    const CohortSize* cohort;
    Epoch entered;
  };
  std::map<std::string, Wanted> wanted;
  for (const CohortSize& cohort : *cohorts) {
    if (writer_.stopped()) return Interrupted();
    if (!distributions->EverCovered(cohort.path)) continue;
    GL_ASSIGN_OR_RETURN(const Epoch epoch,
                        after_.ProductEpoch(organization, product, cohort.epoch));
    wanted.emplace(FoldedCohortKey(organization, product, cohort.path, epoch),
                   Wanted{&cohort, epoch});
  }
  std::set<std::string> known;
  RowIterator rows = rows_.Scan(family_, FoldedCohortsPrefix(organization, product));
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    std::string key(rows.key());
    if (!wanted.contains(key)) redundant_.push_back(key);
    known.insert(std::move(key));
  }
  for (const auto& [key, one] : wanted) {
    if (writer_.stopped()) return Interrupted();
    if (!rewrite && known.contains(key)) continue;
    GL_ASSIGN_OR_RETURN(const auto cell,
                        after_.Cohort(organization, product, one.cohort->path, one.cohort->epoch));
    GL_ASSIGN_OR_RETURN(const std::string packed, PackedCell(*cell, one.entered));
    GL_RETURN_IF_ERROR(Put(key, packed, &done_.cohorts));
  }
  return IsBase() ? KeepEntryEvents(pair) : Status();
}

Status Compactor::KeepEntryEvents(const OfProduct& pair) {
  const auto [organization, product] = pair;
  GL_ASSIGN_OR_RETURN(const auto distributions, after_.Distributions(organization, product));
  GL_ASSIGN_OR_RETURN(const std::vector<CohortSize>* cohorts, CohortsIn(organization));
  std::set<Lsn> events{distributions->last_lsn()};
  for (const CohortSize& cohort : *cohorts) {
    if (writer_.stopped()) return Interrupted();
    GL_ASSIGN_OR_RETURN(const Lsn event, after_.LastEvent(organization, product, cohort.epoch));
    if (event != 0) events.insert(event);
  }
  fb::EntryEventsT row;
  row.lsns.assign(events.begin(), events.end());
  return writer_.Put(family_, EntryEventsKey(organization, product), Pack(row));
}

Status Compactor::FoldDistributions() {
  for (const OfProduct& pair : tail_.distributed) {
    GL_RETURN_IF_ERROR(KeepDistributions(pair));
    if (!IsBase()) GL_RETURN_IF_ERROR(CountAnew(pair, std::move(exceptions_[pair])));
    if (writer_.stopped()) return {};
  }
  for (const auto& [pair, changes] : changes_) {
    GL_RETURN_IF_ERROR(CountChanges(pair, changes));
    if (writer_.stopped()) return {};
  }
  return {};
}

Status Compactor::KeepDistributions(const OfProduct& pair) {
  const auto [organization, product] = pair;
  GL_ASSIGN_OR_RETURN(const auto all, after_.Distributions(organization, product));
  GL_ASSIGN_OR_RETURN(const std::string packed, PackedDistributions(*all));
  if (!IsBase()) {
    return Put(FoldedDistributionsKey(organization, product), packed, &done_.distributions);
  }
  // The one before is needed until no row of an account or a cohort refers to it.
  const std::string key = BaseDistributionsKey(organization, product, all->last_lsn());
  RowIterator known = rows_.Scan(family_, BaseDistributionsPrefix(organization, product));
  for (;; known.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, known.AtRow());
    if (!at_row) break;
    if (known.key() != key) superseded_.emplace_back(known.key());
  }
  return Put(key, packed, &done_.distributions);
}

}  // namespace grantledger
