#include "bench/peers/field.h"

#include <algorithm>
#include <cstdio>

#include "bench/must.h"
#include "bench/peers/eager_store.h"
#include "bench/peers/ledger_store.h"
#include "bench/peers/lmdb_tables.h"
#include "bench/peers/postgres_store.h"
#include "bench/peers/rocks_tables.h"
#include "bench/peers/sqlite_store.h"
#include "bench/synthetic.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kProgressEvery = 100'000;
constexpr std::size_t kRarely = 100'000;
constexpr std::size_t kSeldom = 100;

}  // namespace

std::vector<StoreKind> StoreKinds(Durability durability, std::size_t cache_bytes) {
  return {
      {"grantledger", false,
       [=](const std::string& directory) {
         return std::make_unique<LedgerStore>(
             directory, Options{.durability = durability, .cache_bytes = cache_bytes});
       }},
      {"sqlite", true,
       [=](const std::string& directory) {
         return OpenSqlite(directory, durability, cache_bytes);
       }},
      {"postgresql", true,
       [=](const std::string& directory) {
         return OpenPostgres(directory, durability, cache_bytes);
       }},
      {"lmdb", true,
       [=](const std::string& directory) {
         return std::make_unique<EagerStore>(OpenLmdb(directory, durability));
       }},
      {"rocksdb", true,
       [=](const std::string& directory) {
         return std::make_unique<EagerStore>(OpenRocks(directory, durability, cache_bytes));
       }},
  };
}

Field::Field(const StoreKind& kind, Scratch& scratch, std::size_t accounts)
    : kind_(kind),
      directory_(scratch.NewPath()),
      store_(kind.make(directory_)),
      session_(store_->NewSession()),
      accounts_(DrawAccounts(accounts)) {
  for (std::size_t done = 0; done < accounts;) {
    const std::size_t batch = std::min(kBatch, accounts - done);
    session_->Join(std::span(accounts_).subspan(done, batch));
    done += batch;
    if (done % kProgressEvery == 0 || done == accounts) {
      std::fprintf(stderr, "\r  %s: joining %zu of %zu%s", kind.id.c_str(), done, accounts,
                   done == accounts ? "\n" : "");
    }
  }
}

Distribution Field::Activate() {
  const Distribution distribution = session_->Distribute(NewProduct());
  session_->SetAll(distribution, GrantStatus::kActive, Conflict::kReplace);
  Check(session_->Count(distribution)[GrantStatus::kActive] == accounts_.size(),
        "not every account is ACTIVE");
  return distribution;
}

void Field::ActivateUpTo(std::size_t distributions) {
  while (this->distributions() < distributions) (void)Activate();
}

AccountId Field::NewAccount() {
  if (known_.empty()) known_.insert(accounts_.begin(), accounts_.end());
  AccountId account;
  do account = AccountAt(arrivals_++);
  while (!known_.insert(account).second);
  return account;
}

void Field::Disable(Distribution distribution, std::size_t every) {
  for (std::size_t i = 0; i < accounts_.size(); i += every) {
    Check(session_->SetOne(accounts_[i], distribution, GrantStatus::kDisabled), "was refused");
  }
}

const Field::Readable& Field::ForReads() {
  std::call_once(made_readable_, [this] { MakeReadable(); });
  return readable_;
}

void Field::MakeReadable() {
  readable_.rarely_disabled = Activate();
  readable_.product = products_;
  readable_.moments.push_back(session_->Now());
  readable_.seldom_disabled = Activate();
  Disable(readable_.rarely_disabled, kRarely);
  Disable(readable_.seldom_disabled, kSeldom);
  readable_.moments.push_back(session_->Now());
  store_->Settle();
}

}  // namespace grantledger::bench
