// Imports: records that another ledger exported, or says that it did, behind the first records of
// the small ledger. They are applied or refused; what was applied is folded and read, or called
// damaged.
#include <filesystem>

#include <grantledger/ledger.h>
#include <grantledger/verify.h>

#include "inspect/rebuild.h"
#include "ledger/tables.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

constexpr std::uint8_t kInPlace = 1;  // LSN and time are put right
constexpr std::uint8_t kWhole = 2;    // the import is finished, and the ledger read

/// The payload as a record of this LSN, where it is one at all.
std::string InPlace(std::string_view payload, Lsn lsn) {
  auto record = Unpack<fb::RecordT>(payload, kRecordIdentifier);
  if (!record) return std::string(payload);
  record->lsn = lsn;
  record->time_ms = FromTime(*ParseTime("2026-03-03T00:00:00Z"));
  return Pack(*record, kRecordIdentifier);
}

template <typename Add>
void AddAll(InputReader in, std::uint8_t flags, std::size_t first, const Add& add) {
  const auto& log = SmallLog();
  Lsn next = 1;
  for (; next < first; ++next) Check(add(next, log[next].payload), "the small ledger is applied");
  while (!in.AtEnd()) {
    const std::string_view block = in.Block();
    const std::string payload = (flags & kInPlace) != 0 ? InPlace(block, next) : std::string(block);
    if (add(next, payload)) ++next;
  }
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
  AddAll(in, flags, first,
         [&replay](Lsn lsn, std::string_view payload) { return replay.Add(lsn, payload).ok(); });
}

void ReadAll(const std::string& directory) {
  const auto ledger = Ledger::Open(directory, ScratchOptions());
  if (!ledger) return;
  for (const std::uint64_t caller : {111122223333, 999988887777, 200000000003}) {
    const Call call{.caller = AccountId(caller), .time = {}, .as_of = {}};
    (void)(*ledger)->Read(call, ListDistributedGrantsRequest{});
    (void)(*ledger)->Read(call, ListReceivedGrantsRequest{});
    (void)(*ledger)->Read(call, ListReceivedLicensesRequest{});
    (void)(*ledger)->Read(call, ListAccountsRequest{});
    (void)(*ledger)->Read(call, ListRootsRequest{});
    (void)(*ledger)->Read(call, ListLicensesRequest{});
  }
  const Call call{.caller = AccountId(111122223333), .time = {}, .as_of = {}};
  (void)(*ledger)->Read(call, WatchGrantsRequest{});
  for (Lsn lsn = 1; lsn <= (*ledger)->LastLsn(); ++lsn) {
    (void)(*ledger)->Read(call, ListGrantChangesRequest{lsn, {}});
  }
}

void Import(InputReader in, std::uint8_t flags, std::size_t first) {
  static const ScratchDirectory scratch;
  const std::string directory = scratch.path() + "/ledger";
  {
    const auto importer = LedgerImporter::Open(directory, SmallLog()[0].payload);
    Check(importer.has_value(), "the import begins");
    AddAll(in, flags, first, [&importer](Lsn lsn, std::string_view payload) {
      return (*importer)->Add(lsn, payload).ok();
    });
    if (!(*importer)->Finish().ok()) return;
  }
  ReadAll(directory);
  std::filesystem::remove_all(directory);
}

}  // namespace

void FuzzImports(std::string_view input) {
  InputReader in(input);
  const std::uint8_t flags = in.Byte();
  const std::size_t first = 1 + in.Byte() % SmallLog().size();
  if ((flags & kWhole) != 0) {
    Import(in, flags, first);
  } else {
    Replay(in, flags, first);
  }
}

}  // namespace grantledger::fuzz
