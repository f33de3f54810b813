// StagedDirectory: where something is made that is to appear whole, or not at all.
#ifndef GRANTLEDGER_LEDGER_STAGED_DIRECTORY_H_
#define GRANTLEDGER_LEDGER_STAGED_DIRECTORY_H_

#include <memory>
#include <string>

#include "ledger/file_io.h"

namespace grantledger {

/// A directory of our own in one beside another, named `BESIDE.KIND-XXXXXX`, which is removed in
/// the end. It is marked as ours by a file, and, while it is empty, by its mode, and locked: what a
/// process of the same user left that was killed is removed by the next that makes one of the same
/// kind there, or is refused to. A name alone makes nothing ours.
class StagedDirectory {
 public:
  /// To be published as `target`, which is not there (its parent is), or empty. `name` is what it
  /// is called in the refusal. Errors: InvalidArgument, IoError.
  static Result<std::unique_ptr<StagedDirectory>> For(const std::string& name,
                                                      const std::string& target);
  /// Never to be published. Errors: IoError.
  static Result<std::unique_ptr<StagedDirectory>> Beside(const std::string& directory,
                                                         const std::string& kind);
  /// Never to be published, `grantledger-XXXXXX` in `parent`; empty: in the system's directory for
  /// temporary files. Errors: InvalidArgument (there is no such parent), IoError.
  static Result<std::unique_ptr<StagedDirectory>> In(const std::string& parent);
  ~StagedDirectory();
  StagedDirectory(const StagedDirectory&) = delete;
  StagedDirectory& operator=(const StagedDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// A directory beside that, which is never published, and goes with the object. Called once.
  /// Errors: IoError.
  [[nodiscard]] Result<std::string> MakeScratch() const;
  /// Brings all to disk, and gives it the name that it was made for. Nobody may have a file of it
  /// open to write. Errors: IoError.
  Status Publish();

 private:
  explicit StagedDirectory(std::string target);
  static Result<std::unique_ptr<StagedDirectory>> Make(const std::string& stem, std::string target);
  /// False: somebody has the name, or took the directory for what a killed process left.
  Result<bool> TryMake(std::string around);
  Status Lock();

  std::string around_;  ///< With the mark.
  std::string path_;    ///< In it.
  std::string target_;
  Descriptor lock_;  ///< Of what is around.
  bool is_made_ = false;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_STAGED_DIRECTORY_H_
