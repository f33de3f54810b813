// Times far in the future: a record that has one pins every later time, so a write is refused.
#include <gmock/gmock.h>

#include "ledger_fixture.h"

namespace grantledger {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr Time kNow(hours(24 * 365 * 50));

class TimeAheadTest : public LedgerFixture {
 protected:
  TimeAheadTest() {
    options_.clock = [this] { return now_; };
  }

  /// At `time`, or by the clock.
  Result<EmptyResponse> WriteAt(std::optional<Time> time) {
    return ledger_->Write(Call{.caller = kManagement, .time = time, .as_of = {}},
                          UpdateServiceSettingsRequest{.enable_integration = true});
  }

  void OpenFounded() {
    Open();
    Do(kManagement, CreateOrganizationRequest{});
  }

  Time TimeOfLast() {
    const auto events =
        ledger_->Read(Call{.caller = kManagement, .time = {}, .as_of = {}}, ListAccountsRequest{});
    EXPECT_TRUE(events.has_value());
    // A time before the last record's is refused, and that one is told.
    const auto early = WriteAt(Time());
    const std::string& message = early.error().message();
    const std::string kept = "not earlier than ";
    const std::size_t begin = message.find(kept) + kept.size();
    return *ParseTime(message.substr(begin, message.find(',', begin) - begin));
  }

  Time now_ = kNow;
};

TEST_F(TimeAheadTest, OneDayIsTheBoundWhereNothingIsSaid) {
  OpenFounded();
  const Lsn before = ledger_->LastLsn();
  const auto refused = WriteAt(kNow + hours(24) + milliseconds(1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
  EXPECT_EQ(refused.error().message(),
            "Time is 2019-12-21T00:00:00.001Z, expected at most 2019-12-21T00:00:00Z: no more "
            "ahead of the clock than max_time_ahead allows");
  EXPECT_EQ(ledger_->LastLsn(), before);
  EXPECT_TRUE(WriteAt(kNow + hours(24)).has_value());
}

TEST_F(TimeAheadTest, BeforeTheFirstRecordThereIsNoneToBeLaterThan) {
  Open();
  const auto refused = WriteAt(Time() - milliseconds(1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message(),
            "Time is 1969-12-31T23:59:59.999Z, expected not earlier than 1970-01-01T00:00:00Z, "
            "the earliest that can be");
}

TEST_F(TimeAheadTest, TheBoundIsAnOption) {
  options_.max_time_ahead = hours(1);
  OpenFounded();
  EXPECT_FALSE(WriteAt(kNow + hours(1) + milliseconds(1)).has_value());
  EXPECT_TRUE(WriteAt(kNow + hours(1)).has_value());
  options_.max_time_ahead = milliseconds(0);
  now_ = kNow + hours(2);
  Open();
  EXPECT_FALSE(WriteAt(now_ + milliseconds(1)).has_value());
  EXPECT_TRUE(WriteAt(now_).has_value());
}

TEST_F(TimeAheadTest, NoneIsABoundToo) {
  options_.max_time_ahead = std::nullopt;
  OpenFounded();
  EXPECT_TRUE(WriteAt(kNow + hours(24 * 365 * 1000)).has_value());
}

TEST_F(TimeAheadTest, ABoundBeyondAllTimesIsNone) {
  options_.max_time_ahead = milliseconds::max();
  OpenFounded();
  EXPECT_TRUE(WriteAt(kNow + hours(24 * 365 * 1000)).has_value());
}

TEST_F(TimeAheadTest, ABoundBelowZeroIsRefused) {
  options_.max_time_ahead = milliseconds(-1);
  const auto opened = Ledger::Open(directory_, options_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().message(), "Options::max_time_ahead is -1 ms, expected at least 0");
}

TEST_F(TimeAheadTest, OtherSpansBelowZeroAreRefusedToo) {
  Options options;
  options.max_hold = milliseconds(-1);
  auto opened = Ledger::Open(directory_, options);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().message(), "Options::max_hold is -1 ms, expected at least 0");
  options = {};
  options.client_token_lifetime = milliseconds::min();
  opened = Ledger::Open(directory_, options);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Code::kInvalidArgument);
}

TEST_F(TimeAheadTest, OneWriteOfABatchIsRefusedByItself) {
  OpenFounded();
  const auto at = [](Time time) {
    return Write{Call{.caller = kManagement, .time = time, .as_of = {}},
                 UpdateServiceSettingsRequest{.enable_integration = true}};
  };
  const std::vector<Write> writes = {at(kNow), at(kNow + hours(25)), at(kNow + hours(1))};
  const auto answers = ledger_->Apply(writes);
  EXPECT_TRUE(answers[0].has_value());
  EXPECT_FALSE(answers[1].has_value());
  EXPECT_TRUE(answers[2].has_value());
}

// The clock was ahead, or the record was written without a bound: the ledger takes what can't be
// helped, and nothing that goes further.
TEST_F(TimeAheadTest, ALedgerThatIsAheadGoesOnWhereItIs) {
  now_ = kNow + hours(24 * 400);
  OpenFounded();
  now_ = kNow;
  EXPECT_TRUE(WriteAt(std::nullopt).has_value());
  EXPECT_EQ(TimeOfLast(), kNow + hours(24 * 400));
  EXPECT_TRUE(WriteAt(kNow + hours(24 * 400)).has_value());
  EXPECT_FALSE(WriteAt(kNow + hours(24 * 400) + milliseconds(1)).has_value());
}

TEST_F(TimeAheadTest, ReadsMayLookAhead) {
  OpenFounded();
  const Call ahead{.caller = kManagement, .time = kNow + hours(24 * 365), .as_of = {}};
  EXPECT_TRUE(ledger_->Read(ahead, ListRootsRequest{}).has_value());
}

}  // namespace
}  // namespace grantledger
