// Counting over the accounts of a distribution: cohorts by their sizes, exceptions one by one.
#ifndef GRANTLEDGER_QUERY_MEMBER_TALLY_H_
#define GRANTLEDGER_QUERY_MEMBER_TALLY_H_

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "query/member_grants.h"

namespace grantledger {

/// What is counted of one account, told from its cell: a status for each thing.
using Counted = std::function<std::vector<GrantStatus>(const CellFold&)>;

/// How often each status is counted over the accounts that have a member grant of the distribution.
Result<std::map<GrantStatus, std::uint64_t>> TallyMembers(View& view, const fb::GrantHeadT& head,
                                                          const Counted& counted);

/// The same of the accounts of each place, at whose path they stand at the view's moment; those of
/// accounts that left the organization are counted at nullopt. A place without any is left out.
using TallyByPlace = std::map<std::optional<Path>, std::map<GrantStatus, std::uint64_t>>;
Result<TallyByPlace> TallyMembersByPlace(View& view, const fb::GrantHeadT& head,
                                         const Counted& counted);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_MEMBER_TALLY_H_
