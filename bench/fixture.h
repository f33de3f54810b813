// Company: a ledger with one organization of many accounts, which the benchmarks work on.
//
// The management account issues the licenses, distributes them, and is covered by none of them, so
// that a distribution to the organization has exactly `accounts().size()` member grants. The
// organization is linked. Failures throw std::runtime_error.
#ifndef GRANTLEDGER_BENCH_FIXTURE_H_
#define GRANTLEDGER_BENCH_FIXTURE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <grantledger/ledger.h>

namespace grantledger::bench {

struct CompanyShape {
  std::size_t accounts = 0;
  /// This share of the accounts stands in OUs, in a tree of 20; the others at the root.
  int moved_percent = 0;
  Durability durability = Durability::kBuffered;
  bool background_compaction = true;
};

class Company {
 public:
  /// A new ledger in `directory` with an organization without accounts.
  Company(const std::string& directory, const CompanyShape& shape);
  /// A new ledger with all of `shape`, settled. Tells on stderr how far it is.
  static std::unique_ptr<Company> Build(const std::string& directory, const CompanyShape& shape);

  /// CreateAccount for each, in batches of 1,000. They become accounts(). They come in ten waves
  /// with a distribution event between them, and so make ten cohorts of every place.
  void Join(const std::vector<AccountId>& accounts, bool verbose);
  /// MoveAccount of so many of accounts() into 20 OUs, in batches of 1,000.
  void MoveIntoUnits(int percent, bool verbose);

  /// Closes the ledger and opens it again: nothing is in memory then.
  void Reopen(const Options& options);
  [[nodiscard]] Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] const std::vector<AccountId>& accounts() const { return accounts_; }
  /// A call of the management account.
  [[nodiscard]] Call Management() const { return {management_, std::nullopt, std::nullopt}; }

  /// A Marketplace license of a product of its own; its ARN.
  std::string NewLicense();
  /// The SKU of the product of the license that was made last.
  [[nodiscard]] const std::string& sku() const { return sku_; }

  /// A distribution of the license to the whole organization.
  GrantResponse Distribute(const std::string& license_arn);
  CreateGrantRequest DistributeRequest(const std::string& license_arn);
  /// A bulk change to ACTIVE or DISABLED.
  CreateGrantVersionRequest SetRequest(const std::string& grant_arn, GrantStatus status);
  GrantResponse Set(const std::string& grant_arn, GrantStatus status);
  DeleteGrantRequest DeleteRequest(const GrantResponse& grant) const;
  /// So many bulk changes, ACTIVE and DISABLED in turn, in batches of 1,000. ACTIVE at the end.
  void Toggle(const std::string& grant_arn, std::size_t times);
  /// Each of the accounts activates its own member grant, in batches of 1,000.
  void ActivateEach(const std::string& grant_arn, const std::vector<AccountId>& accounts,
                    bool verbose);

 private:
  std::string Token() { return "bench-" + std::to_string(++tokens_); }
  std::vector<std::string> CreateUnits();
  void ApplyAll(const std::vector<Write>& writes);
  /// The writes 0 to count - 1, in batches of 1,000. `progress` null: none is shown.
  void ApplyEach(std::size_t count, const std::function<Write(std::size_t)>& write,
                 const char* progress);

  std::string directory_;
  std::unique_ptr<Ledger> ledger_;
  AccountId management_;
  std::string organization_arn_;
  std::string root_id_;
  std::vector<AccountId> accounts_;
  std::string sku_;
  int tokens_ = 0;
  int licenses_ = 0;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_FIXTURE_H_
