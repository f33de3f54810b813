#include "inspect/opened.h"

#include "ledger/directory.h"
#include "ledger/machine_files.h"
#include "ledger/macros.h"
#include "ledger/opening.h"

namespace grantledger {

Result<OpenedStore> OpenAsItIs(const std::string& directory) {
  GL_RETURN_IF_ERROR(CheckPermission(directory, /*writes=*/false));
  Options options;
  options.cache_bytes = kScanCacheBytes;
  options.read_only = true;
  options.create_if_missing = false;
  auto strict = Store::Open(directory, options, nullptr);
  if (strict) {
    Status end = CheckEnd(directory, **strict, *(*strict)->found());
    return OpenedStore{*std::move(strict), end, end};
  }
  if (strict.error().code() == Code::kInvalidArgument) return strict.error();
  auto tolerant = Store::OpenTolerant(directory, options);
  if (!tolerant) return strict.error();
  const auto claim = ReadAnchor(directory, MachineEnv());
  Status end;
  if (claim && *claim) end = CheckEnd(directory, **tolerant, **claim);
  return OpenedStore{*std::move(tolerant), strict.error(), std::move(end)};
}

}  // namespace grantledger
