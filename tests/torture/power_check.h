// What a ledger must be after power loss, by what was promised before it and by the model.
#ifndef GRANTLEDGER_TESTS_TORTURE_POWER_CHECK_H_
#define GRANTLEDGER_TESTS_TORTURE_POWER_CHECK_H_

#include <optional>
#include <string>

#include <grantledger/ledger.h>

#include "tests/model/random.h"
#include "tests/torture/campaign.h"
#include "tests/torture/power_run.h"
#include "tests/torture/workload.h"

namespace grantledger::torture {

/// The identity of the ledger in `directory`. Throws where it can't be read.
std::string IdentityOf(const std::string& directory);

class PowerCheck {
 public:
  /// `scratch`: a directory of its own, which is there. What is seen is counted in `tally`.
  PowerCheck(const Workload& workload, std::string identity, std::string scratch, Tally& tally)
      : workload_(workload),
        identity_(std::move(identity)),
        scratch_(std::move(scratch)),
        tally_(tally) {}

  /// Opens the ledger in `directory` on the machine's own file system: it opens, holds what was
  /// promised and answers as the model does, goes on, verifies, and opens again. What is wrong
  /// first; nullopt: nothing.
  std::optional<std::string> Run(const std::string& directory, const Options& options,
                                 const Promise& promise, model::Random random);

 private:
  struct Failed {
    std::string what;
  };
  void LookBefore(const std::string& directory, Options options, const Promise& promise,
                  model::Random& random);
  void CheckEnd(Ledger& ledger, const Promise& promise);
  void Read(Ledger& ledger, model::Random& random, std::size_t reads);
  void GoOn(Ledger& ledger, model::Random& random);
  void Verify(const std::string& directory, bool deep, bool may_be_torn);
  void Count(Lsn last, const Promise& promise);
  [[noreturn]] void Fail(const std::string& kind, const std::string& what);

  const Workload& workload_;
  std::string identity_;
  std::string scratch_;
  Tally& tally_;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_POWER_CHECK_H_
