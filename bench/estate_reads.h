// What an estate is checked for, and the reads that are measured in it.
#ifndef GRANTLEDGER_BENCH_ESTATE_READS_H_
#define GRANTLEDGER_BENCH_ESTATE_READS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "bench/estate.h"

namespace grantledger::bench {

/// A read of one page, of at most 100 member grants.
struct PageRead {
  AccountId caller;
  ListReceivedGrantsForOrganizationRequest request;
  std::size_t rows = 0;  ///< How many grants the page has.
};

/// A read of one account's entitlement.
struct EntitlementRead {
  AccountId caller;
  CheckEntitlementRequest request;
};

/// What was found when every distribution was counted.
struct EstateCount {
  std::uint64_t distributions = 0;
  std::map<GrantStatus, std::uint64_t> grants;  ///< Member grants in each status.
  std::uint64_t asked = 0;                      ///< Accounts that were asked for one grant each,
  std::uint64_t answered = 0;                   ///< and so many were told that it is ACTIVE.

  [[nodiscard]] std::uint64_t Active() const;
  /// How many statuses there are beside ACTIVE.
  [[nodiscard]] std::size_t OtherStatuses() const;
};

/// Throws std::runtime_error, with what was found, where not every member grant of the shape is
/// there and ACTIVE.
void CheckCount(const EstateCount& count, const EstateShape& shape);

/// Reads an estate back: nothing is known of it but its shape. Throws std::runtime_error where an
/// answer is not as it must be.
class EstateReader {
 public:
  EstateReader(const Ledger& ledger, const EstateShape& shape) : ledger_(ledger), shape_(shape) {}

  /// Adds the distributions of one organization: CountGrants of each, and GetGrant of one of them
  /// by a random account.
  void CountOrganization(std::size_t organization, EstateCount* count);

  /// One page of a random distribution at a random place. What the place needs is read here.
  PageRead DrawPage();
  /// A random account and product.
  EntitlementRead DrawEntitlement();

 private:
  /// A number below `end`.
  std::size_t Random(std::size_t end) { return random_() % end; }
  std::vector<Grant> DistributionsOf(std::size_t organization) const;

  const Ledger& ledger_;
  const EstateShape& shape_;
  std::mt19937_64 random_;
};

/// Does the read; its seconds. Throws where the page is not full, or a grant of it not ACTIVE.
double Measure(const Ledger& ledger, const PageRead& read);
/// Does the read; its seconds. Throws where the account is not entitled by one ACTIVE grant.
double Measure(const Ledger& ledger, const EntitlementRead& read);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_ESTATE_READS_H_
