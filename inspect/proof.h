// Proof: rows that prove themselves, and what is told of those that do not.
#ifndef GRANTLEDGER_INSPECT_PROOF_H_
#define GRANTLEDGER_INSPECT_PROOF_H_

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <grantledger/verify.h>

#include "ledger/store_files.h"

namespace grantledger {

/// Hands findings on, and remembers how many there were.
class Findings {
 public:
  /// `hear` is kept; null: nobody.
  explicit Findings(const std::function<void(const Finding&)>& hear) : hear_(hear) {}

  void Add(const Finding& finding);
  [[nodiscard]] std::uint64_t all() const { return all_; }
  [[nodiscard]] std::uint64_t of(Family family) const {
    return by_family_[static_cast<std::size_t>(family)];
  }

 private:
  const std::function<void(const Finding&)>& hear_;
  std::uint64_t all_ = 0;
  std::array<std::uint64_t, kFamilyCount> by_family_{};
};

/// Of one row. `what` follows the place in the sentence.
Finding RowFinding(Finding::Kind kind, Family family, std::string_view key, std::string_view what);

/// A payload as JSON; what is of no shape as "0x" and its bytes.
std::string ValueText(Family family, std::string_view key, std::string_view payload);

/// What is wrong with the row by itself: its frame, its key, its payload. Nullopt: nothing.
std::optional<Finding> ProveRow(Family family, const RowIterator& row);

/// Visits the rows of a family in their order, from a key on; false ends it. Rows that can't be
/// read, since a file is damaged, are left out, block by block, and `lost` hears why, and from
/// which key to which, the latter excluded, or empty: to the last.
struct RowWalk {
  std::function<bool(const RowIterator& row)> visit;
  std::function<bool(const Status& why, std::string_view from, std::string_view to)> lost;
};
void WalkRows(const Store& store, const Rows& rows, Family family, const RowWalk& walk,
              std::string_view from = {});
/// Of what `lost` hears.
Finding WhatIsLost(Family family, std::string_view from, std::string_view to, const Status& why);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_PROOF_H_
