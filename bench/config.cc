#include "bench/config.h"

#include <charconv>
#include <stdexcept>

namespace grantledger::bench {
namespace {

constexpr Sizes kQuick{.large = 100'000,
                       .activation = 10'000,
                       .small = 1'000,
                       .repetitions = 3,
                       .join_repetitions = 2,
                       .seconds = 0.1};

int Percent(std::string_view flag, std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && value >= 0 && value <= 100) return value;
  throw std::runtime_error(std::string(flag) + " is '" + std::string(text) +
                           "', expected a whole number from 0 to 100");
}

/// The value of a flag that is written `--flag value` or `--flag=value`.
class FlagReader {
 public:
  explicit FlagReader(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  [[nodiscard]] bool AtEnd() const { return at_ == arguments_.size(); }
  [[nodiscard]] const std::string& current() const { return arguments_[at_]; }
  void Next() { ++at_; }

  /// Whether the current argument is `flag`; then its value is read too.
  bool Take(std::string_view flag, std::string* value) {
    const std::string& argument = current();
    if (!argument.starts_with(flag)) return false;
    if (argument.size() > flag.size()) {
      if (argument[flag.size()] != '=') return false;
      *value = argument.substr(flag.size() + 1);
    } else {
      Next();
      if (AtEnd()) throw std::runtime_error(std::string(flag) + " lacks its value");
      *value = current();
    }
    return true;
  }

 private:
  const std::vector<std::string>& arguments_;
  std::size_t at_ = 0;
};

}  // namespace

Config ReadFlags(const std::vector<std::string>& arguments) {
  Config config;
  std::string value;
  for (FlagReader in(arguments); !in.AtEnd(); in.Next()) {
    if (in.current() == "--quick") {
      config.quick = true;
      config.sizes = kQuick;
    } else if (in.current() == "--help" || in.current() == "-h") {
      config.help = true;
    } else if (in.Take("--dir", &value)) {
      config.directory = value;
    } else if (in.Take("--markdown", &value)) {
      config.markdown = value;
    } else if (in.Take("--moved", &value)) {
      config.moved_percent = Percent("--moved", value);
    } else {
      config.rest.push_back(in.current());
    }
  }
  return config;
}

std::string_view Usage() {
  return R"(usage: grantledger-bench [--quick] [--dir DIR] [--markdown FILE] [--moved PERCENT] [FLAG...]

Measures grantledger side by side with what it is built on, and prints how the goals are met.

  --quick          smaller sizes and fewer repetitions: a few minutes at most; goals are for full size
  --dir DIR        where the scratch directory is made, and removed at the end (default: the
                   system's directory for temporary files); decides which disk is measured
  --markdown FILE  also writes the summary to FILE, as Markdown
  --moved PERCENT  accounts that were moved from the root into an organizational unit (default 0)
  --help           print this

Other flags are Google Benchmark's, such as --benchmark_filter=REGEX and --benchmark_out=FILE.
)";
}

}  // namespace grantledger::bench
