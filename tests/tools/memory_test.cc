// The programs where memory runs out.
#include <gmock/gmock.h>

#include "tests/tools/programs_fixture.h"

namespace grantledger::tools {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class LittleMemory : public ProgramsFixture {
 protected:
  void SetUp() override {
    ProgramsFixture::SetUp();
    // Sanitizers need more to begin with.
    if (Run("ledger-apply", "--version", "ulimit -v 300000; ").status != 0) GTEST_SKIP();
  }

  /// Requests of which the third has a name of so many megabytes.
  void MakeRequests(std::size_t megabytes) const {
    std::ofstream file(Path("big.jsonl"));
    const std::string begin = R"({"Operation":"CreateAccount","Caller":"111122223333",)"
                              R"("Input":{"Email":"a@example.com","AccountName":")";
    file << R"({"Operation":"CreateOrganization","Caller":"111122223333",)"
         << R"("Input":{"FeatureSet":"ALL"}})"
         << "\n"
         << begin << "before\"}}\n"
         << begin;
    for (std::size_t i = 0; i < megabytes; ++i) file << std::string(1'000'000, 'x');
    file << "\"}}\n" << begin << "after\"}}\n";
  }
};

/// Wherever it runs out: where the line is read, as JSON, or as a request.
TEST_F(LittleMemory, LedgerApplyTellsWhatWasDone) {
  const std::string list = R"({"Operation":"ListAccounts","Caller":"111122223333","Input":{}})"
                           "\n";
  int ran_out = 0;
  for (const std::size_t megabytes : {50, 120, 150}) {
    SCOPED_TRACE(megabytes);
    MakeRequests(megabytes);
    const std::string db = "db-" + std::to_string(megabytes);
    for (const std::string more : {"", " --stop-on-error"}) {
      const Outcome outcome =
          Run("ledger-apply", "--db " + db + more + " big.jsonl", "ulimit -v 600000; ");
      if (outcome.status == 1) continue;  // there was enough to refuse it
      ++ran_out;
      EXPECT_EQ(outcome.status, 2);
      EXPECT_THAT(outcome.errors, StartsWith("ledger-apply: memory ran out, expected "));
      EXPECT_THAT(outcome.errors, EndsWith("; the lines up to 2 were done\n"));
      ASSERT_EQ(outcome.lines.size(), 2U);
      EXPECT_THAT(outcome.lines[0], HasSubstr(R"("Organization")"));
      EXPECT_THAT(outcome.lines[1], HasSubstr(R"("before")"));
      const Outcome accounts =
          RunOn(Command("ledger-apply", "--db " + db + " --read-only -"), list);
      ASSERT_EQ(accounts.lines.size(), 1U);
      EXPECT_THAT(accounts.lines[0], HasSubstr("before"));
      EXPECT_THAT(accounts.lines[0], testing::Not(HasSubstr("after")));
      std::filesystem::remove_all(Path(db));
    }
  }
  EXPECT_NE(ran_out, 0);
}

TEST_F(LittleMemory, AnImportLeavesNothing) {
  MakeRequests(200);
  const Outcome outcome =
      Run("ledger-apply", "--db new --records - <both.jsonl",
          "(head -n 3 records.jsonl; tail -n +3 big.jsonl) >both.jsonl; ulimit -v 300000; ");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.errors, StartsWith("ledger-apply: memory ran out, expected "));
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    EXPECT_THAT(entry.path().filename().string(), testing::Not(StartsWith("new")));
  }
}

}  // namespace
}  // namespace grantledger::tools
