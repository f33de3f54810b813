#include "bench/peers/postgres_store.h"

#include <algorithm>

#include "bench/peers/postgres.h"
#include "bench/peers/postgres_server.h"
#include "bench/peers/postgres_statements.h"

namespace grantledger::bench {
namespace {

std::int64_t ToSql(AccountId account) { return static_cast<std::int64_t>(account.value()); }
std::int64_t ToSql(GrantStatus status) { return static_cast<std::int64_t>(status); }

class PostgresSession : public Session {
 public:
  explicit PostgresSession(const std::string& address) : connection_(address) {
    connection_.Do(kPostgresStatements);
  }

  void Join(std::span<const AccountId> accounts) override {
    std::vector<std::int64_t> numbers;
    for (const AccountId account : accounts) numbers.push_back(ToSql(account));
    (void)connection_.RunOnArray("enter", numbers);
  }

  void Leave(AccountId account) override { (void)connection_.Run("leave", {ToSql(account)}); }

  Distribution Distribute(Product product) override {
    return static_cast<Distribution>(connection_.Run("distribute", {product}).At(0, 0));
  }

  void SetAll(Distribution distribution, GrantStatus status, Conflict conflict) override {
    (void)connection_.Run("set_all",
                          {distribution, ToSql(status), static_cast<std::int64_t>(conflict)});
  }

  bool SetOne(AccountId account, Distribution distribution, GrantStatus status) override {
    return connection_.Run("set_one", {ToSql(account), distribution, ToSql(status)}).At(0, 0) != 0;
  }

  std::optional<MemberGrant> Get(AccountId account, Distribution distribution) override {
    return One(connection_.Run("get", {ToSql(account), distribution}), account, distribution);
  }

  MemberPage List(Distribution distribution, std::optional<GrantStatus> status,
                  const std::string& from, std::size_t limit) override {
    std::int64_t first_status = status ? ToSql(*status) : 0;
    std::int64_t first_account = 0;
    if (!from.empty()) {
      const std::size_t comma = from.find(',');
      first_status = std::stoll(from.substr(0, comma));
      first_account = std::stoll(from.substr(comma + 1));
    }
    const PostgresRows rows = connection_.Run(
        status ? "list_status" : "list",
        {distribution, first_status, first_account, static_cast<std::int64_t>(limit + 1)});
    MemberPage page;
    page.grants.reserve(limit);
    for (int i = 0; i < rows.Size(); ++i) {
      if (page.grants.size() == limit) {
        page.next = std::to_string(rows.At(i, 0)) + "," + std::to_string(rows.At(i, 1));
        break;
      }
      page.grants.push_back(
          Row(rows, i, 0, AccountId(static_cast<std::uint64_t>(rows.At(i, 1))), distribution, 2));
    }
    return page;
  }

  std::vector<MemberGrant> ListOf(AccountId account) override {
    const PostgresRows rows = connection_.Run("list_of", {ToSql(account)});
    std::vector<MemberGrant> grants;
    for (int i = 0; i < rows.Size(); ++i) {
      grants.push_back(Row(rows, i, 1, account, static_cast<Distribution>(rows.At(i, 0)), 2));
    }
    return grants;
  }

  std::optional<Distribution> Check(AccountId account, Product product) override {
    const PostgresRows rows = connection_.Run("entitled", {ToSql(account), product});
    if (rows.Size() == 0) return std::nullopt;
    return static_cast<Distribution>(rows.At(0, 0));
  }

  std::map<GrantStatus, std::uint64_t> Count(Distribution distribution) override {
    const PostgresRows tally = connection_.Run("tally", {distribution});
    std::map<GrantStatus, std::uint64_t> counts = {
        {GrantStatus::kActive, static_cast<std::uint64_t>(tally.At(0, 0))},
        {GrantStatus::kDisabled, static_cast<std::uint64_t>(tally.At(0, 1))}};
    std::erase_if(counts, [](const auto& count) { return count.second == 0; });
    return counts;
  }

  std::vector<MemberGrant> History(AccountId account, Distribution distribution) override {
    const PostgresRows rows = connection_.Run("history", {ToSql(account), distribution});
    std::vector<MemberGrant> versions;
    for (int i = 0; i < rows.Size(); ++i) {
      versions.push_back(Row(rows, i, 0, account, distribution, 1));
    }
    return versions;
  }

  StoreMoment Now() override {
    return static_cast<StoreMoment>(connection_.Run("now", {}).At(0, 0));
  }

  std::optional<MemberGrant> GetAt(StoreMoment moment, AccountId account,
                                   Distribution distribution) override {
    const auto at = static_cast<std::int64_t>(moment);
    return One(connection_.Run("get_at", {ToSql(account), distribution, at}), account,
               distribution);
  }

 private:
  /// The status in one column; version, reason and rival in three from `rest` on.
  static MemberGrant Row(const PostgresRows& rows, int row, int status, AccountId account,
                         Distribution distribution, int rest) {
    return {distribution,
            account,
            static_cast<GrantStatus>(rows.At(row, status)),
            static_cast<std::uint32_t>(rows.At(row, rest)),
            static_cast<Why>(rows.At(row, rest + 1)),
            static_cast<Distribution>(rows.At(row, rest + 2))};
  }
  static std::optional<MemberGrant> One(const PostgresRows& rows, AccountId account,
                                        Distribution distribution) {
    if (rows.Size() == 0) return std::nullopt;
    return Row(rows, 0, 0, account, distribution, 1);
  }

  PostgresConnection connection_;
};

std::vector<std::string> ServerSettings(Durability durability, std::size_t cache_bytes) {
  const std::size_t megabytes = cache_bytes >> 20;
  std::vector<std::string> settings = {
      "shared_buffers = " + std::to_string(megabytes) + "MB",
      "work_mem = 256MB",
      "maintenance_work_mem = 512MB",
      "max_wal_size = 8GB",
      "checkpoint_timeout = 30min",
      "wal_level = minimal",
      "max_wal_senders = 0",
      "random_page_cost = 1.1",
      "jit = off",
      "plan_cache_mode = force_generic_plan",  // each statement has one plan that is good for all
      "max_connections = 64",
  };
  if (durability == Durability::kBuffered) {
    settings.insert(settings.end(), {"fsync = off", "full_page_writes = off"});
  } else {
    settings.emplace_back("wal_compression = lz4");  // of full pages
  }
  return settings;
}

class PostgresStore : public GrantStore {
 public:
  PostgresStore(const std::string& directory, Durability durability, std::size_t cache_bytes)
      : settings_(ServerSettings(durability, cache_bytes)), server_(directory, settings_) {
    PostgresConnection connection(server_.address());
    connection.Do(kPostgresTables);
    connection.Do(kPostgresFunctions);
    version_ = connection.Version();
  }

  [[nodiscard]] std::string Name() const override { return "PostgreSQL " + version_; }
  [[nodiscard]] std::vector<std::string> Settings() const override {
    std::vector<std::string> all = settings_;
    all.insert(all.end(),
               {"covering indexes, prepared statements, binary answers",
                "each write is one call of a PL/pgSQL function of set-based statements"});
    return all;
  }
  std::unique_ptr<Session> NewSession() override {
    return std::make_unique<PostgresSession>(server_.address());
  }
  void Settle() override {
    PostgresConnection connection(server_.address());
    connection.Do("VACUUM ANALYZE");
    connection.Do("CHECKPOINT");
  }
  void Close() override { server_.Stop(); }
  void Open() override { server_.Start(); }
  /// Not the write-ahead log, whose files are kept to be written again.
  [[nodiscard]] std::uint64_t Bytes() const override {
    PostgresConnection connection(server_.address());
    connection.Do("PREPARE size AS SELECT pg_database_size('postgres')");
    return static_cast<std::uint64_t>(connection.Run("size", {}).At(0, 0));
  }
  [[nodiscard]] std::uint64_t MemoryElsewhere() const override { return server_.Memory(); }

 private:
  std::vector<std::string> settings_;
  PostgresServer server_;
  std::string version_;
};

}  // namespace

std::unique_ptr<GrantStore> OpenPostgres(const std::string& directory, Durability durability,
                                         std::size_t cache_bytes) {
  return std::make_unique<PostgresStore>(directory, durability, cache_bytes);
}

}  // namespace grantledger::bench
