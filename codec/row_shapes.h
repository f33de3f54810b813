// Row shapes: what the parts of every key are, and what stands under it. docs/FORMAT.md draws them.
#ifndef GRANTLEDGER_CODEC_ROW_SHAPES_H_
#define GRANTLEDGER_CODEC_ROW_SHAPES_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/keys.h"
#include "codec/table_text.h"

namespace grantledger {

enum class KeyPartKind { kUint, kAccount, kNewestFirst, kPlacePath, kText, kTag, kLsn };

struct KeyPart {
  KeyPartKind kind;
  const char* name;  ///< Of kTag: what it is to be, one character.
};

enum class PayloadKind { kTable, kNumber, kString, kUnitKey, kNothing };

/// One kind of row.
struct RowShape {
  Family family;
  char tag;          ///< Of the log: none, 0.
  const char* name;  ///< "account", for people.
  std::vector<KeyPart> parts;
  PayloadKind payload = PayloadKind::kNothing;
  std::optional<TableSchema> table = {};
};

/// All there are, family by family.
std::span<const RowShape> RowShapes();
struct DecodedPart {
  const char* name;
  std::string value;  ///< Decimal digits, an account's 12, a path as 1/2/3, or text.
};
struct DecodedKey {
  const RowShape* shape;
  std::vector<DecodedPart> parts;  ///< What stands behind the tag.
};
/// Nullopt: there is no such kind of row.
std::optional<DecodedKey> DecodeKey(Family family, std::string_view key);
/// The payload as JSON in one line; nullopt: it is not of the shape. Nothing: "".
std::optional<std::string> DecodePayload(const RowShape& shape, std::string_view payload);

/// "1/2", "/" for the root: the steps of a place.
std::string PathText(const Path& path);

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_ROW_SHAPES_H_
