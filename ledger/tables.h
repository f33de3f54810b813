// Typed rows: a table of codec/schema/state.fbs under a key, or a number.
#ifndef GRANTLEDGER_LEDGER_TABLES_H_
#define GRANTLEDGER_LEDGER_TABLES_H_

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

/// The table under `key`; nullopt where there is none.
template <typename Native>
Result<std::optional<Native>> FindTable(const Rows& rows, Family family, std::string_view key) {
  GL_ASSIGN_OR_RETURN(const std::optional<std::string> payload, rows.Get(family, key));
  if (!payload) return std::optional<Native>();
  GL_ASSIGN_OR_RETURN(Native native, ReadTable<Native>(family, key, *payload));
  return std::optional<Native>(std::move(native));
}

/// The table under `key`, which must be there: what refers to it was read before.
template <typename Native>
Result<Native> GetTable(const Rows& rows, Family family, std::string_view key) {
  GL_ASSIGN_OR_RETURN(std::optional<Native> native, FindTable<Native>(rows, family, key));
  if (!native) return RowCorruption(family, key, "the row is missing");
  return *std::move(native);
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
Result<fb::RecordT> GetRecord(const Rows& rows, Lsn lsn);

/// Bytes of a schema as the strings that they are.
inline Path ToPath(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }
inline std::vector<std::uint8_t> FromPath(const Path& path) { return {path.begin(), path.end()}; }
GrantOperations ToOperations(const std::vector<std::uint8_t>& numbers);
std::vector<std::uint8_t> FromOperations(const GrantOperations& operations);

inline Time ToTime(std::int64_t ms) { return Time(std::chrono::milliseconds(ms)); }
inline std::int64_t FromTime(Time time) { return time.time_since_epoch().count(); }

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_TABLES_H_
