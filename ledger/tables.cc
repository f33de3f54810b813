#include "ledger/tables.h"

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
  GL_ASSIGN_OR_RETURN(const std::optional<std::string> payload, rows.Get(family, key));
  if (!payload) return std::optional<std::uint64_t>();
  GL_ASSIGN_OR_RETURN(const std::uint64_t number, ReadNumber(family, key, *payload));
  return std::optional<std::uint64_t>(number);
}

Result<fb::RecordT> ReadRecord(std::string_view key, std::string_view payload) {
  auto record = Unpack<fb::RecordT>(payload, kRecordIdentifier);
  if (!record || record->lsn != ReadLogKey(key) || record->body.value == nullptr) {
    return RowCorruption(Family::kLog, key, "the payload is not a record");
  }
  return *std::move(record);
}

Result<fb::RecordT> GetRecord(const Rows& rows, Lsn lsn) {
  const std::string key = LogKey(lsn);
  GL_ASSIGN_OR_RETURN(const std::optional<std::string> payload, rows.Get(Family::kLog, key));
  if (!payload) return RowCorruption(Family::kLog, key, "the record is missing");
  return ReadRecord(key, *payload);
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
