// A ledger that keeps nothing but what it was asked.
#ifndef GRANTLEDGER_TESTS_TOOLS_FAKE_LEDGER_H_
#define GRANTLEDGER_TESTS_TOOLS_FAKE_LEDGER_H_

#include <string>
#include <vector>

#include <grantledger/backup.h>
#include <grantledger/ledger.h>

namespace grantledger::tools {

/// Answers a CreateOrganizationalUnit with its name and the number of writes so far ("ou-7"), any
/// other write with InvalidState, a ListRoots with the number of writes so far ("r-7"), and any
/// other read with NotFound.
class FakeLedger : public Ledger {
 public:
  std::vector<Result<WriteResponse>> Apply(std::span<const grantledger::Write> writes) override;
  [[nodiscard]] Lsn LastLsn() const override { return writes_; }
  [[nodiscard]] Result<Lsn> FindMoment(const Moment& /*moment*/) const override {
    return Status(Code::kNotFound, "not here");
  }
  [[nodiscard]] Result<std::string> MemberGrantArn(std::string_view distribution_arn,
                                                   AccountId account) const override;
  void SetRetention(RetentionPolicy /*policy*/) override {}
  [[nodiscard]] Lsn Horizon() const override { return 0; }
  [[nodiscard]] Result<std::unique_ptr<MomentHold>> Hold(const Moment& /*moment*/) override {
    return Status(Code::kNotFound, "not here");
  }
  Result<Lsn> Checkpoint(const std::string& /*directory*/) override { return LastLsn(); }
  Result<BackupInfo> Backup(const std::string& /*store*/,
                            const BackupOptions& /*options*/) override {
    return Status(Code::kNotFound, "not here");
  }
  Status Settle() override { return {}; }
  Status Close() override { return {}; }
  Status Refresh() override { return {}; }
  [[nodiscard]] LedgerHealth Health() const override { return {}; }
  [[nodiscard]] LedgerStatistics Statistics() const override { return {}; }
  Result<CompactionReport> Compact(const CompactionProgress& /*progress*/) override {
    return CompactionReport{.from_lsn = 1, .to_lsn = writes_};
  }

  /// How many writes each Apply had.
  [[nodiscard]] const std::vector<std::size_t>& commits() const { return commits_; }

  template <typename R>
  Result<typename R::Response> Answer(const R& /*request*/) const {
    return Status(Code::kNotFound, "not here");
  }
  [[nodiscard]] Result<ListRootsRequest::Response> Answer(const ListRootsRequest& request) const;

 private:
  Result<WriteResponse> ApplyOne(const WriteRequest& request);

  std::vector<std::size_t> commits_;
  std::size_t writes_ = 0;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TESTS_TOOLS_FAKE_LEDGER_H_
