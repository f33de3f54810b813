// Field: one store with an organization of so many accounts, which the workloads work on.
#ifndef GRANTLEDGER_BENCH_PEERS_FIELD_H_
#define GRANTLEDGER_BENCH_PEERS_FIELD_H_

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <grantledger/ledger.h>

#include "bench/peers/grant_store.h"
#include "bench/scratch.h"

namespace grantledger::bench {

/// A system that is measured.
struct StoreKind {
  std::string id;      ///< "sqlite": in names of benchmarks.
  bool eager = false;  ///< Writes a row for each member grant: a bulk change costs by accounts.
  std::function<std::unique_ptr<GrantStore>(const std::string& directory)> make;
};

/// All of them, ours first. Each gets as much memory for its cache.
std::vector<StoreKind> StoreKinds(Durability durability, std::size_t cache_bytes);

/// Used by one thread, but for store().NewSession and ForReads.
class Field {
 public:
  /// Joins so many accounts, in batches of 1,000, and tells on stderr how far it is.
  Field(const StoreKind& kind, Scratch& scratch, std::size_t accounts);

  [[nodiscard]] const StoreKind& kind() const { return kind_; }
  [[nodiscard]] GrantStore& store() { return *store_; }
  [[nodiscard]] Session& session() { return *session_; }
  [[nodiscard]] const std::vector<AccountId>& accounts() const { return accounts_; }
  /// One that never stood there.
  AccountId NewAccount();
  [[nodiscard]] std::uint64_t Bytes() const { return BytesIn(directory_); }

  /// Of a product of its own: no two that are given out conflict.
  Product NewProduct() { return ++products_; }
  [[nodiscard]] std::size_t distributions() const { return products_; }
  /// Distributes a new product, and activates it for all. Checks that every account says so.
  Distribution Activate();
  /// Goes on until every account holds so many.
  void ActivateUpTo(std::size_t distributions);

  /// What reads are asked about: a product that is ACTIVE in every account but one in 100,000, and
  /// at least one, and another that is ACTIVE in all but one in 100. Settled. Made when it is asked
  /// for first.
  struct Readable {
    Product product = 0;
    Distribution rarely_disabled = 0;
    Distribution seldom_disabled = 0;
    std::vector<StoreMoment> moments = {};  ///< At which every account held the former.
  };
  const Readable& ForReads();

 private:
  void MakeReadable();
  void Disable(Distribution distribution, std::size_t every);

  StoreKind kind_;
  std::string directory_;
  std::unique_ptr<GrantStore> store_;
  std::unique_ptr<Session> session_;
  std::vector<AccountId> accounts_;
  std::set<AccountId> known_;
  std::uint64_t arrivals_ = 0;
  Product products_ = 0;
  std::once_flag made_readable_;
  Readable readable_;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_FIELD_H_
