// Records as lines of JSON, made a ledger again.
#ifndef GRANTLEDGER_TOOLS_RECORD_IMPORT_H_
#define GRANTLEDGER_TOOLS_RECORD_IMPORT_H_

#include <cstdint>
#include <functional>
#include <string>

#include <grantledger/types.h>

#include "tools/line_reader.h"

namespace grantledger::tools {

/// Makes a new ledger in `directory` of the lines that `ledger-dump export log` wrote. Gives the
/// last LSN. `progress` hears of each line; false stops it (InvalidState). What fails leaves no
/// ledger; the message names the line.
Result<Lsn> ImportRecords(const std::string& directory, LineReader& lines,
                          const std::function<bool(std::uint64_t line)>& progress);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_RECORD_IMPORT_H_
