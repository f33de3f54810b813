// What a directory of the machine holds, and whether this process may use it: asked without
// exceptions, and with "it can't be told" kept apart from "it is not there".
#ifndef GRANTLEDGER_LEDGER_DIRECTORY_H_
#define GRANTLEDGER_LEDGER_DIRECTORY_H_

#include <filesystem>
#include <string>
#include <vector>

#include <grantledger/status.h>

namespace grantledger {

/// The paths of all that is in a directory, sorted. IoError where that can't be told.
Result<std::vector<std::filesystem::path>> EntriesOf(const std::string& directory);

/// Whether something is there. IoError where that can't be told.
Result<bool> IsThere(const std::filesystem::path& path);

std::string WithoutTrailingSlashes(std::string path);

/// Whether `path` is `directory`, or in it, wherever links lead, as far as can be told.
bool IsWithin(const std::string& path, const std::string& directory);

/// Whether something new can be made at `path`: a directory that is empty, or not there though its
/// parent is. `name` is what it is called in the refusal. Errors: InvalidArgument, IoError.
Status CheckIsNew(const std::string& name, const std::string& path);

/// Whether one of the directories is the other, or in it. InvalidArgument: it is; `name` is what
/// `path` is called in the refusal, and `other` is the ledger's.
Status CheckAreApart(const std::string& name, const std::string& path, const std::string& other);

/// Whether it is a path that the machine can have at all: not empty, without a byte 0.
/// InvalidArgument: it is none; `name` is what it is called in the refusal.
Status CheckIsPath(const std::string& name, const std::string& path);

/// Ok where this process may read the directory and every file in it, and, if it `writes`, make
/// files there; or where there is no such directory.
/// Errors: IoError ("no permission to read …"), InvalidArgument (it is a file).
Status CheckPermission(const std::string& directory, bool writes);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_DIRECTORY_H_
