// Copies that are made beside a write of which it is not known yet whether it is stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include <grantledger/backup.h>

#include "tests/ledger/faulty_fixture.h"

namespace grantledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CopyBesideTest : public FaultyFixture {
 protected:
  CopyBesideTest() : copy_(directory_ + "-beside") {
    copied_.push_back(copy_);
    options_.durability = Durability::kSynced;
  }

  /// From the moment in which the files of a copy are listed: a write is in the sync of the log,
  /// which takes longer than the copying, and fails; so does that of the second try.
  void WriteWhenListed() {
    files_->HearOfListed([this] {
      if (writer_.joinable()) return;
      files_->Set([this](FileCall call, const std::string& name) {
        using std::chrono_literals::operator""ms;
        if (call != FileCall::kSync || !IsWal(name)) return FileFault();
        const int sync = ++syncs_;
        return FileFault{.fails = sync % 2 == 1, .takes = sync == 1 ? 500ms : 0ms};
      });
      writer_ = std::jthread([this] { answer_ = TryLicense("meanwhile"); });
      while (syncs_ == 0) std::this_thread::yield();
    });
  }
  /// Nothing fails any more.
  void EndWriting() {
    writer_.join();
    files_->HearOfListed({});
    files_->Set({});
    ASSERT_TRUE(answer_.has_value());
    ASSERT_FALSE(answer_->has_value());
    EXPECT_THAT(answer_->error().message(), HasSubstr("; nothing was stored by this call"));
  }

  const std::string copy_;
  std::atomic<int> syncs_ = 0;
  std::optional<Result<WriteResponse>> answer_;
  std::jthread writer_;
};

TEST_F(CopyBesideTest, ACheckpointHasNoWriteThatIsAnsweredAsStoredNowhere) {
  Open(env_.get());
  ASSERT_TRUE(TryLicense("before").has_value());
  WriteWhenListed();
  const auto made = ledger_->Checkpoint(copy_);
  EndWriting();
  EXPECT_FALSE(made.has_value());
  EXPECT_FALSE(std::filesystem::exists(copy_));
  ASSERT_TRUE(TryLicense("after").has_value());
  ASSERT_TRUE(ledger_->Checkpoint(copy_).has_value());
  EXPECT_THAT(TokensIn(copy_), ElementsAre("before", "after"));
}

TEST_F(CopyBesideTest, NorHasABackup) {
  Open(env_.get());
  ASSERT_TRUE(TryLicense("before").has_value());
  WriteWhenListed();
  const auto made = ledger_->Backup(copy_, {});
  EndWriting();
  EXPECT_FALSE(made.has_value());
  const auto again = ledger_->Backup(copy_, {});
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_EQ(again->last_lsn, 1U);
}

}  // namespace
}  // namespace grantledger
