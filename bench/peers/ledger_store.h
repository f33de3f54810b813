// LedgerStore: grantledger.
#ifndef GRANTLEDGER_BENCH_PEERS_LEDGER_STORE_H_
#define GRANTLEDGER_BENCH_PEERS_LEDGER_STORE_H_

#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>

#include <grantledger/ledger.h>

#include "bench/peers/grant_store.h"
#include "bench/scratch.h"

namespace grantledger::bench {

class LedgerStore : public GrantStore {
 public:
  /// A new ledger in `directory`, with an organization without accounts.
  LedgerStore(const std::string& directory, const Options& options);

  [[nodiscard]] std::string Name() const override { return "grantledger"; }
  [[nodiscard]] std::vector<std::string> Settings() const override;
  std::unique_ptr<Session> NewSession() override;
  void Settle() override;
  void Close() override { ledger_.reset(); }
  void Open() override;
  [[nodiscard]] std::uint64_t Bytes() const override { return BytesIn(directory_); }

 private:
  friend class LedgerSession;
  struct Known {
    Product product = 0;
    std::string license_arn;
    std::string grant_arn;
  };

  /// Stays where it is.
  [[nodiscard]] const Known& At(Distribution distribution) const;
  [[nodiscard]] Distribution NumberOf(const std::string& grant_arn) const;
  void Add(Known distribution);

  std::string directory_;
  Options options_;
  std::unique_ptr<Ledger> ledger_;
  std::string organization_arn_;
  mutable std::shared_mutex mutex_;
  std::deque<Known> distributions_;              // in the order of creation
  std::map<std::string, Distribution> numbers_;  // by ARN
  std::set<AccountId> left_;                     // come back by an invitation
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_LEDGER_STORE_H_
