// Page tokens: any text, and any cursor in a token that has the right hash, which is no seal:
// whoever knows the ledger's key can make one.
#include "ledger/engine.h"
#include "query/fingerprint.h"
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

/// The small ledger, open for all inputs: nothing here writes to it.
class OpenLedger {
 public:
  OpenLedger() {
    const std::string directory = scratch_.path() + "/ledger";
    MakeSmallLedger(directory);
    Options options = ScratchOptions();
    options.read_only = true;
    auto engine = Engine::Open(directory, options, nullptr);
    Check(engine.has_value(), "the small ledger opens");
    engine_ = *std::move(engine);
  }
  [[nodiscard]] const Engine& engine() const { return *engine_; }

 private:
  ScratchDirectory scratch_;
  std::unique_ptr<Engine> engine_;
};

/// Answers the request from the cursor on, as a page that follows.
template <typename Request>
void Go(Request request, AccountId caller, std::string_view cursor) {
  static const OpenLedger open;
  const auto reading = open.engine().Read(Call{.caller = caller, .time = {}, .as_of = {}});
  Check(reading.has_value(), "the small ledger is read");
  View view = open.engine().ViewOf(*reading);
  request.paging.max_results = 3;
  ReadContext in{view,
                 caller,
                 open.engine().options(),
                 open.engine().retention().horizon(),
                 std::string(cursor),
                 std::nullopt};
  const auto page = Answer(request, in);
  // A made-up cursor may be refused, or lead anywhere in what the caller may read.
  if (!page) (void)page.error().message();
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

}  // namespace

void FuzzTokens(std::string_view input) {
  InputReader in(input);
  constexpr std::uint8_t kKinds = 19;
  constexpr std::uint64_t kCallers[] = {111122223333, 999988887777, 200000000003};
  const std::uint8_t kind = in.Byte() % kKinds;
  const AccountId caller(kCallers[in.Byte() % std::size(kCallers)]);
  const std::uint64_t key = in.Number(1);
  const std::string_view rest = in.rest();
  (void)OpenToken(rest, key, 1, 2);
  const PageToken token{in.Number(2), Time(), std::string(rest)};
  std::string sealed = SealToken(token, key, 1, 2);
  const auto opened = OpenToken(sealed, key, 1, 2);
  Check(opened && opened->cursor == rest && opened->lsn == token.lsn, "a sealed token opens");
  Check(!OpenToken(sealed, key, 1, 3), "a token is bound to its call");
  GoAnywhere(kind, caller, rest);
}

}  // namespace grantledger::fuzz
