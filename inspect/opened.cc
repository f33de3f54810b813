#include "inspect/opened.h"

#include "ledger/directory.h"
#include "ledger/macros.h"

namespace grantledger {

Result<OpenedStore> OpenAsItIs(const std::string& directory) {
  GL_RETURN_IF_ERROR(CheckPermission(directory, /*writes=*/false));
  Options options;
  options.cache_bytes = kScanCacheBytes;
  options.read_only = true;
  options.create_if_missing = false;
  auto strict = Store::Open(directory, options, nullptr);
  if (strict) return OpenedStore{*std::move(strict), {}};
  if (strict.error().code() == Code::kInvalidArgument) return strict.error();
  auto tolerant = Store::OpenTolerant(directory, options);
  if (!tolerant) return strict.error();
  return OpenedStore{*std::move(tolerant), strict.error()};
}

}  // namespace grantledger
