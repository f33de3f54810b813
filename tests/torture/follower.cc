#include "follower.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

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

/// The answer of which only the record is known: the ids that were drawn.
Json AnswerOf(const InspectedRecord& record) {
  Json output = Json::object();
  const std::string& operation = record.operation;
  if (operation == "CreateGrant") output["GrantArn"] = record.subject;
  if (operation == "CreateLicense") output["LicenseArn"] = record.subject;
  if (operation == "CreateOrganization") output["Organization"]["Id"] = record.subject;
  if (operation == "CreateOrganizationalUnit") output["OrganizationalUnit"]["Id"] = record.subject;
  if (operation == "CreateAccount") output["CreateAccountStatus"]["AccountId"] = record.subject;
  if (operation == "InviteAccountToOrganization") {
    output["Handshake"]["Id"] = Json::parse(record.body).at("body").at("handshake_id");
  }
  return {{"Output", output}};
}

/// How many of the texts of a request are in the record.
std::size_t SaidBy(const Json& request, const InspectedRecord& record) {
  std::size_t said = 0;
  const Json texts = request.at("Input").flatten();
  for (const Json& value : texts) {
    if (!value.is_string()) continue;
    const std::string text = value.get<std::string>();
    said += record.subject == text || record.body.find(text) != std::string::npos ? 1 : 0;
  }
  return said;
}

/// Commits of which nobody was told whether they are there.
class Pending {
 public:
  explicit Pending(std::vector<std::vector<Observed>> commits) : commits_(std::move(commits)) {}

  /// Of several with the same key, of which others were refused, the one that says most of what the
  /// record says.
  std::optional<Observed> Take(const Key& key, const InspectedRecord& record) {
    std::vector<Observed>* best_commit = nullptr;
    std::size_t best = 0;
    std::size_t best_said = 0;
    for (std::vector<Observed>& commit : commits_) {
      for (std::size_t i = 0; i < commit.size(); ++i) {
        const Observed& call = commit[i];
        if (KeyOf(call.request) != key || call.before.lsn >= record.lsn) continue;
        const std::size_t said = SaidBy(call.request, record);
        if (best_commit != nullptr && said <= best_said) continue;
        best_commit = &commit;
        best = i;
        best_said = said;
      }
    }
    if (best_commit == nullptr) return std::nullopt;
    Observed taken = std::move((*best_commit)[best]);
    best_commit->erase(best_commit->begin() + static_cast<std::ptrdiff_t>(best));
    Stored& stored = stored_[best_commit];
    if (stored.first == 0) stored.first = record.lsn;
    stored.last = record.lsn;
    return taken;
  }

  /// Of commits that are there, the writes that made no record: they must have been refused.
  void LeftOfStored(std::vector<Observed>* refused) {
    for (auto& [commit, stored] : stored_) {
      for (Observed& call : *commit) {
        call.before.lsn = stored.first - 1;
        call.after.lsn = stored.last;
        call.answer = nullptr;
        refused->push_back(std::move(call));
      }
    }
  }

 private:
  struct Stored {
    Lsn first = 0;
    Lsn last = 0;
  };
  std::vector<std::vector<Observed>> commits_;
  std::map<std::vector<Observed>*, Stored> stored_;
};

}  // namespace

void LogFollower::Start() {
  stop_ = false;
  thread_ = std::thread([this] {
    constexpr std::chrono::milliseconds kRest(15);
    while (!stop_) {
      CatchUp();
      std::this_thread::sleep_for(kRest);
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
  subject_.RetainFrom(last > *keeps_ ? last - *keeps_ : Lsn{0});
}

std::optional<Violation> MatchLog(const std::map<Lsn, InspectedRecord>& records, Lsn from,
                                  std::vector<Observed> answered,
                                  std::vector<std::vector<Observed>> unanswered, Stretch* stretch) {
  std::map<Key, std::vector<Observed*>> of_key;
  for (Observed& call : answered) {
    if (call.answer.contains("Output")) of_key[KeyOf(call.request)].push_back(&call);
  }
  for (auto& [key, calls] : of_key) {
    std::ranges::stable_sort(calls, {}, [](const Observed* call) { return call->after.lsn; });
  }
  Pending pending(std::move(unanswered));
  for (auto record = records.upper_bound(from); record != records.end(); ++record) {
    const auto& [lsn, read] = *record;
    const Key key{read.operation, read.caller.ToString(), read.client_token};
    const Millis time = read.time.time_since_epoch().count();
    auto& calls = of_key[key];
    const auto call = std::ranges::find_if(calls, [lsn = lsn](const Observed* one) {
      return one->before.lsn < lsn && lsn <= one->after.lsn;
    });
    if (call != calls.end()) {
      stretch->writes.push_back({lsn, time, std::move(**call)});
      calls.erase(call);
    } else if (auto stored = pending.Take(key, read)) {
      stored->answer = AnswerOf(read);
      stretch->writes.push_back({lsn, time, *std::move(stored), false});
    } else {
      return Violation{"a record that no write made: " + read.body, {}, {}, lsn};
    }
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
  pending.LeftOfStored(&stretch->refused);
  return std::nullopt;
}

}  // namespace grantledger::torture
