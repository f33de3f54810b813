// Rows as they are stored, and what they say.
#include "codec/row_shapes.h"
#include "inspect/inspector.h"
#include "ledger/errors.h"

namespace grantledger {
namespace {

Result<Family> FamilyOf(std::string_view name) {
  std::string known;
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    if (FamilyName(family) == name) return family;
    known += (known.empty() ? "" : ", ") + std::string(FamilyName(family));
  }
  return Invalid("the family", Quoted(name), "one of " + known);
}

InspectedRow Show(Family family, const RowIterator& at) {
  InspectedRow row;
  row.family = FamilyName(family);
  row.key = at.key();
  row.value = at.value();
  auto decoded_key = DecodeKey(family, row.key);
  if (!decoded_key) {
    row.problem = RowCorruption(family, row.key, "there are no such keys");
    return row;
  }
  row.kind = decoded_key->shape->name;
  for (DecodedPart& part : decoded_key->parts) {
    row.parts.emplace_back(part.name, std::move(part.value));
  }
  const auto payload = at.payload();
  if (!payload) {
    row.problem = payload.error();
    return row;
  }
  auto decoded = DecodePayload(*decoded_key->shape, *payload);
  if (decoded) {
    row.payload = *std::move(decoded);
  } else {
    row.problem = RowCorruption(family, row.key, "the payload is not of its schema");
  }
  return row;
}

}  // namespace

Status StoreInspector::ReadRows(std::string_view family, std::string_view prefix,
                                const RowVisitor& visit) {
  GL_ASSIGN_OR_RETURN(const Family of, FamilyOf(family));
  RowIterator rows = snapshot_->Scan(of, std::string(prefix));
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    if (!visit(Show(of, rows))) return {};
  }
  return {};
}

}  // namespace grantledger
