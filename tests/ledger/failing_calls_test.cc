// Every call that writes to a file fails once, or some times: what was answered is so, and writes
// go on when it works again.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <tuple>

#include "tests/ledger/faulty_fixture.h"

namespace grantledger {
namespace {

/// What fails: from the nth call on that writes to such files, some calls.
struct Failing {
  FileCall call;
  bool wal;  ///< Of write-ahead logs, or of all other files.
  double written;
  int calls;
  const char* name;
};

std::ostream& operator<<(std::ostream& out, const Failing& failing) { return out << failing.name; }

constexpr Failing kFailings[] = {
    {FileCall::kAppend, true, 0, 1, "nothing of a record is written"},
    {FileCall::kAppend, true, 0.4, 3, "a part of a record is written, thrice"},
    {FileCall::kAppend, true, 1, 2, "all of a record is written, and told to have failed, twice"},
    {FileCall::kSync, true, 0, 2, "a log is not synced, twice"},
    {FileCall::kCreate, true, 0, 2, "no log is made, twice"},
    {FileCall::kTruncate, true, 0, 2, "no log is cut, twice"},
    {FileCall::kAppend, false, 0.3, 3, "a part of a file is written, thrice"},
    {FileCall::kSync, false, 0, 2, "a file is not synced, twice"},
    {FileCall::kCreate, false, 0, 3, "no file is made, thrice"},
    {FileCall::kRename, false, 0, 1, "a file is not renamed"},
    {FileCall::kSyncDirectory, false, 0, 2, "a directory is not synced, twice"},
};

/// A history of licenses, with flushes between, while the nth call of a kind and some more fail.
/// Whatever is answered to be stored is stored, in the open ledger and after kill -9; whatever is
/// answered not to be stored is not; and the ledger writes again without being opened again.
class FailingCallsTest : public FaultyFixture,
                         public testing::WithParamInterface<std::tuple<Failing, Durability>> {
 protected:
  FailingCallsTest() {
    options_.durability = std::get<Durability>(GetParam());
    options_.background_compaction = false;
  }

  /// Whether a call failed.
  bool Run(int nth) {
    const Failing failing = std::get<Failing>(GetParam());
    files_->Set({});
    ledger_.reset();
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directory(directory_);
    Open(env_.get());
    std::atomic<int> seen = 0;
    // A cut, or a file that is renamed, is what follows when something else failed.
    const bool follows = failing.call == FileCall::kTruncate || failing.call == FileCall::kRename ||
                         (failing.call == FileCall::kCreate && failing.wal);
    const std::string_view first = failing.wal ? ".log" : "MANIFEST";
    std::atomic<bool> first_fails = follows;
    files_->Set([&, failing](FileCall call, const std::string& name) -> FileFault {
      if (call == FileCall::kAppend && name.find(first) != std::string::npos &&
          first_fails.exchange(false)) {
        return {.fails = true, .written = 1};
      }
      const bool such =
          call == failing.call && (call == FileCall::kSyncDirectory || IsWal(name) == failing.wal);
      const int at = such ? ++seen : 0;
      const bool fails = such && at >= nth && at < nth + failing.calls;
      return {.fails = fails, .no_space = nth % 2 == 0, .written = failing.written};
    });
    std::vector<std::string> stored;
    std::vector<std::string> unsure;
    for (int i = 0; i < 8; ++i) {
      const std::string token = "t" + std::to_string(i);
      const auto answer = TryLicense(token);
      if (answer) {
        stored.push_back(token);
      } else {
        EXPECT_EQ(answer.error().code(), Code::kIoError) << answer.error().message();
        const bool is_fact =
            answer.error().message().ends_with("; nothing was stored by this call");
        const bool is_unsure =
            answer.error().message().ends_with("; whether the write is stored is not known yet");
        EXPECT_NE(is_fact, is_unsure) << answer.error().message();
        if (!is_fact) unsure.push_back(token);
      }
      if (i == 4) (void)ledger_->Settle();
      Check(directory_, stored, unsure, /*is_open=*/true);
    }
    const bool failed = seen >= nth;
    // By now, nothing fails any more.
    files_->Set({});
    for (const std::string token : {"u1", "u2"}) {
      const auto answer = TryLicense(token);
      EXPECT_TRUE(answer.has_value()) << answer.error().message();
      if (answer) stored.push_back(token);
    }
    Check(CopyOfDirectory(), stored, unsure, false);
    ledger_.reset();
    Check(directory_, stored, unsure, false);
    EXPECT_EQ(Rebuilt(directory_), "");
    return failed;
  }

  void Check(const std::string& directory, const std::vector<std::string>& stored,
             const std::vector<std::string>& unsure, bool is_open) {
    std::vector<std::string> found;
    if (is_open) {
      const auto page = ledger_->Read(Call{.caller = kVendor}, ListLicensesRequest{});
      ASSERT_TRUE(page.has_value()) << page.error().message();
      EXPECT_GE(page->licenses.size(), stored.size());
      EXPECT_LE(page->licenses.size(), stored.size() + unsure.size());
      return;
    }
    found = TokensIn(directory);
    std::vector<std::string> left;
    for (const std::string& token : found) {
      if (!std::ranges::count(unsure, token)) left.push_back(token);
    }
    EXPECT_EQ(left, stored);
  }
};

TEST_P(FailingCallsTest, EveryAnswerIsSoAndWritesGoOn) {
  // RocksDB rests for a second after each failure of a file that it flushes to.
  const int most = std::get<Failing>(GetParam()).wal ? 20 : 6;
  int nth = 1;
  while (nth < most && Run(nth) && !HasFailure()) ++nth;
  EXPECT_GT(nth, 1) << "nothing failed";
  if (HasFailure()) std::cout << "at call " << nth << "\n";
}

INSTANTIATE_TEST_SUITE_P(Calls, FailingCallsTest,
                         testing::Combine(testing::ValuesIn(kFailings),
                                          testing::Values(Durability::kBuffered,
                                                          Durability::kSynced)));

}  // namespace
}  // namespace grantledger
