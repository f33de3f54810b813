#include "bench/peers/eager_store.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "bench/peers/arrival.h"
#include "bench/peers/eager_change.h"
#include "bench/peers/eager_rows.h"

namespace grantledger::bench {
namespace {

constexpr GrantStatus kActive = GrantStatus::kActive;
constexpr GrantStatus kDisabled = GrantStatus::kDisabled;
constexpr GrantStatus kStatuses[] = {kActive, kDisabled};

Distribution ReadDistribution(std::string_view value) { return TakeOrdinal(&value); }

/// Of a row of kHistory.
MemberGrant ReadVersion(AccountId account, Distribution distribution, std::string_view value) {
  value.remove_prefix(kMomentBytes);
  return UnpackGrant(account, distribution, value);
}

/// Of a row of kByStatus.
MemberGrant ReadListed(Distribution distribution, std::string_view key, std::string_view value) {
  key.remove_prefix(kOrdinalBytes + kEnumBytes);
  return UnpackGrant(TakeAccount(&key), distribution, value);
}

}  // namespace

class EagerSession : public Session {
 public:
  explicit EagerSession(EagerStore& store)
      : store_(store), tables_(*store.tables_), reader_(tables_.Read()) {}

  void Join(std::span<const AccountId> accounts) override {
    const std::scoped_lock lock(store_.everybody_);
    const auto tables = tables_.Write();
    EagerChange change(*tables, NextMoment());
    const std::vector<Offer> offers = Offers(*tables);
    for (const AccountId account : accounts) Enter(*tables, &change, account, offers);
    change.Commit();
  }

  void Leave(AccountId account) override {
    const AccountLock lock(store_, account);
    const auto tables = tables_.Write();
    EagerChange change(*tables, NextMoment());
    for (const MemberGrant& grant : GrantsOf(*tables, account)) {
      const Product product = DistributionOf(*tables, grant.distribution).product;
      change.Change(grant, {grant.distribution, account, kDisabled, 0, Why::kLeft, 0}, product);
      if (grant.status == kActive) change.FreeProduct(account, product);
    }
    tables->Put(Table::kAccount, AccountKeyOf(account), std::string(1, '\0'));
    change.Commit();
  }

  Distribution Distribute(Product product) override {
    const std::scoped_lock lock(store_.everybody_);
    const StoreMoment moment = NextMoment();
    Distribution last = 0;
    for (const auto& [distribution, row] : Distributions(*reader_)) last = distribution;
    const Distribution distribution = last + 1;
    std::string from;
    for (bool more = true; more;) {
      const auto tables = tables_.Write();
      EagerChange change(*tables, moment);
      std::vector<AccountId> accounts;
      more = NextAccounts(*tables, &from, &accounts);
      for (const AccountId account : accounts) {
        change.Create({distribution, account, kDisabled, 1, Why::kNone, 0}, product);
      }
      if (!more) {
        tables->Put(Table::kDistribution, DistributionKey(distribution),
                    PackDistribution({product, kDisabled, Conflict::kLeaveOut, moment}));
      }
      change.Commit();
    }
    return distribution;
  }

  void SetAll(Distribution distribution, GrantStatus status, Conflict conflict) override {
    const std::scoped_lock lock(store_.everybody_);
    const StoreMoment moment = NextMoment();
    DistributionRow row;
    {
      const auto tables = tables_.Write();
      row = DistributionOf(*tables, distribution);
      row = {row.product, status, conflict, moment};
      tables->Put(Table::kDistribution, DistributionKey(distribution), PackDistribution(row));
      tables->Commit();
    }
    const GrantStatus touched = status == kActive ? kDisabled : kActive;
    std::string from;
    for (bool more = true; more;) {
      const auto tables = tables_.Write();
      EagerChange change(*tables, moment);
      std::vector<MemberGrant> grants;
      more = NextGrants(*tables, distribution, touched, &from, &grants);
      for (const MemberGrant& grant : grants) SetInBulk(*tables, &change, grant, row);
      change.Commit();
    }
  }

  bool SetOne(AccountId account, Distribution distribution, GrantStatus status) override {
    const AccountLock lock(store_, account);
    const auto tables = tables_.Write();
    const MemberGrant before = MustGet(*tables, account, distribution);
    const Product product = DistributionOf(*tables, distribution).product;
    const auto active = tables->Get(Table::kActive, ActiveKey(account, product));
    if (status == kActive && active && ReadDistribution(*active) != distribution) return false;
    EagerChange change(*tables, NextMoment());
    change.Change(before, {distribution, account, status, 0, Why::kNone, 0}, product, true);
    if (status != kActive && before.status == kActive) change.FreeProduct(account, product);
    change.Commit();
    return true;
  }

  std::optional<MemberGrant> Get(AccountId account, Distribution distribution) override {
    return Find(*reader_, account, distribution);
  }

  MemberPage List(Distribution distribution, std::optional<GrantStatus> status,
                  const std::string& from, std::size_t limit) override {
    MemberPage page;
    page.grants.reserve(limit);
    const std::string prefix =
        status ? StatusPrefix(distribution, *status) : DistributionKey(distribution);
    reader_->Scan(Table::kByStatus, prefix, from,
                  [&](std::string_view key, std::string_view value) {
                    if (page.grants.size() == limit) {
                      page.next = key;
                      return false;
                    }
                    page.grants.push_back(ReadListed(distribution, key, value));
                    return true;
                  });
    return page;
  }

  std::vector<MemberGrant> ListOf(AccountId account) override {
    return GrantsOf(*reader_, account);
  }

  std::optional<Distribution> Check(AccountId account, Product product) override {
    const auto active = reader_->Get(Table::kActive, ActiveKey(account, product));
    if (!active) return std::nullopt;
    return ReadDistribution(*active);
  }

  std::map<GrantStatus, std::uint64_t> Count(Distribution distribution) override {
    std::map<GrantStatus, std::uint64_t> counts;
    const auto row = reader_->Get(Table::kCount, DistributionKey(distribution));
    if (!row) return counts;
    Counts numbers = UnpackCounts(*row);
    for (const GrantStatus status : kStatuses) {
      if (numbers.Of(status) != 0) counts[status] = static_cast<std::uint64_t>(numbers.Of(status));
    }
    return counts;
  }

  std::vector<MemberGrant> History(AccountId account, Distribution distribution) override {
    std::vector<MemberGrant> versions;
    reader_->Scan(Table::kHistory, GrantKeyOf(account, distribution), {},
                  [&](std::string_view /*key*/, std::string_view value) {
                    versions.push_back(ReadVersion(account, distribution, value));
                    return true;
                  });
    return versions;
  }

  StoreMoment Now() override { return store_.moment_; }

  /// A binary search by the moment would need a key by moments; versions of one grant are few.
  std::optional<MemberGrant> GetAt(StoreMoment moment, AccountId account,
                                   Distribution distribution) override {
    std::optional<MemberGrant> then;
    reader_->Scan(Table::kHistory, GrantKeyOf(account, distribution), {},
                  [&](std::string_view /*key*/, std::string_view value) {
                    if (UnpackMoment(value) > moment) return false;
                    then = ReadVersion(account, distribution, value);
                    return true;
                  });
    return then;
  }

 private:
  /// Everybody may go on but who changes the same account, or all.
  class AccountLock {
   public:
    AccountLock(EagerStore& store, AccountId account)
        : everybody_(store.everybody_),
          account_(store.accounts_[account.value() % EagerStore::kStripes]) {}

   private:
    std::shared_lock<std::shared_mutex> everybody_;
    std::scoped_lock<std::mutex> account_;
  };

  using Numbered = std::pair<Distribution, DistributionRow>;

  StoreMoment NextMoment() { return ++store_.moment_; }

  static std::vector<Numbered> Distributions(TableReader& tables) {
    std::vector<Numbered> all;
    tables.Scan(Table::kDistribution, {}, {}, [&](std::string_view key, std::string_view value) {
      all.emplace_back(ReadDistribution(key), UnpackDistribution(value));
      return true;
    });
    return all;
  }

  static std::vector<Offer> Offers(TableReader& tables) {
    std::vector<Numbered> all = Distributions(tables);
    std::ranges::sort(all, {}, [](const Numbered& one) { return one.second.set_at; });
    std::vector<Offer> offers;
    for (const auto& [distribution, row] : all) {
      offers.push_back({distribution, row.product, row.setting, row.conflict});
    }
    return offers;
  }

  static DistributionRow DistributionOf(TableReader& tables, Distribution distribution) {
    const auto row = tables.Get(Table::kDistribution, DistributionKey(distribution));
    if (!row) throw std::runtime_error("no distribution " + std::to_string(distribution));
    return UnpackDistribution(*row);
  }

  static std::optional<MemberGrant> Find(TableReader& tables, AccountId account,
                                         Distribution distribution) {
    const auto row = tables.Get(Table::kGrant, GrantKeyOf(account, distribution));
    if (!row) return std::nullopt;
    return UnpackGrant(account, distribution, *row);
  }

  static MemberGrant MustGet(TableReader& tables, AccountId account, Distribution distribution) {
    const auto grant = Find(tables, account, distribution);
    if (!grant) throw std::runtime_error("the account " + account.ToString() + " has no grant");
    return *grant;
  }

  static std::vector<MemberGrant> GrantsOf(TableReader& tables, AccountId account) {
    std::vector<MemberGrant> grants;
    tables.Scan(Table::kGrant, AccountKeyOf(account), {},
                [&](std::string_view key, std::string_view value) {
                  key.remove_prefix(kAccountBytes);
                  grants.push_back(UnpackGrant(account, ReadDistribution(key), value));
                  return true;
                });
    return grants;
  }

  /// The next accounts that stand there. False: these are the last.
  bool NextAccounts(TableReader& tables, std::string* from, std::vector<AccountId>* accounts) {
    std::string next;
    tables.Scan(Table::kAccount, {}, *from, [&](std::string_view key, std::string_view value) {
      if (accounts->size() == tables_.BulkSize()) {
        next = key;
        return false;
      }
      if (value[0] != 0) accounts->push_back(TakeAccount(&key));
      return true;
    });
    *from = next;
    return !next.empty();
  }

  /// The next member grants in the status. False: these are the last.
  bool NextGrants(TableReader& tables, Distribution distribution, GrantStatus status,
                  std::string* from, std::vector<MemberGrant>* grants) {
    std::string next;
    tables.Scan(Table::kByStatus, StatusPrefix(distribution, status), *from,
                [&](std::string_view key, std::string_view value) {
                  if (grants->size() == tables_.BulkSize()) {
                    next = key;
                    return false;
                  }
                  grants->push_back(ReadListed(distribution, key, value));
                  return true;
                });
    *from = next;
    return !next.empty();
  }

  /// What activating makes of `grant`, which is DISABLED, where `rival` (or null) is ACTIVE.
  static MemberGrant Activated(MemberGrant grant, const MemberGrant* rival, Conflict conflict) {
    grant.why = Why::kNone;
    grant.rival = 0;
    if (rival == nullptr || conflict == Conflict::kReplace) {
      grant.status = kActive;
    } else {
      grant.why = Why::kIsActive;
      grant.rival = rival->distribution;
    }
    return grant;
  }

  static MemberGrant Replaced(MemberGrant rival, Distribution by) {
    rival.status = kDisabled;
    rival.why = Why::kReplacedBy;
    rival.rival = by;
    return rival;
  }

  static void SetInBulk(TableReader& tables, EagerChange* change, const MemberGrant& grant,
                        const DistributionRow& row) {
    if (row.setting != kActive) {
      MemberGrant after = grant;
      after.status = kDisabled;
      after.why = Why::kNone;
      after.rival = 0;
      change->Change(grant, after, row.product);
      change->FreeProduct(grant.account, row.product);
      return;
    }
    if (grant.why == Why::kLeft) return;  // it does not stand there
    const auto active = tables.Get(Table::kActive, ActiveKey(grant.account, row.product));
    std::optional<MemberGrant> rival;
    if (active) rival = MustGet(tables, grant.account, ReadDistribution(*active));
    const MemberGrant after = Activated(grant, rival ? &*rival : nullptr, row.conflict);
    if (rival && after.status == kActive) {
      change->Change(*rival, Replaced(*rival, grant.distribution), row.product);
    }
    change->Change(grant, after, row.product);
  }

  static void Enter(TableWriter& tables, EagerChange* change, AccountId account,
                    const std::vector<Offer>& offers) {
    std::vector<MemberGrant> held;
    if (tables.Get(Table::kAccount, AccountKeyOf(account))) held = GrantsOf(tables, account);
    for (const Step& step : Arrive(account, offers, held)) {
      if (step.before) {
        change->Change(*step.before, step.after, step.product);
      } else {
        change->Create(step.after, step.product);
      }
    }
    tables.Put(Table::kAccount, AccountKeyOf(account), std::string(1, '\1'));
  }

  EagerStore& store_;
  OrderedTables& tables_;
  std::unique_ptr<TableReader> reader_;
};

EagerStore::EagerStore(std::string directory, OpenTables open)
    : directory_(std::move(directory)), open_(std::move(open)) {
  Open();
}

void EagerStore::Open() {
  tables_ = open_(directory_);
  const auto last = tables_->Read()->Get(Table::kCount, kMomentKey);
  moment_ = last ? UnpackMoment(*last) : 0;
}

std::unique_ptr<Session> EagerStore::NewSession() { return std::make_unique<EagerSession>(*this); }

}  // namespace grantledger::bench
