#include "inspect/proof.h"

#include "codec/row_shapes.h"
#include "ledger/tables.h"

namespace grantledger {

std::string_view Name(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::kFile:
      return "file";
    case Finding::Kind::kTornTail:
      return "torn-tail";
    case Finding::Kind::kDamaged:
      return "damaged";
    case Finding::Kind::kMissing:
      return "missing";
    case Finding::Kind::kUnexpected:
      return "unexpected";
    case Finding::Kind::kOtherValue:
      return "other-value";
    case Finding::Kind::kContradicts:
      break;
  }
  return "contradicts";
}

void Findings::Add(const Finding& finding) {
  ++all_;
  for (std::size_t i = 0; i < by_family_.size(); ++i) {
    if (FamilyName(static_cast<Family>(i)) == finding.family) ++by_family_[i];
  }
  if (hear_) hear_(finding);
}

Finding RowFinding(Finding::Kind kind, Family family, std::string_view key, std::string_view what) {
  Finding finding;
  finding.kind = kind;
  finding.family = FamilyName(family);
  finding.key = key;
  if (family == Family::kLog && key.size() == sizeof(Lsn)) finding.lsn = ReadLogKey(key);
  finding.what = RowCorruption(family, key, what).message();
  return finding;
}

std::string ValueText(Family family, std::string_view key, std::string_view payload) {
  if (const auto decoded = DecodeKey(family, key)) {
    if (auto text = DecodePayload(*decoded->shape, payload)) return *std::move(text);
  }
  return "0x" + HexText(payload);
}

namespace {

/// The first record that may stand at a key of `log` or behind it.
Lsn FirstLsn(std::string_view key) {
  std::string whole(key.substr(0, sizeof(Lsn)));
  whole.resize(sizeof(Lsn), '\0');
  return ReadLogKey(whole) + (key.size() > sizeof(Lsn) ? 1 : 0);
}

}  // namespace

std::optional<Finding> ProveRow(Family family, const RowIterator& row) {
  const auto damaged = [&](std::string_view what) {
    return RowFinding(Finding::Kind::kDamaged, family, row.key(), what);
  };
  const auto key = DecodeKey(family, row.key());
  if (!key) {
    return damaged("there are no such keys in the family, expected one of docs/FORMAT.md");
  }
  const auto payload = row.payload();
  if (!payload) {
    if (payload.error().code() == Code::kCorruption) {
      return damaged("the checksum does not match, expected that of the key and the payload");
    }
    return damaged(payload.error().message());  // a record of a newer format
  }
  const bool is_record = family != Family::kLog || ReadRecord(row.key(), *payload).has_value();
  if (is_record && DecodePayload(*key->shape, *payload)) return std::nullopt;
  return damaged("the payload is not of its schema, expected that of a row that is a " +
                 std::string(key->shape->name));
}

Finding WhatIsLost(Family family, std::string_view from, std::string_view to, const Status& why) {
  const bool is_log = family == Family::kLog;
  const auto shown = [is_log](std::string_view key) {
    return is_log ? "LSN " + std::to_string(FirstLsn(key)) : "key " + HexText(key);
  };
  const std::string key = is_log ? LogKey(FirstLsn(from)) : std::string(from);
  return RowFinding(Finding::Kind::kDamaged, family, key,
                    "rows can't be read from " + shown(from) + " on, up to " +
                        (to.empty() ? "the last" : "before " + shown(to)) +
                        ", expected files that are whole (" + why.message() + ")");
}

void WalkRows(const Store& store, const Rows& rows, Family family, const RowWalk& walk,
              std::string_view from) {
  std::string next(from);  // the first key that was not visited
  RowIterator row = rows.Within(family, "");
  row.Seek(next);
  while (true) {
    auto at_row = row.AtRow();
    for (; at_row.has_value() && *at_row; at_row = row.AtRow()) {
      next.assign(row.key()).push_back('\0');
      if (!walk.visit(row)) return;
      row.Next();
    }
    if (at_row.has_value()) return;
    const std::string lost_from = next;
    const Status why = at_row.error();
    while (!at_row.has_value()) {
      const auto end = NextBlock(store, family, next);
      if (!end) {
        walk.lost(why, lost_from, "");
        return;
      }
      next = *end;
      row = rows.Within(family, "");
      row.Seek(next);
      at_row = row.AtRow();
    }
    if (!walk.lost(why, lost_from, next)) return;
  }
}

}  // namespace grantledger
