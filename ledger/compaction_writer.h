// Rows that compaction writes: in small batches, between which others get their turn.
#ifndef GRANTLEDGER_LEDGER_COMPACTION_WRITER_H_
#define GRANTLEDGER_LEDGER_COMPACTION_WRITER_H_

#include <functional>
#include <string_view>
#include <utility>

#include <rocksdb/write_batch.h>

#include "ledger/store.h"

namespace grantledger {

/// Used by one thread.
class CompactionWriter {
 public:
  /// `between` is called after each batch; false: stop. `stops`, which is cheap, is asked whenever
  /// somebody asks whether it was told to stop.
  CompactionWriter(Store& store, std::function<bool()> between, std::function<bool()> stops = {})
      : store_(store), between_(std::move(between)), stops_(std::move(stops)) {}

  Status Put(Family family, std::string_view key, std::string_view payload);
  Status Delete(Family family, std::string_view key);
  Status Flush();
  /// Whether it was told to stop. What is put after that is not written.
  [[nodiscard]] bool stopped() {
    stopped_ = stopped_ || (stops_ && stops_());
    return stopped_;
  }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  Status FlushIfFull();

  Store& store_;
  std::function<bool()> between_;
  std::function<bool()> stops_;
  rocksdb::WriteBatch batch_;
  bool stopped_ = false;
  std::uint64_t rows_ = 0;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_COMPACTION_WRITER_H_
