// ledger-dump on a ledger of a newer format, which no program of today makes.
#include <gmock/gmock.h>

#include "codec/frame.h"
#include "ledger/store.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/tools/process.h"

namespace grantledger::tools {
namespace {

using testing::HasSubstr;

class NewerFormat : public LedgerFixture {
 protected:
  NewerFormat() {
    Open();
    Do(kManagement, CreateOrganizationRequest{});
    ledger_.reset();
    const auto store = Store::Open(directory_, options_, nullptr);
    EXPECT_TRUE(store.has_value());
    auto* log = (*store)->handle(Family::kLog);
    std::string frame;
    EXPECT_TRUE((*store)->db()->Get(rocksdb::ReadOptions(), log, LogKey(0), &frame).ok());
    frame = FrameRecord(0, *UnframeRecord(0, frame), kFormatVersion + 1);
    EXPECT_TRUE((*store)->db()->Put(rocksdb::WriteOptions(), log, LogKey(0), frame).ok());
  }
};

TEST_F(NewerFormat, IsToldByEachVerbAndNothingIsServed) {
  const std::string dump = ProgramPath("ledger-dump");
  const std::vector<std::vector<std::string>> verbs = {{},
                                                       {"log"},
                                                       {"account", "111122223333"},
                                                       {"export"},
                                                       {"keys"},
                                                       {"stats"},
                                                       {"verify"},
                                                       {"org", "o-0123456789"},
                                                       {"verify", "--deep"},
                                                       {"repair", "--to", directory_ + "-new"}};
  for (const auto& verb : verbs) {
    std::vector<std::string> command = {dump, directory_};
    command.insert(command.end(), verb.begin(), verb.end());
    const Outcome outcome = RunOn(command, "");
    SCOPED_TRACE(verb.empty() ? "overview" : verb.front());
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(outcome.lines.empty());
    EXPECT_THAT(outcome.errors,
                HasSubstr("the format of record 0 is 2, expected at most 1, the newest that this "
                          "version of grantledger reads"));
  }
  EXPECT_FALSE(std::filesystem::exists(directory_ + "-new"));
}

}  // namespace
}  // namespace grantledger::tools
