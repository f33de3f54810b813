// Rows of a store, proven before they are given out, and what is said of those that are not.
#include <utility>

#include "codec/frame.h"
#include "ledger/errors.h"
#include "ledger/macros.h"
#include "ledger/store.h"

namespace grantledger {

std::string HexText(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex.push_back(kDigits[value >> 4]);
    hex.push_back(kDigits[value & 15]);
  }
  return hex;
}

bool IsDamage(const rocksdb::Status& status) {
  constexpr std::string_view kNoSize = "Can't access ";  // and then, in a line, which and why
  if (!status.IsCorruption()) return false;
  const std::string said = status.ToString();
  for (std::size_t begin = said.find(kNoSize); begin != std::string::npos;
       begin = said.find(kNoSize, begin + 1)) {
    const std::string line = said.substr(begin, said.find('\n', begin) - begin);
    if (line.find("No such file") == std::string::npos) return false;
  }
  return true;
}

Status FromRocks(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return {};
  const Code code = IsDamage(status) ? Code::kCorruption : Code::kIoError;
  return {code, std::string(what) + ": " + status.ToString()};
}

Status RowCorruption(Family family, std::string_view key, std::string_view what) {
  std::string message = "family " + std::string(FamilyName(family)) + ", key " + HexText(key);
  if (family == Family::kLog && key.size() == kLogKeyBytes) {
    message += ", LSN " + std::to_string(ReadLogKey(key));
  }
  return {Code::kCorruption, message + ": " + std::string(what)};
}

namespace {

Result<std::string_view> Unframe(Family family, std::string_view key, std::string_view value) {
  const bool is_log = family == Family::kLog;
  if (is_log && (key.size() != kLogKeyBytes)) return RowCorruption(family, key, "not an LSN");
  const auto payload = is_log ? UnframeRecord(ReadLogKey(key), value) : UnframeRow(key, value);
  if (!payload) return RowCorruption(family, key, "the checksum does not match");
  if (is_log && FrameVersion(value) > kFormatVersion) {
    return Refuse(Code::kInvalidArgument, "the format of record " + std::to_string(ReadLogKey(key)),
                  std::to_string(FrameVersion(value)),
                  "at most " + std::to_string(kFormatVersion) +
                      ", the newest that this version of grantledger reads");
  }
  return *payload;
}

}  // namespace

Result<std::string_view> RowIterator::payload() const {
  return Unframe(family_, key(), rows_->value().ToStringView());
}

Result<bool> RowIterator::AtEnd() const {
  const rocksdb::Status ended = rows_->status();
  if (ended.ok()) return false;
  return FromRocks(ended, "reading family " + std::string(FamilyName(family_)));
}

Result<std::optional<std::string>> Rows::Get(Family family, std::string_view key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status found = GetRow(family, rocksdb::Slice(key.data(), key.size()), &value);
  if (found.IsNotFound()) return std::optional<std::string>();
  if (!found.ok()) {
    return FromRocks(found,
                     "reading family " + std::string(FamilyName(family)) + ", key " + HexText(key));
  }
  GL_ASSIGN_OR_RETURN(const std::string_view payload, Unframe(family, key, value.ToStringView()));
  return std::optional<std::string>(payload);
}

RowIterator Rows::Scan(Family family, const std::string& prefix) const {
  RowIterator rows = Within(family, prefix);
  rows.SeekToFirst();
  return rows;
}

RowIterator Rows::Within(Family family, const std::string& prefix) const {
  auto bounds = std::make_unique<RowIterator::Bounds>(prefix);
  rocksdb::ReadOptions options;
  // Both bounds: rows that were written since the snapshot are stepped over one by one.
  options.iterate_lower_bound = &bounds->begin_slice;
  if (!bounds->end.empty()) options.iterate_upper_bound = &bounds->end_slice;
  std::unique_ptr<rocksdb::Iterator> rows(NewIterator(family, options));
  return {family, std::move(bounds), std::move(rows)};
}

}  // namespace grantledger
