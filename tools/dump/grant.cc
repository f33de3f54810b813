// ledger-dump DIR grant ARN: the life of a grant, as git log shows a file's.
#include <algorithm>

#include <fmt/format.h>

#include "tools/dump/arns.h"
#include "tools/dump/counts.h"
#include "tools/dump/verbs.h"
#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

constexpr std::size_t kMostShown = 20;

struct Life {
  Grant grant;  ///< As it is at the moment.
  std::vector<GrantVersion> versions;
  std::vector<std::optional<RecordOrigin>> records;  ///< Of each version; nullopt: not kept.
  std::optional<Counts> counts;                      ///< Of a distribution.
  std::vector<Grant> unusual;
};

Result<Life> LifeOf(Dump& dump, const std::string& named) {
  const auto found = dump.inspector().FindArn(named, dump.at());
  if (!found) return found.error();
  const std::string& arn = *found;
  const auto grantor = OwnerOf(arn);
  if (!grantor) return grantor.error();
  Life life;
  auto grant = dump.Ask(*grantor, GetGrantRequest{.grant_arn = arn, .version = {}});
  if (!grant) return std::move(grant).error();
  life.grant = std::move(grant->grant);
  ListGrantVersionsRequest versions;
  versions.grant_arn = arn;
  Status listed = ForEachPage(dump, *grantor, versions, [&life](auto& page) {
    std::ranges::move(page.versions, std::back_inserter(life.versions));
    return true;
  });
  if (!listed.ok()) return listed;
  for (const GrantVersion& version : life.versions) {
    life.records.push_back(dump.inspector().OriginOf(version.lsn));
  }
  if (life.grant.grantee != AccountId()) return life;
  auto counts = CountMembers(dump, dump.at(), life.grant);
  if (!counts) return std::move(counts).error();
  life.counts = *std::move(counts);
  listed = ListUnusual(dump, life.grant, *life.counts, [&life](const GrantPage& page) {
    for (const Grant& one : page.grants) {
      if (IsMemberOf(one, life.grant)) life.unusual.push_back(one);
    }
    return life.unusual.size() <= kMostShown;
  });
  if (!listed.ok()) return listed;
  return life;
}

/// Whether the record is a change of this grant's status, and not of another's that changed it too.
bool SetsStatus(const std::optional<RecordOrigin>& record, const Grant& grant) {
  return record && record->status && record->subject == grant.GrantArn();
}

OrderedJson LifeToJson(const Life& life) {
  OrderedJson json = {{"Grant", ToJson(life.grant)}};
  if (life.counts) {
    json["Counts"] = CountsToJson(*life.counts);
    json["Unusual"] = OrderedJson::array();
    for (const Grant& grant : life.unusual) json["Unusual"].push_back(ToJson(grant));
  }
  json["Versions"] = OrderedJson::array();
  for (std::size_t i = 0; i < life.versions.size(); ++i) {
    OrderedJson version = ToJson(life.versions[i]);
    const auto& record = life.records[i];
    if (SetsStatus(record, life.grant)) {
      version["Requested"]["Status"] = Name(*record->status);
      if (record->behavior) {
        version["Requested"]["ActivationOverrideBehavior"] = Name(*record->behavior);
      }
    }
    json["Versions"].push_back(std::move(version));
  }
  return json;
}

/// What a CreateGrantVersion asked for; empty: it was none, or its record is not kept.
std::string Requested(const std::optional<RecordOrigin>& record, const Grant& grant) {
  if (!SetsStatus(record, grant)) return {};
  std::string text = fmt::format(", sets {}", Name(*record->status));
  if (record->behavior) text += fmt::format(" with {}", Name(*record->behavior));
  return text;
}

std::string Operations(const GrantOperations& operations) {
  std::string names;
  for (const GrantOperation one : operations) {
    names += (names.empty() ? "" : ", ") + std::string(Name(one));
  }
  return names;
}

/// What of the version differs from the one before (null: it is the first).
std::string ChangeOf(const Output& out, const GrantVersion& version, const GrantVersion* before) {
  const GrantState& now = *version.grant.state;
  std::string text = out.Toned(Name(now.status));
  if (before != nullptr && before->grant.state->status != now.status) {
    text = out.Toned(Name(before->grant.state->status)) + " → " + text;
  }
  const std::string reason = version.grant.StatusReason();
  if (!reason.empty()) text += ", " + WithShortArns(reason);
  if (before == nullptr || before->grant.state->name != now.name) {
    text += ", name \"" + now.name + "\"";
  }
  if (before == nullptr || before->grant.state->operations != now.operations) {
    text += ", " + Operations(now.operations);
  }
  return text;
}

void ShowVersions(Output& out, const Life& life) {
  const std::vector<GrantVersion>& versions = life.versions;
  for (std::size_t i = versions.size(); i-- > 0;) {
    const GrantVersion& version = versions[i];
    const GrantVersion* before = i == 0 ? nullptr : &versions[i - 1];
    out.Line("");
    out.Line(fmt::format("version {}  LSN {}  {}", version.grant.Version(), version.lsn,
                         out.Show(version.time)));
    out.Line(out.Faint(fmt::format("  {} by {}{}", version.operation, version.caller.ToString(),
                                   Requested(life.records[i], life.grant))));
    out.Line("  " + ChangeOf(out, version, before));
  }
}

void ShowMembers(Output& out, const Life& life) {
  Table counts = {{"Member grants", {}}, {"", {}, true}};
  for (const auto& [status, count] : *life.counts) {
    counts[0].cells.emplace_back(Name(status));
    counts[1].cells.push_back(Shown(count));
  }
  if (!life.counts->empty()) out.Print(counts);
  if (life.unusual.empty()) return;
  Table table = {{"Unlike the rest", {}}, {"status", {}}, {"reason", {}}};
  for (std::size_t i = 0; i < std::min(life.unusual.size(), kMostShown); ++i) {
    const Grant& grant = life.unusual[i];
    table[0].cells.push_back(grant.grantee.ToString());
    table[1].cells.emplace_back(Name(grant.state->status));
    table[2].cells.push_back(WithShortArns(grant.StatusReason()));
  }
  out.Print(table);
  if (life.unusual.size() > kMostShown) {
    out.Note("and more: `export --status` lists all of a status");
  }
}

}  // namespace

Status ShowGrant(Dump& dump, const std::string& named) {
  const auto life = LifeOf(dump, named);
  if (!life) return life.error();
  Output& out = dump.out();
  if (out.json()) {
    out.Write(LifeToJson(*life));
    return {};
  }
  const GrantOrigin& origin = *life->grant.state->origin;
  out.Facts({{"grant", life->grant.GrantArn()},
             {"license", origin.license_arn},
             {"from", origin.grantor.ToString()},
             {"to", life->grant.GranteePrincipalArn()},
             {"parent", origin.parent_arn},
             {"status", out.Toned(Name(life->grant.state->status))}});
  if (life->counts) ShowMembers(out, *life);
  ShowVersions(out, *life);
  return {};
}

}  // namespace grantledger::tools
