#include "tests/ledger/rebuild.h"

#include <stdexcept>

#include "inspect/rebuild.h"

namespace grantledger {
namespace {

Status ReadLog(const Store& from, Archive* archive) {
  RowIterator rows = from.Scan(Family::kLog, "");
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    archive->emplace(ReadLogKey(rows.key()), payload);
  }
  return {};
}

Status Rebuild(const Archive& archive, Store& to) {
  LogReplay replay(to);
  for (const auto& [lsn, payload] : archive) {
    GL_RETURN_IF_ERROR(lsn == 0 ? replay.Begin(payload) : replay.Add(lsn, payload));
  }
  return replay.Commit();
}

Status CompactAll(Store& store, const TailLimits& limits,
                  const RetentionPolicy& policy = KeepEverything()) {
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const bool all, FoldAll(store, limits, policy, {}));
  return {};
}

/// Of a key or payload: in hexadecimal digits.
std::string Show(const std::optional<std::string_view>& bytes) {
  return bytes ? RowCorruption(Family::kState, *bytes, "").message() : "none";
}

Result<std::string> FirstDifference(const Store& a, const Store& b, Family family) {
  // Here, rows that do not prove themselves are an error.
  for (RowIterator row = a.Scan(family, "");; row.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, row.AtRow());
    if (!at_row) break;
    GL_ASSIGN_OR_RETURN([[maybe_unused]] const std::string_view payload, row.payload());
  }
  std::string first;
  const auto keep = [&first, family](const RowDifference& difference) {
    first = std::string(FamilyName(family)) +
            " differs when it is rebuilt: " + Show(difference.key) + " is " +
            Show(difference.stored) + " and " + Show(difference.derived);
    return false;
  };
  GL_RETURN_IF_ERROR(CompareFamily(a, b, family, keep, {}));
  return first;
}

Result<std::string> FirstDifference(const Store& a, const Store& b) {
  for (int i = 0; i < kFamilyCount; ++i) {
    GL_ASSIGN_OR_RETURN(std::string difference, FirstDifference(a, b, static_cast<Family>(i)));
    if (!difference.empty()) return difference;
  }
  return std::string();
}

Result<std::string> Compare(const std::string& directory, const std::string& scratch,
                            Archive archive) {
  Options buffered;
  buffered.durability = Durability::kBuffered;
  GL_ASSIGN_OR_RETURN(const auto original, Store::Open(directory, buffered, nullptr));
  GL_ASSIGN_OR_RETURN(const auto rebuilt, Store::Open(scratch, buffered, nullptr));
  GL_RETURN_IF_ERROR(ReadLog(*original, &archive));
  GL_RETURN_IF_ERROR(Rebuild(archive, *rebuilt));
  // However the original was compacted on its way, in small steps it comes to the same.
  constexpr TailLimits kSmallSteps{.records = 37, .products = 3};
  GL_RETURN_IF_ERROR(CompactAll(*original, TailLimits()));
  GL_RETURN_IF_ERROR(CompactAll(*rebuilt, kSmallSteps));
  GL_ASSIGN_OR_RETURN(const auto horizon,
                      FindTable<fb::HorizonT>(*original, Family::kBase, HorizonKey()));
  if (!horizon) return FirstDifference(*original, *rebuilt);
  GL_RETURN_IF_ERROR(CompactAll(*rebuilt, TailLimits(), KeepFrom{horizon->lsn}));
  GL_ASSIGN_OR_RETURN(std::string difference, FirstDifference(*original, *rebuilt));
  if (!difference.empty()) return difference;
  GL_RETURN_IF_ERROR(RemoveFamily(*rebuilt, Family::kActivation));
  GL_RETURN_IF_ERROR(CompactAll(*rebuilt, kSmallSteps));
  GL_ASSIGN_OR_RETURN(difference, FirstDifference(*original, *rebuilt, Family::kActivation));
  return difference.empty() ? difference : "made from base: " + difference;
}

}  // namespace

void AddRecords(const std::string& directory, Archive* archive) {
  Options read_only;
  read_only.read_only = true;
  const auto store = Store::Open(directory, read_only, nullptr);
  const Status status = store ? ReadLog(**store, archive) : store.error();
  if (!status.ok()) throw std::runtime_error(status.message());
}

std::string CompareWithRebuilt(const std::string& directory, const std::string& scratch,
                               Archive archive) {
  auto difference = Compare(directory, scratch, std::move(archive));
  return difference ? *difference : difference.error().message();
}

}  // namespace grantledger
