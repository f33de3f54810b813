// From what a record or a row says of a grant to the event that the fold takes.
#ifndef GRANTLEDGER_LEDGER_GRANT_EVENTS_H_
#define GRANTLEDGER_LEDGER_GRANT_EVENTS_H_

#include <string_view>

#include "ledger/fold.h"
#include "ledger/tables.h"

namespace grantledger {

/// What the index keeps of the fact.
fb::ChangeT ChangeOf(const fb::GrantVersionedT& fact);

/// The event of the grant. What a distribution's creation needs beyond it (its place, its grantor)
/// is left to the caller.
GrantEvent EventOf(fb::ChangeT change, Lsn lsn, std::uint64_t grant);

/// The event in a row of distribution or own events.
Result<GrantEvent> ReadGrantEvent(std::string_view key, std::string_view payload, Lsn lsn,
                                  std::uint64_t grant);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_GRANT_EVENTS_H_
