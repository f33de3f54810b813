// Imports: lines of records as ledger-dump exports them, or records behind the first ones of the
// small ledger. What is refused leaves nothing; what is taken is what was given, and sound.
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include <grantledger/inspect.h>
#include <grantledger/ledger.h>
#include <grantledger/verify.h>

#include "codec/frame.h"
#include "inspect/rebuild.h"
#include "ledger/tables.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/targets.h"
#include "tools/record_import.h"
#include "tools/record_line.h"

namespace grantledger::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::uint8_t kLinked = 1;  // LSN, link and fork are put right
constexpr std::uint8_t kTimed = 2;   // the time is put right
constexpr std::uint8_t kWhole = 4;   // the import is finished, and the ledger read
constexpr std::uint8_t kLines = 8;   // the input is lines of JSON

std::string DirectoryOfInput() {
  static const ScratchDirectory scratch;
  return scratch.path() + "/ledger";
}

/// The payload as the record behind `before`, where it is one at all.
std::string PutRight(std::string_view payload, std::uint8_t flags, Lsn lsn,
                     std::string_view before) {
  auto record = Unpack<fb::RecordT>(payload, kRecordIdentifier);
  if (!record || record->body.value == nullptr) return std::string(payload);
  if ((flags & kLinked) != 0) {
    record->lsn = lsn;
    record->previous = static_cast<std::uint32_t>(RecordChecksum(lsn - 1, before));
    record->fork = 0;
  }
  if ((flags & kTimed) != 0) record->time_ms = FromTime(*ParseTime("2026-03-03T00:00:00Z"));
  return Pack(*record, kRecordIdentifier);
}

/// Adds the first records of the small ledger, and those of the input that are taken. All that are.
template <typename Add>
std::vector<std::string> AddAll(InputReader in, std::uint8_t flags, std::size_t first,
                                const Add& add) {
  const auto& log = SmallLog();
  std::vector<std::string> taken = {log[0].payload};
  for (; taken.size() < first; taken.push_back(log[taken.size()].payload)) {
    Check(add(taken.size(), log[taken.size()].payload).ok(), "the small ledger is applied");
  }
  while (!in.AtEnd()) {
    std::string payload = PutRight(in.Block(), flags, taken.size(), taken.back());
    const Status added = add(taken.size(), payload);
    Check(added.ok() || added.code() == Code::kCorruption, "what is no record is told as such");
    if (added.ok()) taken.push_back(std::move(payload));
  }
  return taken;
}

/// Nothing is committed.
void Replay(InputReader in, std::uint8_t flags, std::size_t first) {
  static const ScratchDirectory scratch;
  static const auto store = [] {
    auto opened = Store::Open(scratch.path(), ScratchOptions(), nullptr);
    Check(opened.has_value(), "there is a new store");
    Check(LogReplay(**opened).Begin(SmallLog()[0].payload).ok(), "the small ledger begins");
    return *std::move(opened);
  }();
  LogReplay replay(*store);
  Check(replay.Continue().ok(), "a replay goes on");
  AddAll(in, flags, first,
         [&replay](Lsn lsn, std::string_view payload) { return replay.Add(lsn, payload); });
}

void CheckLog(const std::string& directory, const std::vector<std::string>& given) {
  const auto inspector = Inspector::Open(directory);
  Check(inspector.has_value(), "what was imported is a ledger");
  Lsn next = 0;
  const Status read = (*inspector)->ReadLog(0, given.size() - 1, [&](const auto& record) {
    Check(record.has_value() && record->payload == given[next], "the records are those given");
    const auto line = tools::ReadRecordLine(tools::Json(tools::RecordLine(*record)));
    Check(line && line->lsn == next && line->payload == given[next],
          "a record is the same when its line is read");
    return ++next < given.size();
  });
  Check(read.ok() && next == given.size(), "the records are all there");
}

/// Answers or errors: a record may say what no call would have.
void ReadAll(const std::string& directory) {
  const auto ledger = Ledger::Open(directory, ScratchOptions());
  Check(ledger.has_value(), "what was imported opens");
  for (const auto caller : {kVendor, kManagement, kMember}) {
    const Call call{.caller = caller, .time = {}, .as_of = {}};
    (void)(*ledger)->Read(call, ListDistributedGrantsRequest{});
    (void)(*ledger)->Read(call, ListReceivedGrantsRequest{});
    (void)(*ledger)->Read(call, ListReceivedLicensesRequest{});
    (void)(*ledger)->Read(call, ListAccountsRequest{});
    (void)(*ledger)->Read(call, ListRootsRequest{});
    (void)(*ledger)->Read(call, ListLicensesRequest{});
  }
  const Call call{.caller = kManagement, .time = {}, .as_of = {}};
  (void)(*ledger)->Read(call, WatchGrantsRequest{});
  for (Lsn lsn = 1; lsn <= (*ledger)->LastLsn(); ++lsn) {
    (void)(*ledger)->Read(call, ListGrantChangesRequest{lsn, {}});
  }
}

void LookAt(const std::string& directory, const std::vector<std::string>& given) {
  CheckSound(directory, false);
  CheckLog(directory, given);
  ReadAll(directory);
  fs::remove_all(directory);
}

void Import(InputReader in, std::uint8_t flags, std::size_t first) {
  const std::string directory = DirectoryOfInput();
  std::vector<std::string> given;
  {
    const auto importer = LedgerImporter::Open(directory, SmallLog()[0].payload);
    Check(importer.has_value(), "an import begins");
    given = AddAll(in, flags, first, [&importer](Lsn lsn, std::string_view payload) {
      return (*importer)->Add(lsn, payload);
    });
    Check((*importer)->Finish().ok(), "an import ends");
  }
  LookAt(directory, given);
}

/// The payloads of lines that were all taken.
std::vector<std::string> PayloadsOf(std::string_view text) {
  std::vector<std::string> payloads;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) continue;
    const auto json = tools::ParseJson(line);
    Check(json.has_value(), "what was taken is JSON");
    const auto record = tools::ReadRecordLine(*json);
    Check(record && record->lsn == payloads.size(), "what was taken is a record");
    payloads.push_back(record->payload);
  }
  return payloads;
}

void ImportLines(std::string_view text) {
  const std::string directory = DirectoryOfInput();
  const int fd = memfd_create("grantledger-fuzz", MFD_CLOEXEC);
  const bool is_there = fd >= 0 &&
                        write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                        lseek(fd, 0, SEEK_SET) == 0;
  Check(is_there, "there is memory for the input");
  tools::LineReader lines(fd);
  const auto last = tools::ImportRecords(directory, lines, [](std::uint64_t) { return true; });
  close(fd);
  if (!last) {
    Check(!fs::exists(directory), "what is refused leaves nothing");
    return;
  }
  const std::vector<std::string> given = PayloadsOf(text);
  Check(given.size() == *last + 1, "the last record that is told of is the last that was given");
  LookAt(directory, given);
}

}  // namespace

void FuzzImports(std::string_view input) {
  InputReader in(input);
  const std::uint8_t flags = in.Byte();
  if ((flags & kLines) != 0) return ImportLines(in.rest());
  const std::size_t first = 1 + in.Byte() % SmallLog().size();
  if ((flags & kWhole) != 0) {
    Import(in, flags, first);
  } else {
    Replay(in, flags, first);
  }
}

}  // namespace grantledger::fuzz
