#include "bench/scratch.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace grantledger::bench {

namespace fs = std::filesystem;

Scratch::Scratch(const std::string& parent) {
  const fs::path where = parent.empty() ? fs::temp_directory_path() : fs::path(parent);
  path_ = (where / "grantledger-bench-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) {
    throw std::runtime_error("no scratch directory can be made in " + where.string());
  }
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Scratch::NewPath() { return path_ + "/" + std::to_string(++given_); }

std::uint64_t BytesIn(const std::string& directory) {
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

}  // namespace grantledger::bench
