// Counts of grants by status.
#ifndef GRANTLEDGER_TOOLS_DUMP_COUNTS_H_
#define GRANTLEDGER_TOOLS_DUMP_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>

#include <grantledger/types.h>

#include "tools/json_text.h"

namespace grantledger::tools {

using Counts = std::map<GrantStatus, std::uint64_t>;

inline std::uint64_t CountIn(const Counts& counts, GrantStatus status) {
  const auto found = counts.find(status);
  return found == counts.end() ? 0 : found->second;
}

/// {"ACTIVE": 12, …}, as CountGrants answers.
inline OrderedJson CountsToJson(const Counts& counts) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [status, count] : counts) json[std::string(Name(status))] = count;
  return json;
}

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_COUNTS_H_
