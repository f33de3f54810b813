// Compactor: folds the tail of the log into the family `activation`, or into `base`.
//
// For every product in an organization that the tail touched it keeps: the state of the
// distributions, of each cohort that they cover (one row for all between which nothing happened to
// the product), and of each account that is unlike its cohort; and how many member grants have each
// status. The rows are a function of the log up to the mark, however it was reached: in one run or
// in many, stopped and begun again.
//
// The order in which rows are written lets readers begin with whatever is there (fold_start.cc):
// first accounts, then cohorts, then distributions and counts, each good by itself; then the mark;
// then rows are removed that say what the mark says anyway. A run that is stopped leaves the mark
// where it was, and the next one does the same again.
#ifndef GRANTLEDGER_LEDGER_COMPACTOR_H_
#define GRANTLEDGER_LEDGER_COMPACTOR_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <grantledger/ledger.h>

#include "ledger/cohort_sizes.h"
#include "ledger/compaction_log.h"
#include "ledger/compaction_writer.h"
#include "ledger/pair_counts.h"
#include "ledger/view.h"

namespace grantledger {

/// How far the log is folded.
Result<fb::MarkT> ReadMark(const Rows& rows, Family family = Family::kActivation);

/// One step: the tail behind the mark, or the first part of it. Used once, by one thread.
class Compactor {
 public:
  /// `between` is called between batches; false stops the step. So does `stops` (or none), which is
  /// asked at every account and cohort, when it is true. The tail is committed, and begins at the
  /// mark.
  ///
  /// Into `base`, versions are kept with where they come from, and nothing is counted. `cache` is
  /// for this family alone.
  Compactor(Store& store, Family family, const IdCodec& ids, FoldCache& cache, TouchedTail tail,
            std::function<bool()> between, std::function<bool()> stops = {});

  /// Adds what it did to the report, if it moved the mark. False: it was stopped.
  Result<bool> Run(CompactionReport* report);

 private:
  struct Place {
    Path path;
    Epoch epoch = 0;
    auto operator<=>(const Place&) const = default;
  };

  /// Up to where the mark moves.
  Status FoldAll();
  // Accounts.
  Status FoldAccounts();
  /// The row of an account, by asking for accounts in their order.
  Result<fb::AccountT> NextAccount(AccountId account);
  /// Visits everybody who has an exceptional position in the organization. Positions whose stays
  /// are dropped hold no grants: what their cohorts count for them is taken from `counts`.
  Status WalkAlone(const OfProduct& pair, PairCounts* counts,
                   const std::function<Status(AccountId, const fb::AccountT&)>& visit);
  Status FoldExceptions(const OfProduct& pair);
  Status FoldCells();
  /// `last_own`: the last own event of the cell; nullopt: to be looked up.
  Status FoldTouched(AccountId account, const fb::AccountT& row, std::uint64_t product,
                     std::optional<Lsn> last_own);
  Status FoldPlaced(AccountId account);
  /// Of the accounts that were created, those that have to be looked at are `placed`.
  Status LookAtCreated();
  Status KeepCell(AccountId account, const fb::AccountT& row, std::uint64_t product, CellFold fold,
                  std::optional<Lsn> last_own);

  // Cells that are alike. (ledger/compactor_alike.cc)
  /// Cells that were the same at the mark, and to which the same happened since.
  struct Alike {
    std::string row;         ///< As packed for one of them; but for the LSN that of all.
    bool redundant = false;  ///< They are what their cohort is.
    OfProduct pair;
    PairCounts change;  ///< That one of them makes in the counts.
    std::int64_t cells = 0;
  };
  /// Equal for cells that are alike; nullopt: the cell has to be looked at by itself.
  Result<std::optional<std::string>> AlikeKey(const TouchedCell& cell, const fb::AccountT& row);
  /// Folds one of those that are alike.
  Result<Alike> FoldOneOf(const TouchedCell& cell, const fb::AccountT& row);
  Status FoldLikeOthers(const TouchedCell& cell, const fb::AccountT& row, const std::string& key);
  void CountAlike();

  Result<bool> IsLikeCohort(const fb::AccountT& row, std::uint64_t product, const CellFold& fold);
  /// The last of the events that concern more than the account's grants of the product.
  Result<Lsn> LastCommonEvent(const fb::AccountT& row, std::uint64_t product);
  [[nodiscard]] bool IsTouched(AccountId account, std::uint64_t product) const;
  [[nodiscard]] bool HappenedAlone(AccountId account, std::uint64_t product) const;

  // Cohorts.
  Status FoldCohorts();
  Status FoldCohortsOf(const OfProduct& pair, bool rewrite);
  struct Growth {
    Place place;
    std::int64_t accounts = 0;
  };
  /// Of the cohorts of the organization, by the tail.
  Result<std::vector<Growth>> GrowthIn(std::uint64_t organization);
  /// After which events of the product the members of its cohorts entered.
  Status KeepEntryEvents(const OfProduct& pair);
  Result<const std::vector<CohortSize>*> CohortsIn(std::uint64_t organization);

  // Distributions and counts.
  Status FoldDistributions();
  Status KeepDistributions(const OfProduct& pair);
  Status CountAnew(const OfProduct& pair, PairCounts counts);
  Status CountGrowth(const OfProduct& pair, const std::vector<Growth>& growth);
  Status CountChanges(const OfProduct& pair, const PairCounts& changes);
  Status KeepCounts(const OfProduct& pair, const PairCounts& counts);
  Result<PairCounts> CountExceptions(const OfProduct& pair);
  /// `own`: the account's cell, as of the view's moment; null: to be folded, if it is needed.
  Result<PairCounts> ContributionOf(View& view, AccountId account, const fb::AccountT& row,
                                    const OfProduct& pair, const CellFold* own);

  // Where versions come from. (ledger/compactor_origins.cc)
  /// `entered`: the epoch of a cohort; 0: the cell is an account's.
  Status FillInOrigins(std::vector<FoldedGrant>* grants, Lsn entered);
  Result<std::shared_ptr<const Origin>> OriginOf(Lsn made_at);
  Result<std::string> PackedCell(const CellFold& fold, Lsn entered);
  Result<std::string> PackedDistributions(const CellFold& fold);
  [[nodiscard]] bool IsBase() const { return family_ == Family::kBase; }

  Status Publish();
  Status Put(std::string_view key, std::string_view payload, std::uint64_t* counter);

  Family family_;
  TouchedTail tail_;
  Lsn from_;
  Lsn to_;
  Snapshot rows_;
  View after_;
  View before_;
  RowIterator accounts_;
  RowIterator cells_;
  CompactionWriter writer_;
  CompactionReport done_;
  std::set<std::uint64_t> peopled_;                           // organizations: who is where changed
  std::map<OfProduct, PairCounts> exceptions_;                // of those that are counted anew
  std::map<OfProduct, PairCounts> changes_;                   // of the others
  std::map<std::uint64_t, std::vector<CohortSize>> cohorts_;  // by organization
  std::unordered_map<std::string, Alike> alike_;
  bool at_mark_ = false;                 // no run was stopped behind the mark
  std::vector<std::string> redundant_;   // keys to remove
  std::vector<std::string> superseded_;  // and after these
  std::map<Lsn, std::shared_ptr<const Origin>> origins_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_COMPACTOR_H_
