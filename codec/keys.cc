#include "codec/keys.h"

namespace grantledger {
namespace {

// Tags, by family. Stored: never reused.
constexpr char kCounters = 'c';
constexpr char kOrganization = 'o';
constexpr char kOrganizationId = 'O';
constexpr char kUnit = 'u';
constexpr char kUnitId = 'U';
constexpr char kUnitName = 'n';
constexpr char kProduct = 'p';
constexpr char kProductName = 'P';
constexpr char kLicense = 'l';
constexpr char kLicenseVersion = 'v';
constexpr char kLicenseOfIssuer = 'L';
constexpr char kGrant = 'g';
constexpr char kAccount = 'a';
constexpr char kToken = 't';
constexpr char kHandshake = 'h';
constexpr char kInvitation = 'i';

constexpr char kMember = 'm';
constexpr char kPassed = 'p';
constexpr char kCohort = 'c';
constexpr char kCohortSize = 's';

constexpr char kProductHead = 'h';
constexpr char kDistributionEvent = 'd';
constexpr char kOwnEvent = 'o';
constexpr char kException = 'x';
constexpr char kGrantOfLicense = 'l';
constexpr char kGrantOfGrantor = 'g';
constexpr char kGrantBelow = 'b';

constexpr char kMark = 'w';
constexpr char kFoldedCell = 'a';
constexpr char kFoldedProduct = 'p';
// Of a product in an organization, behind kFoldedProduct.
constexpr char kFoldedCohort = 'c';
constexpr char kFoldedDistributions = 'd';
constexpr char kGrantCounts = 'n';

constexpr char kBaseDistributions = 'd';
constexpr char kHorizon = 'h';
constexpr char kEntryEvents = 'e';
constexpr char kKeptToken = 't';

}  // namespace

std::string_view FamilyName(Family family) {
  switch (family) {
    case Family::kLog:
      return "log";
    case Family::kState:
      return "state";
    case Family::kMember:
      return "member";
    case Family::kIndex:
      return "index";
    case Family::kActivation:
      return "activation";
    case Family::kBase:
      return "base";
  }
  return "?";
}

std::string LogKey(Lsn lsn) {
  std::string key;
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(lsn >> shift));
  return key;
}

Lsn ReadLogKey(std::string_view key) {
  Lsn lsn = 0;
  for (const char byte : key) lsn = lsn << 8 | static_cast<unsigned char>(byte);
  return lsn;
}

std::string CountersKey() { return KeyWriter(kCounters).key(); }

std::string OrganizationKey(std::uint64_t organization) {
  return KeyWriter(kOrganization).Uint(organization).key();
}

std::string OrganizationIdKey(std::string_view id) {
  return KeyWriter(kOrganizationId).Text(id).key();
}

std::string UnitKey(std::uint64_t organization, const Path& path) {
  return KeyWriter(kUnit).Uint(organization).PlacePath(path).key();
}

std::string UnitIdKey(std::string_view id) { return KeyWriter(kUnitId).Text(id).key(); }

std::string UnitNameKey(std::uint64_t organization, const Path& parent, std::string_view name) {
  return KeyWriter(kUnitName).Uint(organization).PlacePath(parent).Text(name).key();
}

std::string ProductKey(std::uint64_t product) { return KeyWriter(kProduct).Uint(product).key(); }

std::string ProductNameKey(std::string_view issuer_name, std::string_view sku) {
  return KeyWriter(kProductName).Text(issuer_name).Text(sku).key();
}

std::string LicenseKey(std::uint64_t license) { return KeyWriter(kLicense).Uint(license).key(); }

std::string LicenseVersionKey(std::uint64_t license, std::uint64_t version) {
  return KeyWriter(kLicenseVersion).Uint(license).Uint(version).key();
}

std::string LicensesOfIssuerPrefix(AccountId issuer) {
  return KeyWriter(kLicenseOfIssuer).Account(issuer).key();
}

std::string LicenseOfIssuerKey(AccountId issuer, std::uint64_t license) {
  return KeyWriter(kLicenseOfIssuer).Account(issuer).Uint(license).key();
}

std::string GrantKey(std::uint64_t grant) { return KeyWriter(kGrant).Uint(grant).key(); }

std::string AccountsPrefix() { return KeyWriter(kAccount).key(); }

std::string AccountKey(AccountId account) { return KeyWriter(kAccount).Account(account).key(); }

std::string TokenKey(AccountId caller, std::uint8_t body, std::string_view token) {
  return KeyWriter(kToken).Account(caller).Uint(body).Text(token).key();
}

std::string HandshakeKey(std::string_view id) { return KeyWriter(kHandshake).Text(id).key(); }

std::string InvitationKey(AccountId account, std::uint64_t organization) {
  return KeyWriter(kInvitation).Account(account).Uint(organization).key();
}

std::string MembersPrefix(std::uint64_t organization, const Path& subtree) {
  return KeyWriter(kMember).Uint(organization).PathPrefix(subtree).key();
}

std::string MembersOfPlacePrefix(std::uint64_t organization, const Path& path) {
  return KeyWriter(kMember).Uint(organization).PlacePath(path).key();
}

std::string MemberKey(std::uint64_t organization, const Path& path, Epoch epoch,
                      AccountId account) {
  return KeyWriter(kMember).Uint(organization).PlacePath(path).Uint(epoch).Account(account).key();
}

std::string PassedPrefix(std::uint64_t organization, const Path& subtree) {
  return KeyWriter(kPassed).Uint(organization).PathPrefix(subtree).key();
}

std::string PassedOfPlacePrefix(std::uint64_t organization, const Path& path) {
  return KeyWriter(kPassed).Uint(organization).PlacePath(path).key();
}

std::string PassedKey(std::uint64_t organization, const Path& path, Epoch epoch,
                      AccountId account) {
  return KeyWriter(kPassed).Uint(organization).PlacePath(path).Uint(epoch).Account(account).key();
}

std::string CohortsPrefix(std::uint64_t organization, const Path& subtree) {
  return KeyWriter(kCohort).Uint(organization).PathPrefix(subtree).key();
}

std::string CohortKey(std::uint64_t organization, const Path& path, Epoch epoch) {
  return KeyWriter(kCohort).Uint(organization).PlacePath(path).Uint(epoch).key();
}

std::string CohortSizePrefix(std::uint64_t organization, const Path& path, Epoch epoch) {
  return KeyWriter(kCohortSize).Uint(organization).PlacePath(path).Uint(epoch).key();
}

std::string CohortSizeKey(std::uint64_t organization, const Path& path, Epoch epoch, Lsn lsn) {
  return KeyWriter(kCohortSize)
      .Uint(organization)
      .PlacePath(path)
      .Uint(epoch)
      .NewestFirst(lsn)
      .key();
}

std::string ProductHeadPrefix(std::uint64_t organization) {
  return KeyWriter(kProductHead).Uint(organization).key();
}

std::string ProductHeadKey(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(kProductHead).Uint(organization).Uint(product).key();
}

std::string DistributionEventsPrefix(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(kDistributionEvent).Uint(organization).Uint(product).key();
}

std::string DistributionEventKey(std::uint64_t organization, std::uint64_t product, Lsn lsn,
                                 std::uint64_t grant) {
  return KeyWriter(kDistributionEvent).Uint(organization).Uint(product).Uint(lsn).Uint(grant).key();
}

std::string AllOwnEventsPrefix() { return KeyWriter(kOwnEvent).key(); }

std::string OwnEventsPrefix(AccountId account, std::uint64_t product) {
  return KeyWriter(kOwnEvent).Account(account).Uint(product).key();
}

std::string OwnEventKey(AccountId account, std::uint64_t product, Lsn lsn, std::uint64_t grant) {
  return KeyWriter(kOwnEvent).Account(account).Uint(product).Uint(lsn).Uint(grant).key();
}

std::string ExceptionsPrefix(std::uint64_t organization, std::uint64_t product,
                             const Path& subtree) {
  return KeyWriter(kException).Uint(organization).Uint(product).PathPrefix(subtree).key();
}

std::string ExceptionKey(std::uint64_t organization, std::uint64_t product, const Path& path,
                         Epoch epoch, AccountId account) {
  return KeyWriter(kException)
      .Uint(organization)
      .Uint(product)
      .PlacePath(path)
      .Uint(epoch)
      .Account(account)
      .key();
}

std::string GrantsOfLicensePrefix(std::uint64_t license) {
  return KeyWriter(kGrantOfLicense).Uint(license).key();
}

std::string GrantOfLicenseKey(std::uint64_t license, std::uint64_t grant) {
  return KeyWriter(kGrantOfLicense).Uint(license).Uint(grant).key();
}

std::string GrantsOfGrantorPrefix(AccountId grantor) {
  return KeyWriter(kGrantOfGrantor).Account(grantor).key();
}

std::string GrantOfGrantorKey(AccountId grantor, std::uint64_t grant) {
  return KeyWriter(kGrantOfGrantor).Account(grantor).Uint(grant).key();
}

std::string GrantsBelowPrefix(std::uint64_t parent) {
  return KeyWriter(kGrantBelow).Uint(parent).key();
}

std::string GrantBelowKey(std::uint64_t parent, std::uint64_t grant) {
  return KeyWriter(kGrantBelow).Uint(parent).Uint(grant).key();
}

std::string MarkKey() { return KeyWriter(kMark).key(); }

namespace {

/// What is read together stands together.
KeyWriter FoldedProduct(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(kFoldedProduct).Uint(organization).Uint(product);
}

}  // namespace

std::string FoldedDistributionsKey(std::uint64_t organization, std::uint64_t product) {
  return FoldedProduct(organization, product).Tag(kFoldedDistributions).key();
}

std::string FoldedCohortsPrefix(std::uint64_t organization, std::uint64_t product) {
  return FoldedProduct(organization, product).Tag(kFoldedCohort).key();
}

std::string FoldedCohortKey(std::uint64_t organization, std::uint64_t product, const Path& path,
                            Epoch epoch) {
  return FoldedProduct(organization, product).Tag(kFoldedCohort).PlacePath(path).Uint(epoch).key();
}

std::string FoldedCellsPrefix() { return KeyWriter(kFoldedCell).key(); }

std::string FoldedCellKey(AccountId account, std::uint64_t product) {
  return KeyWriter(kFoldedCell).Account(account).Uint(product).key();
}

std::string GrantCountsKey(std::uint64_t organization, std::uint64_t product, std::uint64_t grant) {
  return FoldedProduct(organization, product).Tag(kGrantCounts).Uint(grant).key();
}

std::string HorizonKey() { return KeyWriter(kHorizon).key(); }

std::string AllBaseDistributionsPrefix() { return KeyWriter(kBaseDistributions).key(); }

std::string BaseDistributionsPrefix(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(kBaseDistributions).Uint(organization).Uint(product).key();
}

std::string BaseDistributionsKey(std::uint64_t organization, std::uint64_t product, Lsn lsn) {
  return KeyWriter(kBaseDistributions).Uint(organization).Uint(product).NewestFirst(lsn).key();
}

std::string EntryEventsKey(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(kEntryEvents).Uint(organization).Uint(product).key();
}

std::string KeptTokensPrefix() { return KeyWriter(kKeptToken).key(); }

std::string KeptTokenKey(Lsn lsn) { return KeyWriter(kKeptToken).Uint(lsn).key(); }

Lsn ReadKeptTokenKey(std::string_view key) { return KeyReader(key.substr(1)).Uint(); }

Result<CohortAt> ReadCohortKey(std::string_view suffix) {
  KeyReader in(suffix);
  CohortAt at;
  at.path = in.PlacePath();
  at.epoch = in.Uint();
  if (!in.AtEnd()) {
    return Status(Code::kCorruption, "the key of a cohort has another form than expected");
  }
  return at;
}

Result<Position> ReadPosition(std::string_view suffix) {
  KeyReader in(suffix);
  Position position;
  position.path = in.PlacePath();
  position.epoch = in.Uint();
  position.account = in.Account();
  if (!in.AtEnd()) return Status(Code::kCorruption, "a member key has another form than expected");
  return position;
}

}  // namespace grantledger
