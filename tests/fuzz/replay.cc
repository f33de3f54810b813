// Runs targets without libFuzzer.
//
//   fuzz_replay CORPUS [TARGET] [--seed N]   each input of the corpus, and then mutated ones, with
//   a
//                                            seed that it prints; drawn, if left out
//   fuzz_replay --input FILE TARGET          one input
//
// Where a target ends the program, the input is in fuzz-TARGET.input.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/mutator.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr int kExitUsage = 2;

struct Arguments {
  std::vector<std::string> words = {};
  std::optional<std::uint64_t> seed = {};
  bool one_input = false;
};

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "fuzz_replay: cannot read %s\n", path.c_str());
    std::exit(kExitUsage);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

/// In the order of their names.
std::vector<std::string> ReadCorpus(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(directory, missing)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<std::string> corpus;
  for (const fs::path& file : files) corpus.push_back(Contents(file));
  return corpus;
}

/// Keeps each input in a file while the target runs on it: what ends the program can be looked at.
class Runner {
 public:
  explicit Runner(const Target& target)
      : target_(target),
        kept_("fuzz-" + std::string(target.name) + ".input"),
        file_(open(kept_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) {
    Check(file_ >= 0, "the input can be kept in " + kept_);
  }
  ~Runner() {
    close(file_);
    unlink(kept_.c_str());
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void Run(const std::string& input) {
    const bool is_kept =
        pwrite(file_, input.data(), input.size(), 0) == static_cast<ssize_t>(input.size()) &&
        ftruncate(file_, static_cast<off_t>(input.size())) == 0;
    Check(is_kept, "the input is kept in " + kept_);
    target_.run(input);
  }

 private:
  const Target& target_;
  std::string kept_;
  int file_;
};

/// False: there is no corpus.
bool RunAll(const Target& target, const fs::path& corpus, std::uint64_t seed) {
  std::vector<std::string> inputs = ReadCorpus(corpus / target.name);
  std::printf("%s: --seed %llu, %zu inputs, and %d mutated ones\n", target.name,
              static_cast<unsigned long long>(seed), inputs.size(), target.inputs);
  std::fflush(stdout);
  if (inputs.empty()) return false;
  Runner runner(target);
  for (const std::string& input : inputs) runner.Run(input);
  Mutator mutator(seed, std::move(inputs));
  for (int i = 0; i < target.inputs; ++i) runner.Run(mutator.Next());
  return true;
}

std::optional<Arguments> ReadArguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--input") {
      arguments.one_input = true;
    } else if (word == "--seed" && i + 1 < argc) {
      const std::string_view digits = argv[++i];
      const auto read =
          std::from_chars(digits.data(), digits.data() + digits.size(), arguments.seed.emplace());
      if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
    } else {
      arguments.words.emplace_back(word);
    }
  }
  const std::size_t words = arguments.words.size();
  const bool is_right = arguments.one_input ? words == 2 : words == 1 || words == 2;
  if (!is_right) return std::nullopt;
  return arguments;
}

int Main(int argc, char** argv) {
  const auto arguments = ReadArguments(argc, argv);
  if (!arguments) {
    std::fprintf(stderr, "usage: fuzz_replay CORPUS [TARGET] [--seed N] | --input FILE TARGET\n");
    return kExitUsage;
  }
  const std::uint64_t seed = arguments->seed.value_or(std::random_device()());
  bool any = false;
  bool all = true;
  for (const Target& target : kTargets) {
    if (arguments->words.size() == 2 && arguments->words[1] != target.name) continue;
    any = true;
    if (arguments->one_input) {
      target.run(Contents(arguments->words[0]));
    } else {
      all = RunAll(target, arguments->words[0], seed) && all;
    }
  }
  if (!any) std::fprintf(stderr, "fuzz_replay: there is no such target\n");
  return any && all ? 0 : 1;
}

}  // namespace
}  // namespace grantledger::fuzz

int main(int argc, char** argv) { return grantledger::fuzz::Main(argc, argv); }
