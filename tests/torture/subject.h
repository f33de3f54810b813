// Subject: the ledger that a campaign works on, in a directory of its own, with a clock of its own.
#ifndef GRANTLEDGER_TESTS_TORTURE_SUBJECT_H_
#define GRANTLEDGER_TESTS_TORTURE_SUBJECT_H_

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grantledger/ledger.h>

#include "observed.h"

namespace grantledger::torture {

/// What a deep verification of the ledger in `directory` finds wrong; empty: nothing. It may be
/// open.
std::string FindDeep(const std::string& directory);

/// Calls may be made by any number of threads; opening and closing by one, with no call under way.
/// What must not fail throws std::runtime_error.
class Subject {
 public:
  /// Opens a new one in `directory`, which is removed before and in the end. Its clock takes the
  /// place of the options'.
  Subject(const Options& options, std::string directory);
  /// Opens what is in `directory`, which stays, or a new one. `now`: of its clock.
  Subject(const Options& options, std::string directory, Millis now);
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  void Open();
  void Close() { ledger_.reset(); }
  [[nodiscard]] Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] Options& options() { return options_; }

  /// Sets the policy: as-of points from `lsn` on are retained.
  void RetainFrom(Lsn lsn);
  /// The latest as-of point that the policy wanted the horizon at, by a time of the clock. Since it
  /// was opened.
  [[nodiscard]] Lsn WantedBy(Millis time) const;

  [[nodiscard]] Sight Look() const;
  [[nodiscard]] Millis now() const { return now_; }
  void Tick(Millis by) { now_ += by; }

  /// The call with what was seen before and after it.
  Observed Call(const Json& request);
  /// Writes in one commit, as far as they come together.
  std::vector<Observed> CallAll(const std::vector<Json>& writes);
  /// Empty: there is no such distribution.
  std::string MemberGrantArn(const std::string& distribution, const std::string& account);

  /// See FindDeep.
  [[nodiscard]] std::string Verify() const { return FindDeep(directory_); }

 private:
  std::string directory_;
  bool keeps_ = false;
  Options options_;
  std::atomic<Millis> now_;
  std::unique_ptr<Ledger> ledger_;
  mutable std::mutex mutex_;      // of wanted_
  std::map<Millis, Lsn> wanted_;  // by when it was first
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_SUBJECT_H_
