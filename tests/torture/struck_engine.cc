#include "tests/torture/struck_engine.h"

#include <dlfcn.h>

#include "tests/torture/fault_control.h"

namespace grantledger::torture {

void* FindFault(const char* name) { return dlsym(RTLD_DEFAULT, name); }

void Spare(bool spared) {
  static const auto kSpare =
      reinterpret_cast<GrantledgerFaultSpare>(FindFault("grantledger_fault_spare"));
  if (kSpare != nullptr) kSpare(spared);
}

bool IsFault(const Json& answer) {
  return answer.is_object() && answer.contains("Error") &&
         answer["Error"].value("Code", "") == "ServerInternalException";
}

std::vector<Json> StruckEngine::Apply(const std::vector<Json>& writes) {
  std::vector<Json> answers(writes.size());
  std::vector<Write> asked;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    auto parsed = tools::ParseRequest(writes[i]);
    if (!parsed) {
      answers[i] = tools::ErrorAnswer(parsed.error());
      continue;
    }
    asked.push_back(std::get<Write>(*std::move(parsed)));
    places.push_back(i);
  }
  try {
    const auto made = Call([&] { return ledger_->Apply(asked); });
    for (std::size_t i = 0; i < made.size(); ++i) {
      answers[places[i]] =
          AnswerOf(made[i], [](const auto& response) { return tools::ToJson(response); });
    }
  } catch (const std::bad_alloc& thrown) {
    for (const std::size_t place : places) answers[place] = ThrownAnswer(thrown);
  }
  return answers;
}

grantledger::Options OptionsOf(std::uint64_t seed, std::size_t max_grants_per_license) {
  grantledger::Options options;
  options.durability = seed % 4 == 0 ? Durability::kSynced : Durability::kBuffered;
  options.max_grants_per_license = static_cast<std::uint32_t>(max_grants_per_license);
  options.max_page_size = 100;
  options.cache_bytes = std::size_t{8} << 20;  // and small logs, which are allocated before
  options.max_time_ahead = std::nullopt;       // histories have times of their own
  constexpr std::uint64_t kShortTail = 15;
  options.background_compaction = seed % 2 == 0;
  options.compaction_records = kShortTail;
  constexpr std::uint64_t kShortHistory = 30;
  if (seed % 2 == 1) options.retention = KeepRecords{kShortHistory};
  return options;
}

void ExpectNoneLost(std::uint64_t known, std::uint64_t last) {
  if (last >= known) return;
  throw Wrong("lost", "the last LSN is " + std::to_string(last) + ", " + std::to_string(known) +
                          " was answered");
}

StruckEngine* BeginHarness(const std::string& directory, std::uint64_t seed,
                           std::size_t max_grants_per_license,
                           std::optional<model::Harness>* harness) {
  model::EngineOptions options;
  options.max_grants_per_license = max_grants_per_license;
  auto engine = std::make_unique<StruckEngine>(directory, OptionsOf(seed, max_grants_per_license));
  StruckEngine* const begun = engine.get();
  harness->emplace(std::move(engine), options);
  return begun;
}

}  // namespace grantledger::torture
