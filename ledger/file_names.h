// The names of a ledger's files, as RocksDB gives them: one number has one name.
//
// Any other name with a number, "5.log" or "000000.log", is somebody else's: RocksDB reads it as a
// number too, but would look for "000005.log", asserts that there is no 0, and goes on with the
// number behind the greatest that it sees. It is not shown such names (ledger/machine_files.h).
#ifndef GRANTLEDGER_LEDGER_FILE_NAMES_H_
#define GRANTLEDGER_LEDGER_FILE_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grantledger {

/// A number in the name of one of RocksDB's files, below 2^61; nullopt: the text is none that a
/// file can have.
std::optional<std::uint64_t> FileNumber(std::string_view digits);
/// The number of a write-ahead log by its name, without a directory; nullopt: the file is none.
std::optional<std::uint64_t> WalNumber(std::string_view name);
/// The same of a table file, and of a manifest.
std::optional<std::uint64_t> TableNumber(std::string_view name);
std::optional<std::uint64_t> ManifestNumber(std::string_view name);
/// The same of a file that has another name when it is whole.
std::optional<std::uint64_t> TemporaryNumber(std::string_view name);

std::string WalName(std::uint64_t number);
std::string ManifestName(std::uint64_t number);

/// Whether RocksDB would take the file, by its name, for one of its own, and no ledger has such a
/// file.
bool IsMisnamed(std::string_view name);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FILE_NAMES_H_
