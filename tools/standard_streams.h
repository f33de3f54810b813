// Standard streams that are closed, full, or read by nobody.
#ifndef GRANTLEDGER_TOOLS_STANDARD_STREAMS_H_
#define GRANTLEDGER_TOOLS_STANDARD_STREAMS_H_

#include <string_view>

#include <grantledger/status.h>

namespace grantledger::tools {

/// Keeps files from getting the number of a standard stream that is closed, and what is written to
/// that stream from going into them: using it fails all the same. A pipe that nobody reads is an
/// error from here on, and no signal.
void HoldStandardStreams();

/// False: standard output is closed, or can't be written to at all.
bool HasStandardOutput();

/// Writes to standard output, at once. IoError where that fails, but for a pipe that nobody reads.
Status WriteOut(std::string_view text);

/// "the output can't be written: …" of errno; ok for 0, and for a pipe that nobody reads.
Status OutputError(int error);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_STANDARD_STREAMS_H_
