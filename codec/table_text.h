// A table as text: for people who look into a ledger, and for programs that they write.
#ifndef GRANTLEDGER_CODEC_TABLE_TEXT_H_
#define GRANTLEDGER_CODEC_TABLE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <flatbuffers/flatbuffers.h>

#include "codec/tables.h"

namespace grantledger {

/// What is known of a table's schema.
struct TableSchema {
  const char* name;
  const char* file_identifier;  ///< Null: none.
  bool (*verify)(const std::uint8_t* bytes, std::size_t size, const char* file_identifier);
  const flatbuffers::TypeTable* (*types)();
};

/// Of a generated table ("fb::Organization").
template <typename Table>
constexpr TableSchema SchemaOf(const char* name, const char* file_identifier = nullptr) {
  return {name, file_identifier, &VerifyTable<Table>, &Table::MiniReflectTypeTable};
}

/// The table as JSON in one line, its fields by the names of the schema; those that are not there
/// have their defaults and are left out. Bytes of text that are not UTF-8 stand as they are.
/// Nullopt: the payload is no such table.
std::optional<std::string> TableText(const TableSchema& schema, std::string_view payload);

/// `text` as a JSON string, with its quotes.
std::string JsonString(std::string_view text);

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_TABLE_TEXT_H_
