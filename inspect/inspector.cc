#include "inspect/inspector.h"

#include "codec/frame.h"
#include "inspect/opened.h"

namespace grantledger {

Result<std::unique_ptr<Inspector>> Inspector::Open(const std::string& directory) {
  auto inspector = std::make_unique<StoreInspector>(directory);
  GL_RETURN_IF_ERROR(inspector->Refresh());
  return std::unique_ptr<Inspector>(std::move(inspector));
}

Status StoreInspector::Refresh() {
  snapshot_.reset();
  store_.reset();
  cache_.Clear();
  health_ = Status();
  GL_RETURN_IF_ERROR(Open());
  snapshot_ = store_->Latest();
  if (Status read = ReadGenesis(); !read.ok()) {
    // Of one that is damaged a file may be missing, which is found when it is read.
    if (read.code() != Code::kCorruption && health_.ok()) return read;
    NoteDamage(std::move(read));
  }
  return {};
}

Status StoreInspector::Open() {
  GL_ASSIGN_OR_RETURN(OpenedStore opened, OpenAsItIs(directory_));
  store_ = std::move(opened.store);
  health_ = std::move(opened.health);
  return {};
}

void StoreInspector::NoteDamage(Status damage) {
  if (health_.ok() && !damage.ok()) health_ = std::move(damage);
}

Status StoreInspector::ReadGenesis() {
  has_identity_ = false;
  ids_ = std::make_unique<IdCodec>(0);
  GL_ASSIGN_OR_RETURN(const auto payload, snapshot_->Get(Family::kLog, LogKey(0)));
  if (!payload) {
    RowIterator log = snapshot_->Scan(Family::kLog, "");
    GL_ASSIGN_OR_RETURN(const bool at_row, log.AtRow());
    if (!at_row) return {Code::kInvalidArgument, "there is no ledger: its log is empty"};
    return RowCorruption(Family::kLog, LogKey(0), "the ledger's identity is missing");
  }
  GL_ASSIGN_OR_RETURN(const fb::RecordT record, ReadRecord(LogKey(0), *payload));
  const auto* identity = record.body.AsGenesis();
  if (identity == nullptr) {
    return RowCorruption(Family::kLog, LogKey(0), "the ledger's identity is missing");
  }
  id_key_ = identity->id_key;
  created_ = ToTime(record.time_ms);
  ids_ = std::make_unique<IdCodec>(id_key_);
  has_identity_ = true;
  return {};
}

Result<Lsn> StoreInspector::LastLsn() {
  const auto counters = FindTable<fb::CountersT>(*snapshot_, Family::kState, CountersKey());
  if (counters && *counters != nullptr) return (*counters)->lsn;
  RowIterator log = snapshot_->Within(Family::kLog, "");
  log.SeekForPrev(std::string(sizeof(Lsn), '\xff'));
  GL_ASSIGN_OR_RETURN(const bool at_row, log.AtRow());
  if (at_row) return ReadLogKey(log.key());
  return RowCorruption(Family::kLog, LogKey(0), "the ledger's identity is missing");
}

}  // namespace grantledger
