#include "kill_child.h"

namespace grantledger::torture {

Options KillPlan::ToOptions() const {
  Options options;
  options.durability = synced ? Durability::kSynced : Durability::kBuffered;
  options.background_compaction = background;
  options.compaction_records = compaction_records;
  options.cache_bytes = cache_bytes;
  options.max_grants_per_license = max_grants_per_license;
  options.retention = KeepFrom{Lsn{keep_from}};
  options.max_hold = std::chrono::milliseconds(1);
  return options;
}

Json ToJson(const KillPlan& plan) {
  return {{"Directory", plan.directory},
          {"Answers", plan.answers},
          {"Synced", plan.synced},
          {"Background", plan.background},
          {"CompactionRecords", plan.compaction_records},
          {"CacheBytes", plan.cache_bytes},
          {"MaxGrantsPerLicense", plan.max_grants_per_license},
          {"KeepFrom", plan.keep_from},
          {"Seed", plan.seed},
          {"Clock", plan.clock},
          {"Writes", plan.writes}};
}

KillPlan KillPlanFrom(const Json& json) {
  KillPlan plan;
  plan.directory = json.at("Directory");
  plan.answers = json.at("Answers");
  plan.synced = json.at("Synced");
  plan.background = json.at("Background");
  plan.compaction_records = json.at("CompactionRecords");
  plan.cache_bytes = json.at("CacheBytes");
  plan.max_grants_per_license = json.at("MaxGrantsPerLicense");
  plan.keep_from = json.at("KeepFrom");
  plan.seed = json.at("Seed");
  plan.clock = json.at("Clock");
  plan.writes = json.at("Writes").get<std::vector<std::vector<std::vector<Json>>>>();
  return plan;
}

}  // namespace grantledger::torture
