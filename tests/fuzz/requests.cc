// Requests: lines of JSON, as ledger-apply gets them. Each is answered, and none finds the ledger
// damaged.
#include <filesystem>

#include "tests/fuzz/scratch.h"
#include "tests/fuzz/targets.h"
#include "tools/json_api.h"

namespace grantledger::fuzz {
namespace {

namespace fs = std::filesystem;

/// The small ledger, as it was before each input.
class FreshLedger {
 public:
  FreshLedger() {
    MakeSmallLedger(original());
    Refresh();
  }

  Ledger& Get() {
    if (ledger_->LastLsn() + 1 != SmallLog().size()) Refresh();
    return *ledger_;
  }

 private:
  [[nodiscard]] std::string original() const { return scratch_.path() + "/original"; }
  [[nodiscard]] std::string copy() const { return scratch_.path() + "/copy"; }
  void Refresh() {
    ledger_.reset();
    fs::remove_all(copy());
    fs::copy(original(), copy(), fs::copy_options::recursive);
    auto opened = Ledger::Open(copy(), ScratchOptions());
    Check(opened.has_value(), "the small ledger opens");
    ledger_ = *std::move(opened);
  }

  ScratchDirectory scratch_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace

void FuzzRequests(std::string_view input) {
  static FreshLedger fresh;
  tools::JsonApi api(fresh.Get());
  constexpr int kMostLines = 16;
  for (int line = 0; line < kMostLines && !input.empty(); ++line) {
    const std::string_view text = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(text.size() + 1, input.size()));
    const auto request = tools::ParseJson(text);
    if (!request) continue;
    const tools::OrderedJson answer = api.Execute(*request);
    const bool is_error = answer.contains("Error");
    Check(is_error != answer.contains("Output"), "an answer is an Output or an Error");
    Check(!is_error || answer["Error"]["Code"] != "ServerInternalException",
          "no request finds the ledger damaged");
    Check(tools::ParseJson(tools::DumpLine(answer)).has_value(), "an answer is a line of JSON");
  }
}

}  // namespace grantledger::fuzz
