#include "chooser.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "operations.h"

namespace grantledger::model {

namespace {

constexpr std::size_t kAccounts = 52;
constexpr std::size_t kBusyAccounts = 8;
constexpr Millis kFirstTime = 20455 * kDay;  // 2026-01-02

}  // namespace

Profile::Profile(std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = 0; i < kAccounts; ++i) {
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "%012llu",
                  static_cast<unsigned long long>(i * 19000000007ULL + 17));
    accounts.emplace_back(digits.data());
  }
  organizations = 2 + random.Below(2);
  licenses = 4 + random.Below(5);
  max_grants_per_license = random.Percent(30) ? 4 + random.Below(12) : 2000;
}

Json Chooser::Choose(const std::vector<Weighted>& choices) {
  std::size_t total = 0;
  for (const Weighted& choice : choices) total += choice.weight;
  std::size_t drawn = random_.Below(total);
  for (const Weighted& choice : choices) {
    if (drawn < choice.weight) return choice.make();
    drawn -= choice.weight;
  }
  return nullptr;
}

Json Chooser::Request(const std::string& operation, const std::string& caller, Json input) {
  return {{"Operation", operation},
          {"Caller", caller},
          {"Time", FormatIsoTime(NextTime())},
          {"Input", std::move(input)}};
}

Millis Chooser::NextTime() {
  const Millis last = std::max(state_.LastTime(), kFirstTime);
  const std::size_t drawn = random_.Below(1000);
  if (drawn < 200) return last;
  const auto some = static_cast<Millis>(random_.Below(60)) + 1;
  if (drawn < 350) return last + some;
  if (drawn < 930) return last + some * kSecond;
  if (drawn < 980) return last + some * kHour / 10;
  if (drawn < 997) return last + kDay + some * kHour / 10;
  return last + 16 * kDay;
}

std::string Chooser::AnyAccount() { return random_.Pick(profile_.accounts); }

std::string Chooser::AnyMember(const Organization& organization) {
  const Strings members = AccountsOf(state_, organization.id);
  if (random_.Percent(50)) return members[random_.Below(std::min(members.size(), kBusyAccounts))];
  return random_.Pick(members);
}

const Organization* Chooser::AnyOrganization() {
  if (state_.organizations.empty()) return nullptr;
  // The first is the busiest.
  return random_.Percent(50) ? state_.organizations.data() : &random_.Pick(state_.organizations);
}

std::string Chooser::Administrator(const Organization& organization) {
  const bool is_delegated = !organization.delegated.empty() && random_.Percent(40);
  return is_delegated ? organization.delegated : organization.management;
}

std::string Chooser::AnyPlace(const Organization& organization) {
  Strings places = {organization.root};
  for (const Unit& unit : state_.units) {
    if (!unit.deleted && unit.organization == organization.id) places.push_back(unit.id);
  }
  return random_.Pick(places);
}

const License* Chooser::AnyLicense() {
  return state_.licenses.empty() ? nullptr : &random_.Pick(state_.licenses);
}

const Grant* Chooser::AnyGrant() {
  return AnyGrantThat([](const Grant&) { return true; });
}

const Grant* Chooser::AnyGrantThat(const Test& passes) {
  std::vector<const Grant*> passed;
  for (const Grant& grant : state_.grants) {
    if (passes(grant)) passed.push_back(&grant);
  }
  return passed.empty() ? nullptr : random_.Pick(passed);
}

std::string Chooser::SomeoneConcerned(const Grant& grant) {
  const std::size_t drawn = random_.Below(100);
  if (drawn < 35 && !grant.grantee.empty()) return grant.grantee;
  if (drawn < 75) return grant.grantor;
  const Grant* distribution =
      grant.kind == GrantKind::kMember ? state_.FindGrant(grant.parent) : &grant;
  const Organization* organization = grant.kind == GrantKind::kDirect
                                         ? state_.OrganizationOf(grant.grantee)
                                         : state_.FindOrganization(distribution->organization);
  return organization == nullptr ? grant.grantor : Administrator(*organization);
}

std::string Chooser::Unknown(std::string arn) {
  char& digit = arn.back();
  digit = digit == '0' ? '1' : '0';
  return arn;
}

}  // namespace grantledger::model
