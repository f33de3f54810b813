#include "bench/peers/workloads.h"

#include "bench/peers/registrar.h"

namespace grantledger::bench {

std::string WorkloadName(std::string_view what, std::size_t accounts, const StoreKind& kind) {
  return std::string(what) + "/accounts:" + std::to_string(accounts) + "/store:" + kind.id;
}

const std::vector<Workload>& Workloads() {
  using enum WorkloadKind;
  static const std::vector<Workload> kAll = {
      {"FanOut", "distribute and activate, until every account is ACTIVE", kBulk},
      {"Toggle", "bulk change of all accounts", kBulk},
      {"SetOne/writers:1", "an account changes its own, 1 writer", kWrite},
      {"SetOne/writers:4", "the same, 4 writers together", kWrite},
      {"SetOne/writers:16", "the same, 16 writers together", kWrite},
      {"SetOne/synced/writers:1", "an account changes its own, synced, 1 writer", kSyncedWrite},
      {"SetOne/synced/writers:4", "the same, 4 writers together", kSyncedWrite},
      {"SetOne/synced/writers:16", "the same, 16 writers together", kSyncedWrite},
      {"Join", "an account joins, and holds 100 grants", kWrite},
      {"Leave", "an account that holds 100 grants leaves", kWrite},
      {"Check", "check an entitlement", kRead},
      {"Check/zipf", "the same, accounts by Zipf", kRead},
      {"Check/beside_writer", "check an entitlement beside a writer", kRead},
      {"Check/beside_writer", "- changes a second by that writer", kRate, "writes_per_s"},
      {"Check/zipf/beside_writer", "the same, accounts by Zipf", kRead},
      {"Check/zipf/beside_writer", "- changes a second by that writer", kRate, "writes_per_s"},
      {"MixedDay", "95 checks, 4 lists of an account, 1 write", kMixed},
      {"Get", "read one member grant", kRead},
      {"ListOf", "list an account's grants", kRead},
      {"Page/all", "page of 100", kRead},
      {"Page/all/middle", "the same, in the middle of the list", kRead},
      {"Page/all/onwards", "the same, page after page through the list", kRead},
      {"Page/active", "page by the status that nearly all have", kRead},
      {"Page/active/middle", "the same, in the middle of the list", kRead},
      {"Page/1_in_100", "page by a status that 1 in 100 has", kRead},
      {"Page/1_in_100/middle", "the same, in the middle of the list", kRead},
      {"Page/1_in_100000", "page by a status that 1 in 100,000 has, and at least 1", kRead},
      {"Count", "count by status", kRead},
      {"History", "history of one grant", kRead},
      {"GetAt", "one member grant as it was", kRead},
      {"ColdOpen", "open with cold files, to the first answer", kMixed},
      {"BytesPerGrant", "bytes on disk a member grant", kCounter, "bytes"},
      {"BytesPerAccount", "bytes on disk an account without grants", kCounter, "bytes"},
      {"Memory", "resident memory, MB", kCounter, "megabytes"}};
  return kAll;
}

void RegisterWorkloads(const StoreKind& kind, std::size_t accounts, const WorkloadSizes& sizes,
                       const FieldOf& field) {
  Registrar to(kind, accounts, sizes, field);
  // In the order in which each disturbs the next least: what is settled is read first.
  RegisterReads(to);
  RegisterSizes(to);
  RegisterWrites(to);
  RegisterBulk(to);
  RegisterOpening(to);  // it leaves cold files
}

}  // namespace grantledger::bench
