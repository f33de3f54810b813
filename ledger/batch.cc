#include "ledger/batch.h"

#include <algorithm>
#include <cstring>

#include "codec/frame.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

/// The rows of a store with the writes of a batch among them, forwards only. The writes may grow
/// meanwhile. Where the next stored row can't be read, it is at no row: whether one of the batch
/// comes before it is not known.
class MergedIterator : public rocksdb::Iterator {
 public:
  MergedIterator(rocksdb::Iterator* stored, const Batch::Writes& writes, const rocksdb::Slice* end)
      : stored_(stored), writes_(writes), written_(writes.end()), end_(end) {}

  [[nodiscard]] bool Valid() const override { return at_written_ || stored_->Valid(); }
  void Seek(const rocksdb::Slice& target) override {
    stored_->Seek(target);
    written_ = writes_.lower_bound(target.ToStringView());
    Settle();
  }
  void Next() override {
    if (stored_->Valid() && (!at_written_ || stored_->key() == key())) stored_->Next();
    if (at_written_) ++written_;
    Settle();
  }
  [[nodiscard]] rocksdb::Slice key() const override {
    return at_written_ ? rocksdb::Slice(written_->first) : stored_->key();
  }
  [[nodiscard]] rocksdb::Slice value() const override {
    return at_written_ ? rocksdb::Slice(*written_->second) : stored_->value();
  }
  [[nodiscard]] rocksdb::Status status() const override {
    return backwards_ ? rocksdb::Status::NotSupported("a batch is read forwards")
                      : stored_->status();
  }

  void SeekToFirst() override { Seek(rocksdb::Slice()); }
  /// Only a Seek may follow.
  void SeekForPrev(const rocksdb::Slice& target) override {
    stored_->SeekForPrev(target);
    written_ = writes_.upper_bound(target.ToStringView());
    at_written_ = false;
    while (!at_written_ && written_ != writes_.begin()) {
      --written_;
      const rocksdb::Slice key(written_->first);
      if (stored_->Valid() && key.compare(stored_->key()) < 0) return;
      if (stored_->Valid() && key == stored_->key()) stored_->Prev();
      if (StoredFailed()) return;
      at_written_ = written_->second.has_value();
    }
  }

  void SeekToLast() override { backwards_ = true; }
  void Prev() override { backwards_ = true; }

 private:
  /// Decides which of both comes next, and steps over what is deleted.
  void Settle() {
    for (; IsWritten(); ++written_) {
      if (written_->second) {
        at_written_ = true;
        return;
      }
      if (stored_->Valid() && stored_->key() == rocksdb::Slice(written_->first)) stored_->Next();
    }
    at_written_ = false;
  }
  [[nodiscard]] bool StoredFailed() const { return !stored_->Valid() && !stored_->status().ok(); }

  /// Whether the next write comes before, or instead of, the next stored row.
  [[nodiscard]] bool IsWritten() const {
    if (written_ == writes_.end()) return false;
    const rocksdb::Slice key(written_->first);
    if (end_ != nullptr && key.compare(*end_) >= 0) return false;
    return stored_->Valid() ? key.compare(stored_->key()) <= 0 : !StoredFailed();
  }

  std::unique_ptr<rocksdb::Iterator> stored_;
  const Batch::Writes& writes_;
  Batch::Writes::const_iterator written_;
  const rocksdb::Slice* end_;
  bool at_written_ = false;
  bool backwards_ = false;
};

}  // namespace

void Batch::Clear() {
  undoes_ = false;
  undo_.reset();
  written_.reset();
  arena_.release();
  written_.emplace(kFamilyCount, &arena_);
  undo_.emplace(&arena_);
  kept_.clear();
  kept_since_.clear();
}

bool Batch::empty() const {
  return std::ranges::all_of(*written_, [](const Writes& rows) { return rows.empty(); });
}

void Batch::SetSavepoint() noexcept {
  undoes_ = true;
  undo_->clear();
  kept_since_.clear();
}

void Batch::RollBack() noexcept {
  for (; !undo_->empty(); undo_->pop_back()) {
    const Undo& last = undo_->back();
    if (last.row == last.rows->end()) continue;
    if (last.is_new) {
      last.rows->erase(last.row);
    } else {
      last.row->second = last.value;
    }
  }
  for (const auto& kept : kept_since_) kept_.erase(kept);
  kept_since_.clear();
}

std::string_view Batch::Copy(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto* copy = static_cast<char*>(arena_.allocate(bytes.size(), 1));
  std::memcpy(copy, bytes.data(), bytes.size());
  return {copy, bytes.size()};
}

void Batch::Set(Family family, std::string_view key, std::optional<std::string_view> value) {
  Writes& rows = (*written_)[static_cast<std::size_t>(family)];
  const auto row = rows.lower_bound(key);
  const bool is_new = row == rows.end() || row->first != key;
  // Before the change, which may run out of memory.
  if (undoes_) undo_->push_back({&rows, rows.end(), is_new, std::nullopt});
  const auto changed = is_new ? rows.emplace_hint(row, Copy(key), std::nullopt) : row;
  if (undoes_) {
    undo_->back().row = changed;
    undo_->back().value = changed->second;
  }
  changed->second = value;
}

void Batch::Put(Family family, std::string_view key, std::string_view payload) {
  Set(family, key, Copy(FrameRow(key, payload)));
}

void Batch::Delete(Family family, std::string_view key) { Set(family, key, std::nullopt); }

void Batch::PutRecord(Lsn lsn, std::string_view payload) {
  Set(Family::kLog, LogKey(lsn), Copy(FrameRecord(lsn, payload)));
}

Status Batch::Commit() {
  rocksdb::WriteBatch batch;
  rocksdb::Status status;
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    for (const auto& [key, value] : writes(family)) {
      status = value ? batch.Put(store_.handle(family), key, *value)
                     : batch.Delete(store_.handle(family), key);
      if (!status.ok()) return FromRocks(status, "preparing a commit");
    }
  }
  GL_RETURN_IF_ERROR(store_.Commit(&batch));
  // As of before: what was written since is known to the cache of tables by itself.
  for (const auto& [key, kept] : kept_) {
    stored_->Keep(key.first, key.second, kept.table, kept.bytes);
  }
  Clear();
  stored_ = store_.Latest();
  return {};
}

const Batch::Kept* Batch::FindMine(Family family, std::string_view key) const {
  if (kept_.empty()) return nullptr;
  const auto mine = kept_.find({family, std::string(key)});
  return mine == kept_.end() ? nullptr : &mine->second;
}

void Batch::KeepCommitted(Family family, std::string_view key, const TableCache::Table& table,
                          std::size_t bytes) const {
  if (IsWritten(family, key)) return;
  if (empty()) return stored_->Keep(family, key, table, bytes);
  kept_since_.emplace_back(family, key);
  kept_.insert_or_assign(kept_since_.back(), Kept{table, bytes});
}

rocksdb::Status Batch::GetRow(Family family, const rocksdb::Slice& key,
                              rocksdb::PinnableSlice* value) const {
  const Writes& written = writes(family);
  const auto row = written.find(key.ToStringView());
  if (row == written.end()) return static_cast<const Rows&>(*stored_).GetRow(family, key, value);
  if (!row->second) return rocksdb::Status::NotFound();
  value->PinSlice(*row->second, nullptr);
  return rocksdb::Status::OK();
}

rocksdb::Iterator* Batch::NewIterator(Family family, const rocksdb::ReadOptions& options) const {
  return new MergedIterator(static_cast<const Rows&>(*stored_).NewIterator(family, options),
                            writes(family), options.iterate_upper_bound);
}

}  // namespace grantledger
