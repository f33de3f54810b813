// Runs each target over its corpus: fuzz_replay CORPUS [TARGET...]. What once was a crash is none.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

namespace fs = std::filesystem;

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool Replay(const fs::path& corpus, const Target& target) {
  std::vector<fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(corpus / target.name, missing)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);  // the last one told is the one that ends the program
    target.run(Contents(file));
  }
  if (files.empty()) std::fprintf(stderr, "%s has no corpus in %s\n", target.name, corpus.c_str());
  return !files.empty();
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: fuzz_replay CORPUS [TARGET...]\n");
    return 2;
  }
  bool all = true;
  for (const Target& target : kTargets) {
    const auto is_it = [&target](const char* name) {
      return std::string_view(name) == target.name;
    };
    if (argc == 2 || std::any_of(argv + 2, argv + argc, is_it)) all &= Replay(argv[1], target);
  }
  return all ? 0 : 1;
}

}  // namespace
}  // namespace grantledger::fuzz

int main(int argc, char** argv) { return grantledger::fuzz::Main(argc, argv); }
