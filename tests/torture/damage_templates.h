// The ledgers that the campaign `damage` makes once, and damages copies of.
#ifndef GRANTLEDGER_TESTS_TORTURE_DAMAGE_TEMPLATES_H_
#define GRANTLEDGER_TESTS_TORTURE_DAMAGE_TEMPLATES_H_

#include <string>
#include <vector>

#include "tests/torture/workload.h"

namespace grantledger::torture {

/// A ledger that nobody has open, whole, and of which everything is known.
struct DamageTemplate {
  std::string name;       ///< "killed, synced"
  std::string directory;  ///< Its files.
  /// The same ledger as its files were before, the oldest first.
  std::vector<std::string> earlier = {};
  Options options = {};  ///< That it was written with.
  Lsn last = 0;          ///< The last record of the workload that it holds.
  /// Whether its anchor claims all of it: then it may never answer with less. Else its process
  /// ended before it synced what it wrote.
  bool is_claimed = true;
};

/// They have little in common but the workload. `directory` is a new one. Throws where one can't be
/// made.
std::vector<DamageTemplate> MakeTemplates(const Workload& workload, const std::string& directory);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_DAMAGE_TEMPLATES_H_
