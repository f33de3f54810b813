// Fuzz targets: what reads bytes that come from elsewhere, each a function of its input alone. A
// target ends the program where a promise is broken; the sanitizers do so where memory is.
#ifndef GRANTLEDGER_TESTS_FUZZ_TARGETS_H_
#define GRANTLEDGER_TESTS_FUZZ_TARGETS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace grantledger::fuzz {

void FuzzKeys(std::string_view input);      ///< Keys of every family: reading, writing, order.
void FuzzFrames(std::string_view input);    ///< Frames of records and rows.
void FuzzRecords(std::string_view input);   ///< Payloads of records and rows.
void FuzzTokens(std::string_view input);    ///< Page tokens, watch positions, and cursors.
void FuzzRequests(std::string_view input);  ///< JSON Lines, as ledger-apply gets them.
void FuzzImports(std::string_view input);   ///< Records of another ledger.
void FuzzWals(std::string_view input);      ///< Write-ahead logs.

struct Target {
  const char* name;  ///< As the folder of its corpus.
  void (*run)(std::string_view input);
  int inputs;  ///< How many mutated ones its short form looks at: some seconds.
};
inline constexpr Target kTargets[] = {
    {"keys", FuzzKeys, 20'000},  {"frames", FuzzFrames, 20'000}, {"records", FuzzRecords, 10'000},
    {"tokens", FuzzTokens, 500}, {"requests", FuzzRequests, 60}, {"imports", FuzzImports, 30},
    {"wals", FuzzWals, 300},
};

/// Ends the program, naming what was broken, unless `holds`.
void Check(bool holds, std::string_view promise);

/// Takes parts off the front of an input; what is not there is 0 or empty.
class InputReader {
 public:
  explicit InputReader(std::string_view input) : rest_(input) {}

  std::uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  /// Big-endian.
  std::uint64_t Number(int bytes) {
    std::uint64_t number = 0;
    for (int i = 0; i < bytes; ++i) number = number << 8 | Byte();
    return number;
  }
  /// Two bytes of length, and as many bytes as that says, or are there.
  std::string_view Block() {
    const auto length = static_cast<std::size_t>(Number(2));
    const std::string_view block = rest_.substr(0, length);
    rest_.remove_prefix(block.size());
    return block;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// What InputReader::Block reads.
std::string BlockOf(std::string_view bytes);

}  // namespace grantledger::fuzz

#endif  // GRANTLEDGER_TESTS_FUZZ_TARGETS_H_
