// A table file with any byte altered behind its rows is refused or read as it was, and ends no
// process: RocksDB's own reading of properties does, where their block is damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <rocksdb/sst_file_reader.h>

#include "ledger/machine_files.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

class TableProofTest : public LedgerFixture {
 protected:
  /// The table file of the log.
  std::string MakeTable() {
    Open();
    for (int i = 0; i < 20; ++i) Do(kVendor, LicenseRequest("token-" + std::to_string(i)));
    EXPECT_TRUE(ledger_->Settle().ok());
    ledger_.reset();
    for (const auto& file : std::filesystem::directory_iterator(directory_)) {
      if (file.path().extension() != ".sst") continue;
      rocksdb::SstFileReader reader(MachineOptions());
      EXPECT_TRUE(reader.Open(file.path()).ok());
      if (reader.GetTableProperties()->column_family_name == "log") return file.path();
    }
    return {};
  }
  static void Overwrite(const std::string& file, std::uint64_t at, char byte) {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(at));
    out.put(byte);
  }
};

TEST_F(TableProofTest, NoByteBehindTheRowsEndsTheProcess) {
  const std::string file = MakeTable();
  ASSERT_FALSE(file.empty());
  std::string bytes;
  ASSERT_TRUE(rocksdb::ReadFileToString(MachineEnv(), file, &bytes).ok());
  std::uint64_t rows = 0;
  std::uint64_t data_end = 0;
  {
    rocksdb::SstFileReader reader(MachineOptions());
    ASSERT_TRUE(reader.Open(file).ok());
    rows = reader.GetTableProperties()->num_entries;
    data_end = reader.GetTableProperties()->data_size;
  }
  EXPECT_EQ(rows, 21U);
  ASSERT_LT(data_end, bytes.size());
  int refused = 0;
  for (std::uint64_t at = data_end; at < bytes.size(); ++at) {
    for (const unsigned mask : {0x01U, 0x80U, 0xffU}) {
      Overwrite(file, at, static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ mask));
      rocksdb::SstFileReader reader(MachineOptions());
      const rocksdb::Status opened = reader.Open(file);
      if (!opened.ok()) {
        ++refused;
        continue;
      }
      ASSERT_EQ(reader.GetTableProperties()->num_entries, rows) << at;
      // A filter is read when it is asked.
      (void)reader.VerifyChecksum();
    }
    Overwrite(file, at, bytes[at]);
  }
  EXPECT_GT(refused, 1'000);
}

TEST_F(TableProofTest, WhatIsRefusedSaysWhichFile) {
  const std::string file = MakeTable();
  std::string bytes;
  ASSERT_TRUE(rocksdb::ReadFileToString(MachineEnv(), file, &bytes).ok());
  const std::size_t at = bytes.rfind("entries");
  ASSERT_NE(at, std::string::npos);
  Overwrite(file, at, 'X');
  const auto opened = Ledger::Open(directory_, options_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Code::kCorruption);
  EXPECT_THAT(opened.error().message(),
              testing::HasSubstr(file.substr(file.rfind('/') + 1) + " of family log"));
}

}  // namespace
}  // namespace grantledger
