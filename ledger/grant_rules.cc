#include "ledger/grant_rules.h"

#include <algorithm>

#include "ledger/errors.h"

namespace grantledger {
namespace {

std::string NamesOf(const GrantOperations& operations) {
  std::string names;
  for (const GrantOperation operation : operations) {
    names.append(names.empty() ? "" : ", ").append(Name(operation));
  }
  return names.empty() ? "none" : names;
}

}  // namespace

bool Allows(const GrantOperations& operations, GrantOperation operation) {
  return std::ranges::find(operations, operation) != operations.end();
}

Status CheckSubset(const GrantOperations& operations, const GrantOperations& allowed) {
  for (const GrantOperation operation : operations) {
    if (!Allows(allowed, operation)) {
      return Invalid("AllowedOperations", NamesOf(operations), "a subset of " + NamesOf(allowed));
    }
  }
  return {};
}

Status CheckAvailable(const View& view, const fb::LicenseT& license, std::string_view arn) {
  const auto status = static_cast<LicenseStatus>(MomentAt(license, view.lsn())->status);
  if (status == LicenseStatus::kAvailable) return {};
  return Refuse(Code::kInvalidState, "the status of " + std::string(arn), Name(status),
                "AVAILABLE");
}

}  // namespace grantledger
