// What a record of the log is about: the grants that it names, or the account that it places.
#ifndef GRANTLEDGER_LEDGER_RECORD_SUBJECTS_H_
#define GRANTLEDGER_LEDGER_RECORD_SUBJECTS_H_

#include <vector>

#include "ledger/tables.h"

namespace grantledger {

struct RecordSubjects {
  struct NamedGrant {
    std::uint64_t grant = 0;
    std::uint64_t account = 0;  ///< Of a member grant; 0: the grant itself.
  };
  /// That of the call first, then those that went along with it.
  std::vector<NamedGrant> grants;
  AccountId placed;  ///< Entered or left a place; 0: none.
  /// The organization in which `placed` was created; 0: it was not.
  std::uint64_t created_in = 0;
};

Result<RecordSubjects> SubjectsOf(const Rows& rows, const fb::RecordT& record);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_RECORD_SUBJECTS_H_
