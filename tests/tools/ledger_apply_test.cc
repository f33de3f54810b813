// The program ledger-apply as others use it: by its pipes, files and exit status. Where it stands
// is told by the environment variable LEDGER_APPLY_PATH.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <grantledger/ledger.h>

#include "tests/tools/process.h"
#include "tools/json_text.h"

namespace grantledger::tools {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kCaller = "111122223333";

std::string Request(const std::string& operation, Json input, const Json& more = Json::object()) {
  Json request = {{"Operation", operation}, {"Caller", kCaller}, {"Input", std::move(input)}};
  request.update(more);
  return request.dump() + "\n";
}

std::string MakeOrganization() { return Request("CreateOrganization", Json::object()); }

std::string BindRoot() {
  return Request("ListRoots", Json::object(), {{"Bind", {{"root", "Roots.0.Id"}}}});
}

std::string MakeUnit(const std::string& name, const std::string& parent = "${root}") {
  return Request("CreateOrganizationalUnit", {{"ParentId", parent}, {"Name", name}});
}

std::string MakeAccount(std::size_t number) {
  return Request("CreateAccount", {{"Email", "somebody@example.com"},
                                   {"AccountName", "account " + std::to_string(number)}});
}

std::string ListUnits() {
  return Request("ListOrganizationalUnitsForParent", {{"ParentId", "${root}"}});
}

std::string MessageOf(const std::string& answer) {
  const Json json = Json::parse(answer);
  return json.contains("Error") ? json["Error"].value("Message", "") : "";
}

class LedgerApplyTest : public testing::Test {
 protected:
  void SetUp() override {
    program_ = ProgramPath("ledger-apply");
    std::string name = (std::filesystem::temp_directory_path() / "ledger_apply_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  [[nodiscard]] std::string Path(const std::string& name) const { return directory_ / name; }

  /// The command with the ledger "db" and these arguments.
  [[nodiscard]] std::vector<std::string> Command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command = {program_, "--db", Path("db")};
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }

  std::string program_;
  std::filesystem::path directory_;
};

TEST_F(LedgerApplyTest, AReaderInAnotherProcessIsRefreshed) {
  Process process(Command());
  const auto answered = [&process](const std::string& request) {
    ASSERT_TRUE(process.Send(request));
    const auto line = process.Line();
    ASSERT_TRUE(line.has_value());
    ASSERT_THAT(*line, StartsWith(R"({"Output":)"));
  };
  answered(MakeOrganization());
  Options options;
  options.read_only = true;
  const auto reader = Ledger::Open(Path("db"), options);
  ASSERT_TRUE(reader.has_value()) << reader.error().message();
  const auto accounts = [&reader] {
    const auto page =
        (*reader)->Read(Call{.caller = AccountId::Parse(kCaller).value()}, ListAccountsRequest{});
    return page ? page->accounts.size() : 0;
  };
  const auto refresh = [&reader] {
    const Status refreshed = (*reader)->Refresh();
    EXPECT_TRUE(refreshed.ok()) << refreshed.message();
  };
  EXPECT_EQ(accounts(), 1U);
  for (std::size_t i = 1; i <= 20; ++i) {
    answered(MakeAccount(i));
    EXPECT_EQ(accounts(), i);
    refresh();
    EXPECT_EQ(accounts(), i + 1);
  }
  answered(Request("Compact", Json::object()));
  refresh();
  process.EndInput();
  EXPECT_EQ(process.Wait(), 0);
  refresh();
  EXPECT_EQ(accounts(), 21U);
  EXPECT_EQ((*reader)->LastLsn(), 21U);
}

TEST_F(LedgerApplyTest, HoldsAConversation) {
  Process process(Command());
  ASSERT_TRUE(process.Send(MakeOrganization()));
  const auto organization = process.Line();
  ASSERT_TRUE(organization.has_value());
  EXPECT_THAT(*organization, StartsWith(R"({"Output":{"Organization":{"Id":"o-)"));
  ASSERT_TRUE(process.Send(Request("ListRoots", Json::object())));
  const Json roots = Json::parse(process.Line().value_or("{}"));
  const std::string root = roots["Output"]["Roots"][0]["Id"];
  for (int i = 0; i < 20; ++i) {
    const std::string name = "unit " + std::to_string(i);
    ASSERT_TRUE(process.Send(MakeUnit(name, root)));
    const Json unit = Json::parse(process.Line().value_or("{}"));
    ASSERT_EQ(unit["Output"]["OrganizationalUnit"]["Name"], name);
  }
  process.EndInput();
  EXPECT_EQ(process.Line(), std::nullopt);
  EXPECT_EQ(process.Wait(), 0);
  EXPECT_EQ(process.Errors(), "");
}

TEST_F(LedgerApplyTest, WaitsForTheEndOfALine) {
  Process process(Command());
  const std::string request = MakeOrganization();
  ASSERT_TRUE(process.Send(request + request.substr(0, 10)));
  EXPECT_THAT(process.Line().value_or(""), HasSubstr("Output"));
  EXPECT_FALSE(process.HasOutput(100));
  ASSERT_TRUE(process.Send(request.substr(10)));
  EXPECT_THAT(process.Line().value_or(""), HasSubstr("Error"));
  process.EndInput();
  EXPECT_EQ(process.Wait(), 1);
}

TEST_F(LedgerApplyTest, GoesOnBehindErrors) {
  const Outcome outcome = RunOn(
      Command(), MakeOrganization() + "\n  \r\n{\"Operation\": \n" + "\"\xff\xfe\"\n" +
                     std::string(1'000'000, '[') + "\n" + Request("CreateGrants", Json::object()) +
                     Request("ListRoots", {{"MaxResult", 5}}) + BindRoot() +
                     MakeUnit("last", "${rot}") + MakeUnit("last"));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.errors, "");
  ASSERT_EQ(outcome.lines.size(), 9U);
  EXPECT_EQ(MessageOf(outcome.lines[0]), "");
  EXPECT_THAT(MessageOf(outcome.lines[1]), StartsWith("line 4: not a JSON value: "));
  EXPECT_THAT(MessageOf(outcome.lines[2]), StartsWith("line 5: not a JSON value: "));
  EXPECT_EQ(MessageOf(outcome.lines[3]), "line 6: not a JSON value: nested more than 32 deep");
  EXPECT_EQ(MessageOf(outcome.lines[4]),
            R"(line 7: Operation is "CreateGrants", did you mean CreateGrant?)");
  EXPECT_EQ(MessageOf(outcome.lines[5]),
            "line 8: Input.MaxResult is not a field here, did you mean Input.MaxResults?");
  EXPECT_EQ(MessageOf(outcome.lines[6]), "");
  EXPECT_EQ(MessageOf(outcome.lines[7]), "line 10: ${rot} is not bound, did you mean ${root}?");
  EXPECT_THAT(outcome.lines[8], HasSubstr(R"("Name":"last")"));
}

TEST_F(LedgerApplyTest, StopsOnError) {
  const Outcome outcome =
      RunOn(Command({"--stop-on-error"}),
            MakeOrganization() + BindRoot() + MakeUnit("a") + "{\n" + MakeUnit("b"));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.lines.size(), 4U);
  const Outcome after = RunOn(Command(), BindRoot() + ListUnits());
  ASSERT_EQ(after.lines.size(), 2U);
  EXPECT_EQ(Json::parse(after.lines[1])["Output"]["OrganizationalUnits"].size(), 1U);
}

TEST_F(LedgerApplyTest, BindsFieldsOfAnswers) {
  const Outcome outcome = RunOn(
      Command(),
      MakeOrganization() + BindRoot() +
          Request("CreateOrganizationalUnit", {{"ParentId", "${root}"}, {"Name", "a"}},
                  {{"Bind", {{"unit", "OrganizationalUnit.Id"}}}}) +
          Request("CreateOrganizationalUnit", {{"ParentId", "${unit}"}, {"Name", "in ${unit}"}},
                  {{"Bind", {{"x", "OrganizationalUnit.Idd"}}}}) +
          Request("ListOrganizationalUnitsForParent", {{"ParentId", "${unit}"}}) +
          MakeUnit("b", "${x}"));
  EXPECT_EQ(outcome.status, 1);
  ASSERT_EQ(outcome.lines.size(), 6U);
  const std::string unit = Json::parse(outcome.lines[2])["Output"]["OrganizationalUnit"]["Id"];
  EXPECT_THAT(outcome.lines[3], StartsWith(R"({"Output":{"OrganizationalUnit":{"Id":"ou-)"));
  EXPECT_THAT(
      outcome.lines[3],
      HasSubstr(R"(}},"BindError":{"Code":"ValidationException","Message":"line 4: Bind.x)"));
  const Json units = Json::parse(outcome.lines[4])["Output"]["OrganizationalUnits"];
  ASSERT_EQ(units.size(), 1U);
  EXPECT_EQ(units[0]["Name"], "in " + unit);
  EXPECT_THAT(MessageOf(outcome.lines[5]), StartsWith("line 6: ${x} is not bound: line 4"));
}

TEST_F(LedgerApplyTest, LoadsAFile) {
  constexpr std::size_t kAccounts = 2500;
  std::ofstream file(Path("history.jsonl"));
  file << MakeOrganization();
  for (std::size_t i = 0; i < kAccounts; ++i) file << MakeAccount(i);
  file.close();
  const Outcome outcome = RunOn(Command({Path("history.jsonl")}), "");
  EXPECT_EQ(outcome.status, 0);
  ASSERT_EQ(outcome.lines.size(), kAccounts + 1);
  for (std::size_t i = 0; i < kAccounts; ++i) {
    ASSERT_THAT(outcome.lines[i + 1], HasSubstr("\"account " + std::to_string(i) + "\""));
  }
}

TEST_F(LedgerApplyTest, KeepsWhatItWrote) {
  const std::string last_line = MakeOrganization();
  const Outcome first = RunOn(Command({"--durability", "buffered", "-"}),
                              last_line.substr(0, last_line.size() - 1));  // No newline.
  EXPECT_EQ(first.status, 0);
  ASSERT_EQ(first.lines.size(), 1U);
  const std::string describe = Request("DescribeOrganization", Json::object());
  const Outcome second = RunOn(Command({"--read-only"}), describe + MakeOrganization());
  EXPECT_EQ(second.status, 1);
  ASSERT_EQ(second.lines.size(), 2U);
  EXPECT_EQ(second.lines[0], first.lines[0]);
  EXPECT_NE(MessageOf(second.lines[1]), "");
  const Outcome past =
      RunOn(Command(), Request("DescribeOrganization", Json::object(), {{"AsOf", 0}}));
  EXPECT_EQ(past.status, 1);
}

TEST_F(LedgerApplyTest, TakesAnEmptyInput) {
  const Outcome outcome = RunOn(Command(), "");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(outcome.lines.empty());
  EXPECT_EQ(outcome.errors, "");
}

TEST_F(LedgerApplyTest, TakesALongLine) {
  const std::string name(8'000'000, 'x');
  const Outcome outcome =
      RunOn(Command(), MakeOrganization() + BindRoot() + MakeUnit(name) + ListUnits());
  ASSERT_EQ(outcome.lines.size(), 4U);
  EXPECT_NE(MessageOf(outcome.lines[2]), "");
  EXPECT_EQ(Json::parse(outcome.lines[3])["Output"]["OrganizationalUnits"].size(), 0U);
}

/// A refusal to start: exit status 2 and one sentence.
void ExpectRefusal(const Outcome& outcome, const std::string& part) {
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(outcome.lines.empty());
  EXPECT_THAT(outcome.errors, StartsWith("ledger-apply: "));
  EXPECT_THAT(outcome.errors, HasSubstr(part));
  EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1);
}

TEST_F(LedgerApplyTest, SaysWhatItCannotOpen) {
  ExpectRefusal(RunOn(Command({Path("absent.jsonl")}), ""), "absent.jsonl");
  ExpectRefusal(RunOn(Command({directory_.string()}), ""), "directory");
  ExpectRefusal(RunOn({program_, "--db", Path("absent"), "--read-only"}, ""), "absent");
  std::ofstream(Path("file")) << "not a ledger";
  ExpectRefusal(RunOn({program_, "--db", Path("file")}, ""), "file");
  ExpectRefusal(RunOn({program_, "--db", directory_.string()}, MakeOrganization()),
                "expected that of a ledger, or an empty one");
  EXPECT_FALSE(std::filesystem::exists(Path("absent")));
}

TEST_F(LedgerApplyTest, ExplainsItself) {
  EXPECT_EQ(RunOn({program_}, "").status, 2);
  EXPECT_EQ(RunOn(Command({"--durability", "some"}), "").status, 2);
  ExpectRefusal(RunOn({program_, "--dbb", Path("db")}, ""),
                "there is no option --dbb, did you mean --db?");
  const Outcome version = RunOn({program_, "--version"}, "");
  EXPECT_EQ(version.status, 0);
  ASSERT_EQ(version.lines.size(), 1U);
  EXPECT_THAT(version.lines[0], StartsWith("ledger-apply "));
  const Outcome help = RunOn({program_, "--help"}, "");
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.lines, testing::Contains(HasSubstr("Examples:")));
  EXPECT_THAT(help.lines, testing::Contains(HasSubstr("*.jsonl")));
  EXPECT_THAT(help.lines, testing::Contains(StartsWith("Input is JSON Lines in UTF-8")));
}

TEST_F(LedgerApplyTest, DropsHistoryThatIsNotToBeKept) {
  const std::string compact = Request("Compact", Json::object());
  const std::string first_moment = Request("ListRoots", Json::object(), {{"AsOf", 1}});
  const std::string units = BindRoot() + MakeUnit("a") + MakeUnit("b");
  ASSERT_EQ(RunOn(Command(), MakeOrganization() + units + compact + first_moment).status, 0);
  const Outcome dropped = RunOn(Command({"--keep-records", "1"}), compact + first_moment);
  ASSERT_EQ(dropped.lines.size(), 2U);
  EXPECT_THAT(dropped.lines[0], HasSubstr(R"("Horizon":2,)"));
  EXPECT_THAT(MessageOf(dropped.lines[1]), HasSubstr("the horizon is LSN 2"));
  EXPECT_THAT(RunOn(Command({"--keep-for", "0s"}), compact).lines[0], HasSubstr(R"("Horizon":3,)"));
}

TEST_F(LedgerApplyTest, RefusesRetentionThatSaysNothingClear) {
  for (const char* records : {"-1", "abc", "1.5", ""}) {
    ExpectRefusal(RunOn(Command({"--keep-records", records}), ""),
                  fmt::format(R"(--keep-records is "{}", expected a number of records)", records));
  }
  for (const char* time : {"90", "90x", "d", "-1d"}) {
    ExpectRefusal(
        RunOn(Command({"--keep-for", time}), ""),
        fmt::format(R"(--keep-for is "{}", expected a number in digits and a unit)", time));
  }
  for (const char* option : {"--keep-for", "--max-time-ahead"}) {
    ExpectRefusal(
        RunOn(Command({option, "9223372036854775807s"}), ""),
        fmt::format(R"({} is "9223372036854775807s", expected 9223372036854775s at most)", option));
  }
  EXPECT_EQ(RunOn(Command({"--keep-for", "1d", "--keep-records", "1"}), "").status, 2);
  EXPECT_FALSE(std::filesystem::exists(Path("db")));
}

TEST_F(LedgerApplyTest, EndsWhereNobodyReadsItsAnswers) {
  Process process(Command());
  ASSERT_TRUE(process.Send(MakeOrganization()));
  EXPECT_TRUE(process.Line().has_value());
  process.CloseOutput();
  process.Send(Request("ListRoots", Json::object()));
  EXPECT_EQ(process.Wait(), 2);
  EXPECT_THAT(process.Errors(), HasSubstr("answers cannot be written"));
}

TEST_F(LedgerApplyTest, NeedsAStandardOutput) {
  const std::string command = program_ + " --db " + Path("db") + " >&- 2>&1";
  EXPECT_EQ(RunOn({"/bin/sh", "-c", command}, MakeOrganization()).status, 2);
  EXPECT_FALSE(std::filesystem::exists(Path("db")));
}

}  // namespace
}  // namespace grantledger::tools
