#include "ledger/target.h"

#include "codec/arn.h"
#include "ledger/errors.h"

namespace grantledger {
namespace {

/// The cell that holds the grant, or null where the account never received it.
Result<std::shared_ptr<const CellFold>> CellOf(View& view, const Target& target) {
  if (target.kind == GrantKind::kDistribution) {
    return view.Distributions(target.head.organization, target.head.product);
  }
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(target.grantee));
  GL_ASSIGN_OR_RETURN(auto cell, view.Cell(target.grantee, row, target.head.product));
  if (cell->FindGrant(target.head.ordinal) == nullptr) cell.reset();
  return cell;
}

}  // namespace

Result<Target> ResolveGrant(View& view, std::string_view arn) {
  if (!IsArn(arn)) return Invalid("GrantArn", Quoted(arn), "the ARN of a grant");
  const Status missing = NotThere("GrantArn", arn, "grant");
  const auto parsed = ParseGrantArn(arn);
  if (!parsed) return missing;
  const auto id = view.ids().Decode(parsed->id);
  if (!id || id->kind != IdKind::kGrant) return missing;
  GL_ASSIGN_OR_RETURN(auto head, view.Grant(id->ordinal));
  if (!head || AccountId(head->grantor) != parsed->account) return missing;
  Target target;
  target.arn = std::string(arn);
  const bool distribution = head->grantee == 0;
  const bool member = id->account != AccountId();
  if (member && !distribution) return missing;
  target.kind = member         ? GrantKind::kMember
                : distribution ? GrantKind::kDistribution
                               : GrantKind::kDirect;
  target.grantee = member ? id->account : AccountId(head->grantee);
  target.head = *std::move(head);
  GL_ASSIGN_OR_RETURN(target.cell, CellOf(view, target));
  if (target.cell == nullptr) return missing;
  return target;
}

std::string ArnOf(const View& view, const fb::GrantHeadT& head, AccountId account) {
  return GrantArnOf(AccountId(head.grantor),
                    view.ids().Encode(IdKind::kGrant, head.ordinal, account));
}

Result<std::string> ArnInCell(const View& view, std::uint64_t grant, AccountId account) {
  GL_ASSIGN_OR_RETURN(const auto head,
                      GetTable<fb::GrantHeadT>(view.rows(), Family::kState, GrantKey(grant)));
  return ArnOf(view, head, head.grantee == 0 ? account : AccountId());
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

Result<fb::LicenseT> ResolveLicense(const View& view, std::string_view arn) {
  if (!IsArn(arn)) return Invalid("LicenseArn", Quoted(arn), "the ARN of a license");
  const Status missing = NotThere("LicenseArn", arn, "license");
  const auto parsed = ParseLicenseArn(arn);
  if (!parsed) return missing;
  const auto id = view.ids().Decode(parsed->id);
  if (!id || id->kind != IdKind::kLicense || id->account != AccountId()) return missing;
  GL_ASSIGN_OR_RETURN(auto row, view.License(id->ordinal));
  if (!row || AccountId(row->issuer) != parsed->account) return missing;
  return *std::move(row);
}

}  // namespace grantledger
