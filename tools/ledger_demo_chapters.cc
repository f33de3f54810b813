#include "tools/ledger_demo_chapters.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tools/ledger_demo_views.h"

namespace grantledger::tools::demo {
namespace {

/// How many rows of a long list are shown.
constexpr std::size_t kShortList = 4;

// 1. An organization.

void AddPlace(Story& story, const std::string& id, const std::string& shown, Table& table) {
  const auto accounts =
      story.Ask(story.Named("management"), ListAccountsForParentRequest{id, kAll});
  table[0].cells.push_back(shown);
  table[1].cells.push_back(Shown(std::uint64_t{accounts.accounts.size()}));
}

void AddUnitsOf(Story& story, const std::string& parent, std::size_t depth, Table& table) {
  const auto answer =
      story.Ask(story.Named("management"), ListOrganizationalUnitsForParentRequest{parent, kAll});
  for (const OrganizationalUnit& unit : answer.organizational_units) {
    AddPlace(story, unit.id, std::string(2 * depth, ' ') + unit.name, table);
    AddUnitsOf(story, unit.id, depth + 1, table);
  }
}

void ShowOrganization(Story& story, const Chapter& chapter, Page& page) {
  Table table = {{"Place", {}}, {"Accounts", {}, true}};
  for (const Root& root : story.Ask(story.Named("management"), ListRootsRequest{}).roots) {
    AddPlace(story, root.id, root.name, table);
    AddUnitsOf(story, root.id, 1, table);
  }
  const auto all = story.Ask(story.Named("management"), ListAccountsRequest{kAll});
  table[0].cells.emplace_back("all");
  table[1].cells.push_back(Shown(std::uint64_t{all.accounts.size()}));
  page.Print(table);
  const double seconds = std::chrono::duration<double>(chapter.writes).count();
  const double rate = static_cast<double>(chapter.after - chapter.before) / seconds;
  page.Note(fmt::format("{}, {} a second", ShownWrites(chapter),
                        Shown(static_cast<std::uint64_t>(rate))));
}

// 2. A license of the Marketplace.

void ShowLicense(const License& license, Page& page) {
  Table table = {{"License", {"Product", "Issuer", "Valid from"}},
                 {license.terms.license_name,
                  {fmt::format("{} ({})", license.terms.product_name, license.product_sku),
                   license.terms.issuer.name, Shown(license.terms.validity.begin)}}};
  for (const Entitlement& entitlement : license.terms.entitlements) {
    table[0].cells.emplace_back("Entitlement");
    table[1].cells.push_back(
        fmt::format("{} {}", Shown(static_cast<std::uint64_t>(entitlement.max_count.value_or(0))),
                    entitlement.name));
  }
  page.Print(table);
}

void ShowPurchase(Story& story, const Chapter& /*chapter*/, Page& page) {
  const std::string management = story.Named("management");
  const auto license = story.Ask(management, GetLicenseRequest{story.Named("license"), {}}).license;
  const auto purchase = story.Ask(management, GetGrantRequest{story.Named("purchase"), {}}).grant;
  if (!story.error().ok()) return;
  ShowLicense(license, page);
  const auto holders = story.Ask(
      purchase.state->origin->grantor.ToString(),
      ListDistributedGrantsRequest{
          {}, {{"ProductSKU", {license.product_sku}}, {"GrantStatus", {"ACTIVE"}}}, kAll});
  page.Text(
      fmt::format("With the teams that had bought the product for themselves, {} accounts of the "
                  "organization have an active grant of it from the Marketplace.",
                  Shown(std::uint64_t{holders.grants.size()})));
}

// 3. A grant to the organization.

void ShowDistribution(Story& story, const Chapter& chapter, Page& page) {
  ShowCounts(story, {{"Accounts", chapter.after}}, page);
  page.Note(fmt::format("granted with {}", ShownWrites(chapter)));
}

// 4. Bulk activation, and who was left out.

/// What the chapter asked before it did it.
void ShowPreview(const Chapter& chapter, Page& page) {
  for (const Answer& answer : chapter.answers) {
    if (!std::holds_alternative<PreviewGrantVersionRequest>(answer.read.request)) continue;
    std::string said;
    for (const auto& [status, count] : answer.output["Counts"].items()) {
      said += fmt::format("{}{} to {}", said.empty() ? "" : ", ", Shown(count.get<std::uint64_t>()),
                          status);
    }
    page.Text(
        fmt::format("Asked before, PreviewGrantVersion said which grants it would change or "
                    "leave out: {}.",
                    said));
  }
}

void ShowActivated(Story& story, const Chapter& chapter, Page& page) {
  ShowPreview(chapter, page);
  ShowCounts(story, {{"Before", chapter.before}, {"After", chapter.after}}, page);
  const auto before = CountOf(CountMembers(story, chapter.before), GrantStatus::kActive);
  const auto after = CountOf(CountMembers(story, chapter.after), GrantStatus::kActive);
  page.Note(
      fmt::format("activated {} accounts with {}", Shown(after - before), ShownWrites(chapter)));
}

void ShowActivation(Story& story, const Chapter& chapter, Page& page) {
  ShowActivated(story, chapter, page);
  const auto idle = story.Ask(
      story.Named("management"),
      ListDistributedGrantsRequest{
          {}, {{"LicenseArn", {story.Named("license")}}, {"GrantStatus", {"DISABLED"}}}, kAll});
  Table table = {{"Account", {}}, {"Status", {}}, {"Reason", {}}};
  for (std::size_t i = 0; i < std::min(kShortList, idle.grants.size()); ++i) {
    const Grant& grant = idle.grants[i];
    table[0].cells.push_back(NameOf(story, grant.grantee.ToString()));
    table[1].cells.emplace_back(Name(grant.state->status));
    table[2].cells.push_back(WithShortArns(grant.StatusReason()));
  }
  page.Text(
      fmt::format("{} accounts were left out, because another grant of the product is "
                  "active there. Their grants tell which; {} of them:",
                  Shown(std::uint64_t{idle.grants.size()}), table[0].cells.size()));
  page.Print(table);
}

// 5. The way to replace those.

void ShowReplacement(Story& story, const Chapter& chapter, Page& page) {
  ShowActivated(story, chapter, page);
  const std::string account = story.Named("billing");
  page.Text(fmt::format("What account {} holds now:", NameOf(story, account)));
  Table table = {{"Grant", {}}, {"Name", {}}, {"Status", {}}, {"Reason", {}}};
  for (const Grant& grant : story.Ask(account, ListReceivedGrantsRequest{}).grants) {
    table[0].cells.push_back(WithShortArns(grant.GrantArn()));
    table[1].cells.push_back(grant.state->name);
    table[2].cells.emplace_back(Name(grant.state->status));
    table[3].cells.push_back(WithShortArns(grant.StatusReason()));
  }
  page.Print(table);
}

// 6. to 8. One account by itself; one joins, one leaves.

void ShowOneAccount(Story& story, const Chapter& chapter, Page& page) {
  ShowVersions(story, story.Named("load_test"), page);
  page.Note(ShownWrites(chapter));
}

void ShowJoining(Story& story, const Chapter& chapter, Page& page) {
  ShowChecks(story, chapter, page);
  page.Note(ShownWrites(chapter));
}

void ShowLeaving(Story& story, const Chapter& chapter, Page& page) {
  ShowChecks(story, chapter, page);
  page.Note(ShownWrites(chapter));
  page.Text("Its grant is still there to be told about:");
  const std::string account = story.Named("field_office");
  ShowVersions(story, account, page);
  const std::string arn = story.MemberGrant(story.Named("distribution"), account);
  const Grant grant = story.Ask(story.Named("management"), GetGrantRequest{arn, {}}).grant;
  if (!story.error().ok()) return;
  page.Note(fmt::format("{}: {}", Name(grant.state->status), grant.StatusReason()));
}

// 9. Who was entitled last Tuesday.

/// The past moment of which the chapter asks.
std::optional<Time> AskedMoment(const Chapter& chapter) {
  for (const Answer& answer : chapter.answers) {
    const auto& as_of = answer.read.call.as_of;
    if (as_of && std::holds_alternative<Time>(*as_of)) return std::get<Time>(*as_of);
  }
  return std::nullopt;
}

/// The chapter's answers to CheckEntitlement, one account a row: as of the past, and of today.
Table ThenAndNow(Story& story, const Chapter& chapter, const std::string& then) {
  Table table = {{"Account", {}}, {then, {}}, {"Today", {}}};
  for (const Answer& answer : chapter.answers) {
    const auto* check = std::get_if<CheckEntitlementRequest>(&answer.read.request);
    if (check == nullptr) continue;
    const std::string name = NameOf(story, check->account_id);
    if (table[0].cells.empty() || table[0].cells.back() != name) {
      for (Column& column : table) column.cells.emplace_back();
      table[0].cells.back() = name;
    }
    table[answer.read.call.as_of ? 1 : 2].cells.back() = ShownCheck(story, answer.output);
  }
  return table;
}

void ShowLookingBack(Story& story, const Chapter& chapter, Page& page) {
  const std::optional<Time> then = AskedMoment(chapter);
  if (!then) return;
  ShowCounts(story, {{ShownShort(*then), *then}, {"Today", chapter.after}}, page);
  page.Text("And single accounts:");
  page.Print(ThenAndNow(story, chapter, ShownShort(*then)));
  const auto count = static_cast<std::int64_t>(chapter.answers.size());
  page.Note(fmt::format("{} questions about single accounts, {} each", count,
                        Shown(chapter.reads / count)));
}

constexpr std::array<ChapterView, 9> kChapterViews = {{
    {"An organization",
     "Example Corp keeps its accounts in organizational units. It has linked License Manager with "
     "its organization, so that a grant within it needs nobody to accept it.",
     ShowOrganization},
    {"A Marketplace license is bought",
     "Some teams had bought Example Monitor for themselves. Now the company buys it for everyone: "
     "the Marketplace grants the license to the management account, which accepts and activates "
     "it.",
     ShowPurchase},
    {"A grant to the organization",
     "The management account grants the license to the organization, in one call. Every other "
     "account has a grant of its own from that moment; it is accepted, and not active yet. The "
     "management account is the one that is not covered: it gave the grant, and holds the license "
     "that it bought.",
     ShowDistribution},
    {"Bulk activation",
     "One call activates the grant in every account, with the option DISTRIBUTED_GRANTS_ONLY: "
     "nobody's own license is touched.",
     ShowActivation},
    {"Replacing the licenses of the teams",
     "The same call with the option ALL_GRANTS_PERMITTED_BY_ISSUER activates the rest. What was "
     "active there is disabled, and tells by what it was replaced.",
     ShowReplacement},
    {"One account by itself",
     "An account disables its grant for a night, and activates it in the morning. These are the "
     "versions of its grant, and who made each:",
     ShowOneAccount},
    {"Accounts join",
     "An account from outside asks, is invited, accepts, and asks again. Then a new one is made. "
     "Both are active on arrival; nobody did anything for it.",
     ShowJoining},
    {"An account leaves", "The moment it leaves the organization it is no longer entitled.",
     ShowLeaving},
    {"Who was entitled last Tuesday?",
     "Every question can be asked of the past. The first column is as of then, the second as of "
     "today:",
     ShowLookingBack},
}};

}  // namespace

std::span<const ChapterView> ChapterViews() { return kChapterViews; }

}  // namespace grantledger::tools::demo
