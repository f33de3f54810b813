// TemporaryDirectory: where something is made that nobody needs afterwards.
#ifndef GRANTLEDGER_LEDGER_TEMPORARY_DIRECTORY_H_
#define GRANTLEDGER_LEDGER_TEMPORARY_DIRECTORY_H_

#include <memory>
#include <string>
#include <utility>

#include <grantledger/status.h>

namespace grantledger {

/// A directory of our own, removed in the end with all that is in it.
class TemporaryDirectory {
 public:
  /// A new one in `parent`; empty: in the system's directory for temporary files. Errors:
  /// InvalidArgument (there is no such parent), IoError.
  static Result<std::unique_ptr<TemporaryDirectory>> Make(const std::string& parent);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_TEMPORARY_DIRECTORY_H_
