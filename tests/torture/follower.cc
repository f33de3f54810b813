#include "follower.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "oracle.h"

namespace grantledger::torture {
namespace {

using Key = std::tuple<std::string, std::string, std::string>;  // operation, caller, ClientToken

Key KeyOf(const Json& request) {
  const Json& input = request.at("Input");
  const auto token = input.find("ClientToken");
  const bool has_token = token != input.end() && token->is_string();
  return {request.at("Operation"), request.at("Caller"),
          has_token ? token->get<std::string>() : std::string()};
}

}  // namespace

void LogFollower::Start() {
  stop_ = false;
  thread_ = std::thread([this] {
    constexpr std::chrono::milliseconds kPause(15);
    while (!stop_) {
      CatchUp();
      std::this_thread::sleep_for(kPause);
    }
  });
}

void LogFollower::Stop() {
  if (!thread_.joinable()) return;
  stop_ = true;
  thread_.join();
  CatchUp();
}

void LogFollower::CatchUp() {
  const auto inspector = Inspector::Open(subject_.directory());
  if (!inspector) throw std::runtime_error("inspecting: " + inspector.error().message());
  const Lsn from = records_.empty() ? 0 : records_.rbegin()->first + 1;
  const Status read = (*inspector)->ReadLog(from, ~Lsn{0}, [this](const auto& record) {
    if (!record) throw std::runtime_error("a record: " + record.error().message());
    records_.emplace(record->lsn, *record);
    return true;
  });
  if (!read.ok()) throw std::runtime_error("reading the log: " + read.message());
  if (!keeps_) return;
  const Lsn last = records_.rbegin()->first;
  subject_.ledger().SetRetention(KeepFrom{last > *keeps_ ? last - *keeps_ : Lsn{0}});
}

std::optional<Violation> MatchLog(const std::map<Lsn, InspectedRecord>& records, Lsn from,
                                  std::vector<Observed> answered, Stretch* stretch) {
  std::map<Key, std::vector<Observed*>> of_key;
  for (Observed& call : answered) {
    if (call.answer.contains("Output")) of_key[KeyOf(call.request)].push_back(&call);
  }
  for (auto& [key, calls] : of_key) {
    std::ranges::stable_sort(calls, {}, [](const Observed* call) { return call->after.lsn; });
  }
  for (auto record = records.upper_bound(from); record != records.end(); ++record) {
    const auto& [lsn, read] = *record;
    auto& calls = of_key[{read.operation, read.caller.ToString(), read.client_token}];
    const auto call = std::ranges::find_if(calls, [lsn = lsn](const Observed* one) {
      return one->before.lsn < lsn && lsn <= one->after.lsn;
    });
    if (call == calls.end()) {
      return Violation{"a record that no answered write made: " + read.body, {}, {}, lsn};
    }
    stretch->writes.push_back(
        {lsn, read.time.time_since_epoch().count(), std::move(**call)});
    calls.erase(call);
  }
  for (const auto& [key, calls] : of_key) {
    for (Observed* call : calls) {
      // A ClientToken that was used before: the first answer was given again.
      const bool may_be_replay = !std::get<2>(key).empty();
      if (!may_be_replay) return Violation{"an answered write has no record", *call, {}, from};
      stretch->refused.push_back(std::move(*call));
    }
  }
  for (Observed& call : answered) {
    if (call.answer.contains("Error")) stretch->refused.push_back(std::move(call));
  }
  return std::nullopt;
}

}  // namespace grantledger::torture
