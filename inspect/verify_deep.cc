// The deep part of VerifyLedger: what follows from the log is derived again, and compared.
#include <array>

#include "inspect/rebuild.h"
#include "inspect/verification.h"
#include "ledger/staged_directory.h"

namespace grantledger {
namespace {

/// A difference as a finding. The views are of payloads.
Finding DifferenceFinding(Family family, const RowDifference& row, std::string_view source) {
  const auto text = [&](std::string_view payload) { return ValueText(family, row.key, payload); };
  Finding finding = RowFinding(Finding::Kind::kOtherValue, family, row.key, "");
  std::string what;
  if (!row.stored) {
    finding.kind = Finding::Kind::kMissing;
    what = "the row is missing, expected it: ";
  } else if (!row.derived) {
    finding.kind = Finding::Kind::kUnexpected;
    what = "the row is there, expected none: ";
  } else {
    what = "the row has another value, expected the derived one: ";
  }
  finding.what = RowCorruption(family, row.key, what + std::string(source)).message();
  if (row.stored) finding.stored = text(*row.stored);
  if (row.derived) finding.derived = text(*row.derived);
  // The same fields, packed otherwise.
  if (finding.stored && finding.stored == finding.derived) {
    finding.stored = "0x" + HexText(*row.stored);
    finding.derived = "0x" + HexText(*row.derived);
  }
  return finding;
}

class Derivation {
 public:
  Derivation(Verification& at, std::string scratch) : at_(at), scratch_(std::move(scratch)) {}

  Status Run() {
    GL_ASSIGN_OR_RETURN(derived_, OpenScratch("derived"));
    GL_ASSIGN_OR_RETURN(const bool whole, at_.report.horizon == 0 ? Derive() : Copy());
    if (!whole || at_.report.stopped) return {};
    if (at_.report.horizon == 0) {
      for (const Family family : {Family::kState, Family::kMember, Family::kIndex, Family::kBase}) {
        Compare(at_.rows, family, "the log gives what is derived");
      }
    }
    return CompareActivation();
  }

 private:
  Result<std::unique_ptr<Store>> OpenScratch(const std::string& name) const;
  /// Applies the log. False: it is not whole, or was stopped.
  Result<bool> Derive();
  Status CopyFork();
  /// Where history was dropped: copies all from which `activation` is made. False: not all of it
  /// proves itself, or it was stopped.
  Result<bool> Copy();
  void Compare(const Rows& stored, Family family, std::string_view source);
  Status CompareActivation();
  /// Folds the scratch ledger to its end. False: it was stopped, or `activation` can't be folded.
  Result<bool> Fold(std::string_view stage, Family blamed);

  void Unchecked(const std::string& sentence) { at_.report.unchecked.push_back(sentence); }
  [[nodiscard]] std::function<bool(std::uint64_t)> Between(std::string stage, Family family) {
    const std::uint64_t all = at_.opened.store->SizeOf(family).rows;
    return [this, stage = std::move(stage), all](std::uint64_t rows) {
      return at_.GoesOn(stage, rows, all);
    };
  }

  Verification& at_;
  std::string scratch_;
  std::unique_ptr<Store> derived_;
};

Result<std::unique_ptr<Store>> Derivation::OpenScratch(const std::string& name) const {
  Options options;
  options.durability = Durability::kBuffered;
  options.cache_bytes = kScanCacheBytes;
  return Store::Open(scratch_ + "/" + name, options, nullptr);
}

/// What the next record of a restored ledger begins is in no record yet.
Status Derivation::CopyFork() {
  const auto stored = FindTable<fb::CountersT>(at_.rows, Family::kState, CountersKey());
  if (!stored || *stored == nullptr || (*stored)->fork == 0) return {};
  Batch batch(*derived_);
  GL_ASSIGN_OR_RETURN(auto counters,
                      CopyTable<fb::CountersT>(batch, Family::kState, CountersKey()));
  counters.fork = (*stored)->fork;
  PutTable(batch, Family::kState, CountersKey(), counters);
  return batch.Commit();
}

Result<bool> Derivation::Derive() {
  const std::string unchecked = "state, member, index and activation were not derived: ";
  LogReplay replay(*derived_);
  RowIterator row = at_.rows.Scan(Family::kLog, "");
  bool whole = false;
  for (Lsn next = 0;; row.Next(), ++next) {
    const auto at_row = row.AtRow();
    whole = at_row.has_value() && !*at_row;
    if (!at_row.has_value() || whole || row.key() != LogKey(next)) break;
    const auto payload = row.payload();
    if (!payload) break;
    const Status added = next == 0 ? replay.Begin(*payload) : replay.Add(next, *payload);
    if (!added.ok()) {
      if (added.code() != Code::kCorruption) return added;
      at_.findings.Add(
          RowFinding(Finding::Kind::kContradicts, Family::kLog, row.key(), added.message()));
      Unchecked(unchecked + added.message());
      return false;
    }
    constexpr Lsn kRecordsBetween = 1024;
    if (next % kRecordsBetween == 0 && !at_.GoesOn("deriving", next, at_.report.last_lsn)) {
      return false;
    }
  }
  if (!whole || replay.last() < at_.report.last_lsn) {
    Unchecked(unchecked + "the log is whole up to LSN " + std::to_string(replay.last()) +
              " alone, expected all of it");
    return false;
  }
  GL_RETURN_IF_ERROR(replay.Commit());
  GL_RETURN_IF_ERROR(CopyFork());
  return true;
}

Result<bool> Derivation::Copy() {
  Unchecked("state, member and index were not derived from the log: its records up to LSN " +
            std::to_string(at_.report.horizon) + ", the horizon, were dropped; nor was base");
  constexpr std::array kAll = {Family::kLog, Family::kState, Family::kMember, Family::kIndex,
                               Family::kBase};
  for (const Family family : kAll) {
    const std::string name(FamilyName(family));
    if (at_.findings.of(family) != 0) {
      Unchecked("activation was not derived: family " + name + " is damaged, expected it whole");
      return false;
    }
    const auto between = Between("copying " + name, family);
    const auto copied = CopyFamily(at_.rows, family, *derived_, between);
    if (!copied) return copied.error();
    if (at_.report.stopped) return false;
  }
  return true;
}

void Derivation::Compare(const Rows& stored, Family family, std::string_view source) {
  const std::string name(FamilyName(family));
  if (at_.report.stopped) return;
  if (at_.LacksFiles(family)) {
    return Unchecked(name + " was not compared with what is derived: its files are damaged");
  }
  const auto visit = [&](const RowDifference& row) {
    at_.findings.Add(DifferenceFinding(family, row, source));
    return true;
  };
  const Status compared =
      CompareFamily(stored, *derived_, family, visit, Between("comparing " + name, family));
  if (!compared.ok()) {
    Unchecked(name + " was not compared to its end: " + compared.message());
  }
}

Result<bool> Derivation::Fold(std::string_view stage, Family blamed) {
  auto folded =
      FoldAll(*derived_, kScanLimits, KeepEverything(),
              [&](std::uint64_t done, std::uint64_t all) { return at_.GoesOn(stage, done, all); });
  if (folded.has_value() || folded.error().code() != Code::kCorruption) return folded;
  // Its rows prove themselves one by one, or were left out.
  Finding finding = RowFinding(Finding::Kind::kContradicts, blamed, "", "");
  finding.what = "family " + finding.family +
                 " can't be folded on, expected rows that agree: " + folded.error().message();
  at_.findings.Add(finding);
  Unchecked("activation was not compared: " + finding.what);
  return false;
}

/// What is stored may lag behind, and hold rows that say nothing new; folded to the end it is what
/// is folded from the start.
Status Derivation::CompareActivation() {
  constexpr auto kActivation = Family::kActivation;
  if (at_.LacksFiles(kActivation)) {
    Unchecked("activation was not compared with what is derived: its files are damaged");
    return {};
  }
  const auto copied =
      CopyFamily(at_.rows, kActivation, *derived_, Between("copying activation", kActivation));
  if (!copied) return copied.error();
  if (at_.report.stopped) return {};
  GL_ASSIGN_OR_RETURN(bool goes_on, Fold("folding what is stored", kActivation));
  if (!goes_on) return {};
  GL_ASSIGN_OR_RETURN(const auto folded, OpenScratch("folded"));
  const auto moved = CopyFamily(*derived_, kActivation, *folded, {});
  if (!moved) return moved.error();
  GL_RETURN_IF_ERROR(RemoveFamily(*derived_, kActivation));
  const Family source = at_.report.horizon == 0 ? Family::kLog : Family::kBase;
  GL_ASSIGN_OR_RETURN(goes_on, Fold("folding anew", source));
  if (!goes_on) return {};
  Compare(*folded, kActivation,
          "folding what is stored to the last record, and folding anew, give "
          "what is told");
  return {};
}

}  // namespace

Status DeriveAndCompare(Verification& at, const std::string& scratch) {
  GL_ASSIGN_OR_RETURN(const auto directory, StagedDirectory::In(scratch));
  return Derivation(at, directory->path()).Run();
}

}  // namespace grantledger
