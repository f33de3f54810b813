// ledger-dump DIR log: the records, one a line.
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "tools/dump/verbs.h"

namespace grantledger::tools {
namespace {

/// What of a record's JSON is its fact. Quotes within texts are escaped, so that no text looks like
/// a field.
std::string_view BodyOf(std::string_view record) {
  constexpr std::string_view kField = "\"body\":";
  constexpr std::string_view kNextField = ",\"previous\":";
  const std::size_t begin = record.find(kField);
  if (begin == std::string_view::npos) return {};
  record.remove_prefix(begin + kField.size());
  const std::size_t end = record.rfind(kNextField);
  return record.substr(0, end == std::string_view::npos ? record.size() - 1 : end);
}

std::string ToJsonLine(const InspectedRecord& record) {
  OrderedJson head = {{"Lsn", record.lsn},
                      {"Time", FormatTime(record.time)},
                      {"Operation", record.operation},
                      {"Caller", record.caller.ToString()}};
  if (!record.client_token.empty()) head["ClientToken"] = record.client_token;
  if (!record.subject.empty()) head["Subject"] = record.subject;
  std::string line = DumpLine(head);
  line.pop_back();
  return line + ",\"Record\":" + std::string(BodyOf(record.body)) + "}";
}

std::string ToText(const Output& out, const InspectedRecord& record) {
  return fmt::format("{:>8}  {}  {}  {:<26} {}  {}", record.lsn, FormatTime(record.time),
                     record.caller.ToString(), record.operation, record.subject,
                     out.Faint(BodyOf(record.body)));
}

class LogWriter {
 public:
  explicit LogWriter(Dump& dump) : dump_(dump) {}

  /// From an LSN on. Gives the one to go on from.
  Result<Lsn> Write(Lsn from, Lsn to) {
    Lsn next = from;
    Status read = dump_.inspector().ReadLog(from, to, [&](const Result<InspectedRecord>& record) {
      if (record) next = record->lsn + 1;
      return WriteOne(record);
    });
    if (!read.ok()) return read;
    return next;
  }

 private:
  bool WriteOne(const Result<InspectedRecord>& record) {
    Output& out = dump_.out();
    if (!record) {
      dump_.NoteDamage();
      if (out.json()) {
        out.Write({{"Damage", record.error().message()}});
      } else {
        out.Line("DAMAGED  " + record.error().message());
      }
    } else {
      NoteGap(record->lsn);
      out.Line(out.json() ? ToJsonLine(*record) : ToText(out, *record));
    }
    return out.ok();
  }

  /// LSNs are dense, but for what was dropped behind the horizon.
  void NoteGap(Lsn lsn) {
    Output& out = dump_.out();
    if (last_ && lsn != *last_ + 1 && !out.json()) {
      const Lsn first = *last_ + 1;
      out.Line(out.Faint(lsn == first + 1 ? fmt::format("          (LSN {} is not there)", first)
                                          : fmt::format("          (LSN {} to {} are not there)",
                                                        first, lsn - 1)));
    }
    last_ = lsn;
  }

  Dump& dump_;
  std::optional<Lsn> last_;
};

Result<Lsn> FindTime(Dump& dump, Time time) {
  if (dump.ledger() == nullptr) return dump.why();
  return dump.ledger()->FindMoment(time);
}

/// The first record that is not before the moment.
Result<Lsn> FirstAt(Dump& dump, const std::optional<Moment>& moment) {
  if (!moment) return Lsn{0};
  if (const Lsn* lsn = std::get_if<Lsn>(&*moment)) return *lsn;
  auto before = FindTime(dump, std::get<Time>(*moment) - std::chrono::milliseconds(1));
  if (!before) return std::move(before).error();
  return *before + 1;
}

/// The last record that is not behind the moment.
Result<Lsn> LastAt(Dump& dump, const std::optional<Moment>& moment) {
  if (!moment) return ~Lsn{0};
  if (const Lsn* lsn = std::get_if<Lsn>(&*moment)) return *lsn;
  return FindTime(dump, std::get<Time>(*moment));
}

}  // namespace

Status ShowLog(Dump& dump, const LogArguments& arguments) {
  constexpr std::chrono::milliseconds kBetweenLooks(500);
  LogWriter writer(dump);
  const auto from = FirstAt(dump, arguments.from);
  if (!from) return from.error();
  auto to = LastAt(dump, arguments.to);
  if (!to) return std::move(to).error();
  if (arguments.from && arguments.to && *from > *to) {
    return {Code::kInvalidArgument,
            fmt::format("--from is LSN {} and --to LSN {}, expected the earlier one first", *from,
                        *to)};
  }
  if (!dump.at_latest()) *to = std::min(*to, dump.at());
  auto next = writer.Write(*from, *to);
  while (next && arguments.follow && dump.out().ok()) {
    dump.out().Flush();
    std::this_thread::sleep_for(kBetweenLooks);
    if (Status refreshed = dump.inspector().Refresh(); !refreshed.ok()) return refreshed;
    next = writer.Write(*next, *to);
  }
  return next ? Status() : std::move(next).error();
}

}  // namespace grantledger::tools
