// View: the ledger as it was at one moment.
//
// Rows that change keep their history with the LSNs of the changes, and rows are only ever added:
// whatever is written meanwhile, a view leaves out what is newer than its moment. So a view holds
// no snapshot, and the pages of a list can be days apart.
#ifndef GRANTLEDGER_LEDGER_VIEW_H_
#define GRANTLEDGER_LEDGER_VIEW_H_

#include <map>
#include <memory>
#include <optional>
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
/// The license's status and validity, or null where it was not created yet.
const fb::LicenseMomentT* MomentAt(const fb::LicenseT& license, Lsn lsn);

inline Position PositionOf(const fb::StayT& stay, AccountId account) {
  return {ToPath(stay.path), stay.epoch, account};
}

/// The stay in which the account stood at exactly this position of the organization, or null: it
/// had left, or stood elsewhere.
const fb::StayT* StayAtPosition(const fb::AccountT& account, std::uint64_t organization,
                                const Position& position, Lsn lsn);

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

  // What was not there yet at the moment is nullopt, as is what never was.
  Result<std::optional<fb::OrganizationT>> Organization(std::uint64_t ordinal) const;
  Result<std::optional<fb::OrganizationT>> OrganizationById(std::string_view id) const;
  /// The organization in which the account stands.
  Result<std::optional<fb::OrganizationT>> OrganizationOf(AccountId account) const;
  /// A root or OU that is not deleted.
  Result<std::optional<fb::UnitT>> UnitById(std::string_view id) const;
  Result<std::optional<fb::UnitT>> Unit(std::uint64_t organization, const Path& path) const;
  /// An account that the ledger knows nothing of is an empty one.
  Result<fb::AccountT> Account(AccountId account) const;
  Result<std::optional<fb::LicenseT>> License(std::uint64_t ordinal) const;
  Result<std::optional<std::uint64_t>> Product(std::string_view issuer_name,
                                               std::string_view sku) const;
  /// A direct grant or a distribution.
  Result<std::optional<fb::GrantHeadT>> Grant(std::uint64_t ordinal) const;

  /// The events of the product's distributions in the organization behind the LSN `after`, oldest
  /// first. Good as long as the view where `after` is 0; else until the next call.
  Result<std::span<const GrantEvent>> DistributionEvents(std::uint64_t organization,
                                                         std::uint64_t product, Lsn after = 0);

  /// The distributions of the product in the organization, in no account.
  Result<std::shared_ptr<const CellFold>> Distributions(std::uint64_t organization,
                                                        std::uint64_t product);
  Result<std::shared_ptr<const CellFold>> Cohort(std::uint64_t organization, std::uint64_t product,
                                                 const Path& path, Epoch epoch);
  /// The cell of one account: its cohort's, where it is like its cohort.
  Result<std::shared_ptr<const CellFold>> Cell(AccountId account, const fb::AccountT& row,
                                               std::uint64_t product);
  /// The cell of one account, folded by itself; `listener` (or null) hears of each version.
  Result<CellFold> FoldAlone(AccountId account, const fb::AccountT& row, std::uint64_t product,
                             VersionListener* listener);

 private:
  struct Tail {
    Lsn after = 0;
    std::vector<GrantEvent> events;
  };
  using OfProduct = std::pair<std::uint64_t, std::uint64_t>;  // (organization, product)

  Result<bool> IsMarketplace(std::uint64_t product);
  Result<Lsn> LastEvent(std::uint64_t organization, std::uint64_t product);
  Result<const fb::OrganizationT*> OrganizationRow(std::uint64_t organization);
  Result<std::shared_ptr<const CellFold>> FoldShared(std::uint64_t organization,
                                                     std::uint64_t product, const Path* path,
                                                     Epoch epoch);
  Result<CellFold> StartShared(std::uint64_t organization, std::uint64_t product, const Path* path,
                               Epoch epoch);
  Status GoOn(CellFold* fold, std::uint64_t organization, std::uint64_t product, Lsn until);
  Result<std::vector<GrantEvent>> ReadEvents(RowIterator& rows, const std::string& prefix,
                                             Lsn after) const;
  Result<std::vector<GrantEvent>> OwnEvents(AccountId account, const fb::AccountT& row,
                                            std::uint64_t product);
  Status FillIn(std::uint64_t organization, std::vector<GrantEvent>* events);

  const Rows& rows_;
  const IdCodec& ids_;
  FoldCache& cache_;
  Lsn lsn_;
  Time time_;
  // Read once, as a list asks for them again for each cohort and each exception.
  std::map<std::uint64_t, bool> marketplace_;
  std::map<std::uint64_t, fb::OrganizationT> organizations_;
  std::map<OfProduct, Lsn> last_events_;
  std::map<OfProduct, Tail> tails_;
  std::optional<RowIterator> own_events_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_VIEW_H_
