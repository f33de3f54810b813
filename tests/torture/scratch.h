// Scratch: a directory for the files of a run.
#ifndef GRANTLEDGER_TESTS_TORTURE_SCRATCH_H_
#define GRANTLEDGER_TESTS_TORTURE_SCRATCH_H_

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace grantledger::torture {

/// A directory of its own under another, removed in the end.
class Scratch {
 public:
  explicit Scratch(const std::string& parent) : path_(parent + "/grantledger-torture-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("can't make " + path_);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_SCRATCH_H_
