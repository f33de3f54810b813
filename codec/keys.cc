#include "codec/keys.h"

#include "codec/key_tags.h"

namespace grantledger {

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

std::string CountersKey() { return KeyWriter(tag::kCounters).key(); }

std::string OrganizationKey(std::uint64_t organization) {
  return KeyWriter(tag::kOrganization).Uint(organization).key();
}

std::string OrganizationIdKey(std::string_view id) {
  return KeyWriter(tag::kOrganizationId).Text(id).key();
}

std::string UnitsPrefix() { return KeyWriter(tag::kUnit).key(); }

std::string UnitsOfPrefix(std::uint64_t organization) {
  return KeyWriter(tag::kUnit).Uint(organization).key();
}

std::string UnitKey(std::uint64_t organization, const Path& path) {
  return KeyWriter(tag::kUnit).Uint(organization).PlacePath(path).key();
}

std::string UnitIdKey(std::string_view id) { return KeyWriter(tag::kUnitId).Text(id).key(); }

std::string UnitNameKey(std::uint64_t organization, const Path& parent, std::string_view name) {
  return KeyWriter(tag::kUnitName).Uint(organization).PlacePath(parent).Text(name).key();
}

std::string ProductKey(std::uint64_t product) {
  return KeyWriter(tag::kProduct).Uint(product).key();
}

std::string ProductNameKey(std::string_view issuer_name, std::string_view sku) {
  return KeyWriter(tag::kProductName).Text(issuer_name).Text(sku).key();
}

std::string LicenseKey(std::uint64_t license) {
  return KeyWriter(tag::kLicense).Uint(license).key();
}

std::string LicenseVersionKey(std::uint64_t license, std::uint64_t version) {
  return KeyWriter(tag::kLicenseVersion).Uint(license).Uint(version).key();
}

std::string LicensesOfIssuerPrefix(AccountId issuer) {
  return KeyWriter(tag::kLicenseOfIssuer).Account(issuer).key();
}

std::string LicenseOfIssuerKey(AccountId issuer, std::uint64_t license) {
  return KeyWriter(tag::kLicenseOfIssuer).Account(issuer).Uint(license).key();
}

std::string GrantKey(std::uint64_t grant) { return KeyWriter(tag::kGrant).Uint(grant).key(); }

std::string AccountsPrefix() { return KeyWriter(tag::kAccount).key(); }

std::string AccountKey(AccountId account) {
  return KeyWriter(tag::kAccount).Account(account).key();
}

std::string TokenKey(AccountId caller, std::uint8_t body, std::string_view token) {
  return KeyWriter(tag::kToken).Account(caller).Uint(body).Text(token).key();
}

std::string HandshakeKey(std::string_view id) { return KeyWriter(tag::kHandshake).Text(id).key(); }

std::string InvitationsPrefix(AccountId account) {
  return KeyWriter(tag::kInvitation).Account(account).key();
}

std::string BeneficiaryKey(AccountId account) {
  return KeyWriter(tag::kBeneficiary).Account(account).key();
}

std::string InvitationKey(AccountId account, std::uint64_t organization) {
  return KeyWriter(tag::kInvitation).Account(account).Uint(organization).key();
}

std::string MembersPrefix(std::uint64_t organization, const Path& subtree) {
  return KeyWriter(tag::kMember).Uint(organization).PathPrefix(subtree).key();
}

std::string MembersOfPlacePrefix(std::uint64_t organization, const Path& path) {
  return KeyWriter(tag::kMember).Uint(organization).PlacePath(path).key();
}

std::string MemberKey(std::uint64_t organization, const Path& path, Epoch epoch,
                      AccountId account) {
  return KeyWriter(tag::kMember)
      .Uint(organization)
      .PlacePath(path)
      .Uint(epoch)
      .Account(account)
      .key();
}

std::string PassedPrefix(std::uint64_t organization, const Path& subtree) {
  return KeyWriter(tag::kPassed).Uint(organization).PathPrefix(subtree).key();
}

std::string PassedOfPlacePrefix(std::uint64_t organization, const Path& path) {
  return KeyWriter(tag::kPassed).Uint(organization).PlacePath(path).key();
}

std::string PassedKey(std::uint64_t organization, const Path& path, Epoch epoch,
                      AccountId account) {
  return KeyWriter(tag::kPassed)
      .Uint(organization)
      .PlacePath(path)
      .Uint(epoch)
      .Account(account)
      .key();
}

std::string CohortsPrefix(std::uint64_t organization, const Path& subtree) {
  return KeyWriter(tag::kCohort).Uint(organization).PathPrefix(subtree).key();
}

std::string CohortKey(std::uint64_t organization, const Path& path, Epoch epoch) {
  return KeyWriter(tag::kCohort).Uint(organization).PlacePath(path).Uint(epoch).key();
}

std::string CohortSizePrefix(std::uint64_t organization, const Path& path, Epoch epoch) {
  return KeyWriter(tag::kCohortSize).Uint(organization).PlacePath(path).Uint(epoch).key();
}

std::string CohortSizeKey(std::uint64_t organization, const Path& path, Epoch epoch, Lsn lsn) {
  return KeyWriter(tag::kCohortSize)
      .Uint(organization)
      .PlacePath(path)
      .Uint(epoch)
      .NewestFirst(lsn)
      .key();
}

std::string ProductHeadPrefix(std::uint64_t organization) {
  return KeyWriter(tag::kProductHead).Uint(organization).key();
}

std::string ProductHeadKey(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(tag::kProductHead).Uint(organization).Uint(product).key();
}

std::string DistributionEventsPrefix(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(tag::kDistributionEvent).Uint(organization).Uint(product).key();
}

std::string DistributionEventKey(std::uint64_t organization, std::uint64_t product, Lsn lsn,
                                 std::uint64_t grant) {
  return KeyWriter(tag::kDistributionEvent)
      .Uint(organization)
      .Uint(product)
      .Uint(lsn)
      .Uint(grant)
      .key();
}

std::string AllOwnEventsPrefix() { return KeyWriter(tag::kOwnEvent).key(); }

std::string OwnEventsPrefix(AccountId account, std::uint64_t product) {
  return KeyWriter(tag::kOwnEvent).Account(account).Uint(product).key();
}

std::string OwnEventKey(AccountId account, std::uint64_t product, Lsn lsn, std::uint64_t grant) {
  return KeyWriter(tag::kOwnEvent).Account(account).Uint(product).Uint(lsn).Uint(grant).key();
}

std::string AllExceptionsPrefix() { return KeyWriter(tag::kException).key(); }

std::string ExceptionsPrefix(std::uint64_t organization, std::uint64_t product,
                             const Path& subtree) {
  return KeyWriter(tag::kException).Uint(organization).Uint(product).PathPrefix(subtree).key();
}

std::string ExceptionKey(std::uint64_t organization, std::uint64_t product, const Path& path,
                         Epoch epoch, AccountId account) {
  return KeyWriter(tag::kException)
      .Uint(organization)
      .Uint(product)
      .PlacePath(path)
      .Uint(epoch)
      .Account(account)
      .key();
}

std::string GrantsOfLicensePrefix(std::uint64_t license) {
  return KeyWriter(tag::kGrantOfLicense).Uint(license).key();
}

std::string GrantOfLicenseKey(std::uint64_t license, std::uint64_t grant) {
  return KeyWriter(tag::kGrantOfLicense).Uint(license).Uint(grant).key();
}

std::string AllGrantsOfGrantorsPrefix() { return KeyWriter(tag::kGrantOfGrantor).key(); }

std::string GrantsOfGrantorPrefix(AccountId grantor) {
  return KeyWriter(tag::kGrantOfGrantor).Account(grantor).key();
}

std::string GrantOfGrantorKey(AccountId grantor, std::uint64_t grant) {
  return KeyWriter(tag::kGrantOfGrantor).Account(grantor).Uint(grant).key();
}

std::string GrantsBelowPrefix(std::uint64_t parent) {
  return KeyWriter(tag::kGrantBelow).Uint(parent).key();
}

std::string GrantBelowKey(std::uint64_t parent, std::uint64_t grant) {
  return KeyWriter(tag::kGrantBelow).Uint(parent).Uint(grant).key();
}

std::string MarkKey() { return KeyWriter(tag::kMark).key(); }

namespace {

/// What is read together stands together.
KeyWriter FoldedProduct(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(tag::kFoldedProduct).Uint(organization).Uint(product);
}

}  // namespace

std::string FoldedDistributionsKey(std::uint64_t organization, std::uint64_t product) {
  return FoldedProduct(organization, product).Tag(tag::kFoldedDistributions).key();
}

std::string FoldedCohortsPrefix(std::uint64_t organization, std::uint64_t product) {
  return FoldedProduct(organization, product).Tag(tag::kFoldedCohort).key();
}

std::string FoldedCohortKey(std::uint64_t organization, std::uint64_t product, const Path& path,
                            Epoch epoch) {
  return FoldedProduct(organization, product)
      .Tag(tag::kFoldedCohort)
      .PlacePath(path)
      .Uint(epoch)
      .key();
}

std::string FoldedCellsPrefix() { return KeyWriter(tag::kFoldedCell).key(); }

std::string FoldedCellKey(AccountId account, std::uint64_t product) {
  return KeyWriter(tag::kFoldedCell).Account(account).Uint(product).key();
}

std::string GrantCountsKey(std::uint64_t organization, std::uint64_t product, std::uint64_t grant) {
  return FoldedProduct(organization, product).Tag(tag::kGrantCounts).Uint(grant).key();
}

std::string HorizonKey() { return KeyWriter(tag::kHorizon).key(); }

std::string AllBaseDistributionsPrefix() { return KeyWriter(tag::kBaseDistributions).key(); }

std::string BaseDistributionsPrefix(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(tag::kBaseDistributions).Uint(organization).Uint(product).key();
}

std::string BaseDistributionsKey(std::uint64_t organization, std::uint64_t product, Lsn lsn) {
  return KeyWriter(tag::kBaseDistributions).Uint(organization).Uint(product).NewestFirst(lsn).key();
}

std::string EntryEventsKey(std::uint64_t organization, std::uint64_t product) {
  return KeyWriter(tag::kEntryEvents).Uint(organization).Uint(product).key();
}

std::string KeptTokensPrefix() { return KeyWriter(tag::kKeptToken).key(); }

std::string KeptTokenKey(Lsn lsn) { return KeyWriter(tag::kKeptToken).Uint(lsn).key(); }

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
