// What a writing call answers: rendered from its record alone, so that a replayed ClientToken gets
// the first answer again.
#ifndef GRANTLEDGER_LEDGER_RESPOND_H_
#define GRANTLEDGER_LEDGER_RESPOND_H_

#include "ledger/view.h"

namespace grantledger {

/// REQUIRES: the record is applied, as `view` sees it.
Result<WriteResponse> Respond(const fb::RecordT& record, const View& view);

/// "CreateGrant" and so on: the API operation that made the record.
std::string_view OperationOf(fb::Body body);

/// The XXH3 (128 bits) of the input of a request that has a ClientToken.
ResourceId HashInput(const WriteRequest& request);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_RESPOND_H_
