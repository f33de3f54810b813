// What the programs leave behind where they are stopped, or killed: nothing, or what the next run
// removes.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <memory>
#include <thread>

#include "tests/tools/programs_fixture.h"

namespace grantledger::tools {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class KilledRuns : public ProgramsFixture {
 protected:
  void SetUp() override {
    ProgramsFixture::SetUp();
    std::filesystem::copy(Path("ledger"), Path("listless"));
    std::filesystem::remove(Path("listless/CURRENT"));
    made_ = Names();
  }

  /// What is in the directory and in that for temporary files, but for what was there before.
  [[nodiscard]] std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const char* in : {".", "tmp"}) {
      for (const auto& entry : std::filesystem::directory_iterator(Path(in))) {
        const std::string name = std::filesystem::path(in) / entry.path().filename();
        if (std::ranges::find(made_, name) == made_.end()) names.push_back(name);
      }
    }
    return names;
  }

  std::vector<std::string> made_;  ///< Before the runs.
};

/// A file that gets too large ends a process as SIGKILL does.
TEST_F(KilledRuns, TheNextRunRemovesWhatTheyLeft) {
  struct Kind {
    const char* program;
    const char* words;
    int status;
  };
  for (const Kind& kind : {Kind{"ledger-dump", "ledger verify --deep", 0},
                           Kind{"ledger-dump", "listless repair --to new", 0},
                           Kind{"ledger-dump", "ledger repair --to new", 0},
                           Kind{"ledger-dump", "store restore --to new", 0},
                           Kind{"ledger-dump", "ledger restore --to new --as-of 9", 0},
                           Kind{"ledger-dump", "ledger backup --to new", 0},
                           Kind{"ledger-apply", "--db new --records records.jsonl", 0}}) {
    SCOPED_TRACE(kind.words);
    bool left = false;
    for (const int blocks : {0, 4, 16, 64}) {
      const Outcome killed =
          Run(kind.program, kind.words, fmt::format("ulimit -c 0; ulimit -f {}; ", blocks));
      left = left || (killed.status == 1000 + SIGXFSZ && !Names().empty());
      if (std::filesystem::exists(Path("new"))) std::filesystem::remove_all(Path("new"));
    }
    EXPECT_TRUE(left) << "no run was killed in its work";
    const Outcome next = Run(kind.program, kind.words);
    EXPECT_EQ(next.status, kind.status) << next.errors;
    std::filesystem::remove_all(Path("new"));
    EXPECT_THAT(Names(), IsEmpty());
  }
}

class StoppedImport : public KilledRuns {
 protected:
  /// Begins an import that waits for more records; returns once it has a directory.
  std::unique_ptr<Process> Begin(const std::string& before = "", const std::string& after = "") {
    auto process =
        std::make_unique<Process>(Command("ledger-apply", "--db new --records - " + after, before));
    std::ifstream records(Path("records.jsonl"));
    std::string line;
    std::getline(records, line);
    EXPECT_TRUE(process->Send(line + "\n"));
    rest_ = std::string(std::istreambuf_iterator<char>(records), {});
    constexpr int kMostWaits = 10'000;
    for (int i = 0; i < kMostWaits && Names().empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return process;
  }

  std::string rest_;  ///< The records that were not sent.
};

TEST_F(StoppedImport, LeavesNothingWhicheverSignalItWas) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    for (const char* errors : {"", "2>/dev/full"}) {
      SCOPED_TRACE(fmt::format("signal {} {}", signal, errors));
      const auto process = Begin("", errors);
      process->Signal(signal);
      process->Send(rest_);
      EXPECT_EQ(process->Wait(), 2);
      if (*errors == '\0') {
        EXPECT_THAT(process->Errors(), HasSubstr("importing was interrupted"));
      }
      EXPECT_THAT(Names(), IsEmpty());
    }
  }
}

/// As for nohup.
TEST_F(StoppedImport, GoesOnWhereHangingUpIsIgnored) {
  const auto process = Begin("trap '' HUP; ");
  process->Signal(SIGHUP);
  process->Send(rest_);
  process->EndInput();
  EXPECT_EQ(process->Wait(), 0) << process->Errors();
}

TEST_F(StoppedImport, LosesNothingToARunBesideIt) {
  const auto process = Begin();
  const std::vector<std::string> names = Names();
  ASSERT_EQ(names.size(), 1U);
  EXPECT_THAT(names[0], StartsWith("./new.making-"));
  EXPECT_EQ(Run("ledger-dump", "store restore --to new").status, 0);
  EXPECT_THAT(Names(), Contains(names[0]));
  std::filesystem::remove_all(Path("new"));
  process->Send(rest_);
  process->EndInput();
  EXPECT_EQ(process->Wait(), 0) << process->Errors();
  EXPECT_EQ(Run("ledger-dump", "new verify --deep").status, 0);
}

}  // namespace
}  // namespace grantledger::tools
