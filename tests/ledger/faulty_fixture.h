// A ledger on files that fail as a test says, and what is left of it.
#ifndef GRANTLEDGER_TESTS_LEDGER_FAULTY_FIXTURE_H_
#define GRANTLEDGER_TESTS_LEDGER_FAULTY_FIXTURE_H_

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codec/keys.h"
#include "tests/ledger/compaction_fixture.h"
#include "tests/ledger/faulty_files.h"
#include "tests/ledger/rebuild.h"

namespace grantledger {

class FaultyFixture : public CompactionFixture {
 protected:
  FaultyFixture() : env_(rocksdb::NewCompositeEnv(files_)) {}
  ~FaultyFixture() override { ledger_.reset(); }  // before its files

  static grantledger::Write WriteOf(AccountId caller, WriteRequest request) {
    return {.call = {.caller = caller, .time = {}, .as_of = {}}, .request = std::move(request)};
  }
  Result<WriteResponse> Try(AccountId caller, WriteRequest request) {
    const grantledger::Write write = WriteOf(caller, std::move(request));
    return std::move(ledger_->Apply(std::span(&write, 1)).front());
  }
  Result<WriteResponse> TryLicense(const std::string& token) {
    return Try(kVendor, LicenseRequest(token));
  }

  /// A copy of the directory as it is now, as after kill -9.
  std::string CopyOfDirectory() {
    copied_.push_back(directory_ + "-copy" + std::to_string(++copies_));
    while (true) {
      // Threads of RocksDB may change files meanwhile.
      const auto before = FilesOf(directory_);
      std::error_code changed;
      std::filesystem::remove_all(copied_.back());
      std::filesystem::copy(directory_, copied_.back(), std::filesystem::copy_options::recursive,
                            changed);
      if (!changed && FilesOf(directory_) == before) return copied_.back();
    }
  }
  void TearDown() override {
    std::error_code ignored;
    for (const std::string& copy : copied_) std::filesystem::remove_all(copy, ignored);
    std::filesystem::remove_all(directory_ + "-rebuilt", ignored);
  }
  std::string Rebuilt(const std::string& directory) {
    std::error_code ignored;
    std::filesystem::remove_all(directory_ + "-rebuilt", ignored);
    return CompareWithRebuilt(directory, directory_ + "-rebuilt");
  }

  /// The tokens of the licenses that the ledger in the directory has.
  static std::vector<std::string> TokensIn(const std::string& directory) {
    Options options;
    options.read_only = true;
    const auto store = Store::Open(directory, options, nullptr);
    EXPECT_TRUE(store.has_value()) << store.error().message();
    std::vector<std::string> tokens;
    if (!store) return tokens;
    for (RowIterator rows = (*store)->Scan(Family::kLog, ""); rows.AtRow().value(); rows.Next()) {
      const auto record = ReadRecord(rows.key(), rows.payload().value());
      if (record->token != nullptr) tokens.push_back(record->token->text);
    }
    return tokens;
  }

  std::shared_ptr<FaultyFiles> files_ = std::make_shared<FaultyFiles>();
  std::unique_ptr<rocksdb::Env> env_;
  std::vector<std::string> copied_;
  int copies_ = 0;
};

inline bool IsWal(const std::string& name) { return name.ends_with(".log"); }

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_FAULTY_FIXTURE_H_
