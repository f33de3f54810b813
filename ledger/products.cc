#include "ledger/products.h"

#include <memory>
#include <vector>

namespace grantledger {

namespace {

struct Distributed {
  Lsn created_lsn = 0;  ///< Of the first distribution of the product.
  std::uint64_t product = 0;
};

/// All that were distributed in an organization, up to the last event of a distribution there.
struct AllDistributed {
  Lsn last_event = 0;
  std::vector<Distributed> products;
};

Result<std::vector<Distributed>> ReadDistributed(const Rows& all, const std::string& prefix) {
  std::vector<Distributed> products;
  RowIterator rows = all.Scan(Family::kIndex, prefix);
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    GL_ASSIGN_OR_RETURN(const auto head,
                        ReadTable<fb::ProductHeadT>(Family::kIndex, rows.key(), payload));
    const std::uint64_t product = KeyReader(rows.key().substr(prefix.size())).Uint();
    products.push_back({head.created_lsn, product});
  }
  return products;
}

/// Kept until a distribution of the organization has another event: a product comes with one.
Result<Table<AllDistributed>> FindDistributed(const View& view, std::uint64_t organization) {
  GL_ASSIGN_OR_RETURN(const auto row, view.Organization(organization));
  if (row == nullptr) return std::make_shared<const AllDistributed>();
  const std::string prefix = ProductHeadPrefix(organization);
  if (const auto found = view.rows().FindKept(Family::kIndex, prefix)) {
    auto kept = std::static_pointer_cast<const AllDistributed>(*found);
    if (kept->last_event == row->last_distribution_event) return kept;
  }
  GL_ASSIGN_OR_RETURN(auto products, ReadDistributed(view.rows(), prefix));
  const std::size_t bytes = sizeof(AllDistributed) + products.size() * sizeof(Distributed);
  auto all = std::make_shared<const AllDistributed>(
      AllDistributed{row->last_distribution_event, std::move(products)});
  view.rows().Keep(Family::kIndex, prefix, all, bytes);
  return all;
}

}  // namespace

Result<std::set<std::uint64_t>> ProductsIn(const View& view, std::uint64_t organization) {
  std::set<std::uint64_t> products;
  GL_ASSIGN_OR_RETURN(const auto all, FindDistributed(view, organization));
  for (const Distributed& one : all->products) {
    if (one.created_lsn <= view.lsn()) products.insert(products.end(), one.product);
  }
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
