// Proof: rows that prove themselves, and what is told of those that do not.
#ifndef GRANTLEDGER_INSPECT_PROOF_H_
#define GRANTLEDGER_INSPECT_PROOF_H_

#include <array>
#include <functional>
#include <optional>
#include <span>
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

/// Visits the rows of a family in their order, false ends it. Rows that can't be read, since a file
/// is damaged, are left out, and `lost` hears why, and behind which key it goes on.
struct RowWalk {
  std::function<bool(const RowIterator& row)> visit;
  std::function<void(const Status& why, std::string_view from, std::string_view to)> lost;
};
void WalkRows(const Rows& rows, Family family, std::span<const DamagedFile> damaged,
              const RowWalk& walk);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_PROOF_H_
