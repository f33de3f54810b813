#include "ledger/backup_description.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "ledger/errors.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

constexpr std::string_view kTitle = "grantledger-backup ";
constexpr std::uint64_t kDescriptionVersion = 1;
constexpr std::string_view kNone = "-";

void Add(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(" ").append(value).append("\n");
}
void Add(std::string& text, std::string_view name, std::uint64_t value) {
  Add(text, name, std::to_string(value));
}
void Add(std::string& text, std::string_view name, Time value) {
  Add(text, name, std::to_string(value.time_since_epoch().count()));
}

template <typename Number>
bool ReadNumber(std::string_view text, Number* number) {
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, *number);
  return error == std::errc() && at == end;
}

/// Takes the lines of a description one by one.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool NextIs(std::string_view name) const {
    return rest_.starts_with(name) && rest_.substr(name.size()).starts_with(' ');
  }
  std::string_view Take(std::string_view name) {
    const std::size_t end = rest_.find('\n');
    ok_ = ok_ && end != std::string_view::npos && NextIs(name);
    if (!ok_) return {};
    const std::string_view value = rest_.substr(name.size() + 1, end - name.size() - 1);
    rest_.remove_prefix(end + 1);
    return value;
  }
  template <typename Number>
  Number TakeNumber(std::string_view name) {
    Number number = 0;
    ok_ = ReadNumber(Take(name), &number) && ok_;
    return number;
  }
  Time TakeTime(std::string_view name) {
    return Time(std::chrono::milliseconds(TakeNumber<std::int64_t>(name)));
  }
  /// "BYTES HASH NAME", the name with all that follows.
  BackupFile TakeFile() {
    BackupFile file;
    const std::string_view value = Take("file");
    const std::size_t first = value.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : value.find(' ', first + 1);
    ok_ = ok_ && second != std::string_view::npos &&
          ReadNumber(value.substr(0, first), &file.proof.bytes);
    if (!ok_) return {};
    file.proof.hash = value.substr(first + 1, second - first - 1);
    file.name = value.substr(second + 1);
    return file;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string LastLineOf(std::string_view text) { return "proof " + ProofOf(text).hash + "\n"; }

}  // namespace

std::string WriteDescription(const BackupDescription& description) {
  const BackupInfo& info = description.info;
  std::string text;
  text.append(kTitle).append(std::to_string(kDescriptionVersion)).append("\n");
  Add(text, "id", info.id);
  Add(text, "made", info.made);
  Add(text, "identity", info.identity);
  Add(text, "lsn", info.last_lsn);
  Add(text, "time", info.last_time);
  Add(text, "horizon", info.horizon);
  Add(text, "record", description.last_record.empty() ? kNone : description.last_record);
  Add(text, "new", info.new_bytes);
  for (const BackupFile& file : description.files) {
    Add(text, "file", std::to_string(file.proof.bytes) + " " + file.proof.hash + " " + file.name);
  }
  return text + LastLineOf(text);
}

Result<BackupDescription> ReadDescription(std::string_view text, BackupId id) {
  const Status damaged(Code::kCorruption, "the description of backup " + std::to_string(id) +
                                              " is damaged, expected it as it was written");
  const std::size_t line = std::string("proof ").size() + ProofOf("").hash.size() + 1;
  if (text.size() < line) return damaged;
  const std::string_view body = text.substr(0, text.size() - line);
  if (text.substr(body.size()) != LastLineOf(body)) return damaged;
  const std::string_view title = body.substr(0, body.find('\n'));
  std::uint64_t version = 0;
  if (!title.starts_with(kTitle) || !ReadNumber(title.substr(kTitle.size()), &version)) {
    return damaged;
  }
  if (version != kDescriptionVersion) {
    return Invalid(
        "the format of the description of backup " + std::to_string(id), std::to_string(version),
        std::to_string(kDescriptionVersion) + ", which this version of grantledger reads");
  }
  BackupDescription description;
  BackupInfo& info = description.info;
  Lines lines(body.substr(title.size() + 1));
  info.id = lines.TakeNumber<BackupId>("id");
  info.made = lines.TakeTime("made");
  info.identity = lines.Take("identity");
  info.last_lsn = lines.TakeNumber<Lsn>("lsn");
  info.last_time = lines.TakeTime("time");
  info.horizon = lines.TakeNumber<Lsn>("horizon");
  description.last_record = lines.Take("record");
  if (description.last_record == kNone) description.last_record.clear();
  info.new_bytes = lines.TakeNumber<std::uint64_t>("new");
  while (lines.ok() && !lines.done()) {
    description.files.push_back(lines.TakeFile());
    info.bytes += description.files.back().proof.bytes;
  }
  if (!lines.ok() || info.id != id) return damaged;
  return description;
}

}  // namespace grantledger
