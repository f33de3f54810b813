// Write-ahead logs: bytes as they are, and fragments that have their checksums.
#include <sstream>

#include "ledger/store_files.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

std::optional<BrokenWal> Read(const std::string& bytes) {
  std::istringstream log(bytes);
  const auto broken = ReadWal(log);
  Check(!broken || broken->whole <= bytes.size(), "what is whole is a part of the log");
  return broken;
}

constexpr std::size_t kBlock = 32768;
constexpr std::size_t kHeader = 7;

/// Bit by bit: the reader has a table.
std::uint32_t Crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
  }
  return ~crc;
}

void AppendFragment(char type, std::string_view payload, std::string* log) {
  const std::string typed = type + std::string(payload);
  const std::uint32_t crc = Crc32c(typed);
  const std::uint32_t rotated = (crc >> 15 | crc << 17) + 0xa282ead8;
  for (int shift = 0; shift < 32; shift += 8) log->push_back(static_cast<char>(rotated >> shift));
  log->push_back(static_cast<char>(payload.size()));
  log->push_back(static_cast<char>(payload.size() >> 8));
  log->append(typed);
}

/// As RocksDB writes it: in fragments, none of which stands across the end of a block.
void AppendToWal(std::string_view write, std::string* log) {
  for (bool begins = true; begins || !write.empty(); begins = false) {
    std::size_t left = kBlock - log->size() % kBlock;
    if (left < kHeader) {
      log->append(left, '\0');
      left = kBlock;
    }
    const std::string_view part = write.substr(0, left - kHeader);
    write.remove_prefix(part.size());
    const bool ends = write.empty();
    AppendFragment(begins ? (ends ? 1 : 2) : (ends ? 4 : 3), part, log);
    if (ends) break;
  }
}

/// A log of whole writes, one for each block of the input.
std::string LogOf(InputReader in) {
  std::string log;
  while (!in.AtEnd()) AppendToWal(in.Block(), &log);
  return log;
}

}  // namespace

void FuzzWals(std::string_view input) {
  InputReader in(input);
  const std::size_t at = in.Number(3);
  Read(std::string(in.rest()));
  std::string log = LogOf(in);
  Check(!Read(log), "whole writes are a whole log");
  if (log.empty()) return;
  const std::string cut = log.substr(0, at % log.size());
  const auto broken = Read(cut);
  Check(!broken || broken->torn, "a log that is cut is torn");
  log[at % log.size()] ^= 1;
  Read(log);
}

}  // namespace grantledger::fuzz
