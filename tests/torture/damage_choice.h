// Damage: what the campaign `damage` does to one file.
#ifndef GRANTLEDGER_TESTS_TORTURE_DAMAGE_CHOICE_H_
#define GRANTLEDGER_TESTS_TORTURE_DAMAGE_CHOICE_H_

#include <string>
#include <vector>

#include "tests/model/random.h"
#include "tests/torture/damage_templates.h"

namespace grantledger::torture {

struct Damage {
  std::string kind;  ///< Of the file: "MANIFEST", "log", "sst", …
  std::string what;  ///< "MANIFEST-000012: bit 3 of byte 1,234 flipped"
};

/// Damages one file in `directory`, a copy of `of`; where files are exchanged, two. Files are those
/// of `of` as of earlier, and of `others`, which are of the same workload. Something is another
/// than it was when this returns.
Damage DamageSomething(const DamageTemplate& of, const std::vector<DamageTemplate>& others,
                       const std::string& directory, model::Random& random);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_DAMAGE_CHOICE_H_
