// What one record of the log changed, grant by grant.
#ifndef GRANTLEDGER_QUERY_RECORD_CHANGES_H_
#define GRANTLEDGER_QUERY_RECORD_CHANGES_H_

#include <set>
#include <string>
#include <vector>

#include "query/cell_changes.h"
#include "query/grant_view.h"

namespace grantledger {

/// A record changes the grants that it names, one after another: direct and member grants, with
/// what else changed in their cells; distributions; and after each distribution its member grants.
/// Or it changes where an account stands, and with that the account's grants.
class RecordChanges {
 public:
  /// `view` is of the record's moment or a later one, and must outlive this.
  static Result<RecordChanges> Of(const View& view, const fb::RecordT& record);

  /// Whether the record is of a kind that can change grants.
  [[nodiscard]] bool Any() const { return !parts_.empty() || moved_ != AccountId(); }
  /// Of the grant that the call made or named; empty: a membership event.
  [[nodiscard]] Result<std::string> GrantArn() const;
  /// All but the member grants behind a distribution.
  Result<std::vector<GrantChange>> WithoutMembers();
  /// All, behind the cursor (empty: from the start). Gives the cursor of the next page; empty:
  /// nothing follows.
  Result<std::string> List(const std::string& cursor, std::size_t limit,
                           std::vector<GrantChange>* page);

 private:
  /// A grant that is named. Of a member grant, `head` is its distribution's.
  struct Part {
    Table<fb::GrantHeadT> head;
    AccountId account;     ///< Whose cell holds it; 0: a distribution.
    bool members = false;  ///< The member grants of the distribution, and not itself.
  };

  RecordChanges(const View& view, Lsn lsn) : before_(view.At(lsn - 1)), after_(view.At(lsn)) {}

  Status AddGrant(std::uint64_t grant, std::uint64_t account);
  /// The changes of a part, which is not of member grants.
  Result<std::vector<GrantChange>> ChangesOf(const Part& part, GrantRenderer& renderer);
  Result<std::vector<GrantChange>> OfDistribution(const Part& part, GrantRenderer& renderer);
  Result<std::vector<GrantChange>> OfCell(const Part& part, GrantRenderer& renderer);
  Result<std::vector<GrantChange>> OfMove(GrantRenderer& renderer);
  /// Whether a change is told of with the part, and not with another.
  [[nodiscard]] bool Belongs(const CellChange& change, const Part& part) const;

  View before_;
  View after_;
  std::vector<Part> parts_;
  std::set<std::uint64_t> cascaded_;
  AccountId moved_;  // 0: none
};

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_RECORD_CHANGES_H_
