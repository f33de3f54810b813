// Field: one store with an organization of so many accounts, which the workloads work on.
#ifndef GRANTLEDGER_BENCH_PEERS_FIELD_H_
#define GRANTLEDGER_BENCH_PEERS_FIELD_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
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
  Durability durability = Durability::kBuffered;
  std::function<std::unique_ptr<GrantStore>(const std::string& directory)> make;
};

/// All of them, ours first. Each gets as much memory for its cache.
std::vector<StoreKind> StoreKinds(Durability durability, std::size_t cache_bytes);

/// What a store is not measured at, since it would take too long.
class TakesTooLong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Used by one thread, but for store().NewSession, ForReads and Flip. Its files go with it.
class Field {
 public:
  /// A run that would take longer is not made.
  static constexpr double kMostSeconds = 300;

  /// Joins so many accounts, in batches of 1,000, and tells on stderr how far it is. `bulk_seconds`
  /// is how long one bulk change is expected to take: two are made before anything is read.
  /// TakesTooLong where that is too long.
  Field(const StoreKind& kind, Scratch& scratch, std::size_t accounts, double bulk_seconds);
  ~Field();
  Field(const Field&) = delete;
  Field& operator=(const Field&) = delete;

  [[nodiscard]] const StoreKind& kind() const { return kind_; }
  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] GrantStore& store() { return *store_; }
  [[nodiscard]] Session& session() { return *session_; }
  [[nodiscard]] const std::vector<AccountId>& accounts() const { return accounts_; }
  /// One that never stood there.
  AccountId NewAccount();
  /// Closes the store, takes its files out of the system's cache, and opens it. Gives the seconds
  /// from there to the first answer.
  double Restart();

  /// Of which a license was issued. No two that are given out conflict.
  Product NewProduct();
  [[nodiscard]] std::size_t distributions() const { return products_; }
  /// Distributes the product, and activates it for all. Checks that every account says so.
  Distribution Activate(Product product);
  Distribution Activate() { return Activate(NewProduct()); }
  /// Goes on until every account holds so many.
  void ActivateUpTo(std::size_t distributions);
  /// How long the first of these took; 0: there was none.
  [[nodiscard]] double bulk_seconds() const { return bulk_seconds_; }

  /// A list that pages are taken of, and where the page in its middle begins (empty: it has less
  /// than two).
  struct Listed {
    Distribution distribution = 0;
    std::optional<GrantStatus> status = {};
    std::string middle = {};
  };
  /// What reads are asked about: a product that is ACTIVE in every account but one in 100,000, and
  /// at least one, and another that is ACTIVE in all but one in 100. Settled. Made when it is asked
  /// for first.
  struct Readable {
    Product product = 0;
    Distribution rarely_disabled = 0;
    Distribution seldom_disabled = 0;
    /// At which every account held the former. Each grant has later versions.
    std::vector<StoreMoment> moments = {};
    Listed all = {};
    Listed active = {};
    Listed one_in_100 = {};
    Listed one_in_100000 = {};
    double bytes_per_grant = 0;    ///< On disk: what both distributions added.
    double bytes_per_account = 0;  ///< On disk before there were any.
  };
  const Readable& ForReads();
  /// The other of ACTIVE and DISABLED than the account's grant of `seldom_disabled` has, which it
  /// is about to be given. Thread-safe, after ForReads.
  GrantStatus Flip(std::size_t account);
  /// All accounts are about to be given this status there.
  void NoteAll(GrantStatus status);
  /// Resident, in bytes, since there was no store.
  [[nodiscard]] double Memory() const;

 private:
  void Join();
  void MakeReadable();
  /// Of every so many accounts' grants.
  void Disable(Distribution distribution, std::size_t every);
  void MakeMoments();
  Listed List(Distribution distribution, std::optional<GrantStatus> status);

  StoreKind kind_;
  std::string directory_;
  std::vector<AccountId> accounts_;
  double memory_before_ = 0;
  std::unique_ptr<GrantStore> store_;
  std::unique_ptr<Session> session_;
  std::set<AccountId> known_;
  std::uint64_t arrivals_ = 0;
  Product products_ = 0;
  double bulk_seconds_ = 0;
  // Of seldom_disabled: what all accounts were given last, the how manieth such change that was,
  // and by account what it was given by itself since: twice the number of the change, and 1 if it
  // was DISABLED. A change of all writes no more than that, so that it finds the processor's caches
  // as the store left them.
  bool all_disabled_ = false;
  std::uint64_t changes_of_all_ = 1;
  std::vector<std::atomic<std::uint64_t>> own_;
  std::once_flag made_readable_;
  Readable readable_;
};

/// One after the other, so that one is open at a time: the next closes the one before.
class Fields {
 public:
  explicit Fields(Scratch& scratch) : scratch_(scratch) {}
  /// Throws what Field does, again where it did before.
  Field& Get(const StoreKind& kind, std::size_t accounts);

 private:
  /// What a bulk change took in a smaller organization, in proportion.
  [[nodiscard]] double Expected(const StoreKind& kind, std::size_t accounts) const;

  Scratch& scratch_;
  std::mutex mutex_;
  std::unique_ptr<Field> field_;
  std::map<std::string, double> seconds_per_account_;  // of one bulk change, by the kind's id
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_FIELD_H_
