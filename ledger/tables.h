// Typed rows: a table of codec/schema/state.fbs under a key, or a number.
#ifndef GRANTLEDGER_LEDGER_TABLES_H_
#define GRANTLEDGER_LEDGER_TABLES_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "codec/schema/record_generated.h"
#include "codec/schema/state_generated.h"
#include "codec/tables.h"
#include "ledger/batch.h"
#include "ledger/macros.h"

namespace grantledger {

inline constexpr const char* kRecordIdentifier = "GLRC";

/// The table in a payload that was found under `key`; Corruption where there is another thing.
template <typename Native>
Result<Native> ReadTable(Family family, std::string_view key, std::string_view payload) {
  auto native = Unpack<Native>(payload);
  if (!native) return RowCorruption(family, key, "the payload is not of its schema");
  return *std::move(native);
}

/// The table of a row, shared by all who read it. Null: there is no such row.
template <typename Native>
using Table = std::shared_ptr<const Native>;

/// What a table takes in memory, about, whose payload has so many bytes.
template <typename Native>
constexpr std::size_t BytesInMemory(std::size_t payload) {
  constexpr std::size_t kGrowth = 4;  // pointers, vectors, and what allocations round up to
  return sizeof(Native) + kGrowth * payload;
}

/// The table under `key`.
template <typename Native>
Result<Table<Native>> FindTable(const Rows& rows, Family family, std::string_view key) {
  if (auto kept = rows.FindKept(family, key)) {
    return std::static_pointer_cast<const Native>(*std::move(kept));
  }
  GL_ASSIGN_OR_RETURN(const std::optional<std::string> payload, rows.Get(family, key));
  Table<Native> table;
  if (payload) {
    GL_ASSIGN_OR_RETURN(Native native, ReadTable<Native>(family, key, *payload));
    table = std::make_shared<const Native>(std::move(native));
  }
  rows.Keep(family, key, table, payload ? BytesInMemory<Native>(payload->size()) : 0);
  return table;
}

/// The table under `key`, which must be there: what refers to it was read before.
template <typename Native>
Result<Table<Native>> GetTable(const Rows& rows, Family family, std::string_view key) {
  GL_ASSIGN_OR_RETURN(Table<Native> table, FindTable<Native>(rows, family, key));
  if (table == nullptr) return RowCorruption(family, key, "the row is missing");
  return table;
}

/// The same as FindTable, to change it.
template <typename Native>
Result<std::optional<Native>> FindCopy(const Rows& rows, Family family, std::string_view key) {
  GL_ASSIGN_OR_RETURN(const Table<Native> table, FindTable<Native>(rows, family, key));
  return table == nullptr ? std::nullopt : std::optional<Native>(*table);
}

/// The same as GetTable, to change it.
template <typename Native>
Result<Native> CopyTable(const Rows& rows, Family family, std::string_view key) {
  GL_ASSIGN_OR_RETURN(const Table<Native> table, GetTable<Native>(rows, family, key));
  return *table;
}

template <typename Native>
void PutTable(Batch& batch, Family family, std::string_view key, const Native& native) {
  batch.Put(family, key, Pack(native));
}

/// A row that is one number, as a key's integer.
std::string PackNumber(std::uint64_t number);
Result<std::uint64_t> ReadNumber(Family family, std::string_view key, std::string_view payload);
Result<std::optional<std::uint64_t>> FindNumber(const Rows& rows, Family family,
                                                std::string_view key);

/// The record in a payload of the log.
Result<fb::RecordT> ReadRecord(std::string_view key, std::string_view payload);
/// The record with this LSN, which must be there.
Result<Table<fb::RecordT>> GetRecord(const Rows& rows, Lsn lsn);

/// The checksum of the record with this LSN, which must be there, or be that at the horizon.
Result<std::uint64_t> ChecksumOf(const Rows& rows, Lsn lsn);

/// Bytes of a schema as the strings that they are.
inline Path ToPath(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }
inline std::vector<std::uint8_t> FromPath(const Path& path) { return {path.begin(), path.end()}; }
GrantOperations ToOperations(const std::vector<std::uint8_t>& numbers);
std::vector<std::uint8_t> FromOperations(const GrantOperations& operations);

inline Time ToTime(std::int64_t ms) { return Time(std::chrono::milliseconds(ms)); }
inline std::int64_t FromTime(Time time) { return time.time_since_epoch().count(); }

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_TABLES_H_
