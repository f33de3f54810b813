#include "ledger/temporary_directory.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "ledger/errors.h"

namespace grantledger {

namespace fs = std::filesystem;

Result<std::unique_ptr<TemporaryDirectory>> TemporaryDirectory::Make(const std::string& parent) {
  std::error_code error;
  const fs::path in = parent.empty() ? fs::temp_directory_path(error) : fs::path(parent);
  if (error || !fs::is_directory(in, error)) {
    return Invalid("the scratch directory", Quoted(in.string()), "a directory that is there");
  }
  std::string path = (in / "grantledger-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    return Status(Code::kIoError,
                  "the directory " + Quoted(path) +
                      " can't be made, expected a place that this process may write to (" +
                      std::generic_category().message(errno) + ")");
  }
  return std::unique_ptr<TemporaryDirectory>(new TemporaryDirectory(path));
}

TemporaryDirectory::~TemporaryDirectory() {
  try {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  } catch (...) {  // memory; it is left behind
  }
}

}  // namespace grantledger
