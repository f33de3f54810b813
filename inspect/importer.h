// The LedgerImporter over a store of its own.
#ifndef GRANTLEDGER_INSPECT_IMPORTER_H_
#define GRANTLEDGER_INSPECT_IMPORTER_H_

#include <memory>
#include <string>

#include <grantledger/verify.h>

#include "inspect/rebuild.h"
#include "ledger/new_directory.h"

namespace grantledger {

/// A new ledger's store, in a directory that is removed again unless it is kept. Fast, and durable
/// once Settle was called.
struct NewStore {
  std::unique_ptr<NewDirectory> directory;
  std::unique_ptr<Store> store;  // closed before the directory goes
};
Result<NewStore> MakeStore(const std::string& directory);

class StoreImporter : public LedgerImporter {
 public:
  explicit StoreImporter(NewStore made) : made_(std::move(made)), replay_(*made_.store) {}

  Status Begin(std::string_view genesis);
  Status Add(Lsn lsn, std::string_view payload) override;
  [[nodiscard]] Lsn last() const override { return replay_.last(); }
  Result<bool> Finish(const StageProgress& progress) override;
  [[nodiscard]] const Store& store() const { return *made_.store; }

 private:
  NewStore made_;
  LogReplay replay_;
  bool finished_ = false;
  Status broken_;  // not ok: nothing can be added any more
};

/// Folds the new ledger and brings it to rest on disk. False: `progress` stopped the folding.
Result<bool> FoldAndSettle(Store& store, const StageProgress& progress);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_IMPORTER_H_
