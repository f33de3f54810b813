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

namespace {

/// The end of the next damaged file of the family behind `key`; nullopt: there is none.
std::optional<std::string> EndOfDamage(std::span<const DamagedFile> damaged, Family family,
                                       const std::string& key) {
  std::optional<std::string> end;
  for (const DamagedFile& file : damaged) {
    if (file.family != FamilyName(family) || file.last_key < key) continue;
    if (!end || file.last_key < *end) end = file.last_key;
  }
  return end;
}

}  // namespace

void WalkRows(const Rows& rows, Family family, std::span<const DamagedFile> damaged,
              const RowWalk& walk) {
  std::string next;  // the first key that was not visited
  RowIterator row = rows.Scan(family, "");
  while (true) {
    auto at_row = row.AtRow();
    for (; at_row.has_value() && *at_row; at_row = row.AtRow()) {
      next.assign(row.key()).push_back('\0');
      if (!walk.visit(row)) return;
      row.Next();
    }
    if (at_row.has_value()) return;
    const auto end = EndOfDamage(damaged, family, next);
    walk.lost(at_row.error(), next, end.value_or(""));
    if (!end) return;
    next = *end + '\0';
    row = rows.Within(family, "");
    row.Seek(next);
  }
}

}  // namespace grantledger
