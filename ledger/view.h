// View: the ledger as it was at one moment.
//
// Rows that change keep their history with the LSNs of the changes: whatever is written meanwhile,
// a view leaves out what is newer than its moment. So the pages of a list can be days apart, each
// with a view of its own. What a moment that is kept needs is not dropped.
#ifndef GRANTLEDGER_LEDGER_VIEW_H_
#define GRANTLEDGER_LEDGER_VIEW_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "codec/id.h"
#include "ledger/fold.h"
#include "ledger/fold_cache.h"
#include "ledger/tables.h"

namespace grantledger {

inline constexpr std::string_view kMarketplaceIssuer = "AWS/Marketplace";

/// Whether the organization was linked, and who was its delegated administrator (0: nobody).
bool LinkedAt(const fb::OrganizationT& organization, Lsn lsn);
AccountId DelegateAt(const fb::OrganizationT& organization, Lsn lsn);
bool IsAdministrator(const fb::OrganizationT& organization, AccountId account, Lsn lsn);
/// The stay in which the account stood, or null.
const fb::StayT* StayAt(const fb::AccountT& account, Lsn lsn);
/// The organizations in which the account stood by then, less those in which it passed every place:
/// it holds nothing of them. The same whatever stays were dropped.
std::set<std::uint64_t> OrganizationsOf(const fb::AccountT& account, Lsn lsn);
/// The license's status and validity, or null where it was not created yet.
const fb::LicenseMomentT* MomentAt(const fb::LicenseT& license, Lsn lsn);

inline Position PositionOf(const fb::StayT& stay, AccountId account) {
  return {ToPath(stay.path), stay.epoch, account};
}

/// The stay in which the account stood at exactly this position of the organization, or null: it
/// had left, or stood elsewhere.
const fb::StayT* StayAtPosition(const fb::AccountT& account, std::uint64_t organization,
                                const Position& position, Lsn lsn);

/// Whether nothing covered the account during the stay, which ended: then it left no trace, and
/// folds pass it over.
inline bool HeldNothing(const fb::StayT& stay) {
  return stay.until != 0 && stay.regular && !stay.covered;
}

/// Whether the stay ended and its position was taken back then: nothing had covered the account
/// there, and it had held nothing of its own.
bool Passed(const fb::AccountT& row, const fb::StayT& stay);

/// Entries, exits, and moves (an exit and an entry at the same LSN) of one account by the LSN
/// `until`, less the first stays that nothing covered and that ended by then: they leave no trace.
std::vector<StayEvent> StayEvents(const fb::AccountT& row, Lsn until);

bool HasOwnEvents(const fb::AccountT& account, std::uint64_t product, Lsn lsn);
/// Whether the account is folded by itself for the product: it is not like its cohort.
bool IsException(const fb::AccountT& account, std::uint64_t product, Lsn lsn);

/// Used by one thread at a time.
class View {
 public:
  /// Nothing is owned. `cache` may be shared by any number of views of the same ledger.
  View(const Rows& rows, const IdCodec& ids, FoldCache& cache, Lsn lsn, Time time)
      : rows_(rows), ids_(ids), cache_(cache), lsn_(lsn), time_(time) {}

  [[nodiscard]] const Rows& rows() const { return rows_; }
  [[nodiscard]] const IdCodec& ids() const { return ids_; }
  [[nodiscard]] Lsn lsn() const { return lsn_; }
  [[nodiscard]] Time time() const { return time_; }
  /// The same ledger at another moment, which must not be later than what is committed.
  [[nodiscard]] View At(Lsn lsn) const { return {rows_, ids_, cache_, lsn, time_}; }
  /// The same view, whose folds know where each version comes from: they begin at the horizon, or
  /// with nothing.
  [[nodiscard]] View WithOrigins() const {
    View view(rows_, ids_, cache_, lsn_, time_);
    view.with_origins_ = true;
    return view;
  }

  // What was not there yet at the moment is null, as is what never was.
  Result<Table<fb::OrganizationT>> Organization(std::uint64_t ordinal) const;
  Result<Table<fb::OrganizationT>> OrganizationById(std::string_view id) const;
  /// The organization in which the account stands.
  Result<Table<fb::OrganizationT>> OrganizationOf(AccountId account) const;
  /// A root or OU that is not deleted.
  Result<Table<fb::UnitT>> UnitById(std::string_view id) const;
  Result<Table<fb::UnitT>> Unit(std::uint64_t organization, const Path& path) const;
  /// Never null: an account that the ledger knows nothing of is an empty one.
  Result<Table<fb::AccountT>> Account(AccountId account) const;
  Result<Table<fb::LicenseT>> License(std::uint64_t ordinal) const;
  Result<std::optional<std::uint64_t>> Product(std::string_view issuer_name, std::string_view sku);
  /// A direct grant or a distribution.
  Result<Table<fb::GrantHeadT>> Grant(std::uint64_t ordinal) const;

  /// Of the epochs between which nothing happened to the product, the first: cohorts of one place
  /// whose epochs have the same are alike in the product.
  Result<Epoch> ProductEpoch(std::uint64_t organization, std::uint64_t product, Epoch epoch);
  /// The last event of the product's distributions up to the epoch of a cohort; 0: there is none.
  Result<Lsn> LastEvent(std::uint64_t organization, std::uint64_t product, Epoch epoch);

  /// The last record, of all that are committed, that could change how many member grants of the
  /// product's distributions have which status.
  Result<Lsn> LastCountChange(std::uint64_t organization, std::uint64_t product);
  /// The last event of the product that concerned the account alone; 0: there is none. Where that
  /// is dropped: the last event of all that `base` has of the cell.
  Result<Lsn> LastOwnEvent(AccountId account, const fb::AccountT& row, std::uint64_t product);

  /// The events of the product's distributions in the organization behind the LSN `after`, oldest
  /// first. Good as long as the view where `after` is 0; else until the next call.
  Result<std::span<const GrantEvent>> DistributionEvents(std::uint64_t organization,
                                                         std::uint64_t product, Lsn after = 0);

  /// The same as they stood at the horizon; none, where nothing is dropped. Of a view with origins.
  Result<CellFold> OldestDistributions(std::uint64_t organization, std::uint64_t product) {
    return StartShared({organization, product, nullptr, 0}, lsn_);
  }
  /// The distributions of the product in the organization, in no account.
  Result<std::shared_ptr<const CellFold>> Distributions(std::uint64_t organization,
                                                        std::uint64_t product);
  Result<std::shared_ptr<const CellFold>> Cohort(std::uint64_t organization, std::uint64_t product,
                                                 const Path& path, Epoch epoch);
  /// The grants of the cohort as those of a regular account that entered with the stay.
  Result<std::vector<FoldedGrant>> GrantsOf(const CellFold& cohort, const fb::StayT& stay,
                                            std::uint64_t product);
  /// The cell of one account: its cohort's, where it is like its cohort.
  Result<std::shared_ptr<const CellFold>> Cell(AccountId account, const Table<fb::AccountT>& row,
                                               std::uint64_t product);
  /// The cell of one account that is not.
  Result<std::shared_ptr<const CellFold>> Alone(AccountId account, const Table<fb::AccountT>& row,
                                                std::uint64_t product);
  /// The cell of one account, folded by itself. `listener` (or null; only of a view with origins)
  /// hears of each version: first of those that stood at the horizon, then of the others as they
  /// are made.
  Result<CellFold> FoldAlone(AccountId account, const fb::AccountT& row, std::uint64_t product,
                             VersionListener* listener);

 private:
  /// The events of a product's distributions behind `after`, up to the product's last one.
  struct Tail {
    Lsn after = 0;
    Lsn last_event = 0;
    std::vector<GrantEvent> events;
  };
  using OfProduct = std::pair<std::uint64_t, std::uint64_t>;  // (organization, product)
  /// What many accounts share: the distributions of a product in an organization (path null), or
  /// the cell of a cohort.
  struct Shared {
    std::uint64_t organization = 0;
    std::uint64_t product = 0;
    const Path* path = nullptr;
    Epoch epoch = 0;
  };
  /// A cell to which all that happened up to an LSN was done.
  struct Start {
    CellFold fold;
    Lsn through = 0;
  };

  Result<bool> IsMarketplace(std::uint64_t product);
  /// Of all that are committed, also those that are newer than the moment; all 0: there is none.
  Result<const fb::ProductHeadT*> ProductHead(std::uint64_t organization, std::uint64_t product);
  Result<const fb::OrganizationT*> OrganizationRow(std::uint64_t organization);
  /// What is shared, as it was at `until`, which is not later than the moment.
  Result<std::shared_ptr<const CellFold>> FoldShared(Shared what, Lsn until);
  Result<std::shared_ptr<const CellFold>> FoldPast(Shared what, Lsn until, const std::string& key);
  /// Whether all that happened after `through` is still there to be folded.
  Result<bool> MayGoOn(Lsn through);
  [[nodiscard]] std::shared_ptr<const CellFold> FindCached(const std::string& key, Lsn until) const;
  /// Where kept folds are looked for: those that serve later moments alone come first.
  [[nodiscard]] std::span<const Family> KeptFamilies() const;
  /// How far the log is folded into the family; 0: not at all.
  Result<Lsn> Mark(Family family);
  /// Of which event the distributions are in `base`, the oldest if of more; 0: they are not.
  Result<Lsn> BaseOf(std::uint64_t organization, std::uint64_t product);
  Result<Lsn> LastKnownEvent(std::uint64_t organization, std::uint64_t product, Epoch epoch);
  /// LastEvent, where it is behind the horizon.
  Result<Lsn> LastDroppedEvent(std::uint64_t organization, std::uint64_t product, Epoch epoch);

  // Where a fold begins: with a row that was folded, or with nothing. (ledger/fold_start.cc)
  Result<CellFold> StartShared(const Shared& what, Lsn until);
  Result<std::optional<CellFold>> KeptDistributions(Family family, const Shared& what, Lsn until);
  Result<std::optional<CellFold>> KeptCohort(Family family, const Shared& what, Lsn until);
  Result<CellFold> EnterCohort(const Shared& what, Lsn until);
  Result<Start> StartAlone(AccountId account, const fb::AccountT& row, std::uint64_t product);
  Result<std::optional<Start>> KeptCell(Family family, AccountId account, const fb::AccountT& row,
                                        std::uint64_t product);
  Result<std::optional<Start>> LikeCohort(Family family, AccountId account, const fb::AccountT& row,
                                          std::uint64_t product);
  Result<CellFold> OldestCohort(const fb::StayT& stay, std::uint64_t product, Lsn mark);
  Result<CellFold> StartIn(AccountId account, const fb::AccountT& row, std::uint64_t product,
                           Lsn through);
  Result<Lsn> FirstOwnEvent(AccountId account, const fb::AccountT& row, std::uint64_t product,
                            Lsn after);

  // Cells of accounts that are unlike their cohorts, kept in memory. (ledger/kept_cells.cc)
  Result<std::shared_ptr<const CellFold>> FindAlone(const std::string& key,
                                                    const Table<fb::AccountT>& row,
                                                    std::uint64_t product);
  Status KeepAlone(const std::string& key, const Table<fb::AccountT>& row, std::uint64_t product,
                   const std::shared_ptr<const CellFold>& fold);
  /// A cell that was kept before something happened to it.
  Result<std::optional<Start>> OlderAlone(AccountId account, const fb::AccountT& row,
                                          std::uint64_t product);
  /// The last event of the product's distributions wherever the account ever stood.
  Result<Lsn> LastDistributed(const fb::AccountT& row, std::uint64_t product);
  Status GoOn(CellFold* fold, std::uint64_t organization, std::uint64_t product, Lsn until);
  /// `all`: whether there are none that are newer than the moment.
  Result<std::vector<GrantEvent>> ReadEvents(RowIterator& rows, const std::string& prefix,
                                             Lsn after, bool* all) const;
  /// Behind `after`. Good until the next call.
  Result<std::span<const GrantEvent>> OwnEvents(AccountId account, const fb::AccountT& row,
                                                std::uint64_t product, Lsn after);
  Status FillIn(std::uint64_t organization, std::vector<GrantEvent>* events);
  [[nodiscard]] std::shared_ptr<const Tail> KeptTail(const std::string& prefix,
                                                     const fb::ProductHeadT& head) const;
  Result<std::shared_ptr<const Tail>> FindTail(std::uint64_t organization, std::uint64_t product,
                                               Lsn after);
  Result<std::shared_ptr<const Tail>> ReadTail(std::uint64_t organization, std::uint64_t product,
                                               Lsn after);

  const Rows& rows_;
  const IdCodec& ids_;
  FoldCache& cache_;
  Lsn lsn_;
  Time time_;
  bool with_origins_ = false;
  // Read once, as a list asks for them again for each cohort and each exception.
  std::map<std::uint64_t, bool> marketplace_;
  std::map<std::uint64_t, Table<fb::OrganizationT>> organizations_;
  std::map<OfProduct, Table<fb::ProductHeadT>> product_heads_;
  std::map<Family, Lsn> marks_;
  std::map<OfProduct, Lsn> bases_;
  std::map<OfProduct, std::vector<Lsn>> dropped_events_;
  std::map<OfProduct, std::shared_ptr<const Tail>> tails_;
  std::optional<RowIterator> own_events_;
  // The cell whose own events were read last.
  struct OwnTail {
    AccountId account;
    std::uint64_t product = 0;
    Lsn after = 0;
    bool all = true;  ///< There are none that are newer than the moment.
    std::vector<GrantEvent> events;
  };
  OwnTail own_tail_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_VIEW_H_
