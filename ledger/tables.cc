#include "ledger/tables.h"

#include "codec/frame.h"

namespace grantledger {

std::string PackNumber(std::uint64_t number) {
  return KeyWriter('\0').Uint(number).key().substr(1);
}

Result<std::uint64_t> ReadNumber(Family family, std::string_view key, std::string_view payload) {
  KeyReader in(payload);
  const std::uint64_t number = in.Uint();
  if (!in.AtEnd()) return RowCorruption(family, key, "the payload is not a number");
  return number;
}

Result<std::optional<std::uint64_t>> FindNumber(const Rows& rows, Family family,
                                                std::string_view key) {
  using Number = std::uint64_t;
  Table<Number> table;
  if (auto kept = rows.FindKept(family, key)) {
    table = std::static_pointer_cast<const Number>(*std::move(kept));
  } else {
    GL_ASSIGN_OR_RETURN(const std::optional<std::string> payload, rows.Get(family, key));
    if (payload) {
      GL_ASSIGN_OR_RETURN(const Number number, ReadNumber(family, key, *payload));
      table = std::make_shared<const Number>(number);
    }
    rows.Keep(family, key, table, sizeof(Number));
  }
  return table ? std::optional(*table) : std::nullopt;
}

Result<fb::RecordT> ReadRecord(std::string_view key, std::string_view payload) {
  auto record = Unpack<fb::RecordT>(payload, kRecordIdentifier);
  if (!record || record->lsn != ReadLogKey(key) || record->body.value == nullptr) {
    return RowCorruption(Family::kLog, key, "the payload is not a record");
  }
  return *std::move(record);
}

Result<Table<fb::RecordT>> GetRecord(const Rows& rows, Lsn lsn) {
  const std::string key = LogKey(lsn);
  if (auto kept = rows.FindKept(Family::kLog, key)) {
    return std::static_pointer_cast<const fb::RecordT>(*std::move(kept));
  }
  GL_ASSIGN_OR_RETURN(const std::optional<std::string> payload, rows.Get(Family::kLog, key));
  if (!payload) return RowCorruption(Family::kLog, key, "the record is missing");
  GL_ASSIGN_OR_RETURN(fb::RecordT record, ReadRecord(key, *payload));
  auto table = std::make_shared<const fb::RecordT>(std::move(record));
  rows.Keep(Family::kLog, key, table, BytesInMemory<fb::RecordT>(payload->size()));
  return Table<fb::RecordT>(std::move(table));
}

Result<std::uint64_t> ChecksumOf(const Rows& rows, Lsn lsn) {
  const std::string key = LogKey(lsn);
  // Beside the decoded record.
  const std::string cache_key = key + "#";
  if (const auto cached = rows.FindKept(Family::kLog, cache_key)) {
    return *std::static_pointer_cast<const std::uint64_t>(*cached);
  }
  GL_ASSIGN_OR_RETURN(const std::optional<std::string> payload, rows.Get(Family::kLog, key));
  std::uint64_t checksum = 0;
  if (payload) {
    checksum = RecordChecksum(lsn, *payload);
  } else {
    GL_ASSIGN_OR_RETURN(const auto horizon,
                        FindTable<fb::HorizonT>(rows, Family::kBase, HorizonKey()));
    if (horizon == nullptr || horizon->lsn != lsn) {
      return RowCorruption(Family::kLog, key, "the record is missing");
    }
    checksum = horizon->checksum;
  }
  rows.Keep(Family::kLog, cache_key, std::make_shared<const std::uint64_t>(checksum),
            sizeof(checksum));
  return checksum;
}

GrantOperations ToOperations(const std::vector<std::uint8_t>& numbers) {
  GrantOperations operations;
  for (const std::uint8_t number : numbers) {
    operations.push_back(static_cast<GrantOperation>(number));
  }
  return operations;
}

std::vector<std::uint8_t> FromOperations(const GrantOperations& operations) {
  std::vector<std::uint8_t> numbers;
  for (const GrantOperation operation : operations) {
    numbers.push_back(static_cast<std::uint8_t>(operation));
  }
  return numbers;
}

}  // namespace grantledger
