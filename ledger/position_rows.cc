#include "ledger/position_rows.h"

#include <algorithm>

namespace grantledger {

Status PositionRows::SkipNewer() {
  for (;; rows_.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows_.AtRow());
    if (!at_row) break;
    const std::string_view key = rows_.key();
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows_.payload());
    if (dated_ == Dated::kYes) {
      GL_ASSIGN_OR_RETURN(const Lsn since, ReadNumber(family_, key, payload));
      if (since > lsn_) continue;
    }
    valid_ = true;
    position_ = key.substr(base_.size());
    return {};
  }
  valid_ = false;
  return {};
}

Status MergedPositions::Start(const std::string& from) {
  for (PositionRows& rows : all_) GL_RETURN_IF_ERROR(rows.Start(from));
  return {};
}

Status MergedPositions::CatchUp(std::string_view position) {
  for (PositionRows& rows : all_) {
    while (rows.Valid() && rows.position() < position) GL_RETURN_IF_ERROR(rows.Advance());
  }
  return {};
}

bool MergedPositions::IsAt(std::string_view position) const {
  return std::ranges::any_of(all_, [position](const PositionRows& rows) {
    return rows.Valid() && rows.position() == position;
  });
}

Result<std::optional<std::string>> MergedPositions::Take(std::string_view prefix) {
  std::optional<std::string> next;
  for (const PositionRows& rows : all_) {
    if (!rows.Valid() || !rows.position().starts_with(prefix)) continue;
    if (!next || rows.position() < *next) next = std::string(rows.position());
  }
  for (PositionRows& rows : all_) {
    if (next && rows.Valid() && rows.position() == *next) GL_RETURN_IF_ERROR(rows.Advance());
  }
  return next;
}

}  // namespace grantledger
