// ledger-dump and ledger-apply on a ledger whose every name tries to be a row, a colour, a
// direction, a tag or a formula: what they print has as many rows as with plain names, and nothing
// raw in it.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/ledger/ledger_fixture.h"
#include "tests/tools/process.h"

namespace grantledger::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr AccountId kAda(444455556666);

/// In texts by which things are found no control characters are taken.
constexpr const char* kTurned = "=1+1 \u202ednuor\u2066 \u200e\u200f\u061c\u2028<b>";
const std::string kHostile =
    std::string("=1\x1b[31mX\r\n row\t\x7f") + std::string(1, '\0') + "\u0085\u009b2J" + kTurned;

/// What of a line is neither ASCII that is seen nor harmless; empty: nothing.
std::string Raw(const std::string& line) {
  static const std::vector<std::string> bad = {"\u061c", "\u200e", "\u200f",
                                               "\u2028", "\u202e", "\u2066"};
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const auto next = i + 1 < line.size() ? static_cast<unsigned char>(line[i + 1]) : 0U;
    if (byte < 0x20 || byte == 0x7f) return "the byte " + std::to_string(byte);
    if (byte == 0xc2 && next < 0xa0) return "a character of C1";
  }
  for (const std::string& one : bad) {
    if (line.find(one) != std::string::npos) return one;
  }
  return {};
}

/// A ledger in which everything has a name.
class NamedLedger : public LedgerFixture {
 public:
  void TestBody() override {}

  NamedLedger(const std::string& text, const std::string& key_text) {
    options_.clock = [] { return Time(std::chrono::hours(24 * 365 * 56)); };
    Open();
    const auto organization = Do(kManagement, CreateOrganizationRequest{}).organization;
    organization_ = organization.id;
    Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
    const Call management{.caller = kManagement, .time = {}, .as_of = {}};
    const std::string root = ledger_->Read(management, ListRootsRequest{})->roots.at(0).id;
    const std::string unit =
        Do(kManagement, CreateOrganizationalUnitRequest{root, key_text}).organizational_unit.id;
    Do(kManagement, CreateAccountRequest{"a@b.c " + text, text, kAda.ToString()});
    Do(kManagement, MoveAccountRequest{kAda.ToString(), root, unit});
    Do(kManagement, InviteAccountToOrganizationRequest{"000000000007", "ACCOUNT", text});
    CreateLicenseRequest license = LicenseRequest("l");
    license.product_sku = key_text;
    license.beneficiary = text;
    license.terms = {text, text, {key_text, text}, text, {}, {}, {}, {}};
    license.terms.entitlements.push_back({text, text, {}, {}, text, {}});
    license.terms.license_metadata.push_back({text, text});
    license_ = Do(kManagement, license).license_arn;
    for (const std::string& principal : {organization.arn, AccountArn(kAda.value())}) {
      CreateGrantRequest grant = GrantRequest("x", license_, principal);
      grant.client_token = key_text.substr(0, 2) + std::to_string(grants_.size());
      grant.grant_name = text;
      grant.home_region = text;
      grants_.push_back(Do(kManagement, grant).grant_arn);
      for (const GrantStatus status : {GrantStatus::kActive, GrantStatus::kDisabled}) {
        CreateGrantVersionRequest version;
        version.client_token = "v" + std::to_string(++versions_);
        version.grant_arn = grants_.back();
        version.status = status;
        version.status_reason = text;
        Do(kManagement, version);
      }
    }
    const std::string member = *ledger_->MemberGrantArn(grants_[0], kAda);
    ledger_.reset();
    const std::string page = directory_ + ".html";
    verbs_ = {{},
              {"log"},
              {"grant", grants_[0]},
              {"grant", grants_[1]},
              {"grant", member},
              {"account", kAda.ToString()},
              {"org"},
              {"org", organization_},
              {"org", organization_, "--tree"},
              {"license"},
              {"license", license_},
              {"explain", member},
              {"explain", grants_[1]},
              {"diff", "--from", "1", "--accounts"},
              {"export", "grants", "--format", "csv"},
              {"export", "activations", "--format", "csv"},
              {"export", "log", "--format", "csv"},
              {"export", "grants"},
              {"export", "log"},
              {"report", "--html", page},
              {"keys"},
              {"stats"},
              {"verify"},
              {"verify", "--deep"},
              // What is not there is named in the refusal.
              {"account", text},
              {"org", text},
              {"grant", text},
              {"license", text},
              {"export", "grants", "--status", text},
              {"keys", "--prefix", text},
              {"log", "--from", text},
              {"no such verb " + text}};
  }
  ~NamedLedger() override {
    std::error_code ignored;
    std::filesystem::remove(directory_ + ".html", ignored);
  }

  [[nodiscard]] Outcome Ask(std::size_t verb, bool json) const {
    std::vector<std::string> command = {ProgramPath("ledger-dump"), directory_};
    command.insert(command.end(), verbs_[verb].begin(), verbs_[verb].end());
    // A word with a zero byte can't be handed to a program.
    for (std::string& word : command) word = word.c_str();
    if (json) command.emplace_back("--json");
    return RunOn(command, "");
  }
  [[nodiscard]] const std::vector<std::vector<std::string>>& verbs() const { return verbs_; }
  [[nodiscard]] std::string Page() const {
    std::stringstream text;
    text << std::ifstream(directory_ + ".html").rdbuf();
    return text.str();
  }
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  std::string organization_;
  std::string license_;
  std::vector<std::string> grants_;
  int versions_ = 0;
  std::vector<std::vector<std::string>> verbs_;
};

class HostileNames : public testing::Test {
 protected:
  NamedLedger plain_{"Ada", "Ada"};
  NamedLedger hostile_{kHostile, kTurned};
};

TEST_F(HostileNames, NoVerbPrintsThemRaw) {
  for (std::size_t i = 0; i < hostile_.verbs().size(); ++i) {
    for (const bool json : {false, true}) {
      const Outcome outcome = hostile_.Ask(i, json);
      const Outcome expected = plain_.Ask(i, json);
      const auto& verb = hostile_.verbs()[i];
      SCOPED_TRACE((verb.empty() ? "overview" : testing::PrintToString(verb)) +
                   (json ? " --json" : ""));
      EXPECT_EQ(outcome.status, expected.status) << outcome.errors;
      EXPECT_EQ(outcome.lines.size(), expected.lines.size());
      for (const std::string& line : outcome.lines) EXPECT_EQ(Raw(line), "") << line;
      const auto end = outcome.errors.find('\n');
      EXPECT_EQ(Raw(outcome.errors.substr(0, end)), "") << outcome.errors;
      EXPECT_TRUE(end == std::string::npos || end + 1 == outcome.errors.size()) << outcome.errors;
      if (!json || outcome.status == 2) continue;
      for (const std::string& line : outcome.lines) {
        EXPECT_TRUE(nlohmann::json::accept(line)) << line;
      }
    }
  }
}

TEST_F(HostileNames, JsonStillHasThem) {
  const std::vector<std::string> command = {ProgramPath("ledger-dump"), hostile_.directory(),
                                            "account", kAda.ToString(), "--json"};
  const auto account = nlohmann::json::parse(RunOn(command, "").lines.at(0));
  EXPECT_EQ(account["Name"], kHostile);
  EXPECT_EQ(account["Stays"][1]["ParentName"], kTurned);
}

TEST_F(HostileNames, NoCellOfCsvIsRun) {
  for (std::size_t i = 0; i < hostile_.verbs().size(); ++i) {
    const auto& verb = hostile_.verbs()[i];
    if (verb.empty() || verb.back() != "csv") continue;
    for (const std::string& line : hostile_.Ask(i, false).lines) {
      for (std::size_t at = 0; (at = line.find('=', at)) != std::string::npos; ++at) {
        const bool begins = at == 0 || line[at - 1] == ',' || line[at - 1] == '"';
        EXPECT_FALSE(begins) << line;
      }
    }
  }
}

TEST_F(HostileNames, TheReportIsolatesThem) {
  for (std::size_t i = 0; i < hostile_.verbs().size(); ++i) {
    if (!hostile_.verbs()[i].empty() && hostile_.verbs()[i][0] == "report") {
      EXPECT_EQ(hostile_.Ask(i, false).status, 0);
    }
  }
  const std::string page = hostile_.Page();
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) EXPECT_EQ(Raw(line), "") << line;
  EXPECT_THAT(page, HasSubstr("<bdi>=1+1 \\u202ednuor"));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
}

TEST_F(HostileNames, WhatIsExportedIsReadAgain) {
  const std::string copy = hostile_.directory() + "-copy";
  const std::vector<std::string> exported = {ProgramPath("ledger-dump"), hostile_.directory(),
                                             "export", "log"};
  std::string records;
  for (const std::string& line : RunOn(exported, "").lines) records += line + "\n";
  const Outcome imported = RunOn({ProgramPath("ledger-apply"), "--db", copy, "--records"}, records);
  EXPECT_EQ(imported.status, 0) << imported.errors;
  const Outcome name =
      RunOn({ProgramPath("ledger-dump"), copy, "account", kAda.ToString(), "--json"}, "");
  EXPECT_EQ(nlohmann::json::parse(name.lines.at(0))["Name"], kHostile);
  std::filesystem::remove_all(copy);
}

TEST_F(HostileNames, LedgerApplyAnswersAndComplainsSafely) {
  const std::string apply = ProgramPath("ledger-apply");
  const nlohmann::json request = {{"Operation", "CreateAccount" + kHostile},
                                  {"Caller", kHostile},
                                  {"Input", {{"AccountId", kHostile}}}};
  const nlohmann::json described = {{"Operation", "DescribeAccount"},
                                    {"Caller", kManagement.ToString()},
                                    {"Input", {{"AccountId", kAda.ToString()}}}};
  const Outcome answered = RunOn({apply, "--db", hostile_.directory()},
                                 request.dump() + "\n" + described.dump() + "\n\x1b[31m\u009b\n");
  ASSERT_EQ(answered.lines.size(), 3U);
  for (const std::string& line : answered.lines) EXPECT_EQ(Raw(line), "") << line;
  EXPECT_EQ(nlohmann::json::parse(answered.lines[1])["Output"]["Account"]["Name"], kHostile);
  const std::string text = kHostile.c_str();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--db", "/no/such/place/" + text},
        {"--db", hostile_.directory(), "/no/such/file/" + text},
        {"--db", hostile_.directory(), "--no-such-option-" + text},
        {"--db", hostile_.directory(), "--keep-for", text}}) {
    std::vector<std::string> command = {apply};
    command.insert(command.end(), words.begin(), words.end());
    const Outcome refused = RunOn(command, "");
    EXPECT_EQ(refused.status, 2);
    const auto end = refused.errors.find('\n');
    EXPECT_EQ(Raw(refused.errors.substr(0, end)), "") << refused.errors;
    EXPECT_EQ(end + 1, refused.errors.size()) << refused.errors;
  }
}

}  // namespace
}  // namespace grantledger::tools
