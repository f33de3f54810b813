#include "ledger/compaction_writer.h"

#include "codec/frame.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

/// A batch of this size delays a writer that waits behind it by some hundred microseconds.
constexpr std::size_t kBatchBytes = std::size_t{16} << 10;

rocksdb::Slice SliceOf(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Status CompactionWriter::Put(Family family, std::string_view key, std::string_view payload) {
  const rocksdb::Status put =
      batch_.Put(store_.handle(family), SliceOf(key), FrameRow(key, payload));
  GL_RETURN_IF_ERROR(FromRocks(put, "preparing what was folded"));
  ++rows_;
  return FlushIfFull();
}

Status CompactionWriter::Delete(Family family, std::string_view key) {
  const rocksdb::Status deleted = batch_.Delete(store_.handle(family), SliceOf(key));
  GL_RETURN_IF_ERROR(FromRocks(deleted, "preparing what was folded"));
  return FlushIfFull();
}

Status CompactionWriter::FlushIfFull() {
  return batch_.GetDataSize() < kBatchBytes ? Status() : Flush();
}

Status CompactionWriter::Flush() {
  if (batch_.Count() == 0) return {};
  if (!stopped_) {
    GL_RETURN_IF_ERROR(store_.CommitDerived(&batch_));
    stopped_ = between_ && !between_();
  }
  batch_.Clear();
  return {};
}

}  // namespace grantledger
