#include "tools/ledger_demo_views.h"

#include <set>

#include <fmt/format.h>

namespace grantledger::tools::demo {

GrantCounts CountMembers(Story& story, const Moment& moment) {
  return story
      .Ask(story.Named("management"), CountGrantsRequest{story.Named("distribution")}, moment)
      .counts;
}

std::uint64_t CountOf(const GrantCounts& counts, GrantStatus status) {
  const auto found = counts.find(status);
  return found == counts.end() ? 0 : found->second;
}

void ShowCounts(Story& story, const std::vector<NamedMoment>& moments, Page& page) {
  std::vector<GrantCounts> counts;
  std::set<GrantStatus> statuses;
  for (const NamedMoment& moment : moments) {
    counts.push_back(CountMembers(story, moment.moment));
    for (const auto& [status, count] : counts.back()) statuses.insert(status);
  }
  Table table = {{"Status of the account's grant", {}}};
  for (const GrantStatus status : statuses) table[0].cells.emplace_back(Name(status));
  table[0].cells.emplace_back("all");
  for (std::size_t i = 0; i < moments.size(); ++i) {
    Column& column = table.emplace_back(Column{moments[i].name, {}, true});
    std::uint64_t all = 0;
    for (const GrantStatus status : statuses) {
      column.cells.push_back(Shown(CountOf(counts[i], status)));
      all += CountOf(counts[i], status);
    }
    column.cells.push_back(Shown(all));
  }
  page.Print(table);
}

std::string NameOf(Story& story, const std::string& account) {
  const std::string management = story.Named("management");
  if (account == management) return account + " management";
  const DescribeAccountRequest question{account};
  auto answer = story.TryAsk(management, question);
  if (!answer) answer = story.TryAsk(management, question, story.first_chapter());
  if (!answer || answer->account.name.empty()) return account;
  return fmt::format("{} {}", account, answer->account.name);
}

void ShowVersions(Story& story, const std::string& account, Page& page) {
  const std::string grant = story.MemberGrant(story.Named("distribution"), account);
  const auto answer = story.Ask(story.Named("management"), ListGrantVersionsRequest{grant, kAll});
  Table table = {{"No.", {}}, {"Since", {}}, {"By", {}}, {"Call", {}}, {"Status", {}}};
  for (const GrantVersion& version : answer.versions) {
    table[0].cells.push_back(version.grant.Version());
    table[1].cells.push_back(ShownShort(version.time));
    table[2].cells.push_back(NameOf(story, version.caller.ToString()));
    table[3].cells.push_back(version.operation);
    table[4].cells.emplace_back(Name(version.grant.state->status));
  }
  page.Print(table);
}

void ShowChecks(Story& story, const Chapter& chapter, Page& page) {
  Table table = {{"Account", {}}, {"When", {}}, {"Entitled?", {}}};
  for (const Answer& answer : chapter.answers) {
    const auto* check = std::get_if<CheckEntitlementRequest>(&answer.read.request);
    if (check == nullptr || !answer.read.call.time) continue;
    table[0].cells.push_back(NameOf(story, check->account_id));
    table[1].cells.push_back(ShownShort(*answer.read.call.time));
    table[2].cells.push_back(ShownCheck(story, answer.output));
  }
  page.Print(table);
}

std::string ShownCheck(Story& story, const OrderedJson& output) {
  if (!output.value("Entitled", false)) return "no";
  const std::string distribution = story.Named("distribution");
  for (const OrderedJson& grant : output["Grants"]) {
    if (grant.value("ParentArn", "") == distribution) return "yes (organization)";
  }
  return "yes (its own)";
}

std::string ShownWrites(const Chapter& chapter) {
  const Lsn records = chapter.after - chapter.before;
  return fmt::format("{} record{} in {}", Shown(records), records == 1 ? "" : "s",
                     Shown(chapter.writes));
}

}  // namespace grantledger::tools::demo
