// The accounts of an organization in the order of their positions, cohort by cohort.
//
// Most accounts are like their cohort; the others, the exceptions, stand in index rows of the same
// order. The walk goes over both at once, so that a visitor folds once for a cohort and once for
// each exception, and a cohort that it does not want is passed over whole.
#ifndef GRANTLEDGER_QUERY_MEMBER_WALK_H_
#define GRANTLEDGER_QUERY_MEMBER_WALK_H_

#include <string>
#include <string_view>

#include "ledger/view.h"

namespace grantledger {

/// What to do with the regular accounts of a cohort, or with the rest of the walk.
enum class Next {
  kGoOn,
  kSkipRegular,  ///< The cohort's other regular accounts are of no interest.
  kStop,
};

class MemberVisitor {
 public:
  MemberVisitor() = default;
  virtual ~MemberVisitor() = default;
  MemberVisitor(const MemberVisitor&) = delete;
  MemberVisitor& operator=(const MemberVisitor&) = delete;

  /// A cohort with this position's path and epoch begins.
  virtual Result<Next> OnCohort(const Position& first) = 0;
  /// A regular account: its cell is its cohort's.
  virtual Result<Next> OnRegular(AccountId account, std::string_view position) = 0;
  /// An account that is folded by itself. It may have left, or stand elsewhere.
  virtual Result<Next> OnException(const Position& at, std::string_view position) = 0;
};

/// Visits the positions of `subtree` that exist at the view's moment, from `from` on (a position as
/// it was passed to the visitor; empty: from the start).
Status WalkMembers(const View& view, std::uint64_t organization, std::uint64_t product,
                   const Path& subtree, const std::string& from, MemberVisitor& visitor);

/// The position of an account in the organization, as the walk passes it.
std::string EncodePosition(const Position& position);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_MEMBER_WALK_H_
