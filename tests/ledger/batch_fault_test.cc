// A batch over a disk that fails: what could not be read is never taken for what is not there,
// though rows of the batch come before or behind it.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <rocksdb/env.h>

#include "ledger/batch.h"
#include "tests/ledger/failing_reads.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

constexpr int kBatchRows = 60;
/// Of a row: some rows are a block of their file.
constexpr std::size_t kRowBytes = 1'500;

std::string KeyOf(int row) { return "k" + std::to_string(100 + row); }

/// Each third row is stored, and each third only written in the batch; the others are stored, and
/// deleted in the batch.
class BatchFaultTest : public LedgerFixture {
 protected:
  BatchFaultTest() {
    options_.cache_bytes = 1 << 16;
    Open(env_.get());
    ledger_.reset();
    OpenStore();
    Batch batch(*store_);
    std::string value;
    for (std::size_t i = 0; i < kRowBytes; ++i) value += static_cast<char>(i * i % 251);
    for (int row = 0; row < kBatchRows; ++row) {
      if (row % 3 != 1) batch.Put(Family::kIndex, KeyOf(row), value + KeyOf(row));
    }
    if (!batch.Commit().ok() || !store_->Settle().ok()) throw std::runtime_error("storing");
  }
  ~BatchFaultTest() override { store_.reset(); }

  /// Nothing is cached.
  void OpenStore() {
    store_.reset();
    auto opened = Store::Open(directory_, options_, env_.get());
    if (!opened) throw std::runtime_error(opened.error().message());
    store_ = std::move(*opened);
  }

  [[nodiscard]] static bool IsThere(int row) {
    return row >= 0 && row < kBatchRows && row % 3 != 2;
  }
  /// The row at or behind another, and the row at or before it; "" where there is none.
  static std::string RowFrom(int row) {
    while (row < kBatchRows && !IsThere(row)) ++row;
    return row < kBatchRows ? KeyOf(row) : "";
  }
  static std::string RowUpTo(int row) {
    while (row >= 0 && !IsThere(row)) --row;
    return row >= 0 ? KeyOf(row) : "";
  }

  static Result<std::string> KeyAt(const RowIterator& rows) {
    const auto there = rows.AtRow();
    if (!there.has_value()) return there.error();
    return *there ? std::string(rows.key()) : std::string();
  }

  /// What `look` finds is `expected` where nothing fails, and that or an error where one read does,
  /// whichever of them.
  template <typename Look>
  void ExpectSoOrRefused(const Look& look, const std::string& expected) {
    for (int reads = 0;; ++reads) {
      SCOPED_TRACE("after " + std::to_string(reads) + " reads");
      OpenStore();
      Batch batch(*store_);
      for (int row = 0; row < kBatchRows; ++row) {
        if (row % 3 == 1) batch.Put(Family::kIndex, KeyOf(row), "written");
        if (row % 3 == 2) batch.Delete(Family::kIndex, KeyOf(row));
      }
      system_->reads = reads;
      const Result<std::string> found = look(batch);
      const bool none_failed = system_->reads >= 0;
      system_->reads = -1;
      if (found) {
        EXPECT_EQ(*found, expected);
      } else {
        EXPECT_EQ(found.error().code(), Code::kIoError) << found.error().message();
        EXPECT_FALSE(none_failed);
        ++refused_;
      }
      if (none_failed) return;
    }
  }

  /// Where `move` stands at some rows, of which `row_of` knows.
  template <typename Move, typename RowOf>
  void ExpectEachSoOrRefused(const Move& move, const RowOf& row_of) {
    for (int row = 0; row < kBatchRows; row += 7) {
      SCOPED_TRACE(KeyOf(row));
      const auto look = [&](const Batch& batch) {
        RowIterator rows = batch.Within(Family::kIndex, "k");
        move(rows, KeyOf(row));
        return KeyAt(rows);
      };
      ExpectSoOrRefused(look, row_of(row));
    }
    EXPECT_GE(refused_, kBatchRows / 7);
  }

  std::shared_ptr<FailingReads> system_ = std::make_shared<FailingReads>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(system_);
  std::unique_ptr<Store> store_;
  int refused_ = 0;
};

TEST_F(BatchFaultTest, TheNextRowIsThatOrUnknown) {
  ExpectEachSoOrRefused([](RowIterator& rows, const std::string& key) { rows.Seek(key); }, RowFrom);
}

TEST_F(BatchFaultTest, TheRowBeforeIsThatOrUnknown) {
  ExpectEachSoOrRefused([](RowIterator& rows, const std::string& key) { rows.SeekForPrev(key); },
                        RowUpTo);
}

TEST_F(BatchFaultTest, RowsOneAfterAnotherAreAllOfThem) {
  std::string all;
  for (int row = 0; row < kBatchRows; ++row) all += IsThere(row) ? KeyOf(row) : "";
  const auto look = [&](const Batch& batch) -> Result<std::string> {
    std::string keys;
    for (RowIterator rows = batch.Scan(Family::kIndex, "k");; rows.Next()) {
      const auto key = KeyAt(rows);
      if (!key) {
        EXPECT_TRUE(all.starts_with(keys)) << keys;
        return key.error();
      }
      if (key->empty()) return keys;
      keys += *key;
    }
  };
  ExpectSoOrRefused(look, all);
  EXPECT_GT(refused_, 5);
}

}  // namespace
}  // namespace grantledger
