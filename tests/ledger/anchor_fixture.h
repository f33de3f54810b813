// A ledger whose files are looked at, cut, altered and taken away.
#ifndef GRANTLEDGER_TESTS_LEDGER_ANCHOR_FIXTURE_H_
#define GRANTLEDGER_TESTS_LEDGER_ANCHOR_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/ledger/ledger_fixture.h"

namespace grantledger {

namespace fs = std::filesystem;
using testing::HasSubstr;

inline constexpr int kRecords = 20;

class AnchorTest : public LedgerFixture {
 protected:
  AnchorTest() {
    options_.background_compaction = false;
    NewPlace();
  }
  ~AnchorTest() override {
    ledger_.reset();
    directory_ = base_;  // which the fixture removes
  }

  /// Where nothing is yet.
  void NewPlace() {
    ledger_.reset();
    directory_ = base_ + "/ledger-" + std::to_string(++places_);
  }

  void Write(int records) {
    for (int i = 0; i < records; ++i) {
      Do(kVendor, LicenseRequest("token-" + std::to_string(++written_)));
    }
  }

  /// The ledger as it is on disk while it is open: what the end of the process leaves.
  std::string Killed() {
    const std::string copy = directory_ + "-killed";
    fs::copy(directory_, copy, fs::copy_options::recursive);
    return copy;
  }

  std::vector<fs::path> Files(const std::string& ending) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory_)) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with(ending) || name.starts_with(ending)) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
  }

  Status Refusal(const std::string& directory, bool read_only = false) {
    Options options = options_;
    options.read_only = read_only;
    const auto opened = Ledger::Open(directory, options);
    return opened ? Status() : opened.error();
  }

  /// Nobody may open it, and nothing is made anew.
  void ExpectDamaged(const std::string& directory, const std::string& what) {
    for (const bool read_only : {true, false}) {
      const Status refusal = Refusal(directory, read_only);
      EXPECT_EQ(refusal.code(), Code::kCorruption) << refusal.message();
      EXPECT_THAT(refusal.message(), HasSubstr(what));
    }
  }

  void Overwrite(const fs::path& path, std::uintmax_t at, std::string_view bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
  }

  const std::string base_ = directory_;

 private:
  int places_ = 0;
  int written_ = 0;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_ANCHOR_FIXTURE_H_
