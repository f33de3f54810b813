// NewDirectory: where a ledger is made, and what is removed again where that fails.
#ifndef GRANTLEDGER_LEDGER_NEW_DIRECTORY_H_
#define GRANTLEDGER_LEDGER_NEW_DIRECTORY_H_

#include <memory>
#include <string>

#include <grantledger/status.h>

namespace grantledger {

/// A directory of our own. All in it is removed in the end, and itself if it was not there before,
/// unless it is kept.
class NewDirectory {
 public:
  /// One that is empty, or not there though its parent is: then it is made. `name` is what it is
  /// called in the refusal. Errors: InvalidArgument, IoError.
  static Result<std::unique_ptr<NewDirectory>> Claim(const std::string& name,
                                                     const std::string& path);
  /// Whether `path` is one that Claim would take; nothing is made.
  static Status CheckIsNew(const std::string& name, const std::string& path);
  /// A new one in `parent`; empty: in the system's directory for temporary files. Errors:
  /// InvalidArgument (there is no such parent), IoError.
  static Result<std::unique_ptr<NewDirectory>> MakeTemporary(const std::string& parent);

  ~NewDirectory();
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  void Keep() { keep_ = true; }

 private:
  /// Whether it is there, and empty.
  static Result<bool> Look(const std::string& name, const std::string& plain);
  NewDirectory(std::string path, bool was_there) : path_(std::move(path)), was_there_(was_there) {}

  std::string path_;
  bool was_there_;
  bool keep_ = false;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_NEW_DIRECTORY_H_
