// The fold: section 4 of docs/SEMANTICS.md, in one place, without I/O.
//
// A cell is (account, product): the grants of one product in one account, which is where
// activations conflict. The fold takes the state of a cell and the next event and gives the next
// state. Writes, reads and counts all use it, so they can't disagree. A cohort (accounts to which
// the same things happened) is folded once, as the cell of no account in particular (account 0).
#ifndef GRANTLEDGER_LEDGER_FOLD_H_
#define GRANTLEDGER_LEDGER_FOLD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grantledger/types.h>

#include "codec/keys.h"

namespace grantledger {

/// Why a grant has the status that it has; the numbers are stored. A reason that names a grant
/// keeps a reference to it: the ARN of a rival differs from account to account.
enum class ReasonKind : std::uint8_t {
  kText = 0,    ///< `text`, or none
  kReplacedBy,  ///< replaced by <grant>
  kIsActive,    ///< <grant> is active
  kLeftOrganization,
  kLeftUnit,
  kParentRejected,  ///< parent grant <grant> was rejected
  kParentDeleted,   ///< parent grant <grant> was deleted
};

struct Reason {
  ReasonKind kind = ReasonKind::kText;
  std::uint64_t grant = 0;  ///< A direct grant, or the distribution of a member grant.
  std::shared_ptr<const std::string> text;  ///< Null: empty.

  bool operator==(const Reason& other) const;
};

/// Name and operations.
struct GrantText {
  std::string name;
  GrantOperations operations;
  bool operator==(const GrantText&) const = default;
};

/// Who made a version, when, by which call. Kept where the log has its record no longer.
struct Origin {
  Time time;
  AccountId caller;
  std::uint8_t operation = 0;  ///< The number of the record's body.
};

/// A direct or a member grant in a cell.
struct FoldedGrant {
  std::uint64_t grant = 0;  ///< The direct grant, or the distribution of the member grant.
  bool member = false;
  bool covered = false;   ///< Member: the account stands inside the distribution's principal.
  bool accepted = false;  ///< Member: it was accepted at some time.
  GrantStatus status = GrantStatus::kPendingAccept;
  std::uint64_t version = 0;
  Reason reason;
  std::shared_ptr<const GrantText> text;
  std::optional<ActivationOverrideBehavior> behavior;  ///< Direct: Options of the last Status.
  // Where the version comes from; only folds from the start, or from `base`, know.
  Lsn made_at = 0;                       ///< Of a cohort, by entering: its epoch.
  std::shared_ptr<const Origin> origin;  ///< Null: the record is in the log.

  [[nodiscard]] bool IsFinal() const {
    return status == GrantStatus::kRejected || status == GrantStatus::kDeleted;
  }
  /// In everything but where the version comes from; texts by what they say.
  bool operator==(const FoldedGrant& other) const;
};

/// Whether both say the same; null says nothing.
bool SameText(const std::shared_ptr<const GrantText>& a, const std::shared_ptr<const GrantText>& b);
/// The name and operations of a distribution's member grants: less CreateGrant.
std::shared_ptr<const GrantText> MemberText(const std::shared_ptr<const GrantText>& text);

/// A distribution as the fold knows it.
struct FoldedDistribution {
  std::uint64_t grant = 0;
  std::uint64_t organization = 0;
  AccountId grantor;
  std::uint64_t license = 0;
  Path path;
  Lsn deleted_at = 0;  ///< 0: it is not.
  std::uint64_t version = 0;
  Reason reason;
  std::shared_ptr<const GrantText> text;
  std::shared_ptr<const GrantText> member_text;  ///< Less CreateGrant.
  // The member setting: what the last bulk change of status said (or the creation: DISABLED).
  bool setting_active = false;
  std::optional<ActivationOverrideBehavior> behavior;
  Reason setting_reason;
  Lsn set_at = 0;
  bool last_activation_gave_options = false;
  // Where the version comes from, as in FoldedGrant.
  Lsn made_at = 0;
  std::shared_ptr<const Origin> origin;
};

/// What happens to a grant: to a distribution (and so to its member grants), to a direct grant, or
/// to one account's member grant.
struct GrantEvent {
  enum class Kind : std::uint8_t {
    kCreated,
    kVersioned,
    kAccepted,
    kRejected,
    kDeleted,
  };
  Lsn lsn = 0;
  Kind kind = Kind::kCreated;
  std::uint64_t grant = 0;
  std::optional<std::string> name;
  std::optional<GrantOperations> operations;
  std::optional<GrantStatus> status;
  std::optional<ActivationOverrideBehavior> behavior;
  Reason reason;
  // Of a distribution.
  std::uint64_t organization = 0;
  AccountId grantor;
  std::uint64_t license = 0;
  Path path;
  bool linked = false;  ///< Its organization, at that moment.
};

/// The account enters a place, leaves one, or both at once (a move).
struct StayEvent {
  Lsn lsn = 0;
  bool leaves = false;
  bool enters = false;
  std::uint64_t organization = 0;  ///< That it enters.
  Path path;
  bool linked = false;
};

class CellFold;

/// One thing that happens in a cell: exactly one of the first two is there, or else the stay
/// counts.
struct CellEvent {
  Lsn lsn = 0;
  const GrantEvent* distribution = nullptr;
  const GrantEvent* own = nullptr;
  StayEvent stay;
};

/// Hears of every version of every grant in the cell as it is made, and of every event.
class VersionListener {
 public:
  VersionListener() = default;
  virtual ~VersionListener() = default;
  VersionListener(const VersionListener&) = delete;
  VersionListener& operator=(const VersionListener&) = delete;
  virtual void OnVersion(const FoldedGrant& grant, Lsn lsn) = 0;
  /// `fold` is the state behind the event.
  virtual void OnEvent(const CellEvent& /*event*/, const CellFold& /*fold*/) {}
};

/// The state of a cell. Copyable: a copy goes on by itself.
class CellFold {
 public:
  /// Before anything happened. `account` 0: a cohort, or distributions alone.
  CellFold(bool marketplace, AccountId account) : marketplace_(marketplace), account_(account) {}

  // A fold that goes on from a state that was kept. Lists are in the order of creation.
  void set_account(AccountId account) { account_ = account; }
  void SetDistributions(std::vector<FoldedDistribution> distributions) {
    distributions_ = std::move(distributions);
  }
  void SetGrants(std::vector<FoldedGrant> grants) { grants_ = std::move(grants); }
  /// Where the account stands.
  void SetPlace(std::uint64_t organization, Path path);
  void set_last_lsn(Lsn lsn) { last_lsn_ = lsn; }

  // The next event. REQUIRES: lsn is not below that of any event before.
  void ApplyDistribution(const GrantEvent& event);
  void ApplyOwn(const GrantEvent& event);
  void ApplyStay(const StayEvent& event);

  /// In the order of creation.
  [[nodiscard]] const std::vector<FoldedGrant>& grants() const { return grants_; }
  [[nodiscard]] const std::vector<FoldedDistribution>& distributions() const {
    return distributions_;
  }
  [[nodiscard]] const FoldedGrant* FindGrant(std::uint64_t grant) const;
  [[nodiscard]] const FoldedDistribution* FindDistribution(std::uint64_t grant) const;
  /// Whether a distribution has, or had, the place inside its principal.
  [[nodiscard]] bool EverCovered(const Path& path) const;
  /// Whether the account gave a distribution: it is passed over by it.
  [[nodiscard]] bool IsGrantor(AccountId account) const;
  /// The grant that stands in the way of activating `grant`; null: none.
  [[nodiscard]] const FoldedGrant* RivalOf(std::uint64_t grant) const;
  /// The last event that was applied; 0: none yet.
  [[nodiscard]] Lsn last_lsn() const { return last_lsn_; }
  void set_listener(VersionListener* listener) { listener_ = listener; }
  /// What it takes of memory, about, the texts that distributions share with their grants included.
  [[nodiscard]] std::size_t BytesInMemory() const;

 private:
  struct Touched {
    std::uint64_t grant;
    bool always;  // makes a version even where nothing differs
    FoldedGrant before;
  };

  FoldedGrant& Touch(std::uint64_t grant, bool always = false);
  void Activate(std::uint64_t grant, std::optional<ActivationOverrideBehavior> behavior,
                const Reason& reason);
  void Gain(const FoldedDistribution& distribution, bool linked);
  void Lose(FoldedGrant& grant, ReasonKind reason);
  void ChangeMembers(const FoldedDistribution& distribution, const GrantEvent& event);
  void LeavePlace(const StayEvent& event);
  void EnterPlace(const StayEvent& event);
  [[nodiscard]] bool CoversUs(const FoldedDistribution& distribution, std::uint64_t organization,
                              const Path& path) const;
  void EndEvent(Lsn lsn);

  bool marketplace_;
  AccountId account_;
  bool standing_ = false;
  std::uint64_t organization_ = 0;
  Path path_;
  Lsn last_lsn_ = 0;
  std::vector<FoldedGrant> grants_;
  std::vector<FoldedDistribution> distributions_;
  std::vector<Touched> touched_;  // by the event that is being applied
  VersionListener* listener_ = nullptr;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FOLD_H_
