// The LedgerImporter over a store of its own.
#ifndef GRANTLEDGER_INSPECT_IMPORTER_H_
#define GRANTLEDGER_INSPECT_IMPORTER_H_

#include <memory>
#include <optional>
#include <string>

#include <grantledger/verify.h>

#include "inspect/rebuild.h"
#include "ledger/staged_directory.h"

namespace grantledger {

/// A new ledger's store. There is nothing in its directory before it is published, whatever ends
/// the process.
struct NewStore {
  std::shared_ptr<StagedDirectory> directory;
  std::unique_ptr<Store> store;  // closed before the directory goes

  /// Closes the store, and brings it to its place. Errors: IoError.
  Status Publish();
};
/// Errors: InvalidArgument, IoError.
Result<NewStore> MakeStore(const std::string& directory);
Result<NewStore> MakeStore(std::shared_ptr<StagedDirectory> directory);
/// For the place of a new ledger.
Result<std::shared_ptr<StagedDirectory>> StageLedger(const std::string& directory);

class StoreImporter : public LedgerImporter {
 public:
  explicit StoreImporter(NewStore made) : made_(std::move(made)) { replay_.emplace(*made_.store); }

  Status Begin(std::string_view genesis);
  Status Add(Lsn lsn, std::string_view payload) override;
  [[nodiscard]] Lsn last() const override { return last_; }
  Result<bool> Finish(const StageProgress& progress) override;

  // The two steps of Finish.

  /// All but to bring it to its place.
  Result<bool> Complete(const StageProgress& progress);
  Status Publish() { return made_.Publish(); }
  /// REQUIRES: it is not published.
  [[nodiscard]] const Store& store() const { return *made_.store; }

 private:
  NewStore made_;
  std::optional<LogReplay> replay_;  // nullopt: nothing more can be added
  Lsn last_ = 0;
  bool finished_ = false;
  Status broken_;  // not ok: nothing can be added any more
};

/// Folds the new ledger and brings it to rest on disk. False: `progress` stopped the folding.
Result<bool> FoldAndSettle(Store& store, const StageProgress& progress);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_IMPORTER_H_
