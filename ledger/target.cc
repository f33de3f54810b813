#include "ledger/target.h"

#include "codec/arn.h"
#include "ledger/errors.h"

namespace grantledger {
namespace {

/// The cell that holds the grant, or null where the account never received it.
Result<std::shared_ptr<const CellFold>> CellOf(View& view, const Target& target) {
  if (target.kind == GrantKind::kDistribution) {
    return view.Distributions(target.head->organization, target.head->product);
  }
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(target.grantee));
  GL_ASSIGN_OR_RETURN(auto cell, view.Cell(target.grantee, row, target.head->product));
  if (cell->FindGrant(target.head->ordinal) == nullptr) cell.reset();
  return cell;
}

}  // namespace

Result<std::optional<NamedGrant>> FindGrant(const View& view, std::string_view arn) {
  const auto parsed = ParseGrantArn(arn);
  const auto id = parsed ? view.ids().Decode(parsed->id) : std::nullopt;
  if (!id || id->kind != IdKind::kGrant) return std::optional<NamedGrant>();
  GL_ASSIGN_OR_RETURN(auto head, view.Grant(id->ordinal));
  const bool names_one = head && AccountId(head->grantor) == parsed->account &&
                         (id->account == AccountId() || head->grantee == 0);
  if (!names_one) return std::optional<NamedGrant>();
  return std::optional(NamedGrant{std::move(head), id->account});
}

Result<Table<fb::LicenseT>> FindLicense(const View& view, std::string_view arn) {
  const auto parsed = ParseLicenseArn(arn);
  const auto id = parsed ? view.ids().Decode(parsed->id) : std::nullopt;
  if (!id || id->kind != IdKind::kLicense || id->account != AccountId()) {
    return Table<fb::LicenseT>();
  }
  GL_ASSIGN_OR_RETURN(auto row, view.License(id->ordinal));
  if (row && AccountId(row->issuer) != parsed->account) row.reset();
  return row;
}

Result<Target> ResolveGrant(View& view, std::string_view arn) {
  if (!IsArn(arn)) return Invalid("GrantArn", Quoted(arn), "the ARN of a grant");
  GL_ASSIGN_OR_RETURN(auto named, FindGrant(view, arn));
  if (!named) return NotThere("GrantArn", arn, "grant");
  Target target;
  target.arn = std::string(arn);
  const bool member = named->member != AccountId();
  target.kind = member                      ? GrantKind::kMember
                : named->head->grantee == 0 ? GrantKind::kDistribution
                                            : GrantKind::kDirect;
  target.grantee = member ? named->member : AccountId(named->head->grantee);
  target.head = std::move(named->head);
  GL_ASSIGN_OR_RETURN(target.cell, CellOf(view, target));
  if (target.cell == nullptr) return NotThere("GrantArn", arn, "grant");
  return target;
}

std::string ArnOf(const View& view, const fb::GrantHeadT& head, AccountId account) {
  return GrantArnOf(AccountId(head.grantor),
                    view.ids().Encode(IdKind::kGrant, head.ordinal, account));
}

Result<std::string> ArnInCell(const View& view, std::uint64_t grant, AccountId account) {
  GL_ASSIGN_OR_RETURN(const auto head,
                      GetTable<fb::GrantHeadT>(view.rows(), Family::kState, GrantKey(grant)));
  return ArnOf(view, *head, head->grantee == 0 ? account : AccountId());
}

Result<GrantOperations> OperationsOfParent(View& view, const fb::GrantHeadT& head) {
  if (head.parent == 0) {
    GrantOperations all;
    for (int i = 1; i <= 7; ++i) all.push_back(static_cast<GrantOperation>(i));
    return all;
  }
  const AccountId holder(head.grantor);
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(holder));
  GL_ASSIGN_OR_RETURN(const auto cell, view.Cell(holder, row, head.product));
  const FoldedGrant* parent = cell->FindGrant(head.parent);
  if (parent == nullptr) {
    return RowCorruption(Family::kState, GrantKey(head.ordinal), "its parent grant is missing");
  }
  return parent->text->operations;
}

Result<Table<fb::LicenseT>> ResolveLicense(const View& view, std::string_view arn) {
  if (!IsArn(arn)) return Invalid("LicenseArn", Quoted(arn), "the ARN of a license");
  GL_ASSIGN_OR_RETURN(auto row, FindLicense(view, arn));
  if (!row) return NotThere("LicenseArn", arn, "license");
  return row;
}

}  // namespace grantledger
