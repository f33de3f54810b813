#include "event.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <utility>

namespace grantledger::model {

namespace {

bool Matches(const std::string& id, const IdShape& shape) {
  if (id.rfind(shape.prefix, 0) != 0) return false;
  const std::string digits = id.substr(shape.prefix.size());
  return digits.size() >= shape.min_digits && digits.size() <= shape.max_digits &&
         std::all_of(digits.begin(), digits.end(), [](unsigned char c) {
           return std::isdigit(c) != 0 || std::islower(c) != 0 || c == '-';
         });
}

}  // namespace

Event::Event(State& state, const ModelOptions& options, Call call, const Json& engine_output)
    : state_(state), options_(options), call_(std::move(call)), engine_output_(engine_output) {}

std::string Event::DrawnId(const std::string& pointer, const IdShape& shape) const {
  const Json::json_pointer where(pointer);
  if (engine_output_.is_object() && engine_output_.contains(where)) {
    const Json& drawn = engine_output_.at(where);
    if (drawn.is_string() && Matches(drawn.get<std::string>(), shape)) return drawn;
  }
  std::array<char, 40> digits{};
  std::snprintf(digits.data(), digits.size(), "%032llu", static_cast<unsigned long long>(lsn()));
  const std::string own = digits.data();
  if (shape.max_digits >= own.size()) return shape.prefix + shape.own_infix + own;
  return shape.prefix + own.substr(own.size() - shape.max_digits);
}

std::string Event::MemberGrantArn(const Grant& distribution, const std::string& account) const {
  if (options_.member_grant_arn) return options_.member_grant_arn(distribution.arn, account);
  const std::string& arn = distribution.arn;
  return arn.substr(0, arn.size() - 32) + account + arn.substr(arn.size() - 20);
}

GrantRecord& Event::Change(const Grant& grant) {
  Grant& changed = Mutable(grant);
  touched_.insert(static_cast<std::size_t>(&changed - state_.grants.data()));
  return changed.now;
}

void Event::ChangeAlways(const Grant& grant) {
  Change(grant);
  always_.insert(static_cast<std::size_t>(&grant - state_.grants.data()));
}

Grant& Event::Add(Grant grant) {
  state_.grant_of_arn[grant.arn] = state_.grants.size();
  touched_.insert(state_.grants.size());
  state_.grants.push_back(std::move(grant));
  return state_.grants.back();
}

Grant& Event::Mutable(const Grant& grant) {
  return state_.grants[static_cast<std::size_t>(&grant - state_.grants.data())];
}

void Event::Commit(const std::string& grant_named) {
  const std::uint64_t this_lsn = lsn();
  for (const std::size_t index : touched_) {
    Grant& grant = state_.grants[index];
    const bool differs = grant.versions.empty() || !(grant.versions.back().record == grant.now);
    if (!differs && always_.count(index) == 0) continue;
    grant.versions.push_back({grant.now, this_lsn, call_.time, call_.operation, call_.caller});
  }
  state_.records.push_back({call_.operation, call_.caller, grant_named});
  state_.times.push_back(call_.time);
}

}  // namespace grantledger::model
