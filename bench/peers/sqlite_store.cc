#include "bench/peers/sqlite_store.h"

#include <filesystem>
#include <mutex>

#include "bench/peers/arrival.h"
#include "bench/peers/sqlite_statements.h"
#include "bench/scratch.h"

namespace grantledger::bench {
namespace {

std::int64_t Number(AccountId account) { return static_cast<std::int64_t>(account.value()); }

bool IsActive(std::int64_t status) {
  return status == static_cast<std::int64_t>(GrantStatus::kActive);
}

/// A write transaction, rolled back unless it is committed. Those of the store queue on its mutex:
/// waiting for each other in SQLite, they would sleep for milliseconds.
class SqliteTransaction {
 public:
  SqliteTransaction(std::mutex& writing, SqliteStatements& statements)
      : lock_(writing), do_(statements) {
    do_.begin.Run({});
  }
  ~SqliteTransaction() {
    try {
      if (open_) do_.rollback.Run({});
    } catch (const std::exception&) {
      // SQLite has rolled it back itself.
    }
  }
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void Commit() {
    do_.commit.Run({});
    open_ = false;
  }

 private:
  std::scoped_lock<std::mutex> lock_;
  SqliteStatements& do_;
  bool open_ = true;
};

class SqliteSession : public Session {
 public:
  SqliteSession(const std::string& file, const std::string& pragmas, std::mutex& writing)
      : connection_(file, pragmas), do_(connection_), writing_(writing) {}

  void Join(std::span<const AccountId> accounts) override {
    SqliteTransaction transaction(writing_, do_);
    const std::int64_t moment = NextMoment();
    const std::vector<Offer> offers = Offers();
    for (const AccountId account : accounts) {
      for (const Step& step : Arrive(account, offers, ListOf(account))) Store(step, moment);
      do_.enter.Run({Number(account)});
    }
    transaction.Commit();
  }

  void Leave(AccountId account) override {
    SqliteTransaction transaction(writing_, do_);
    const std::int64_t moment = NextMoment();
    do_.lose_active.Bind({Number(account), moment});
    std::vector<std::int64_t> lost;
    while (do_.lose_active.Next()) lost.push_back(do_.lose_active.Column(0));
    for (const std::int64_t distribution : lost) Tally(distribution, -1, 1);
    do_.lose_disabled.Run({Number(account), moment});
    do_.left.Run({Number(account)});
    transaction.Commit();
  }

  Distribution Distribute(Product product) override {
    SqliteTransaction transaction(writing_, do_);
    const std::int64_t moment = NextMoment();
    do_.new_distribution.Bind({product, moment});
    (void)do_.new_distribution.Next();
    const std::int64_t distribution = do_.new_distribution.Column(0);
    (void)do_.new_distribution.Next();
    do_.distribute.Run({distribution, product, moment});
    Tally(distribution, 0, connection_.Changes());
    do_.distributed.Run({distribution, moment});
    transaction.Commit();
    return static_cast<Distribution>(distribution);
  }

  void SetAll(Distribution distribution, GrantStatus status, Conflict conflict) override {
    SqliteTransaction transaction(writing_, do_);
    const std::int64_t moment = NextMoment();
    do_.set.Bind({distribution, static_cast<std::int64_t>(status),
                  static_cast<std::int64_t>(conflict), moment});
    (void)do_.set.Next();
    const std::int64_t product = do_.set.Column(0);
    (void)do_.set.Next();
    if (status != GrantStatus::kActive) {
      do_.deactivate.Run({distribution, moment});
      Tally(distribution, -connection_.Changes(), connection_.Changes());
    } else if (conflict == Conflict::kReplace) {
      Replace(distribution, product, moment);
      do_.activate.Run({distribution, moment});
      Tally(distribution, connection_.Changes(), -connection_.Changes());
    } else {
      do_.activate_free.Run({distribution, moment, product});
      Tally(distribution, connection_.Changes(), -connection_.Changes());
      do_.leave_out.Run({distribution, moment, product});
    }
    transaction.Commit();
  }

  bool SetOne(AccountId account, Distribution distribution, GrantStatus status) override {
    SqliteTransaction transaction(writing_, do_);
    do_.before.Bind({Number(account), distribution});
    if (!do_.before.Next()) {
      throw std::runtime_error("the account " + account.ToString() + " has no grant");
    }
    const bool was_active = IsActive(do_.before.Column(0));
    const auto product = static_cast<Product>(do_.before.Column(1));
    do_.before.Stop();
    const auto after = static_cast<std::int64_t>(status);
    const std::int64_t gained = IsActive(after) - was_active;
    if (gained > 0 && Check(account, product)) return false;
    do_.set_one.Run({Number(account), distribution, after, NextMoment()});
    if (gained != 0) Tally(distribution, gained, -gained);
    transaction.Commit();
    return true;
  }

  std::optional<MemberGrant> Get(AccountId account, Distribution distribution) override {
    do_.get.Bind({Number(account), distribution});
    return One(do_.get, account, distribution);
  }

  MemberPage List(Distribution distribution, std::optional<GrantStatus> status,
                  const std::string& from, std::size_t limit) override {
    std::int64_t first_status = status ? static_cast<std::int64_t>(*status) : 0;
    std::int64_t first_account = 0;
    if (!from.empty()) {
      const std::size_t comma = from.find(',');
      first_status = std::stoll(from.substr(0, comma));
      first_account = std::stoll(from.substr(comma + 1));
    }
    SqliteStatement& rows = status ? do_.list_status : do_.list;
    rows.Bind({distribution, first_status, first_account, static_cast<std::int64_t>(limit + 1)});
    MemberPage page;
    page.grants.reserve(limit);
    while (rows.Next()) {
      if (page.grants.size() == limit) {
        page.next = std::to_string(rows.Column(0)) + "," + std::to_string(rows.Column(1));
        rows.Stop();
        break;
      }
      page.grants.push_back(
          Row(rows, 0, AccountId(static_cast<std::uint64_t>(rows.Column(1))), distribution, 2));
    }
    return page;
  }

  std::vector<MemberGrant> ListOf(AccountId account) override {
    std::vector<MemberGrant> grants;
    do_.list_of.Bind({Number(account)});
    while (do_.list_of.Next()) {
      grants.push_back(
          Row(do_.list_of, 1, account, static_cast<Distribution>(do_.list_of.Column(0)), 2));
    }
    return grants;
  }

  std::optional<Distribution> Check(AccountId account, Product product) override {
    do_.check.Bind({Number(account), product});
    if (!do_.check.Next()) return std::nullopt;
    const auto distribution = static_cast<Distribution>(do_.check.Column(0));
    do_.check.Stop();
    return distribution;
  }

  std::map<GrantStatus, std::uint64_t> Count(Distribution distribution) override {
    do_.count.Bind({distribution});
    if (!do_.count.Next()) return {};
    std::map<GrantStatus, std::uint64_t> counts = {
        {GrantStatus::kActive, static_cast<std::uint64_t>(do_.count.Column(0))},
        {GrantStatus::kDisabled, static_cast<std::uint64_t>(do_.count.Column(1))}};
    do_.count.Stop();
    std::erase_if(counts, [](const auto& count) { return count.second == 0; });
    return counts;
  }

  std::vector<MemberGrant> History(AccountId account, Distribution distribution) override {
    std::vector<MemberGrant> versions;
    do_.history.Bind({Number(account), distribution});
    while (do_.history.Next()) versions.push_back(Row(do_.history, 0, account, distribution, 1));
    return versions;
  }

  StoreMoment Now() override {
    do_.now.Bind({});
    (void)do_.now.Next();
    const auto moment = static_cast<StoreMoment>(do_.now.Column(0));
    do_.now.Stop();
    return moment;
  }

  std::optional<MemberGrant> GetAt(StoreMoment moment, AccountId account,
                                   Distribution distribution) override {
    do_.get_at.Bind({Number(account), distribution, static_cast<std::int64_t>(moment)});
    return One(do_.get_at, account, distribution);
  }

 private:
  std::int64_t NextMoment() {
    do_.next_moment.Bind({});
    (void)do_.next_moment.Next();
    const std::int64_t moment = do_.next_moment.Column(0);
    (void)do_.next_moment.Next();
    return moment;
  }

  std::vector<Offer> Offers() {
    std::vector<Offer> offers;
    do_.offers.Bind({});
    while (do_.offers.Next()) {
      offers.push_back({static_cast<Distribution>(do_.offers.Column(0)),
                        static_cast<Product>(do_.offers.Column(1)),
                        static_cast<GrantStatus>(do_.offers.Column(2)),
                        static_cast<Conflict>(do_.offers.Column(3))});
    }
    return offers;
  }

  void Store(const Step& step, std::int64_t moment) {
    const MemberGrant& after = step.after;
    const auto status = static_cast<std::int64_t>(after.status);
    const auto why = static_cast<std::int64_t>(after.why);
    const std::int64_t active = IsActive(status) ? 1 : 0;
    if (!step.before) {
      do_.create.Run({Number(after.account), after.distribution, step.product, status, why,
                      after.rival, moment});
      do_.created.Run(
          {Number(after.account), after.distribution, status, why, after.rival, moment});
      Tally(after.distribution, active, 1 - active);
    } else {
      do_.change.Run({Number(after.account), after.distribution, status, after.version, why,
                      after.rival, moment});
      if (active != 0) Tally(after.distribution, 1, -1);  // DISABLED since the account left
    }
  }

  void Replace(Distribution distribution, std::int64_t product, std::int64_t moment) {
    std::map<std::int64_t, std::int64_t> replaced;
    do_.replace.Bind({distribution, moment, product});
    while (do_.replace.Next()) ++replaced[do_.replace.Column(0)];
    for (const auto& [other, accounts] : replaced) Tally(other, -accounts, accounts);
  }

  /// Adds to what is counted.
  void Tally(std::int64_t distribution, std::int64_t active, std::int64_t disabled) {
    do_.tally.Run({distribution, active, disabled});
  }

  /// The status in one column; version, reason and rival in three from `rest` on.
  static MemberGrant Row(const SqliteStatement& rows, int status, AccountId account,
                         Distribution distribution, int rest) {
    return {distribution,
            account,
            static_cast<GrantStatus>(rows.Column(status)),
            static_cast<std::uint32_t>(rows.Column(rest)),
            static_cast<Why>(rows.Column(rest + 1)),
            static_cast<Distribution>(rows.Column(rest + 2))};
  }
  static std::optional<MemberGrant> One(SqliteStatement& rows, AccountId account,
                                        Distribution distribution) {
    if (!rows.Next()) return std::nullopt;
    const MemberGrant grant = Row(rows, 0, account, distribution, 1);
    rows.Stop();
    return grant;
  }

  SqliteConnection connection_;
  SqliteStatements do_;
  std::mutex& writing_;
};

class SqliteStore : public GrantStore {
 public:
  SqliteStore(const std::string& directory, Durability durability, std::size_t cache_bytes)
      : directory_(directory),
        file_(directory + "/grants.db"),
        synced_(durability == Durability::kSynced) {
    // Or every allocation of every thread takes one mutex. Refused once SQLite is in use.
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    std::filesystem::create_directory(directory);
    cache_kib_ = cache_bytes >> 10;
    SqliteConnection connection(file_);
    connection.Do("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;");
    connection.Do(kSqliteSchema);
  }

  [[nodiscard]] std::string Name() const override {
    return std::string("SQLite ") + sqlite3_libversion();
  }
  [[nodiscard]] std::vector<std::string> Settings() const override {
    return {"WAL, synchronous = " + Synchronous() + ", a checkpoint every 64 MiB",
            "cache of " + std::to_string(cache_kib_ >> 10) + " MiB a connection, pages of 4 KiB",
            "WITHOUT ROWID, covering indexes, prepared statements",
            "NOMUTEX, no memory statistics; writers queue on a mutex",
            "secure_delete = OFF; no mmap, which every write of another connection would undo",
            "a bulk change is one transaction of set-based statements"};
  }
  std::unique_ptr<Session> NewSession() override {
    return std::make_unique<SqliteSession>(
        file_,
        "PRAGMA synchronous = " + Synchronous() + "; PRAGMA cache_size = -" +
            std::to_string(cache_kib_) +
            "; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF;"
            "PRAGMA busy_timeout = 60000; PRAGMA wal_autocheckpoint = 16384;",
        writing_);
  }
  void Settle() override {
    SqliteConnection connection(file_);
    connection.Do("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize; ANALYZE;");
  }
  [[nodiscard]] std::uint64_t Bytes() const override { return BytesIn(directory_); }

 private:
  [[nodiscard]] std::string Synchronous() const { return synced_ ? "FULL" : "OFF"; }

  std::string directory_;
  std::string file_;
  bool synced_;
  std::size_t cache_kib_ = 0;
  std::mutex writing_;  // held by who writes
};

}  // namespace

std::unique_ptr<GrantStore> OpenSqlite(const std::string& directory, Durability durability,
                                       std::size_t cache_bytes) {
  return std::make_unique<SqliteStore>(directory, durability, cache_bytes);
}

}  // namespace grantledger::bench
