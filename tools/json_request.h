// A whole request: {"Operation", "Caller", "Time"?, "AsOf"?, "Input"}.
#ifndef GRANTLEDGER_TOOLS_JSON_REQUEST_H_
#define GRANTLEDGER_TOOLS_JSON_REQUEST_H_

#include <span>
#include <string_view>
#include <variant>

#include <grantledger/ledger.h>
#include <grantledger/status.h>

#include "tools/json_text.h"

namespace grantledger::tools {

struct Read {
  Call call;
  ReadRequest request;
};

/// The operation Compact, which neither writes nor reads.
struct CompactRequest {
  Call call;
};

/// A request whose fields are all there, known, and of their types.
using Request = std::variant<Write, Read, CompactRequest>;

/// Reads a request. Errors are InvalidArgument, and name the field, what was found and what was
/// expected: a field that is missing, misspelt or mistyped, a name that no enumeration has, an
/// operation that does not exist, an AsOf on a write.
Result<Request> ParseRequest(const Json& request);

/// The names of all operations.
std::span<const std::string_view> OperationNames();

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_JSON_REQUEST_H_
