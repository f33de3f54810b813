// Workload: writes of which everything is known in advance, for trials that end in the middle.
//
// It is done once in quiet, on a ledger and on the naive model of docs/SEMANTICS.md, which must
// agree. Ids follow from the ledger's id key and from LSNs, so whoever does the same writes on a
// copy of the same empty ledger gets the same answers, and what a ledger holds after a fault can be
// compared with the model as of its last record.
#ifndef GRANTLEDGER_TESTS_TORTURE_WORKLOAD_H_
#define GRANTLEDGER_TESTS_TORTURE_WORKLOAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <grantledger/ledger.h>

#include "tests/model/model.h"
#include "tests/model/random.h"

namespace grantledger::torture {

/// The options that trials open ledgers with, but for durability: nothing depends on the clock.
Options TrialOptions();

/// The same, and durability, compaction and retention at random: background compaction with a
/// chance of so many of a hundred, and retention beside it only where that is asked for.
Options DrawTrialOptions(model::Random& random, std::size_t compaction_chance,
                         bool retention_beside_compaction);

class Workload {
 public:
  /// One write that succeeds, and what it does.
  struct Step {
    model::Json request;
    model::Json answer;
  };

  /// `directory`: where its files are kept: a directory of its own. The ledger that it begins with
  /// may be there already, as `directory`/empty. Throws where engine and model differ.
  Workload(std::uint64_t seed, std::size_t writes, const std::string& directory);

  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  /// Every one makes one record: step i is record i + 1.
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  /// As of an LSN, up to steps().size().
  [[nodiscard]] const model::Model& At(Lsn lsn) const { return models_[lsn]; }
  /// Copies the empty ledger to `directory`, which is not there yet.
  void CopyEmpty(const std::string& directory) const;

 private:
  std::string empty_;
  std::vector<Step> steps_;
  std::vector<model::Model> models_;
};

/// Reads that were answered by an error of the ledger's files (Corruption, IoError).
struct ReadErrors {
  std::uint64_t reads = 0;
  std::string first = {};  ///< The message.
};

/// Reads of every kind, as of the last record and as of earlier ones from the horizon on. What
/// differs first from what the model says; nullopt: nothing. REQUIRES: the ledger holds the records
/// of the workload up to its last one.
///
/// `errors`: of a ledger whose files may be damaged: such an error is no wrong answer, and is
/// counted. Null: it is one.
std::optional<std::string> FindWrongAnswer(Ledger& ledger, const Workload& workload,
                                           model::Random random, std::size_t reads,
                                           ReadErrors* errors = nullptr);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_WORKLOAD_H_
