#include "inspect/relisted.h"

#include <filesystem>

#include "ledger/macros.h"
#include "ledger/store_files.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

/// RocksDB moves a write-ahead log away when it is done with it, and writes to no table file: a
/// link serves as well as a copy.
Status LinkOrCopy(const fs::path& file, const fs::path& to) {
  std::error_code error;
  fs::create_hard_link(file, to, error);
  if (error) fs::copy_file(file, to, error);
  if (!error) return {};
  return {Code::kIoError,
          "copying " + file.string() + " to " + to.string() + ": " + error.message()};
}

}  // namespace

Result<std::unique_ptr<NewDirectory>> Relist(const std::string& directory,
                                             const std::string& parent) {
  GL_ASSIGN_OR_RETURN(auto made, NewDirectory::MakeTemporary(parent));
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const fs::path& file = entry.path();
    const bool has_rows = file.extension() == ".sst" || file.extension() == ".log";
    if (has_rows) GL_RETURN_IF_ERROR(LinkOrCopy(file, fs::path(made->path()) / file.filename()));
  }
  GL_RETURN_IF_ERROR(ListFilesAnew(made->path()));
  return made;
}

}  // namespace grantledger
