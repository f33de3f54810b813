// A directory for the programs to work in, started by the shell.
#ifndef GRANTLEDGER_TESTS_TOOLS_PROGRAMS_FIXTURE_H_
#define GRANTLEDGER_TESTS_TOOLS_PROGRAMS_FIXTURE_H_

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/tools/process.h"

namespace grantledger::tools {

/// There are `ledger`, `store`, a backup of it, `records.jsonl`, its log, and `requests.jsonl`, of
/// which it is made: an organization and 200 accounts.
class ProgramsFixture : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "programs_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
    std::filesystem::create_directory(Path("tmp"));
    std::ofstream requests(Path("requests.jsonl"));
    requests << R"({"Operation":"CreateOrganization","Caller":"111122223333",)"
             << R"("Input":{"FeatureSet":"ALL"}})"
             << "\n";
    for (int i = 0; i < 200; ++i) {
      requests << R"({"Operation":"CreateAccount","Caller":"111122223333",)"
               << fmt::format(R"("Input":{{"Email":"a@example.com","AccountName":"account {}"}}}})",
                              i)
               << "\n";
    }
    requests.close();
    ASSERT_EQ(Run("ledger-apply", "--db ledger requests.jsonl").status, 0);
    ASSERT_EQ(Run("ledger-dump", "ledger backup --to store").status, 0);
    ASSERT_EQ(Run("ledger-dump", "ledger export log >records.jsonl").status, 0);
  }
  void TearDown() override {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  [[nodiscard]] std::string Path(const std::string& name) const { return directory_ / name; }

  /// The program in the directory, with these words and redirections of the shell, and its
  /// temporary files in `tmp`. What stands `before` it ends with a ; or a space.
  [[nodiscard]] std::vector<std::string> Command(const std::string& program,
                                                 const std::string& words,
                                                 const std::string& before = "") const {
    return {"/bin/sh", "-c",
            fmt::format("cd {0} && export TMPDIR={0}/tmp; {1}exec {2} {3}", directory_.string(),
                        before, ProgramPath(program), words)};
  }

  [[nodiscard]] Outcome Run(const std::string& program, const std::string& words,
                            const std::string& before = "") const {
    return RunOn(Command(program, words, before), "");
  }

  std::filesystem::path directory_;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TESTS_TOOLS_PROGRAMS_FIXTURE_H_
