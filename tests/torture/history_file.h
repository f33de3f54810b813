// What a trial of `concurrent` leaves when it fails: the writes in the order of the log, their
// records, and the violation; and the check of such a file by one thread.
#ifndef GRANTLEDGER_TESTS_TORTURE_HISTORY_FILE_H_
#define GRANTLEDGER_TESTS_TORTURE_HISTORY_FILE_H_

#include <map>
#include <string>
#include <vector>

#include <grantledger/inspect.h>

#include "oracle.h"

namespace grantledger::torture {

struct History {
  const std::vector<Logged>& log;
  const std::map<Lsn, InspectedRecord>& records;  ///< From record 0 on.
  const MemberArns& member_arns;
  const std::map<std::string, std::string>& roots;  ///< By organization.
  std::size_t max_grants_per_license;
  const Violation& violation;
};

/// Writes it as JSON Lines into the directory for temporary files; returns the path.
std::string WriteHistory(const std::string& name, const History& history);

/// Replays a history: its writes on the model, then its records into a new ledger in `scratch`
/// (which is not there), of which the violating read is asked as of every LSN between call and
/// return. Returns what agrees and what does not.
std::string ReplayHistory(const std::string& path, const std::string& scratch);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_HISTORY_FILE_H_
