// The limit: RocksDB itself, moving what the ledger moves, and nothing else.
#include <memory>

#include "bench/bare_rocks.h"
#include "bench/must.h"
#include "bench/peers/registrar.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

constexpr std::uint64_t kRowsOfPage = 100;

/// The files of a field's ledger, opened beside it when they are asked for first.
class BareFiles {
 public:
  BareFiles(std::size_t cache_bytes, bool synced) : cache_bytes_(cache_bytes), synced_(synced) {}

  BareRocks& Of(Field& field) {
    if (rows_ == nullptr) {
      (void)field.ForReads();
      field.store().Settle();
      rows_ = std::make_unique<BareRocks>(field.directory(), cache_bytes_);
    }
    return *rows_;
  }
  BareWriter& WriterFor(Field& field) {
    if (writer_ == nullptr) {
      writer_ = std::make_unique<BareWriter>(field.directory() + "-bare", synced_);
    }
    return *writer_;
  }

 private:
  std::size_t cache_bytes_;
  bool synced_;
  std::unique_ptr<BareRocks> rows_;
  std::unique_ptr<BareWriter> writer_;
};

using BareOperation = std::function<void(BareFiles&, Field&, AccountId)>;

/// One row of an account: what a check, a grant and a list of an account are told from.
void GetRow(BareFiles& files, Field& field, AccountId account) {
  Check(files.Of(field).GetAccount(account) > 0, "an account is missing");
}

void PassRows(BareFiles& files, Field& field, AccountId /*account*/) {
  Check(files.Of(field).ScanMembers(kRowsOfPage) > 0, "there are no members");
}

void WriteRows(BareFiles& files, Field& field, AccountId account) {
  files.WriterFor(field).WriteOne(account);
}

}  // namespace

StoreKind BareKind() { return {.id = "bare", .eager = false, .durability = {}, .make = {}}; }

void RegisterBare(Durability durability, std::size_t accounts, const WorkloadSizes& sizes,
                  std::size_t cache_bytes, const FieldOf& field) {
  Registrar to(BareKind(), accounts, sizes, field);
  const auto files = std::make_shared<BareFiles>(cache_bytes, durability == Durability::kSynced);
  const auto add = [&](const std::string& what, BareOperation operation) {
    const auto body = [=, random = std::mt19937_64(), latencies = std::make_shared<Latencies>()](
                          benchmark::State& state, Field& of) mutable {
      Repeat(state, sizes.seconds, *latencies,
             [&] { operation(*files, of, DrawAccount(of, random)); });
    };
    to.Add(what, body)->UseRealTime()->MinTime(sizes.seconds);
  };
  for (const char* what : {"Check", "Get", "ListOf", "GetAt"}) add(what, GetRow);
  add("Page/all", PassRows);
  add("SetOne/writers:1", WriteRows);
}

}  // namespace grantledger::bench
