// A ledger opened read-only as far as it can be.
#ifndef GRANTLEDGER_INSPECT_OPENED_H_
#define GRANTLEDGER_INSPECT_OPENED_H_

#include <memory>
#include <optional>
#include <string>

#include "ledger/anchor.h"
#include "ledger/store.h"

namespace grantledger {

struct OpenedStore {
  std::unique_ptr<Store> store;
  Status health;  ///< Not ok: why it could be opened only in part.
  /// Not ok: it holds less than its anchor claims, and what.
  Status end = {};
};

/// Memory for blocks of ledgers that are read, or written, from beginning to end.
inline constexpr std::size_t kScanCacheBytes = std::size_t{32} << 20;

/// Strictly, or else as far as files are there and prove themselves.
///
/// Errors: InvalidArgument (there is no ledger), and what opening it strictly says where nothing of
/// it can be opened.
Result<OpenedStore> OpenAsItIs(const std::string& directory);

/// What Salvage made in `directory` of the files of a ledger. `claim`: what that claims, if known.
/// Errors: Corruption, IoError.
Result<OpenedStore> OpenSalvaged(const std::string& directory,
                                 const std::optional<AnchorClaim>& claim);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_OPENED_H_
