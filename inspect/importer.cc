#include "inspect/importer.h"

#include "inspect/opened.h"
#include "ledger/errors.h"
#include "ledger/opening.h"

namespace grantledger {

Result<std::shared_ptr<StagedDirectory>> StageLedger(const std::string& directory) {
  GL_ASSIGN_OR_RETURN(auto staged,
                      StagedDirectory::For("the directory of the new ledger", directory));
  return std::shared_ptr<StagedDirectory>(std::move(staged));
}

Result<NewStore> MakeStore(const std::string& directory) {
  GL_ASSIGN_OR_RETURN(auto staged, StageLedger(directory));
  return MakeStore(std::move(staged));
}

Result<NewStore> MakeStore(std::shared_ptr<StagedDirectory> directory) {
  NewStore made;
  made.directory = std::move(directory);
  Options options;
  options.durability = Durability::kBuffered;
  options.cache_bytes = kScanCacheBytes;
  GL_ASSIGN_OR_RETURN(made.store, Store::Open(made.directory->path(), options, nullptr));
  return made;
}

Status NewStore::Publish() {
  GL_RETURN_IF_ERROR(store->Close());
  store.reset();
  return directory->Publish();
}

Result<std::unique_ptr<LedgerImporter>> LedgerImporter::Open(const std::string& directory,
                                                             std::string_view genesis) {
  GL_ASSIGN_OR_RETURN(NewStore made, MakeStore(directory));
  auto importer = std::make_unique<StoreImporter>(std::move(made));
  GL_RETURN_IF_ERROR(importer->Begin(genesis));
  return std::unique_ptr<LedgerImporter>(std::move(importer));
}

Status StoreImporter::Begin(std::string_view genesis) {
  Status begun = replay_->Begin(genesis);
  if (begun.code() != Code::kCorruption) return begun;
  return {Code::kInvalidArgument, begun.message()};
}

Status StoreImporter::Add(Lsn lsn, std::string_view payload) {
  if (finished_) {
    return Invalid("the import", "finished", "one that goes on, to add LSN " + std::to_string(lsn));
  }
  if (!broken_.ok()) return broken_;
  Status added = replay_->Add(lsn, payload);
  if (added.ok()) last_ = lsn;
  const bool breaks =
      !added.ok() && added.code() != Code::kCorruption && added.code() != Code::kInvalidArgument;
  if (breaks) broken_ = added;
  return added;
}

Result<bool> StoreImporter::Complete(const StageProgress& progress) {
  if (!broken_.ok()) return broken_;
  // Until it is known better (Finish), which is never where something throws.
  broken_ = {Code::kIoError, "the import was stopped while it was finished, expected another one"};
  Status committed = replay_->Commit();
  replay_.reset();
  Result<bool> folded =
      committed.ok() ? FoldAndSettle(*made_.store, progress) : Result<bool>(committed);
  if (!folded.has_value()) broken_ = folded.error();
  return folded;
}

Result<bool> StoreImporter::Finish(const StageProgress& progress) {
  if (finished_) return true;
  auto folded = Complete(progress);
  if (!folded.has_value()) return folded;
  broken_ = Publish();
  if (!broken_.ok()) return broken_;
  finished_ = true;
  return folded;
}

Result<bool> FoldAndSettle(Store& store, const StageProgress& progress) {
  const auto between = [&](std::uint64_t done, std::uint64_t all) {
    return !progress || progress("folding", done, all);
  };
  GL_ASSIGN_OR_RETURN(const bool folded, FoldAll(store, kScanLimits, KeepEverything(), between));
  GL_RETURN_IF_ERROR(store.Settle());
  // From here on it is a ledger, whoever opens it.
  GL_ASSIGN_OR_RETURN(const auto end, ReadLogEnd(store));
  if (end) GL_RETURN_IF_ERROR(store.ClaimCommitted(*end));
  return folded;
}

}  // namespace grantledger
