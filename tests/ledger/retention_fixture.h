// A ledger whose history is a license, a direct grant of it and its versions, an hour apart each.
#ifndef GRANTLEDGER_TESTS_LEDGER_RETENTION_FIXTURE_H_
#define GRANTLEDGER_TESTS_LEDGER_RETENTION_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/store.h"
#include "ledger/tables.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::HasSubstr;

inline constexpr AccountId kHolder(222222222222);

/// A license (LSN 1), a direct grant of it (2) and three more versions of that (3 to 5), an hour
/// apart each.
class RetentionTest : public LedgerFixture {
 protected:
  RetentionTest() {
    options_.background_compaction = false;
    options_.clock = [this] { return now_; };
  }

  void TellStory() {
    Open();
    license_ = DoAt(1, kVendor, LicenseRequest("license")).license_arn;
    grant_ =
        DoAt(2, kVendor, GrantRequest("grant", license_, AccountArn(kHolder.value()))).grant_arn;
    DoAt(3, kHolder, AcceptGrantRequest{grant_});
    SetStatus(4, "activate", GrantStatus::kActive);
    SetStatus(5, "disable", GrantStatus::kDisabled);
  }

  void SetStatus(int hour, const std::string& token, GrantStatus status) {
    CreateGrantVersionRequest request;
    request.client_token = token;
    request.grant_arn = grant_;
    request.status = status;
    DoAt(hour, kHolder, std::move(request));
  }

  static Time At(int hour) { return Time(hours(24 * 365 * 50 + hour)); }

  template <typename Request>
  typename Request::Response DoAt(int hour, AccountId caller, Request request) {
    now_ = At(hour);
    return Do(caller, std::move(request));
  }

  template <typename Request>
  auto Read(const Request& request, std::optional<Moment> as_of = {}) {
    return ledger_->Read(Call{.caller = kHolder, .time = {}, .as_of = as_of}, request);
  }

  CompactionReport Drop(RetentionPolicy policy) {
    ledger_->SetRetention(policy);
    auto report = ledger_->Compact();
    if (!report) throw std::runtime_error(report.error().message());
    return *report;
  }

  template <typename Answer>
  static void ExpectRefused(const Answer& answer, const std::string& field) {
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code(), Code::kInvalidArgument);
    EXPECT_THAT(answer.error().message(), HasSubstr(field));
    EXPECT_THAT(answer.error().message(), HasSubstr("horizon"));
  }

  /// The LSNs that the log has, the first record included.
  std::vector<Lsn> Records() {
    ledger_.reset();
    const auto store = Store::Open(directory_, options_, nullptr);
    std::vector<Lsn> lsns;
    for (RowIterator rows = (*store)->Scan(Family::kLog, ""); rows.AtRow().value(); rows.Next()) {
      lsns.push_back(ReadLogKey(rows.key()));
    }
    return lsns;
  }

  Time now_ = At(0);
  std::string license_;
  std::string grant_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_RETENTION_FIXTURE_H_
