// A ledger with one distribution over an organization, and what compaction left of it on disk.
#ifndef GRANTLEDGER_TESTS_LEDGER_COMPACTION_FIXTURE_H_
#define GRANTLEDGER_TESTS_LEDGER_COMPACTION_FIXTURE_H_

#include <map>
#include <string>

#include "ledger/compactor.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {

class CompactionFixture : public LedgerFixture {
 protected:
  CompactionFixture() { options_.background_compaction = false; }

  /// LSN 1 to 5: a license, an organization, and a grant that its management account passes on.
  void Distribute() {
    license_ = Do(kVendor, LicenseRequest("license")).license_arn;
    organization_ = Do(kManagement, CreateOrganizationRequest{}).organization.arn;
    const auto direct =
        Do(kVendor, GrantRequest("direct", license_, AccountArn(kManagement.value())));
    Do(kManagement, AcceptGrantRequest{direct.grant_arn});
    distribution_ = Do(kManagement, GrantRequest("all", license_, organization_)).grant_arn;
    root_ = ledger_->Read(Call{.caller = kManagement}, ListRootsRequest{})->roots.at(0).id;
  }

  static AccountId AccountOf(int number) {
    return AccountId(500'000'000'000 + static_cast<std::uint64_t>(number));
  }
  /// One record each.
  void Join(int number) {
    Do(kManagement,
       CreateAccountRequest{"person@example.com", "Account", AccountOf(number).ToString()});
  }
  void Accept(int number) {
    Do(AccountOf(number),
       AcceptGrantRequest{*ledger_->MemberGrantArn(distribution_, AccountOf(number))});
  }

  using RowsByKey = std::map<std::string, std::string>;

  /// Closes the ledger. The rows of `activation`, the mark among them.
  RowsByKey FoldedRows() {
    ledger_.reset();
    return FoldedRowsIn(directory_);
  }
  static RowsByKey FoldedRowsIn(const std::string& directory) {
    RowsByKey all;
    const auto store = OpenToRead(directory);
    EXPECT_TRUE(store.has_value()) << store.error().message();
    if (!store) return all;
    RowIterator rows = (*store)->Scan(Family::kActivation, "");
    for (; rows.AtRow().value(); rows.Next()) {
      all.emplace(rows.key(), rows.payload().value());
    }
    return all;
  }

  /// Beside the ledger, which may be open. How far it is folded.
  Lsn FoldedTo() {
    const auto store = OpenToRead(directory_);
    EXPECT_TRUE(store.has_value()) << store.error().message();
    const auto mark = store ? ReadMark(**store) : fb::MarkT();
    EXPECT_TRUE(mark.has_value()) << mark.error().message();
    return mark ? mark->swept : 0;
  }

  std::string license_;
  std::string organization_;
  std::string distribution_;
  std::string root_;

 private:
  static Result<std::unique_ptr<Store>> OpenToRead(const std::string& directory) {
    Options options;
    options.read_only = true;
    return Store::Open(directory, options, nullptr);
  }
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_COMPACTION_FIXTURE_H_
