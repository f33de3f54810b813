// The first byte of a key: which kind of row it is of, in its family.
#ifndef GRANTLEDGER_CODEC_KEY_TAGS_H_
#define GRANTLEDGER_CODEC_KEY_TAGS_H_

namespace grantledger::tag {

// Tags, by family. Stored: never reused.
inline constexpr char kCounters = 'c';
inline constexpr char kOrganization = 'o';
inline constexpr char kOrganizationId = 'O';
inline constexpr char kUnit = 'u';
inline constexpr char kUnitId = 'U';
inline constexpr char kUnitName = 'n';
inline constexpr char kProduct = 'p';
inline constexpr char kProductName = 'P';
inline constexpr char kLicense = 'l';
inline constexpr char kLicenseVersion = 'v';
inline constexpr char kLicenseOfIssuer = 'L';
inline constexpr char kGrant = 'g';
inline constexpr char kAccount = 'a';
inline constexpr char kToken = 't';
inline constexpr char kHandshake = 'h';
inline constexpr char kInvitation = 'i';
inline constexpr char kBeneficiary = 'b';

inline constexpr char kMember = 'm';
inline constexpr char kPassed = 'p';
inline constexpr char kCohort = 'c';
inline constexpr char kCohortSize = 's';

inline constexpr char kProductHead = 'h';
inline constexpr char kDistributionEvent = 'd';
inline constexpr char kOwnEvent = 'o';
inline constexpr char kException = 'x';
inline constexpr char kGrantOfLicense = 'l';
inline constexpr char kGrantOfGrantor = 'g';
inline constexpr char kGrantBelow = 'b';

inline constexpr char kMark = 'w';
inline constexpr char kFoldedCell = 'a';
inline constexpr char kFoldedProduct = 'p';
// Of a product in an organization, behind kFoldedProduct.
inline constexpr char kFoldedCohort = 'c';
inline constexpr char kFoldedDistributions = 'd';
inline constexpr char kGrantCounts = 'n';

inline constexpr char kBaseDistributions = 'd';
inline constexpr char kHorizon = 'h';
inline constexpr char kEntryEvents = 'e';
inline constexpr char kKeptToken = 't';

}  // namespace grantledger::tag

#endif  // GRANTLEDGER_CODEC_KEY_TAGS_H_
