// Requests: lines of JSON, as ledger-apply gets them. Each is answered; what is refused writes
// nothing; none finds the ledger damaged, nor leaves it so.
#include <algorithm>
#include <filesystem>
#include <functional>

#include "tests/fuzz/scratch.h"
#include "tests/fuzz/targets.h"
#include "tools/json_api.h"

namespace grantledger::fuzz {
namespace {

namespace fs = std::filesystem;

/// The small ledger as each input finds it.
class FreshLedger {
 public:
  FreshLedger() {
    MakeSmallLedger(original());
    Refresh();
  }

  Ledger& Get() { return *ledger_; }

  /// Looks at what an input left, and puts it back.
  void End(bool deep) {
    const bool is_as_it_was =
        ledger_->LastLsn() + 1 == SmallLog().size() && ledger_->Horizon() == 0;
    if (is_as_it_was) return;
    ledger_.reset();
    CheckSound(copy(), deep);
    Refresh();
  }

 private:
  [[nodiscard]] std::string original() const { return scratch_.path() + "/original"; }
  [[nodiscard]] std::string copy() const { return scratch_.path() + "/copy"; }
  void Refresh() {
    fs::remove_all(copy());
    fs::copy(original(), copy(), fs::copy_options::recursive);
    auto opened = Ledger::Open(copy(), ScratchOptions());
    Check(opened.has_value(), "the small ledger opens");
    ledger_ = *std::move(opened);
  }

  ScratchDirectory scratch_;
  std::unique_ptr<Ledger> ledger_;
};

void Answer(Ledger& ledger, std::string_view line) {
  const auto request = tools::ParseJson(line);
  if (!request) return;
  const Lsn before = ledger.LastLsn();
  const tools::Json answer = tools::JsonApi(ledger).Execute(*request);
  const bool is_error = answer.contains("Error");
  Check(is_error != answer.contains("Output"), "an answer is an Output or an Error");
  Check(ledger.LastLsn() <= before + (is_error ? 0 : 1),
        "what is refused writes nothing, and what is taken one record");
  Check(!is_error || answer["Error"]["Code"] != "ServerInternalException",
        "no request finds the ledger damaged");
  Check(tools::ParseJson(tools::DumpLine(tools::OrderedJson(answer))).has_value(),
        "an answer is a line of JSON");
}

}  // namespace

void FuzzRequests(std::string_view input) {
  static FreshLedger fresh;
  constexpr int kMostLines = 16;
  constexpr std::size_t kDeepEach = 4;
  const bool deep = std::hash<std::string_view>()(input) % kDeepEach == 0;
  for (int line = 0; line < kMostLines && !input.empty(); ++line) {
    const std::string_view text = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(text.size() + 1, input.size()));
    Answer(fresh.Get(), text);
  }
  fresh.End(deep);
}

}  // namespace grantledger::fuzz
