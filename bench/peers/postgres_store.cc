#include "bench/peers/postgres_store.h"

#include <algorithm>
#include <stdexcept>

#include "bench/peers/arrival.h"
#include "bench/peers/postgres.h"
#include "bench/peers/postgres_server.h"
#include "bench/peers/postgres_statements.h"

namespace grantledger::bench {
namespace {

std::int64_t ToSql(AccountId account) { return static_cast<std::int64_t>(account.value()); }
std::int64_t ToSql(GrantStatus status) { return static_cast<std::int64_t>(status); }
std::int64_t ToSql(Why why) { return static_cast<std::int64_t>(why); }

/// A transaction that is rolled back unless it is committed.
class PostgresTransaction {
 public:
  enum class Of { kAccount, kEverybody };

  PostgresTransaction(PostgresConnection& connection, Of whom) : connection_(connection) {
    connection_.Do("BEGIN");
    if (whom == Of::kAccount) return;
    connection_.Do("LOCK TABLE account IN EXCLUSIVE MODE");
    // The statistics don't know a distribution that was just made, for which the planner expects
    // a row or two, and would join all accounts in a loop.
    connection_.Do(
        "SET LOCAL enable_nestloop = off; SET LOCAL plan_cache_mode = force_custom_plan");
  }
  ~PostgresTransaction() {
    try {
      if (open_) connection_.Do("ROLLBACK");
    } catch (const std::exception&) {
      // The connection is gone, and the transaction with it.
    }
  }
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;
  void Commit() {
    connection_.Do("COMMIT");
    open_ = false;
  }

 private:
  PostgresConnection& connection_;
  bool open_ = true;
};

class PostgresSession : public Session {
 public:
  explicit PostgresSession(const std::string& address) : connection_(address) {
    connection_.Do("SET client_min_messages = warning");
    for (const auto& [name, sql] : PostgresStatements()) connection_.Prepare(name, sql);
  }

  void Join(std::span<const AccountId> accounts) override {
    PostgresTransaction transaction(connection_, PostgresTransaction::Of::kEverybody);
    const std::int64_t moment = NextMoment();
    const std::vector<Offer> offers = Offers();
    std::vector<std::int64_t> entered;
    std::vector<Step> steps;
    for (const AccountId account : accounts) {
      entered.push_back(ToSql(account));
      std::vector<MemberGrant> held;
      if (!offers.empty()) held = ListOf(account);
      std::vector<Step> of_account = Arrive(account, offers, held);
      steps.insert(steps.end(), of_account.begin(), of_account.end());
    }
    Store(steps, moment);
    (void)connection_.RunOnArrays("enter", {entered});
    transaction.Commit();
  }

  void Leave(AccountId account) override {
    PostgresTransaction transaction(connection_, PostgresTransaction::Of::kAccount);
    (void)connection_.Run("lock", {ToSql(account)});
    const PostgresRows lost = connection_.Run("leave", {ToSql(account), NextMoment()});
    for (int i = 0; i < lost.Size(); ++i) {
      Move(lost.At(i, 0), GrantStatus::kActive, GrantStatus::kDisabled, 1);
    }
    (void)connection_.Run("left", {ToSql(account)});
    transaction.Commit();
  }

  Distribution Distribute(Product product) override {
    PostgresTransaction transaction(connection_, PostgresTransaction::Of::kEverybody);
    const std::int64_t moment = NextMoment();
    const std::int64_t distribution =
        connection_.Run("new_distribution", {product, moment}).At(0, 0);
    const PostgresRows made = connection_.Run("distribute", {distribution, product, moment});
    Tally(distribution, GrantStatus::kDisabled, made.At(0, 0));
    transaction.Commit();
    return static_cast<Distribution>(distribution);
  }

  void SetAll(Distribution distribution, GrantStatus status, Conflict conflict) override {
    PostgresTransaction transaction(connection_, PostgresTransaction::Of::kEverybody);
    const std::int64_t moment = NextMoment();
    const std::int64_t product =
        connection_
            .Run("set", {distribution, ToSql(status), static_cast<std::int64_t>(conflict), moment})
            .At(0, 0);
    if (status == GrantStatus::kActive) {
      const PostgresRows changed = connection_.Run(
          "activate", {distribution, moment, product, conflict == Conflict::kReplace ? 1 : 0});
      for (int i = 0; i < changed.Size(); ++i) {
        Move(changed.At(i, 0), GrantStatus::kDisabled, GrantStatus::kActive,
             changed.At(i, 1) - changed.At(i, 2));
      }
    } else {
      const std::int64_t changed = connection_.Run("deactivate", {distribution, moment}).At(0, 0);
      Move(distribution, GrantStatus::kActive, GrantStatus::kDisabled, changed);
    }
    transaction.Commit();
  }

  bool SetOne(AccountId account, Distribution distribution, GrantStatus status) override {
    PostgresTransaction transaction(connection_, PostgresTransaction::Of::kAccount);
    const auto before =
        One(connection_.Run("get_locked", {ToSql(account), distribution}), account, distribution);
    if (!before) throw std::runtime_error("the account " + account.ToString() + " has no grant");
    if (status == GrantStatus::kActive &&
        connection_.Run("rival", {ToSql(account), distribution}).Size() != 0) {
      return false;
    }
    (void)connection_.Run("set_one", {ToSql(account), distribution, ToSql(status), NextMoment()});
    if (before->status != status) {
      Move(distribution, before->status, status, 1);
    }
    transaction.Commit();
    return true;
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
    const PostgresRows rows = connection_.Run("check", {ToSql(account), product});
    if (rows.Size() == 0) return std::nullopt;
    return static_cast<Distribution>(rows.At(0, 0));
  }

  std::map<GrantStatus, std::uint64_t> Count(Distribution distribution) override {
    const PostgresRows rows = connection_.Run("count", {distribution});
    std::map<GrantStatus, std::uint64_t> counts;
    for (int i = 0; i < rows.Size(); ++i) {
      counts[static_cast<GrantStatus>(rows.At(i, 0))] = static_cast<std::uint64_t>(rows.At(i, 1));
    }
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
  std::int64_t NextMoment() { return connection_.Run("next_moment", {}).At(0, 0); }

  std::vector<Offer> Offers() {
    const PostgresRows rows = connection_.Run("offers", {});
    std::vector<Offer> offers;
    for (int i = 0; i < rows.Size(); ++i) {
      offers.push_back(
          {static_cast<Distribution>(rows.At(i, 0)), static_cast<Product>(rows.At(i, 1)),
           static_cast<GrantStatus>(rows.At(i, 2)), static_cast<Conflict>(rows.At(i, 3))});
    }
    return offers;
  }

  void Store(const std::vector<Step>& steps, std::int64_t moment) {
    if (steps.empty()) return;
    enum Columns { kAccount, kDistribution, kProduct, kVersion, kRival, kStatus, kWhy, kMoment };
    std::vector<std::vector<std::int64_t>> columns(kMoment + 1);
    std::map<std::pair<Distribution, GrantStatus>, std::int64_t> tally;
    for (const auto& [before, after, product] : steps) {
      columns[kAccount].push_back(ToSql(after.account));
      columns[kDistribution].push_back(after.distribution);
      columns[kProduct].push_back(product);
      columns[kVersion].push_back(after.version);
      columns[kRival].push_back(after.rival);
      columns[kStatus].push_back(ToSql(after.status));
      columns[kWhy].push_back(ToSql(after.why));
      if (before) --tally[{before->distribution, before->status}];
      ++tally[{after.distribution, after.status}];
    }
    columns[kMoment] = {moment};
    (void)connection_.RunOnArrays("store", columns);
    for (const auto& [of, accounts] : tally) Tally(of.first, of.second, accounts);
  }

  /// In one order, or transactions of different accounts would wait for each other.
  void Move(std::int64_t distribution, GrantStatus from, GrantStatus to, std::int64_t accounts) {
    const std::int64_t first = from < to ? -accounts : accounts;
    Tally(distribution, std::min(from, to), first);
    Tally(distribution, std::max(from, to), -first);
  }

  void Tally(std::int64_t distribution, GrantStatus status, std::int64_t accounts) {
    if (accounts == 0) return;
    (void)connection_.Run("tally", {distribution, ToSql(status), accounts});
  }

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
      "max_connections = 64",
  };
  if (durability == Durability::kBuffered) {
    settings.insert(settings.end(), {"fsync = off", "full_page_writes = off"});
  }
  return settings;
}

class PostgresStore : public GrantStore {
 public:
  PostgresStore(const std::string& directory, Durability durability, std::size_t cache_bytes)
      : settings_(ServerSettings(durability, cache_bytes)), server_(directory, settings_) {
    PostgresConnection connection(server_.address());
    connection.Do(kPostgresSchema);
    version_ = connection.Version();
  }

  [[nodiscard]] std::string Name() const override { return "PostgreSQL " + version_; }
  [[nodiscard]] std::vector<std::string> Settings() const override { return settings_; }
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
    connection.Prepare("size", "SELECT pg_database_size('postgres')");
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
