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

}  // namespace

std::vector<AccountId> DrawAccounts(std::size_t count) {
  std::mt19937_64 random(20260102);
  std::uniform_int_distribution<std::uint64_t> digits(100'000'000'000, 999'999'999'999);
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

}  // namespace grantledger::bench
