// What the chapters of the demo have in common: names of accounts, and the tables that come again.
//
// All answers come from the ledger. Where it answers with an error, story.error() tells.
#ifndef GRANTLEDGER_TOOLS_LEDGER_DEMO_VIEWS_H_
#define GRANTLEDGER_TOOLS_LEDGER_DEMO_VIEWS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/ledger_demo_story.h"
#include "tools/page.h"

namespace grantledger::tools::demo {

/// A moment, and what a column is called that shows it.
struct NamedMoment {
  std::string name;
  Moment moment;
};

/// Whole lists on one page.
inline const Paging kAll{.max_results = 1'000'000, .next_token = {}};

using GrantCounts = std::map<GrantStatus, std::uint64_t>;

/// The member grants of the distribution in each status.
GrantCounts CountMembers(Story& story, const Moment& moment);
std::uint64_t CountOf(const GrantCounts& counts, GrantStatus status);

/// Those counts at several moments, with their totals.
void ShowCounts(Story& story, const std::vector<NamedMoment>& moments, Page& page);

/// "200000000001 Billing"; the number alone where the organization knows no name.
std::string NameOf(Story& story, const std::string& account);

/// The versions of the member grant of an account, oldest first.
void ShowVersions(Story& story, const std::string& account, Page& page);

/// The chapter's answers to CheckEntitlement, one a row, in their order.
void ShowChecks(Story& story, const Chapter& chapter, Page& page);
/// "no", or "yes" and by whose license.
std::string ShownCheck(Story& story, const OrderedJson& output);

/// "1 record in 312 µs", of the chapter's writes.
std::string ShownWrites(const Chapter& chapter);

}  // namespace grantledger::tools::demo

#endif  // GRANTLEDGER_TOOLS_LEDGER_DEMO_VIEWS_H_
