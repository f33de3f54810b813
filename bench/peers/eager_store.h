// EagerStore: grants written out, a row for each member grant and each of its versions, in ordered
// tables.
#ifndef GRANTLEDGER_BENCH_PEERS_EAGER_STORE_H_
#define GRANTLEDGER_BENCH_PEERS_EAGER_STORE_H_

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "bench/peers/grant_store.h"
#include "bench/peers/ordered_tables.h"

namespace grantledger::bench {

/// Where the tables allow transactions side by side, those of one account exclude each other, and
/// what concerns all accounts excludes all.
class EagerStore : public GrantStore {
 public:
  using OpenTables = std::function<std::unique_ptr<OrderedTables>(const std::string& directory)>;
  EagerStore(std::string directory, OpenTables open);

  [[nodiscard]] std::string Name() const override { return tables_->Name(); }
  [[nodiscard]] std::vector<std::string> Settings() const override { return tables_->Settings(); }
  std::unique_ptr<Session> NewSession() override;
  void Settle() override { tables_->Settle(); }
  void Close() override { tables_.reset(); }
  void Open() override;
  [[nodiscard]] std::uint64_t Bytes() const override { return tables_->Bytes(); }

 private:
  friend class EagerSession;
  static constexpr std::size_t kStripes = 256;

  std::string directory_;
  OpenTables open_;
  std::unique_ptr<OrderedTables> tables_;
  std::shared_mutex everybody_;
  std::array<std::mutex, kStripes> accounts_;
  std::atomic<StoreMoment> moment_ = 0;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_EAGER_STORE_H_
