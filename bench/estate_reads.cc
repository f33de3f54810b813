#include "bench/estate_reads.h"

#include <algorithm>
#include <stdexcept>

#include "bench/goal.h"
#include "bench/must.h"
#include "bench/synthetic.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kPage = 100;

bool IsActive(const Grant& grant) { return grant.state->status == GrantStatus::kActive; }

}  // namespace

std::uint64_t EstateCount::Active() const {
  const auto active = grants.find(GrantStatus::kActive);
  return active == grants.end() ? 0 : active->second;
}

std::size_t EstateCount::OtherStatuses() const {
  return grants.size() - grants.count(GrantStatus::kActive);
}

void CheckCount(const EstateCount& count, const EstateShape& shape) {
  const bool all = count.distributions == shape.distributions() && count.OtherStatuses() == 0 &&
                   count.Active() == shape.grants();
  if (!all) {
    throw std::runtime_error("found " + Count(count.Active()) + " ACTIVE member grants of " +
                             Count(count.distributions) + " distributions, and " +
                             Count(count.OtherStatuses()) + " other statuses; expected " +
                             Count(shape.grants()) + " of " + Count(shape.distributions()) +
                             ", and none");
  }
  Check(count.answered == count.asked && count.asked == shape.organizations,
        "a random account's grant is not ACTIVE");
}

std::vector<Grant> EstateReader::DistributionsOf(std::size_t organization) const {
  ListDistributedGrantsRequest request;
  request.filters = {{"GrantStatus", {std::string(Name(GrantStatus::kWorkflowCompleted))}}};
  std::vector<Grant> grants;
  do {
    GrantPage page = Must(ledger_.Read(CallOf(shape_.ManagementOf(organization)), request));
    grants.insert(grants.end(), page.grants.begin(), page.grants.end());
    request.paging.next_token = std::move(page.next_token);
  } while (!request.paging.next_token.empty());
  return grants;
}

void EstateReader::CountOrganization(std::size_t organization, EstateCount* count) {
  const std::vector<Grant> distributions = DistributionsOf(organization);
  Check(!distributions.empty(), "an organization has no distribution");
  const Call call = CallOf(shape_.ManagementOf(organization));
  for (const Grant& each : distributions) {
    const auto counts = Must(ledger_.Read(call, CountGrantsRequest{each.GrantArn()})).counts;
    for (const auto& [status, grants] : counts) count->grants[status] += grants;
  }
  count->distributions += distributions.size();
  const AccountId account = shape_.MemberOf(organization, Random(shape_.accounts));
  const Grant& one = distributions[Random(distributions.size())];
  const GetGrantRequest request{.grant_arn = Must(ledger_.MemberGrantArn(one.GrantArn(), account)),
                                .version = {}};
  ++count->asked;
  if (IsActive(Must(ledger_.Read(CallOf(account), request)).grant)) ++count->answered;
}

PageRead EstateReader::DrawPage() {
  const std::size_t organization = Random(shape_.organizations);
  const AccountId management = shape_.ManagementOf(organization);
  const auto licenses = Must(ledger_.Read(CallOf(management), ListLicensesRequest{})).licenses;
  Check(!licenses.empty(), "an organization has no license");
  PageRead read{.caller = management, .request = {}, .rows = 0};
  read.request.license_arn = licenses[Random(licenses.size())].license_arn;
  const std::size_t before = kPage * Random((shape_.accounts + kPage - 1) / kPage);
  read.rows = std::min(kPage, shape_.accounts - before);
  if (before != 0) {
    auto skipped = read.request;
    skipped.paging.max_results = static_cast<std::uint32_t>(before);
    read.request.paging.next_token = Must(ledger_.Read(CallOf(management), skipped)).next_token;
  }
  return read;
}

EntitlementRead EstateReader::DrawEntitlement() {
  const AccountId account = shape_.MemberOf(Random(shape_.organizations), Random(shape_.accounts));
  return {account,
          {.account_id = account.ToString(),
           .product_sku = SkuOf(Random(shape_.licenses)),
           .issuer_name = kIssuerName}};
}

double Measure(const Ledger& ledger, const PageRead& read) {
  const Call call = CallOf(read.caller);
  GrantPage page;
  const double seconds = Seconds([&] { page = Must(ledger.Read(call, read.request)); });
  Check(page.grants.size() == read.rows, "a page is not full");
  Check(std::ranges::all_of(page.grants, IsActive), "a grant of a page is not ACTIVE");
  return seconds;
}

double Measure(const Ledger& ledger, const EntitlementRead& read) {
  const Call call = CallOf(read.caller);
  CheckEntitlementRequest::Response answer;
  const double seconds = Seconds([&] { answer = Must(ledger.Read(call, read.request)); });
  Check(answer.entitled && answer.grants.size() == 1 && IsActive(answer.grants.front()),
        "an account is not entitled by one ACTIVE grant");
  return seconds;
}

}  // namespace grantledger::bench
