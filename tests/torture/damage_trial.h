// What the campaign `damage` asks of a damaged ledger, in a process of its own.
#ifndef GRANTLEDGER_TESTS_TORTURE_DAMAGE_TRIAL_H_
#define GRANTLEDGER_TESTS_TORTURE_DAMAGE_TRIAL_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/torture/damage_templates.h"

namespace grantledger::torture {

struct DamageTrial {
  const Workload& workload;
  const DamageTemplate& of;
  std::string kind;     ///< Of the file that is damaged.
  std::string damaged;  ///< The directory, which is opened to write in the end.
  std::string scratch;  ///< A directory for what is made meanwhile, empty.
  std::uint64_t seed = 0;
};

struct DamageReport {
  std::vector<std::string> outcomes = {};
  std::vector<std::string> failures = {};
};

/// Opens it read-only, verifies it, repairs it, and opens it to write, in this order. `begin` is
/// called with what comes next.
DamageReport AskDamaged(const DamageTrial& trial, const std::function<void(const char*)>& begin);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_DAMAGE_TRIAL_H_
