// What an operator tunes by: how many cohorts there are, how much is folded, how long folds are.
#include <algorithm>

#include "codec/row_shapes.h"
#include "inspect/inspector.h"
#include "ledger/cohort_sizes.h"

namespace grantledger {
namespace {

constexpr std::size_t kHottest = 10;

/// How many rows begin with the prefix; with one of several, in one pass for each.
Result<std::uint64_t> CountRows(const Rows& rows, Family family, const std::string& prefix) {
  std::uint64_t count = 0;
  RowIterator all = rows.Scan(family, prefix);
  for (;; all.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, all.AtRow());
    if (!at_row) break;
    ++count;
  }
  return count;
}

Status AddCohorts(const View& view, std::uint64_t organization, LedgerStats* stats) {
  return WalkCohortSizes(view, organization, Path(), [stats](const CohortSize& cohort) -> Status {
    ++stats->cohorts;
    stats->positions += cohort.size;
    stats->largest_cohort = std::max(stats->largest_cohort, cohort.size);
    return {};
  });
}

/// The distribution events of each product of the organization.
Status AddProducts(const View& view, const fb::OrganizationT& organization, Lsn mark,
                   LedgerStats* stats) {
  const std::string prefix = ProductHeadPrefix(organization.ordinal);
  RowIterator heads = view.rows().Scan(Family::kIndex, prefix);
  for (;; heads.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, heads.AtRow());
    if (!at_row) break;
    const std::uint64_t ordinal = KeyReader(heads.key().substr(prefix.size())).Uint();
    const std::string events = DistributionEventsPrefix(organization.ordinal, ordinal);
    LedgerStats::Product product;
    RowIterator rows = view.rows().Scan(Family::kIndex, events);
    for (;; rows.Next()) {
      GL_ASSIGN_OR_RETURN(const bool at_event, rows.AtRow());
      if (!at_event) break;
      ++product.events;
      if (KeyReader(rows.key().substr(events.size())).Uint() > mark) ++product.tail;
    }
    GL_ASSIGN_OR_RETURN(const auto row,
                        GetTable<fb::ProductT>(view.rows(), Family::kState, ProductKey(ordinal)));
    product.organization_id = organization.id;
    product.issuer_name = row->issuer_name;
    product.sku = row->sku;
    stats->distribution_events += product.events;
    stats->longest_tail = std::max(stats->longest_tail, product.tail);
    stats->hottest.push_back(std::move(product));
  }
  return {};
}

void KeepHottest(std::vector<LedgerStats::Product>* products) {
  std::ranges::stable_sort(*products, std::ranges::greater(), &LedgerStats::Product::events);
  if (products->size() > kHottest) products->resize(kHottest);
}

}  // namespace

Result<LedgerStats> StoreInspector::Stats() {
  LedgerStats stats;
  GL_ASSIGN_OR_RETURN(const Lsn last, LastLsn());
  const View view = ViewAt(last);
  GL_ASSIGN_OR_RETURN(const auto counters,
                      GetTable<fb::CountersT>(*snapshot_, Family::kState, CountersKey()));
  GL_ASSIGN_OR_RETURN(const auto mark,
                      FindTable<fb::MarkT>(*snapshot_, Family::kActivation, MarkKey()));
  for (std::uint64_t ordinal = 1; ordinal <= counters->organizations; ++ordinal) {
    GL_ASSIGN_OR_RETURN(
        const auto organization,
        GetTable<fb::OrganizationT>(*snapshot_, Family::kState, OrganizationKey(ordinal)));
    GL_RETURN_IF_ERROR(AddCohorts(view, ordinal, &stats));
    GL_RETURN_IF_ERROR(AddProducts(view, *organization, mark ? mark->lsn : 0, &stats));
    KeepHottest(&stats.hottest);
  }
  GL_ASSIGN_OR_RETURN(stats.exceptions,
                      CountRows(*snapshot_, Family::kIndex, AllExceptionsPrefix()));
  GL_ASSIGN_OR_RETURN(stats.own_events,
                      CountRows(*snapshot_, Family::kIndex, AllOwnEventsPrefix()));
  return stats;
}

}  // namespace grantledger
