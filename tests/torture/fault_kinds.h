// The kinds of calls that the campaign `faults` makes fail, and the errors that they end with.
#ifndef GRANTLEDGER_TESTS_TORTURE_FAULT_KINDS_H_
#define GRANTLEDGER_TESTS_TORTURE_FAULT_KINDS_H_

#include <optional>
#include <string>
#include <vector>

#include "tests/torture/fault_control.h"

namespace grantledger::torture {

struct FaultKindShape {
  FaultKind kind;
  const char* name;
  std::vector<int> errors;
  /// These calls are many and alike: they fail once for each path that they come from
  /// (FaultPlan::path), not each.
  bool by_path = false;
};

/// All of them. EINTR alone never comes for ever.
const std::vector<FaultKindShape>& FaultKinds();

/// The name of a kind, and back; "create", "write", ….
std::string KindName(FaultKind kind);
std::optional<FaultKind> KindNamed(const std::string& name);
/// "ENOSPC", and back; 0: it is none.
std::string ErrorName(int error);
int ErrorNamed(const std::string& name);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FAULT_KINDS_H_
