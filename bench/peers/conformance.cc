#include "bench/peers/conformance.h"

#include <algorithm>
#include <random>
#include <set>
#include <stdexcept>

namespace grantledger::bench {
namespace {

constexpr std::size_t kAccounts = 9;
constexpr Product kProducts = 3;
constexpr Distribution kMostDistributions = 7;
constexpr std::size_t kMoments = 12;

std::string ToText(const MemberGrant& grant) {
  std::string text = std::to_string(grant.distribution) + " of " + grant.account.ToString() + ": " +
                     std::string(Name(grant.status)) + ", version " + std::to_string(grant.version);
  if (grant.why == Why::kReplacedBy) text += ", replaced by " + std::to_string(grant.rival);
  if (grant.why == Why::kIsActive) text += ", " + std::to_string(grant.rival) + " is active";
  if (grant.why == Why::kLeft) text += ", left";
  return text;
}

std::string ToText(const std::vector<MemberGrant>& grants) {
  std::string text = std::to_string(grants.size()) + " grants";
  for (const MemberGrant& grant : grants) text += "; " + ToText(grant);
  return text;
}

std::string ToText(const std::optional<MemberGrant>& grant) {
  return grant ? ToText(*grant) : "none";
}

std::string ToText(const std::optional<Distribution>& distribution) {
  return distribution ? std::to_string(*distribution) : "none";
}

std::string ToText(const std::map<GrantStatus, std::uint64_t>& counts) {
  std::string text = "counts";
  for (const auto& [status, count] : counts) {
    text += " " + std::string(Name(status)) + " " + std::to_string(count);
  }
  return text;
}

class Conformance {
 public:
  Conformance(GrantStore& store, GrantStore& reference, std::uint64_t seed)
      : store_(store.NewSession()),
        reference_(reference.NewSession()),
        name_(store.Name()),
        seed_(seed),
        random_(seed) {
    for (std::size_t i = 0; i < kAccounts; ++i) accounts_.emplace_back(100'000'000'000 + 7 * i);
  }

  void Run(std::size_t writes) {
    for (std::size_t i = 0; i < writes; ++i) {
      Write();
      moments_.emplace_back(store_->Now(), reference_->Now());
      CompareNow();
    }
    ComparePast();
  }

 private:
  /// Asks both; the answer that both gave.
  template <typename Ask>
  auto Same(const std::string& question, const Ask& ask) {
    const auto answer = ask(*store_);
    const auto expected = ask(*reference_);
    if (answer == expected) return answer;
    std::string message = name_ + " answers wrongly (seed " + std::to_string(seed_) + ")\n";
    for (const std::string& done : done_) message += "  " + done + "\n";
    throw std::runtime_error(message + question + "\n  found    " + ToText(answer) +
                             "\n  expected " + ToText(expected));
  }

  std::size_t Draw(std::size_t end) { return random_() % end; }
  Distribution DrawDistribution() { return static_cast<Distribution>(1 + Draw(distributions_)); }
  std::vector<AccountId> Those(bool standing) const {
    std::vector<AccountId> those;
    for (const AccountId account : accounts_) {
      if (standing_.contains(account) == standing) those.push_back(account);
    }
    return those;
  }

  void Write() {
    const std::vector<AccountId> inside = Those(true);
    const std::vector<AccountId> outside = Those(false);
    const std::size_t kind = Draw(10);
    if (inside.empty() || (kind == 0 && !outside.empty())) return Join(outside);
    if (distributions_ == 0 || (kind == 1 && distributions_ < kMostDistributions))
      return Distribute();
    if (kind == 2) return Leave(inside[Draw(inside.size())]);
    if (kind < 6) return SetAll();
    SetOne(inside[Draw(inside.size())]);
  }

  void Join(std::vector<AccountId> outside) {
    std::ranges::shuffle(outside, random_);
    outside.resize(1 + Draw(outside.size()));
    std::string done = "join";
    for (const AccountId account : outside) done += " " + account.ToString();
    done_.push_back(done);
    standing_.insert(outside.begin(), outside.end());
    store_->Join(outside);
    reference_->Join(outside);
  }

  void Leave(AccountId account) {
    done_.push_back("leave " + account.ToString());
    standing_.erase(account);
    store_->Leave(account);
    reference_->Leave(account);
  }

  void Distribute() {
    const auto product = static_cast<Product>(1 + Draw(kProducts));
    done_.push_back("distribute product " + std::to_string(product));
    ++distributions_;
    Same("its number",
         [&](Session& session) { return std::optional(session.Distribute(product)); });
  }

  void SetAll() {
    const Distribution distribution = DrawDistribution();
    const GrantStatus status = Draw(3) == 0 ? GrantStatus::kDisabled : GrantStatus::kActive;
    const Conflict conflict = Draw(2) == 0 ? Conflict::kReplace : Conflict::kLeaveOut;
    done_.push_back("set all of " + std::to_string(distribution) + " " + std::string(Name(status)) +
                    (conflict == Conflict::kReplace ? ", replacing" : ""));
    store_->SetAll(distribution, status, conflict);
    reference_->SetAll(distribution, status, conflict);
  }

  void SetOne(AccountId account) {
    const Distribution distribution = DrawDistribution();
    const GrantStatus status = Draw(3) == 0 ? GrantStatus::kDisabled : GrantStatus::kActive;
    done_.push_back("set " + std::to_string(distribution) + " of " + account.ToString() + " " +
                    std::string(Name(status)));
    Same("whether it was done", [&](Session& session) {
      return std::optional<Distribution>(session.SetOne(account, distribution, status) ? 1 : 0);
    });
  }

  void CompareNow() {
    for (Distribution one = 1; one <= distributions_; ++one) {
      const std::string of = " of distribution " + std::to_string(one);
      Same("Count" + of, [&](Session& session) { return session.Count(one); });
      for (const auto status : {std::optional<GrantStatus>(), std::optional(GrantStatus::kActive),
                                std::optional(GrantStatus::kDisabled)}) {
        const std::size_t limit = 1 + Draw(kAccounts + 1);
        Same("List" + of + (status ? ", " + std::string(Name(*status)) : "") + ", pages of " +
                 std::to_string(limit),
             [&](Session& session) { return AllPages(session, one, status, limit); });
      }
    }
    for (const AccountId account : accounts_) CompareAccount(account);
  }

  void CompareAccount(AccountId account) {
    const std::string of = " of account " + account.ToString();
    if (!known_.contains(account)) {
      if (!standing_.contains(account)) return;
      known_.insert(account);
    }
    Same("ListOf" + of, [&](Session& session) { return session.ListOf(account); });
    for (Product product = 1; product <= kProducts; ++product) {
      Same("Check" + of + ", product " + std::to_string(product),
           [&](Session& session) { return session.Check(account, product); });
    }
    for (Distribution one = 1; one <= distributions_; ++one) {
      const std::string from = of + ", distribution " + std::to_string(one);
      const auto grant =
          Same("Get" + from, [&](Session& session) { return session.Get(account, one); });
      if (!grant) continue;
      Same("History" + from, [&](Session& session) { return session.History(account, one); });
    }
  }

  void ComparePast() {
    for (std::size_t i = 0; i < kMoments; ++i) {
      const std::size_t at = Draw(moments_.size());
      for (const AccountId account : known_) {
        const Distribution one = DrawDistribution();
        Same("GetAt behind write " + std::to_string(at + 1) + " of account " + account.ToString() +
                 ", distribution " + std::to_string(one),
             [&](Session& session) {
               const bool ours = &session == store_.get();
               return session.GetAt(ours ? moments_[at].first : moments_[at].second, account, one);
             });
      }
    }
  }

  /// In the order of accounts, since stores have orders of their own. A page that is not full, but
  /// the last, is a difference.
  static std::vector<MemberGrant> AllPages(Session& session, Distribution distribution,
                                           std::optional<GrantStatus> status, std::size_t limit) {
    std::vector<MemberGrant> all;
    std::string from;
    do {
      MemberPage page = session.List(distribution, status, from, limit);
      if (page.grants.size() > limit || (!page.next.empty() && page.grants.size() < limit)) {
        throw std::runtime_error("a page of " + std::to_string(page.grants.size()) +
                                 " where at most " + std::to_string(limit) + " are asked for");
      }
      all.insert(all.end(), page.grants.begin(), page.grants.end());
      from = std::move(page.next);
    } while (!from.empty());
    std::ranges::sort(all, {}, &MemberGrant::account);
    return all;
  }

  std::unique_ptr<Session> store_;
  std::unique_ptr<Session> reference_;
  std::string name_;
  std::uint64_t seed_;
  std::mt19937_64 random_;
  std::vector<AccountId> accounts_;
  std::set<AccountId> standing_;
  std::set<AccountId> known_;
  Distribution distributions_ = 0;
  std::vector<std::string> done_;
  std::vector<std::pair<StoreMoment, StoreMoment>> moments_;
};

}  // namespace

void CheckConformance(GrantStore& store, GrantStore& reference, std::uint64_t seed,
                      std::size_t writes) {
  Conformance(store, reference, seed).Run(writes);
}

}  // namespace grantledger::bench
