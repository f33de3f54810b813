// Target: the grant that an ARN names, resolved at a moment.
#ifndef GRANTLEDGER_LEDGER_TARGET_H_
#define GRANTLEDGER_LEDGER_TARGET_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/view.h"

namespace grantledger {

enum class GrantKind { kDirect, kDistribution, kMember };

struct Target {
  GrantKind kind = GrantKind::kDirect;
  Table<fb::GrantHeadT> head;            ///< Of a member grant: its distribution's.
  AccountId grantee;                     ///< 0: a distribution.
  std::shared_ptr<const CellFold> cell;  ///< The grantee's; of a distribution: all of them.
  std::string arn;

  /// REQUIRES: not a distribution.
  [[nodiscard]] const FoldedGrant& grant() const { return *cell->FindGrant(head->ordinal); }
  /// REQUIRES: not a direct grant.
  [[nodiscard]] const FoldedDistribution& distribution() const {
    return *cell->FindDistribution(head->ordinal);
  }
  [[nodiscard]] std::uint64_t version() const {
    return kind == GrantKind::kDistribution ? distribution().version : grant().version;
  }
};

/// What the ARN of a grant names: a direct grant or a distribution, or the member grant that an
/// account may have of a distribution.
struct NamedGrant {
  Table<fb::GrantHeadT> head;
  AccountId member;  ///< 0: the grant itself.
};

/// Nullopt: it names none that exists at the moment. Whether the account ever received the member
/// grant is not looked at.
Result<std::optional<NamedGrant>> FindGrant(const View& view, std::string_view arn);
/// Null: it names none that exists at the moment.
Result<Table<fb::LicenseT>> FindLicense(const View& view, std::string_view arn);

/// Errors: InvalidArgument (no ARN), NotFound (it names no grant that exists at the moment).
Result<Target> ResolveGrant(View& view, std::string_view arn);

/// The ARN of a direct grant or distribution (account 0) or of a member grant.
std::string ArnOf(const View& view, const fb::GrantHeadT& head, AccountId account);

/// The ARN of a direct grant or of the account's member grant of a distribution.
Result<std::string> ArnInCell(const View& view, std::uint64_t grant, AccountId account);

/// What a grant of this parent may allow: the parent's operations, or all for the license itself.
Result<GrantOperations> OperationsOfParent(View& view, const fb::GrantHeadT& head);

/// NotFound where it names no license at the moment; InvalidArgument where it is no ARN.
Result<Table<fb::LicenseT>> ResolveLicense(const View& view, std::string_view arn);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_TARGET_H_
