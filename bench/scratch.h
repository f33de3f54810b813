// Scratch: a directory of our own that is gone at the end, and how much is in a directory.
#ifndef GRANTLEDGER_BENCH_SCRATCH_H_
#define GRANTLEDGER_BENCH_SCRATCH_H_

#include <cstdint>
#include <string>

namespace grantledger::bench {

class Scratch {
 public:
  /// Makes a new directory in `parent` (empty: the system's for temporary files).
  explicit Scratch(const std::string& parent);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// A path in it that was not given out before.
  std::string NewPath();

 private:
  std::string path_;
  int given_ = 0;
};

/// The bytes of all files in a directory.
std::uint64_t BytesIn(const std::string& directory);

/// Takes all files in a directory out of the system's cache, as far as nobody has them mapped.
void ForgetFilesIn(const std::string& directory);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_SCRATCH_H_
