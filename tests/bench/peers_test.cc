// Every store that is measured does what docs/SEMANTICS.md says, as far as it can be asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "bench/peers/conformance.h"
#include "bench/peers/eager_store.h"
#include "bench/peers/ledger_store.h"
#include "bench/peers/lmdb_tables.h"
#include "bench/peers/postgres_store.h"
#include "bench/peers/rocks_tables.h"
#include "bench/peers/sqlite_store.h"
#include "bench/scratch.h"
#include "model_store.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kCache = std::size_t{8} << 20;
constexpr std::size_t kWrites = 80;

struct Kind {
  std::string name;
  std::function<std::unique_ptr<GrantStore>(const std::string& directory)> make;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class PeersTest : public testing::TestWithParam<Kind> {};

TEST_P(PeersTest, AnswersAsTheModelDoes) {
  Scratch scratch("");
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto store = GetParam().make(scratch.NewPath());
    ModelStore model;
    ASSERT_NO_THROW(CheckConformance(*store, model, seed, kWrites)) << "seed " << seed;
  }
}

/// What is asked for after opening is older than what is written then: the moments go on.
TEST_P(PeersTest, KnowsItsMomentsWhenItIsOpenedAgain) {
  const AccountId account{111122223333};
  Scratch scratch("");
  const auto store = GetParam().make(scratch.NewPath());
  auto session = store->NewSession();
  session->Join(std::span(&account, 1));
  const Distribution distribution = session->Distribute(1);
  session->SetAll(distribution, GrantStatus::kActive, Conflict::kReplace);
  ASSERT_TRUE(session->SetOne(account, distribution, GrantStatus::kDisabled));
  const StoreMoment before = session->Now();
  const auto disabled = session->Get(account, distribution);
  ASSERT_TRUE(disabled);
  ASSERT_EQ(disabled->status, GrantStatus::kDisabled);

  session.reset();
  store->Close();
  store->Open();
  session = store->NewSession();
  EXPECT_EQ(session->Now(), before);
  ASSERT_TRUE(session->SetOne(account, distribution, GrantStatus::kActive));
  EXPECT_GT(session->Now(), before);
  EXPECT_EQ(session->GetAt(before, account, distribution), disabled);
  const auto active = session->Get(account, distribution);
  ASSERT_TRUE(active);
  EXPECT_EQ(active->status, GrantStatus::kActive);
  EXPECT_EQ(session->History(account, distribution).back(), *active);
}

/// The model, but for one of its answers.
class WrongSession : public Session {
 public:
  explicit WrongSession(std::unique_ptr<Session> right) : right_(std::move(right)) {}
  void Join(std::span<const AccountId> accounts) override { right_->Join(accounts); }
  void Leave(AccountId account) override { right_->Leave(account); }
  Distribution Distribute(Product product) override { return right_->Distribute(product); }
  void SetAll(Distribution distribution, GrantStatus status, Conflict conflict) override {
    right_->SetAll(distribution, status, conflict);
  }
  bool SetOne(AccountId account, Distribution distribution, GrantStatus status) override {
    return right_->SetOne(account, distribution, status);
  }
  std::optional<MemberGrant> Get(AccountId account, Distribution distribution) override {
    return right_->Get(account, distribution);
  }
  MemberPage List(Distribution distribution, std::optional<GrantStatus> status,
                  const std::string& from, std::size_t limit) override {
    return right_->List(distribution, status, from, limit);
  }
  std::vector<MemberGrant> ListOf(AccountId account) override { return right_->ListOf(account); }
  std::optional<Distribution> Check(AccountId account, Product product) override {
    return right_->Check(account, product);
  }
  std::map<GrantStatus, std::uint64_t> Count(Distribution distribution) override {
    auto counts = right_->Count(distribution);
    const auto disabled = counts.find(GrantStatus::kDisabled);
    if (disabled != counts.end()) ++disabled->second;
    return counts;
  }
  std::vector<MemberGrant> History(AccountId account, Distribution distribution) override {
    return right_->History(account, distribution);
  }
  StoreMoment Now() override { return right_->Now(); }
  std::optional<MemberGrant> GetAt(StoreMoment moment, AccountId account,
                                   Distribution distribution) override {
    return right_->GetAt(moment, account, distribution);
  }

 private:
  std::unique_ptr<Session> right_;
};

class WrongStore : public ModelStore {
 public:
  [[nodiscard]] std::string Name() const override { return "wrong"; }
  std::unique_ptr<Session> NewSession() override {
    return std::make_unique<WrongSession>(ModelStore::NewSession());
  }
};

TEST(ConformanceTest, TellsOfAWrongAnswer) {
  WrongStore store;
  ModelStore model;
  try {
    CheckConformance(store, model, 1, kWrites);
    FAIL() << "it found nothing";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("wrong answers wrongly (seed 1)\n  join "));
    EXPECT_THAT(error.what(), testing::HasSubstr("\nCount of distribution 1\n  found    counts "));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, PeersTest,
    testing::Values(Kind{"grantledger",
                         [](const std::string& directory) {
                           return std::make_unique<LedgerStore>(
                               directory,
                               Options{.durability = Durability::kBuffered, .cache_bytes = kCache});
                         }},
                    Kind{"LMDB",
                         [](const std::string& directory) {
                           return std::make_unique<EagerStore>(
                               directory, [](const std::string& where) {
                                 return OpenLmdb(where, Durability::kBuffered);
                               });
                         }},
                    Kind{"PostgreSQL",
                         [](const std::string& directory) {
                           return OpenPostgres(directory, Durability::kBuffered, kCache);
                         }},
                    Kind{"RocksDB",
                         [](const std::string& directory) {
                           return std::make_unique<EagerStore>(
                               directory, [](const std::string& where) {
                                 return OpenRocks(where, Durability::kBuffered, kCache);
                               });
                         }},
                    Kind{"SQLite",
                         [](const std::string& directory) {
                           return OpenSqlite(directory, Durability::kBuffered, kCache);
                         }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace grantledger::bench
