#include "ledger/file_names.h"

#include <algorithm>
#include <array>

namespace grantledger {
namespace {

constexpr std::string_view kManifestBeginning = "MANIFEST-";
constexpr std::string_view kWalEnding = ".log";
constexpr std::string_view kTableEnding = ".sst";
constexpr std::string_view kTemporaryEnding = ".dbtmp";

std::string Digits(std::uint64_t number) {
  constexpr std::size_t kLeast = 6;
  std::string digits = std::to_string(number);
  if (digits.size() < kLeast) digits.insert(0, kLeast - digits.size(), '0');
  return digits;
}

/// Of the name without its beginning and its ending, if that is how RocksDB names one.
std::optional<std::uint64_t> NumberIn(std::string_view digits) {
  const auto number = FileNumber(digits);
  return number && *number != 0 && digits == Digits(*number) ? number : std::nullopt;
}

std::optional<std::uint64_t> NumberBefore(std::string_view ending, std::string_view name) {
  if (!name.ends_with(ending)) return std::nullopt;
  return NumberIn(name.substr(0, name.size() - ending.size()));
}

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<std::uint64_t> FileNumber(std::string_view digits) {
  constexpr std::size_t kMostDigits = 19;
  constexpr std::uint64_t kEnd = std::uint64_t{1} << 61;  // RocksDB asserts that none has 62 bits
  if (!IsDigits(digits) || digits.size() > kMostDigits) return std::nullopt;
  const std::uint64_t number = std::stoull(std::string(digits));
  return number < kEnd ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> WalNumber(std::string_view name) {
  return NumberBefore(kWalEnding, name);
}

std::optional<std::uint64_t> TableNumber(std::string_view name) {
  return NumberBefore(kTableEnding, name);
}

std::optional<std::uint64_t> ManifestNumber(std::string_view name) {
  if (!name.starts_with(kManifestBeginning)) return std::nullopt;
  return NumberIn(name.substr(kManifestBeginning.size()));
}

std::string WalName(std::uint64_t number) { return Digits(number).append(kWalEnding); }

std::string ManifestName(std::uint64_t number) {
  return std::string(kManifestBeginning) + Digits(number);
}

std::optional<std::uint64_t> TemporaryNumber(std::string_view name) {
  return NumberBefore(kTemporaryEnding, name);
}

bool IsMisnamed(std::string_view name) {
  if (WalNumber(name) || TableNumber(name) || ManifestNumber(name) || TemporaryNumber(name)) {
    return false;
  }
  // What RocksDB's files begin and end with, also those that no ledger has.
  constexpr std::array<std::string_view, 3> kBeginnings = {kManifestBeginning, "OPTIONS-",
                                                           "METADB-"};
  constexpr std::array<std::string_view, 5> kEndings = {kWalEnding, kTableEnding, kTemporaryEnding,
                                                        ".ldb", ".blob"};
  for (const std::string_view beginning : kBeginnings) {
    if (!name.starts_with(beginning)) continue;
    std::string_view digits = name.substr(beginning.size());
    if (digits.ends_with(kTemporaryEnding)) digits.remove_suffix(kTemporaryEnding.size());
    if (IsDigits(digits)) return true;
  }
  return std::ranges::any_of(kEndings, [name](std::string_view ending) {
    return name.ends_with(ending) && IsDigits(name.substr(0, name.size() - ending.size()));
  });
}

}  // namespace grantledger
