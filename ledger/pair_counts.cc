#include "ledger/pair_counts.h"

namespace grantledger {

void PairCounts::Add(const CellFold& cell, std::uint64_t organization, std::int64_t times) {
  for (const FoldedGrant& grant : cell.grants()) {
    if (!grant.member) continue;
    const FoldedDistribution* distribution = cell.FindDistribution(grant.grant);
    if (distribution == nullptr || distribution->organization != organization) continue;
    counts_[grant.grant][static_cast<std::size_t>(grant.status) % kStatuses] += times;
  }
}

void PairCounts::Add(std::uint64_t grant, const fb::GrantCountsT& row) {
  Counts& counts = counts_[grant];
  for (const auto& one : row.counts) {
    counts[one->status % kStatuses] += static_cast<std::int64_t>(one->count);
  }
}

void PairCounts::Add(const PairCounts& other, std::int64_t times) {
  for (const auto& [grant, added] : other.counts_) {
    Counts& counts = counts_[grant];
    for (std::size_t i = 0; i < kStatuses; ++i) counts[i] += added[i] * times;
  }
}

bool PairCounts::ToRow(std::uint64_t grant, fb::GrantCountsT* row) const {
  const auto known = counts_.find(grant);
  if (known == counts_.end()) return true;
  for (std::size_t i = 0; i < kStatuses; ++i) {
    const std::int64_t count = known->second[i];
    if (count < 0) return false;
    if (count == 0) continue;
    auto one = std::make_unique<fb::StatusCountT>();
    one->status = static_cast<std::uint8_t>(i);
    one->count = static_cast<std::uint64_t>(count);
    row->counts.push_back(std::move(one));
  }
  return true;
}

}  // namespace grantledger
