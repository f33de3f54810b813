// Every store that is measured does what docs/SEMANTICS.md says, as far as it can be asked.
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
