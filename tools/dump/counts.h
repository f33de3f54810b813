// The member grants of distributions, and counts of grants by status.
#ifndef GRANTLEDGER_TOOLS_DUMP_COUNTS_H_
#define GRANTLEDGER_TOOLS_DUMP_COUNTS_H_

#include <cstdint>
#include <functional>
#include <map>

#include <grantledger/grants.h>

#include "tools/dump/dump.h"

namespace grantledger::tools {

using Counts = std::map<GrantStatus, std::uint64_t>;

/// 0 where there are none.
std::uint64_t CountIn(const Counts& counts, GrantStatus status);
/// The status that most have. REQUIRES: there is one.
GrantStatus UsualOf(const Counts& counts);

/// The member grants of a distribution by status, as of an LSN. Errors: those of CountGrants.
Result<Counts> CountMembers(const Dump& dump, Lsn at, const Grant& distribution);
/// Whether the grant is a member grant of the distribution.
bool IsMemberOf(const Grant& grant, const Grant& distribution);

/// Lists the grants of a distribution's license in each status but the one that most of its member
/// grants have; `counts` are those of the distribution. `visit` takes each page, in which others
/// may stand (IsMemberOf), and says whether to go on with the status. Errors:
/// ListDistributedGrants'.
Status ListUnusual(const Dump& dump, const Grant& distribution, const Counts& counts,
                   const std::function<bool(const GrantPage& page)>& visit);

/// Adds each count to the sums.
void AddCounts(const Counts& counts, Counts* sums);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_COUNTS_H_
