// The keys of every row, by family. docs/FORMAT.md draws them.
#ifndef GRANTLEDGER_CODEC_KEYS_H_
#define GRANTLEDGER_CODEC_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/key.h"

namespace grantledger {

/// The column families. Their names are stored.
enum class Family : std::uint8_t { kLog, kState, kMember, kIndex, kActivation, kBase };
inline constexpr int kFamilyCount = 6;
std::string_view FamilyName(Family family);

/// The epoch of a cohort: the LSN of the last distribution event of the organization before its
/// accounts entered; 0 where there was none.
using Epoch = Lsn;

// log: lsn → record. Big-endian; no tag.
inline constexpr std::size_t kLogKeyBytes = 8;
std::string LogKey(Lsn lsn);
Lsn ReadLogKey(std::string_view key);

// state
std::string CountersKey();
std::string OrganizationKey(std::uint64_t organization);
std::string OrganizationIdKey(std::string_view id);  ///< → ordinal
std::string UnitsPrefix();
std::string UnitsOfPrefix(std::uint64_t organization);
std::string UnitKey(std::uint64_t organization, const Path& path);
std::string UnitIdKey(std::string_view id);  ///< → key of the unit
/// A unit that is not deleted, by its name among its siblings. → id
std::string UnitNameKey(std::uint64_t organization, const Path& parent, std::string_view name);
std::string ProductKey(std::uint64_t product);
std::string ProductNameKey(std::string_view issuer_name, std::string_view sku);  ///< → ordinal
std::string LicenseKey(std::uint64_t license);
std::string LicenseVersionKey(std::uint64_t license, std::uint64_t version);
std::string LicensesOfIssuerPrefix(AccountId issuer);
std::string LicenseOfIssuerKey(AccountId issuer, std::uint64_t license);
std::string GrantKey(std::uint64_t grant);
std::string AccountsPrefix();
std::string AccountKey(AccountId account);
std::string TokenKey(AccountId caller, std::uint8_t body, std::string_view token);
std::string HandshakeKey(std::string_view id);
std::string InvitationsPrefix(AccountId account);
std::string InvitationKey(AccountId account, std::uint64_t organization);  ///< → handshake id
std::string BeneficiaryKey(AccountId account);  ///< Of a license at least.

// member
std::string MembersPrefix(std::uint64_t organization, const Path& subtree);
std::string MembersOfPlacePrefix(std::uint64_t organization, const Path& path);
std::string MemberKey(std::uint64_t organization, const Path& path, Epoch epoch, AccountId account);
/// A position that an account left while nothing had ever covered it: only lists of accounts, as of
/// a moment of the past, look at it.
std::string PassedPrefix(std::uint64_t organization, const Path& subtree);
std::string PassedOfPlacePrefix(std::uint64_t organization, const Path& path);
std::string PassedKey(std::uint64_t organization, const Path& path, Epoch epoch, AccountId account);
/// A cohort, and how large it is now; then how large it was since when.
std::string CohortsPrefix(std::uint64_t organization, const Path& subtree);
std::string CohortKey(std::uint64_t organization, const Path& path, Epoch epoch);
std::string CohortSizePrefix(std::uint64_t organization, const Path& path, Epoch epoch);
std::string CohortSizeKey(std::uint64_t organization, const Path& path, Epoch epoch, Lsn lsn);

// index
std::string ProductHeadPrefix(std::uint64_t organization);
std::string ProductHeadKey(std::uint64_t organization, std::uint64_t product);
std::string DistributionEventsPrefix(std::uint64_t organization, std::uint64_t product);
std::string DistributionEventKey(std::uint64_t organization, std::uint64_t product, Lsn lsn,
                                 std::uint64_t grant);
std::string AllOwnEventsPrefix();
std::string OwnEventsPrefix(AccountId account, std::uint64_t product);
std::string OwnEventKey(AccountId account, std::uint64_t product, Lsn lsn, std::uint64_t grant);
/// Accounts that are folded by themselves, in the order of `member`. Product 0: for every product.
std::string AllExceptionsPrefix();
std::string ExceptionsPrefix(std::uint64_t organization, std::uint64_t product,
                             const Path& subtree);
std::string ExceptionKey(std::uint64_t organization, std::uint64_t product, const Path& path,
                         Epoch epoch, AccountId account);
std::string GrantsOfLicensePrefix(std::uint64_t license);
std::string GrantOfLicenseKey(std::uint64_t license, std::uint64_t grant);
std::string AllGrantsOfGrantorsPrefix();
std::string GrantsOfGrantorPrefix(AccountId grantor);
std::string GrantOfGrantorKey(AccountId grantor, std::uint64_t grant);
std::string GrantsBelowPrefix(std::uint64_t parent);
std::string GrantBelowKey(std::uint64_t parent, std::uint64_t grant);

// activation, and but for distributions and counts base: folds up to a mark
std::string MarkKey();
/// The distributions of a product in an organization, in no account.
std::string FoldedDistributionsKey(std::uint64_t organization, std::uint64_t product);
/// The cohorts of a place between which nothing happened to the product. `epoch`: the last event
/// before the first of them that mattered to the product (View::ProductEpoch).
std::string FoldedCohortsPrefix(std::uint64_t organization, std::uint64_t product);
std::string FoldedCohortKey(std::uint64_t organization, std::uint64_t product, const Path& path,
                            Epoch epoch);
std::string FoldedCellsPrefix();
std::string FoldedCellKey(AccountId account, std::uint64_t product);
std::string GrantCountsKey(std::uint64_t organization, std::uint64_t product, std::uint64_t grant);

// base: what takes the place of the history that was dropped
/// The distributions as they were at one of their events, the newest first: while the horizon moves
/// there are two.
std::string AllBaseDistributionsPrefix();
std::string BaseDistributionsPrefix(std::uint64_t organization, std::uint64_t product);
std::string BaseDistributionsKey(std::uint64_t organization, std::uint64_t product, Lsn lsn);
std::string HorizonKey();
/// After which events of the product somebody entered who still has a position.
std::string EntryEventsKey(std::uint64_t organization, std::uint64_t product);
/// A record behind the horizon that stays for its ClientToken, which may still be used again.
std::string KeptTokensPrefix();
std::string KeptTokenKey(Lsn lsn);
Lsn ReadKeptTokenKey(std::string_view key);

/// A position in an organization: that of a row of `member` or of an exception. The order of
/// positions is the order of both.
struct Position {
  Path path;
  Epoch epoch = 0;
  AccountId account;
  auto operator<=>(const Position&) const = default;
};

/// What follows the prefix (organization, and product) in a member or exception key: compares as
/// bytes in the order of positions.
Result<Position> ReadPosition(std::string_view suffix);
/// What follows the organization in the key of a cohort.
struct CohortAt {
  Path path;
  Epoch epoch = 0;
};
Result<CohortAt> ReadCohortKey(std::string_view suffix);

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_KEYS_H_
