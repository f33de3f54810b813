// Page tokens and watch positions. The front door takes those that it gave, and no other text; a
// cursor behind it (the hash of a token is no seal: whoever knows the ledger's key can make one)
// leads anywhere or nowhere, but ends in an answer.
#include <array>

#include "ledger/engine.h"
#include "query/open.h"
#include "query/page_token.h"
#include "query/read_context.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

constexpr Lsn kOrganization = 1;
constexpr Lsn kUnit = 3;
constexpr Lsn kLicense = 10;
constexpr Lsn kDistribution = 18;
constexpr std::uint32_t kPageSize = 2;

/// The small ledger, open for all inputs: nothing here writes to it.
class OpenedLedger {
 public:
  OpenedLedger() {
    const std::string directory = scratch_.path() + "/ledger";
    MakeSmallLedger(directory);
    Options options = ScratchOptions();
    options.read_only = true;
    auto engine = Engine::Open(directory, options, nullptr);
    Check(engine.has_value(), "the small ledger opens");
    engine_ = *std::move(engine);
    auto ledger = Ledger::Open(directory, options);
    Check(ledger.has_value(), "the small ledger opens again");
    ledger_ = *std::move(ledger);
  }
  [[nodiscard]] const Engine& engine() const { return *engine_; }
  [[nodiscard]] const Ledger& ledger() const { return *ledger_; }

 private:
  ScratchDirectory scratch_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Ledger> ledger_;
};

const OpenedLedger& Open() {
  static const OpenedLedger open;
  return open;
}

Call CallOf(AccountId caller) { return {.caller = caller, .time = {}, .as_of = {}}; }

/// Answers the request from the cursor on, as a page that follows.
template <typename Request>
void Go(Request request, AccountId caller, std::string_view cursor) {
  const Engine& engine = Open().engine();
  const auto reading = engine.Read(CallOf(caller));
  Check(reading.has_value(), "the small ledger is read");
  View view = engine.ViewOf(*reading);
  request.paging.max_results = kPageSize;
  ReadContext in{view,
                 caller,
                 engine.options(),
                 engine.retention().horizon(),
                 std::string(cursor),
                 std::nullopt,
                 std::nullopt};
  const auto page = Answer(request, in);
  if (!page) Check(!page.error().message().empty(), "a refusal says why");
}

void GoAnywhere(std::uint8_t kind, AccountId caller, std::string_view cursor) {
  const auto& log = SmallLog();
  const std::string& license = log[kLicense].subject;
  const std::string& distribution = log[kDistribution].subject;
  const std::string& unit = log[kUnit].subject;
  switch (kind) {
    case 0:
      return Go(ListDistributedGrantsRequest{}, caller, cursor);
    case 1:
      return Go(ListReceivedGrantsRequest{}, caller, cursor);
    case 2:
      return Go(ListReceivedGrantsForOrganizationRequest{license, {}, {}}, caller, cursor);
    case 3:
      return Go(ListGrantVersionsRequest{distribution, {}}, caller, cursor);
    case 4: {
      PreviewGrantVersionRequest request;
      request.version.grant_arn = distribution;
      request.version.status = GrantStatus::kDisabled;
      return Go(request, caller, cursor);
    }
    case 5: {
      ListActivationsRequest request;
      request.organization_id = log[kOrganization].subject;
      return Go(request, caller, cursor);
    }
    case 6: {
      ListActivationsRequest request;
      request.account_id = caller.ToString();
      return Go(request, caller, cursor);
    }
    case 7:
      return Go(WatchGrantsRequest{}, caller, cursor);
    case 8:
      return Go(ListGrantChangesRequest{kDistribution + 1, {}}, caller, cursor);
    case 9:
      return Go(ListLicensesRequest{}, caller, cursor);
    case 10:
      return Go(ListLicenseVersionsRequest{license, {}}, caller, cursor);
    case 11:
      return Go(ListReceivedLicensesRequest{}, caller, cursor);
    case 12:
      return Go(ListReceivedLicensesForOrganizationRequest{}, caller, cursor);
    case 13:
      return Go(ListRootsRequest{}, caller, cursor);
    case 14:
      return Go(ListAccountsRequest{}, caller, cursor);
    case 15:
      return Go(ListAccountsForParentRequest{unit, {}}, caller, cursor);
    case 16:
      return Go(ListOrganizationalUnitsForParentRequest{unit, {}}, caller, cursor);
    case 17:
      return Go(ListChildrenRequest{unit, ChildType::kAccount, {}}, caller, cursor);
    default:
      return Go(ListChildrenRequest{unit, ChildType::kOrganizationalUnit, {}}, caller, cursor);
  }
}
constexpr std::uint8_t kKinds = 19;

/// `text`, with as many changes as `in` has: a character becomes another, goes, or comes.
std::string Altered(std::string text, InputReader* in) {
  constexpr int kMost = 4;
  for (int changes = in->Byte() % kMost; changes > 0; --changes) {
    constexpr int kWays = 3;
    const int way = in->Byte() % kWays;
    const std::size_t at = text.empty() ? 0 : in->Byte() % text.size();
    const auto byte = static_cast<char>(in->Byte());
    if (way == 0 || text.empty()) {
      text.insert(at, 1, byte);
    } else if (way == 1) {
      text.erase(at, 1);
    } else {
      text[at] = byte;
    }
  }
  return text;
}

template <typename Request>
bool IsTaken(Request request, const std::string& token, AccountId caller = kManagement) {
  request.paging.max_results = kPageSize;
  request.paging.next_token = token;
  const auto page = Open().ledger().Read(CallOf(caller), request);
  if (page) return true;
  Check(page.error().code() == Code::kInvalidArgument, "another token is InvalidArgument");
  return false;
}

template <typename Request>
std::string FirstToken(Request request) {
  request.paging.max_results = kPageSize;
  const auto page = Open().ledger().Read(CallOf(kManagement), request);
  Check(page.has_value() && !page->next_token.empty(), "the small ledger has a second page");
  return page->next_token;
}

bool IsTaken(const std::string& position) {
  WatchGrantsRequest watch;
  watch.position = position;
  const auto events = Open().ledger().Read(CallOf(kManagement), watch);
  if (events) return true;
  Check(events.error().code() == Code::kInvalidArgument, "another position is InvalidArgument");
  return false;
}

void TryTheDoor(InputReader in) {
  static const std::string token = FirstToken(ListAccountsRequest{});
  static const std::string position =
      Open().ledger().Read(CallOf(kManagement), WatchGrantsRequest{})->position;
  const std::string text = Altered(token, &in);
  const std::string where = Altered(position, &in);
  const std::string rest(in.rest());
  Check(IsTaken(ListAccountsRequest{}, text) == (text == token || text.empty()),
        "a page token is taken where it was given, and no other");
  Check(rest.empty() || rest == token || !IsTaken(ListAccountsRequest{}, rest),
        "no text is a page token");
  Check(!IsTaken(ListRootsRequest{}, token), "a token is of its list");
  Check(where.empty() || IsTaken(where) == (where == position),
        "a position is taken where it was given, and no other");
  Check(rest.empty() || rest == position || !IsTaken(rest), "no text is a position");
}

}  // namespace

void FuzzTokens(std::string_view input) {
  InputReader in(input);
  constexpr std::array kCallers = {kManagement, kVendor, kMember};
  const std::uint8_t kind = in.Byte() % kKinds;
  const AccountId caller = kCallers[in.Byte() % kCallers.size()];
  const std::uint64_t key = in.Byte();
  TryTheDoor(in);
  const std::string_view rest = in.rest();
  if (const auto opened = OpenToken(rest, key, 1, 2)) {
    Check(SealToken(*opened, key, 1, 2) == rest, "a token that opens is as it was sealed");
  }
  const PageToken token{in.Number(2), Time(std::chrono::milliseconds(in.Number(2))),
                        std::string(rest), in.Number(2)};
  const std::string sealed = SealToken(token, key, 1, 2);
  const auto opened = OpenToken(sealed, key, 1, 2);
  Check(opened && opened->cursor == token.cursor && opened->lsn == token.lsn &&
            opened->time == token.time && opened->checksum == token.checksum,
        "a sealed token opens");
  Check(!OpenToken(sealed, key, 1, 3), "a token is bound to its call");
  Check(!OpenToken(sealed, key + 1, 1, 2), "a token is bound to its ledger");
  GoAnywhere(kind, caller, rest);
}

}  // namespace grantledger::fuzz
