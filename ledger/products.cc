#include "ledger/products.h"

namespace grantledger {

Result<std::set<std::uint64_t>> ProductsIn(const View& view, std::uint64_t organization) {
  std::set<std::uint64_t> products;
  const std::string prefix = ProductHeadPrefix(organization);
  RowIterator rows = view.rows().Scan(Family::kIndex, prefix);
  for (; rows.Valid(); rows.Next()) {
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    GL_ASSIGN_OR_RETURN(const auto head,
                        ReadTable<fb::ProductHeadT>(Family::kIndex, rows.key(), payload));
    if (head.created_lsn > view.lsn()) continue;
    products.insert(KeyReader(rows.key().substr(prefix.size())).Uint());
  }
  GL_RETURN_IF_ERROR(rows.status());
  return products;
}

Result<std::set<std::uint64_t>> ProductsOf(const View& view, const fb::AccountT& row) {
  std::set<std::uint64_t> products;
  for (const auto& own : row.own) {
    if (own.since() <= view.lsn()) products.insert(own.product());
  }
  for (const std::uint64_t organization : OrganizationsOf(row, view.lsn())) {
    GL_ASSIGN_OR_RETURN(const auto distributed, ProductsIn(view, organization));
    products.insert(distributed.begin(), distributed.end());
  }
  return products;
}

}  // namespace grantledger
