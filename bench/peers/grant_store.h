// GrantStore: a system that keeps grants, ours or one that people would use instead, behind one
// interface, so that all are given the same work.
//
// The world is the part of docs/SEMANTICS.md that all of them can be asked for. One linked
// organization has accounts that stand at its root. Its management account holds nothing: it issues
// a license of a Marketplace product for every distribution, and distributes it to the
// organization. Several distributions may be of one product, and of these one is ACTIVE in an
// account.
#ifndef GRANTLEDGER_BENCH_PEERS_GRANT_STORE_H_
#define GRANTLEDGER_BENCH_PEERS_GRANT_STORE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <grantledger/types.h>

namespace grantledger::bench {

/// Of a distribution: numbered from 1 in the order of creation.
using Distribution = std::uint32_t;
/// From 1. A product is there as soon as it is named.
using Product = std::uint32_t;
/// What the store calls the moment behind a write. Grows.
using StoreMoment = std::uint64_t;

/// The reason of a member grant's status. The numbers are stored by peers.
enum class Why : std::uint8_t { kNone = 0, kReplacedBy = 1, kIsActive = 2, kLeft = 3 };

/// One member grant at one moment.
struct MemberGrant {
  Distribution distribution = 0;
  AccountId account = {};
  GrantStatus status = GrantStatus::kDisabled;
  std::uint32_t version = 0;
  Why why = Why::kNone;
  Distribution rival = 0;  ///< That the reason names; 0: none.
  auto operator<=>(const MemberGrant&) const = default;
};

struct MemberPage {
  std::vector<MemberGrant> grants = {};
  std::string next = {};  ///< Where the next page begins; empty: this was the last.
};

/// Whether a bulk activation replaces what is ACTIVE, or leaves out the accounts where it is.
enum class Conflict : std::uint8_t { kLeaveOut, kReplace };

/// One client of a store: used by one thread at a time. Every write is one transaction, and as
/// durable when it returns as the store was opened to be. Failures throw std::runtime_error.
class Session {
 public:
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Accounts that never stood there, or left. Each holds a grant of every distribution then.
  virtual void Join(std::span<const AccountId> accounts) = 0;
  virtual void Leave(AccountId account) = 0;
  /// A license of the product is there for the management account, and is distributed to nobody
  /// yet. By default nothing is to be done: licenses are not kept.
  virtual void Issue(Product /*product*/) {}
  /// Of the license that was issued, if one was, else of a new one.
  virtual Distribution Distribute(Product product) = 0;
  /// ACTIVE or DISABLED, for every account that stands there and for those that will join.
  virtual void SetAll(Distribution distribution, GrantStatus status, Conflict conflict) = 0;
  /// ACTIVE or DISABLED, by the account itself. False, and nothing is done: another grant of the
  /// product is ACTIVE there. REQUIRES: the account stands there.
  virtual bool SetOne(AccountId account, Distribution distribution, GrantStatus status) = 0;

  /// Nullopt: the account never held one.
  virtual std::optional<MemberGrant> Get(AccountId account, Distribution distribution) = 0;
  /// The member grants of a distribution, of every status where none is given, in an order of the
  /// store's. `from` is empty, or the `next` of the page before.
  virtual MemberPage List(Distribution distribution, std::optional<GrantStatus> status,
                          const std::string& from, std::size_t limit) = 0;
  /// All that the account holds, in the order of the distributions.
  virtual std::vector<MemberGrant> ListOf(AccountId account) = 0;
  /// The distribution of the product that is ACTIVE in the account; nullopt: it is not entitled.
  virtual std::optional<Distribution> Check(AccountId account, Product product) = 0;
  /// The member grants in each status that one has.
  virtual std::map<GrantStatus, std::uint64_t> Count(Distribution distribution) = 0;
  /// Every version, oldest first.
  virtual std::vector<MemberGrant> History(AccountId account, Distribution distribution) = 0;

  /// The moment behind the last write.
  virtual StoreMoment Now() = 0;
  virtual std::optional<MemberGrant> GetAt(StoreMoment moment, AccountId account,
                                           Distribution distribution) = 0;

 protected:
  Session() = default;
};

/// Open from the beginning; closed by its destructor, after all of its sessions.
class GrantStore {
 public:
  virtual ~GrantStore() = default;
  GrantStore(const GrantStore&) = delete;
  GrantStore& operator=(const GrantStore&) = delete;

  /// "SQLite", with its version: for people.
  [[nodiscard]] virtual std::string Name() const = 0;
  /// What it was opened with that matters, one a line: for people.
  [[nodiscard]] virtual std::vector<std::string> Settings() const = 0;
  virtual std::unique_ptr<Session> NewSession() = 0;
  /// Brings the files to rest, as an operator would at night: merged, checkpointed, analyzed.
  virtual void Settle() = 0;
  /// Closes its files, as the end of the process does, until Open opens them again. REQUIRES: no
  /// session is there. By default nothing is open between sessions.
  virtual void Close() {}
  virtual void Open() {}
  /// What it has on disk when it is settled, without logs that are there to be written again.
  [[nodiscard]] virtual std::uint64_t Bytes() const = 0;
  /// The resident memory of processes of its own, in bytes; shared memory counts once.
  [[nodiscard]] virtual std::uint64_t MemoryElsewhere() const { return 0; }

 protected:
  GrantStore() = default;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_GRANT_STORE_H_
