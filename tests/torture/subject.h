// Subject: the ledger that a campaign works on, in a directory of its own, with a clock of its own.
#ifndef GRANTLEDGER_TESTS_TORTURE_SUBJECT_H_
#define GRANTLEDGER_TESTS_TORTURE_SUBJECT_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grantledger/ledger.h>

#include "observed.h"

namespace grantledger::torture {

/// A directory that goes when it is destroyed.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  /// It stays.
  void Keep() { keeps_ = true; }

 private:
  std::string path_;
  bool keeps_ = false;
};

/// Calls may be made by any number of threads; opening and closing by one, with no call under way.
/// What must not fail throws std::runtime_error.
class Subject {
 public:
  /// The first one opens it. Its clock takes the place of the options'.
  explicit Subject(const Options& options);

  void Open();
  void Close() { ledger_.reset(); }
  [[nodiscard]] Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const std::string& directory() const { return directory_.path(); }
  [[nodiscard]] Options& options() { return options_; }
  void KeepDirectory() { directory_.Keep(); }

  [[nodiscard]] Sight Look() const;
  [[nodiscard]] Millis now() const { return now_; }
  void Tick(Millis by) { now_ += by; }

  /// The call with what was seen before and after it.
  Observed Call(const Json& request);
  /// Writes in one commit, as far as they come together.
  std::vector<Observed> CallAll(const std::vector<Json>& writes);
  std::string MemberGrantArn(const std::string& distribution, const std::string& account);

  /// What a deep verification finds wrong; empty: nothing. The ledger may be open.
  [[nodiscard]] std::string Verify() const;

 private:
  ScratchDirectory directory_;
  Options options_;
  std::atomic<Millis> now_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_SUBJECT_H_
