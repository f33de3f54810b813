#include "query/received.h"

#include <algorithm>

#include "ledger/errors.h"
#include "query/member_walk.h"

namespace grantledger {
namespace {

/// Finds the products of the accounts that are folded by themselves.
class ExceptionProducts : public MemberVisitor {
 public:
  ExceptionProducts(const View& view, std::set<std::uint64_t>& products)
      : view_(view), products_(products) {}

  Result<Next> OnCohort(const Position& /*first*/) override { return Next::kSkipRegular; }
  Result<Next> OnRegular(AccountId /*account*/, std::string_view /*position*/) override {
    return Next::kSkipRegular;
  }
  Result<Next> OnException(const Position& at, std::string_view /*position*/) override {
    GL_ASSIGN_OR_RETURN(const auto row, view_.Account(at.account));
    GL_ASSIGN_OR_RETURN(const auto products, ProductsOf(view_, *row));
    products_.insert(products.begin(), products.end());
    return Next::kGoOn;
  }

 private:
  const View& view_;
  std::set<std::uint64_t>& products_;
};

/// A grant in its cell, which is kept alive.
struct ReceivedGrant {
  std::shared_ptr<const CellFold> cell;
  const FoldedGrant* grant = nullptr;
};

Result<std::vector<ReceivedGrant>> ReceivedBy(View& view, AccountId account,
                                              const Table<fb::AccountT>& row,
                                              const std::set<std::uint64_t>& products) {
  std::vector<ReceivedGrant> received;
  for (const std::uint64_t product : products) {
    GL_ASSIGN_OR_RETURN(const auto cell, view.Cell(account, row, product));
    for (const FoldedGrant& grant : cell->grants()) received.push_back({cell, &grant});
  }
  std::ranges::sort(received, {}, [](const ReceivedGrant& one) { return one.grant->grant; });
  return received;
}

}  // namespace

Result<std::set<std::uint64_t>> ProductsHeldIn(const View& view, std::uint64_t organization) {
  GL_ASSIGN_OR_RETURN(auto products, ProductsIn(view, organization));
  // Exceptions for single products, by skipping from product to product.
  const std::string prefix =
      KeyWriter(ExceptionsPrefix(organization, 0, Path())[0]).Uint(organization).key();
  RowIterator rows = view.rows().Scan(Family::kIndex, prefix);
  while (true) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    const std::uint64_t product = KeyReader(rows.key().substr(prefix.size())).Uint();
    if (product != 0) products.insert(product);
    rows.Seek(PrefixEnd(ExceptionsPrefix(organization, product, Path())));
  }
  ExceptionProducts visitor(view, products);
  GL_RETURN_IF_ERROR(WalkMembers(view, organization, 0, Path(), {}, visitor));
  return products;
}

Result<GrantPage> PageOfReceived(ReadContext& in, GrantRenderer& renderer, AccountId account,
                                 const Table<fb::AccountT>& row,
                                 const std::set<std::uint64_t>& products, std::size_t limit,
                                 const std::function<Result<bool>(const FoldedGrant&)>& wanted) {
  GL_ASSIGN_OR_RETURN(const auto received, ReceivedBy(in.view, account, row, products));
  const std::uint64_t after = in.cursor.empty() ? 0 : KeyReader(in.cursor).Uint();
  GrantPage page;
  std::uint64_t last = 0;
  for (const ReceivedGrant& one : received) {
    if (one.grant->grant <= after) continue;
    GL_ASSIGN_OR_RETURN(const bool listed, wanted(*one.grant));
    if (!listed) continue;
    if (page.grants.size() == limit) {
      page.next_token = PackNumber(last);
      break;
    }
    GL_ASSIGN_OR_RETURN(Grant rendered, renderer.Render(*one.grant, account));
    page.grants.push_back(std::move(rendered));
    last = one.grant->grant;
  }
  return page;
}

Status CheckMayLookInto(const ReadContext& in, AccountId account, const fb::AccountT& row) {
  if (account == in.caller) return {};
  if (const fb::StayT* stay = StayAt(row, in.view.lsn())) {
    GL_ASSIGN_OR_RETURN(const auto organization, in.view.Organization(stay->organization));
    if (organization && IsAdministrator(*organization, in.caller, in.view.lsn())) return {};
  }
  return Refuse(
      Code::kAccessDenied, "Caller", in.caller.ToString(),
      "account " + account.ToString() + " itself or an administrator of its organization");
}

Result<Table<fb::OrganizationT>> AdministeredBy(const ReadContext& in) {
  GL_ASSIGN_OR_RETURN(auto organization, in.view.OrganizationOf(in.caller));
  if (organization && IsAdministrator(*organization, in.caller, in.view.lsn())) {
    return organization;
  }
  return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                "an administrator of an organization");
}

Result<std::uint64_t> LicenseOf(GrantRenderer& renderer, const FoldedGrant& grant) {
  GL_ASSIGN_OR_RETURN(const fb::GrantHeadT* head, renderer.Head(grant.grant));
  return head->license;
}

}  // namespace grantledger
