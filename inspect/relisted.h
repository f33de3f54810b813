// A store whose list of files is lost, and made anew.
#ifndef GRANTLEDGER_INSPECT_RELISTED_H_
#define GRANTLEDGER_INSPECT_RELISTED_H_

#include <memory>
#include <string>

#include "inspect/new_directory.h"

namespace grantledger {

/// The files of the store in `directory` with a new list of them, in a new directory in `parent`:
/// links to the same files where the file system can, else copies. Nothing is written to the files
/// themselves. Errors: IoError, Corruption.
Result<std::unique_ptr<NewDirectory>> Relist(const std::string& directory,
                                             const std::string& parent);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_RELISTED_H_
