// The programs where what they say can't be written: the disk is full, the stream is closed, or
// nobody reads the pipe. They end with the exit status of the case, and never by a signal.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <array>

#include "tests/tools/programs_fixture.h"

namespace grantledger::tools {
namespace {

using std::string_literals::operator""s;
using testing::HasSubstr;

class BrokenStreams : public ProgramsFixture {
 protected:
  void SetUp() override {
    ProgramsFixture::SetUp();
    // Both ends are for the programs to inherit; nobody reads.
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    close(ends[0]);
    unread_ = ends[1];
  }
  void TearDown() override {
    if (unread_ >= 0) close(unread_);
    ProgramsFixture::TearDown();
  }

  void ExpectStatus(int status, const std::string& program, const std::string& words,
                    const std::string& redirections) const {
    EXPECT_EQ(Run(program, words + " " + redirections).status, status)
        << program << " " << words << " " << redirections;
  }

  /// Standard error, broken in every way.
  [[nodiscard]] std::vector<std::string> BrokenErrors() const {
    return {"2>/dev/full", "2>&-", fmt::format("2>&{}", unread_)};
  }

  int unread_ = -1;
};

TEST_F(BrokenStreams, RefusalsKeepTheirExitStatus) {
  for (const std::string& errors : BrokenErrors()) {
    for (const char* words :
         {"nope", "nope verify", "nope backup --to new", "ledger dance", "", "--bad",
          "ledger log --from first", "ledger at 9999", "ledger org o-1",
          "ledger restore --to ledger", "ledger repair --to ledger"}) {
      ExpectStatus(2, "ledger-dump", words, errors);
    }
    for (const char* words : {"", "--dbb new", "--db new --durability some", "--db new nope.jsonl",
                              "--db requests.jsonl requests.jsonl", "--db new --keep-for x",
                              "--db new --records requests.jsonl", "--db nope --read-only"}) {
      ExpectStatus(2, "ledger-apply", words, errors);
    }
    for (const char* words : {"", "--bad", "nope.jsonl --db new", "requests.jsonl --db ledger"}) {
      ExpectStatus(2, "ledger-demo", words, errors);
    }
    ExpectStatus(1, "ledger-demo", "requests.jsonl --db told-" + errors.substr(3, 1), errors);
  }
}

TEST_F(BrokenStreams, AnswersThatCantBeWrittenNorToldOfExitWithTwo) {
  int number = 0;
  for (const char* out : {">/dev/full", ">&-"}) {
    for (const std::string& errors : BrokenErrors()) {
      const std::string both = std::string(out) + " " + errors;
      const std::string next = std::to_string(++number);
      for (const std::string& words :
           {"ledger"s, "ledger log"s, "ledger org"s, "ledger license"s, "ledger export log"s,
            "ledger diff --from 0"s, "ledger keys"s, "ledger stats"s, "ledger verify"s,
            "ledger verify --deep --json"s, "ledger report --html page-" + next,
            "ledger backup --to store-" + next, "store backups --verify"s,
            "store restore --to restored-" + next, "ledger repair --to repaired-" + next}) {
        ExpectStatus(2, "ledger-dump", words, both);
      }
      ExpectStatus(2, "ledger-apply", "--db applied-" + next + " requests.jsonl", both);
      ExpectStatus(2, "ledger-apply", "--db imported-" + next + " --records records.jsonl", both);
      ExpectStatus(2, "ledger-demo", "requests.jsonl --db told-" + next, both);
    }
  }
}

TEST_F(BrokenStreams, WhatIsAskedOfTheProgramIsAnAnswerToo) {
  for (const char* program : {"ledger-apply", "ledger-demo", "ledger-dump"}) {
    for (const char* words : {"--help", "--version"}) {
      ExpectStatus(0, program, words, "");
      ExpectStatus(0, program, words, "2>&-");
      ExpectStatus(0, program, words, fmt::format(">&{}", unread_));  // as after `| head`
      for (const char* out : {">/dev/full", ">&-"}) {
        const Outcome outcome = Run(program, fmt::format("{} {}", words, out));
        EXPECT_EQ(outcome.status, 2) << program << " " << words << " " << out;
        EXPECT_THAT(outcome.errors, HasSubstr("the output can't be written"));
        ExpectStatus(2, program, words, std::string(out) + " 2>&-");
      }
    }
  }
  ExpectStatus(2, "ledger-dump", "ledger log --help", ">/dev/full");
}

/// The number of a closed stream is no file's, of which what is said would become a part.
TEST_F(BrokenStreams, ClosedStreamsAreNoFilesOfTheLedger) {
  ExpectStatus(2, "ledger-apply", "--db refused --records records.jsonl", ">&- 2>&- <&-");
  EXPECT_FALSE(std::filesystem::exists(Path("refused")));
  ExpectStatus(0, "ledger-apply", "--db made --records records.jsonl", "2>&- <&-");
  ExpectStatus(2, "ledger-dump", "store restore --to restored", ">&- 2>&- <&-");
  for (const char* made : {"made", "restored"}) {
    const Outcome verified = Run("ledger-dump", std::string(made) + " verify --deep");
    EXPECT_EQ(verified.status, 0) << testing::PrintToString(verified.lines);
  }
}

}  // namespace
}  // namespace grantledger::tools
