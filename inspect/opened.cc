#include "inspect/opened.h"

#include "ledger/directory.h"
#include "ledger/macros.h"
#include "ledger/opening.h"

namespace grantledger {

namespace {

Options OptionsToScan() {
  Options options;
  options.cache_bytes = kScanCacheBytes;
  options.read_only = true;
  options.create_if_missing = false;
  return options;
}

}  // namespace

Result<OpenedStore> OpenAsItIs(const std::string& directory) {
  GL_RETURN_IF_ERROR(CheckPermission(directory, /*writes=*/false));
  const Options options = OptionsToScan();
  auto strict = Store::Open(directory, options, nullptr);
  if (strict) {
    Status end = CheckEnd(directory, **strict, *(*strict)->found());
    return OpenedStore{*std::move(strict), end, end};
  }
  if (strict.error().code() == Code::kInvalidArgument) return strict.error();
  auto tolerant = Store::OpenTolerant(directory, options);
  if (!tolerant) return strict.error();
  Status end;
  if (const AnchorClaim* claim = (*tolerant)->found())
    end = CheckEnd(directory, **tolerant, *claim);
  return OpenedStore{*std::move(tolerant), strict.error(), std::move(end)};
}

Result<OpenedStore> OpenSalvaged(const std::string& directory,
                                 const std::optional<AnchorClaim>& claim) {
  GL_ASSIGN_OR_RETURN(auto store, Store::OpenTolerant(directory, OptionsToScan()));
  Status end = claim ? CheckEnd(directory, *store, *claim) : Status();
  return OpenedStore{std::move(store), {}, std::move(end)};
}

}  // namespace grantledger
