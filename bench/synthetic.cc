#include "bench/synthetic.h"

#include <array>
#include <random>
#include <string_view>
#include <unordered_set>

namespace grantledger::bench {
namespace {

constexpr std::array<std::string_view, 16> kTeams = {
    "payments", "search", "identity", "billing",  "catalog", "shipping", "risk",  "data",
    "mobile",   "media",  "support",  "platform", "pricing", "fraud",    "legal", "research"};
constexpr std::array<std::string_view, 16> kParts = {
    "ledger", "gateway", "ingest", "reports", "api",    "batch",   "cache",  "events",
    "tools",  "sandbox", "shared", "backup",  "models", "network", "portal", "queue"};
constexpr std::array<std::string_view, 4> kStages = {"prod", "staging", "test", "dev"};
constexpr std::array<std::string_view, 4> kRegions = {"us", "eu", "ap", "sa"};

template <std::size_t kSize>
std::string_view Pick(const std::array<std::string_view, kSize>& words, std::uint64_t* bits) {
  const std::string_view word = words[*bits % kSize];
  *bits /= kSize;
  return word;
}

constexpr std::uint64_t kSmallest = 100'000'000'000;  // of 12 digits
constexpr std::uint64_t kNumbers = 900'000'000'000;

/// Maps the numbers of 40 bits onto each other: each step can be undone.
std::uint64_t Scramble(std::uint64_t number) {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << 40) - 1;
  constexpr std::array<std::uint64_t, 3> kOdd = {0x9e3779b97f, 0xbf58476d1d, 0x94d049bb13};
  for (const std::uint64_t odd : kOdd) {
    number = (number * odd + odd) & kMask;
    number ^= number >> 19;
  }
  return number;
}

}  // namespace

AccountId AccountAt(std::uint64_t ordinal) {
  // 2^40 is more than there are; what falls outside is scrambled again until it is inside.
  std::uint64_t number = Scramble(ordinal);
  while (number >= kNumbers) number = Scramble(number);
  return AccountId(kSmallest + number);
}

std::vector<AccountId> DrawAccounts(std::size_t count) {
  std::mt19937_64 random(20260102);
  std::uniform_int_distribution<std::uint64_t> digits(kSmallest, AccountId::kMax);
  std::unordered_set<std::uint64_t> drawn;
  std::vector<AccountId> accounts;
  drawn.reserve(count);
  accounts.reserve(count);
  while (accounts.size() < count) {
    const std::uint64_t number = digits(random);
    if (drawn.insert(number).second) accounts.emplace_back(number);
  }
  return accounts;
}

Label LabelOf(std::size_t ordinal) {
  std::uint64_t bits = std::minstd_rand(static_cast<std::uint32_t>(ordinal) + 1)();
  Label label;
  label.name.append(Pick(kTeams, &bits)).append("-").append(Pick(kParts, &bits));
  label.name.append("-").append(Pick(kStages, &bits)).append("-").append(Pick(kRegions, &bits));
  label.name.append("-").append(std::to_string(ordinal));
  label.email = "aws+" + label.name + "@acme.example";
  return label;
}

LicenseTerms SyntheticTerms() {
  LicenseTerms terms;
  terms.license_name = "bench";
  terms.product_name = "bench";
  terms.issuer.name = kIssuerName;
  terms.home_region = "us-east-1";
  terms.validity.begin = *ParseTime("2020-01-01T00:00:00Z");
  terms.entitlements.push_back({.name = "seats",
                                .value = {},
                                .max_count = 10,
                                .overage = false,
                                .unit = "Count",
                                .allow_check_in = false});
  return terms;
}

}  // namespace grantledger::bench
