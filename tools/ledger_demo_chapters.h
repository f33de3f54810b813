// The chapters of examples/managed-entitlements.jsonl: what they are called, what happens in them,
// and what of the ledger is worth a look after each.
#ifndef GRANTLEDGER_TOOLS_LEDGER_DEMO_CHAPTERS_H_
#define GRANTLEDGER_TOOLS_LEDGER_DEMO_CHAPTERS_H_

#include <span>
#include <string_view>

#include "tools/ledger_demo_story.h"
#include "tools/page.h"

namespace grantledger::tools::demo {

struct ChapterView {
  std::string_view title;
  std::string_view text;
  /// Puts on the page what the ledger answers. Where it does not, story.error() tells.
  void (*show)(Story& story, const Chapter& chapter, Page& page);
};

/// In the order of the file's paragraphs.
std::span<const ChapterView> ChapterViews();

}  // namespace grantledger::tools::demo

#endif  // GRANTLEDGER_TOOLS_LEDGER_DEMO_CHAPTERS_H_
