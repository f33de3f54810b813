// Rows whose keys end in a position (codec/keys.h), gone over in the order of positions.
#ifndef GRANTLEDGER_LEDGER_POSITION_ROWS_H_
#define GRANTLEDGER_LEDGER_POSITION_ROWS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/view.h"

namespace grantledger {

/// Rows of one kind.
class PositionRows {
 public:
  /// Whether the payload of a row is the LSN since which it holds: then rows that are newer than
  /// the moment are left out.
  enum class Dated { kNo, kYes };

  /// The rows whose keys begin with `range`, which begins with `base`; the position is what follows
  /// `base`. Stands nowhere before Start.
  PositionRows(const View& view, Family family, std::string base, const std::string& range,
               Dated dated = Dated::kYes)
      : family_(family),
        dated_(dated),
        lsn_(view.lsn()),
        base_(std::move(base)),
        rows_(view.rows().Within(family, range)) {}

  /// Goes to the first row that is not before the position `from`; empty: to the first of all.
  Status Start(const std::string& from) {
    if (from.empty()) {
      rows_.SeekToFirst();
    } else {
      rows_.Seek(base_ + from);
    }
    return SkipNewer();
  }
  Status SeekTo(std::string_view position) {
    rows_.Seek(base_ + std::string(position));
    return SkipNewer();
  }
  Status Advance() {
    rows_.Next();
    return SkipNewer();
  }
  [[nodiscard]] bool Valid() const { return valid_; }
  /// Good until the next step. REQUIRES: Valid().
  [[nodiscard]] std::string_view position() const { return position_; }

 private:
  Status SkipNewer();

  Family family_;
  Dated dated_;
  Lsn lsn_;
  std::string base_;
  RowIterator rows_;
  // Of the iterator, which is asked once a row: a walk looks at them many times.
  bool valid_ = false;
  std::string_view position_;
};

/// Rows of several kinds in one order. A position that stands in more than one is one position.
class MergedPositions {
 public:
  void Add(PositionRows rows) { all_.push_back(std::move(rows)); }

  Status Start(const std::string& from);
  /// Steps over all that stand before the position.
  Status CatchUp(std::string_view position);
  [[nodiscard]] bool IsAt(std::string_view position) const;
  /// Steps over the first, if it begins with `prefix`, and gives its position; else nullopt.
  Result<std::optional<std::string>> Take(std::string_view prefix);

 private:
  std::vector<PositionRows> all_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_POSITION_ROWS_H_
