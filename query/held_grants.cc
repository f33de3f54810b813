#include "query/held_grants.h"

namespace grantledger {

std::string HeldGrants::Resume(const std::string& cursor) {
  if (cursor.empty()) return {};
  after_ = KeyReader(cursor).Uint();
  resumed_ = cursor.substr(PackNumber(after_).size());
  return resumed_;
}

Status HeldGrants::List(const std::string& cursor) {
  const std::string from = Resume(cursor);
  return WalkMembers(view_, organization_, product_, Path(), from, *this);
}

Status HeldGrants::ListOf(AccountId account, const std::string& cursor) {
  const std::string from = Resume(cursor);
  GL_ASSIGN_OR_RETURN(const auto row, view_.Account(account));
  const fb::StayT* stay = StayAt(*row, view_.lsn());
  if (stay == nullptr || stay->organization != organization_) return {};
  const std::string position = EncodePosition(PositionOf(*stay, account));
  if (position < from) return {};
  GL_ASSIGN_OR_RETURN(const auto cell, view_.Cell(account, row, product_));
  GL_ASSIGN_OR_RETURN(const auto prepared, PrepareAll(*cell));
  Emit(prepared, account, position);
  return {};
}

Result<Next> HeldGrants::OnCohort(const Position& first) {
  GL_ASSIGN_OR_RETURN(const auto cell,
                      view_.Cohort(organization_, product_, first.path, first.epoch));
  GL_ASSIGN_OR_RETURN(cohort_, PrepareAll(*cell));
  return cohort_.empty() ? Next::kSkipRegular : Next::kGoOn;
}

Result<Next> HeldGrants::OnRegular(AccountId account, std::string_view position) {
  return Emit(cohort_, account, position);
}

Result<Next> HeldGrants::OnException(const Position& at, std::string_view position) {
  GL_ASSIGN_OR_RETURN(const auto row, view_.Account(at.account));
  if (StayAtPosition(*row, organization_, at, view_.lsn()) == nullptr) return Next::kGoOn;
  GL_ASSIGN_OR_RETURN(const auto cell, view_.Alone(at.account, row, product_));
  GL_ASSIGN_OR_RETURN(const auto prepared, PrepareAll(*cell));
  return Emit(prepared, at.account, position);
}

Result<std::vector<GrantTemplate>> HeldGrants::PrepareAll(const CellFold& cell) {
  std::vector<GrantTemplate> all;
  for (const FoldedGrant& grant : cell.grants()) {
    GL_ASSIGN_OR_RETURN(const bool wanted, wanted_(grant));
    if (!wanted) continue;
    GL_ASSIGN_OR_RETURN(GrantTemplate prepared, renderer_.Prepare(grant));
    all.push_back(std::move(prepared));
  }
  return all;
}

Next HeldGrants::Emit(const std::vector<GrantTemplate>& grants, AccountId account,
                      std::string_view position) {
  for (const GrantTemplate& grant : grants) {
    if (position == resumed_ && grant.grant <= after_) continue;
    if (page_->size() >= limit_) {
      more_ = true;
      return Next::kStop;
    }
    page_->push_back(renderer_.Stamp(grant, account));
    if (page_->size() == limit_) last_ = PackNumber(grant.grant) + std::string(position);
  }
  return Next::kGoOn;
}

}  // namespace grantledger
