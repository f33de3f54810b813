// A record of the log as a line of JSON, which ledger-dump writes and ledger-apply reads.
#ifndef GRANTLEDGER_TOOLS_RECORD_LINE_H_
#define GRANTLEDGER_TOOLS_RECORD_LINE_H_

#include <string>
#include <string_view>

#include <grantledger/inspect.h>

#include "tools/json_text.h"

namespace grantledger::tools {

/// {"Lsn", "Time", "Operation", "Caller", "Subject"?, "Payload"}: the payload in base64, which is
/// all that is needed to make the record again; the rest is for people.
OrderedJson RecordLine(const InspectedRecord& record);

/// What a line says that can be made a record again.
struct RecordToApply {
  Lsn lsn = 0;
  std::string payload = {};
};
/// InvalidArgument: it is no such line; the message names the field.
Result<RecordToApply> ReadRecordLine(const Json& line);

/// RFC 4648, with padding.
std::string ToBase64(std::string_view bytes);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_RECORD_LINE_H_
