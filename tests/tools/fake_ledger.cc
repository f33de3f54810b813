#include "tests/tools/fake_ledger.h"

namespace grantledger {

// In this program every ledger is a FakeLedger: the engine's reads, which are no virtual functions,
// are replaced by the fake's. Never link this where a real ledger is opened.
template <ReadRequestType Request>
Result<typename Request::Response> Ledger::Read(const Call& /*call*/,
                                                const Request& request) const {
  return static_cast<const tools::FakeLedger*>(this)->Answer(request);
}

#define GRANTLEDGER_FAKE_READ(Request) \
  template Result<Request::Response> Ledger::Read(const Call&, const Request&) const;
GRANTLEDGER_FAKE_READ(GetGrantRequest)
GRANTLEDGER_FAKE_READ(ListDistributedGrantsRequest)
GRANTLEDGER_FAKE_READ(ListReceivedGrantsRequest)
GRANTLEDGER_FAKE_READ(ListReceivedGrantsForOrganizationRequest)
GRANTLEDGER_FAKE_READ(CheckEntitlementRequest)
GRANTLEDGER_FAKE_READ(CountGrantsRequest)
GRANTLEDGER_FAKE_READ(ListGrantVersionsRequest)
GRANTLEDGER_FAKE_READ(PreviewGrantVersionRequest)
GRANTLEDGER_FAKE_READ(ListActivationsRequest)
GRANTLEDGER_FAKE_READ(WatchGrantsRequest)
GRANTLEDGER_FAKE_READ(ListGrantChangesRequest)
GRANTLEDGER_FAKE_READ(GetLicenseRequest)
GRANTLEDGER_FAKE_READ(ListLicensesRequest)
GRANTLEDGER_FAKE_READ(ListLicenseVersionsRequest)
GRANTLEDGER_FAKE_READ(ListReceivedLicensesRequest)
GRANTLEDGER_FAKE_READ(ListReceivedLicensesForOrganizationRequest)
GRANTLEDGER_FAKE_READ(GetServiceSettingsRequest)
GRANTLEDGER_FAKE_READ(DescribeOrganizationRequest)
GRANTLEDGER_FAKE_READ(DescribeAccountRequest)
GRANTLEDGER_FAKE_READ(ListRootsRequest)
GRANTLEDGER_FAKE_READ(ListAccountsRequest)
GRANTLEDGER_FAKE_READ(ListAccountsForParentRequest)
GRANTLEDGER_FAKE_READ(ListOrganizationalUnitsForParentRequest)
GRANTLEDGER_FAKE_READ(ListChildrenRequest)
GRANTLEDGER_FAKE_READ(ListParentsRequest)
#undef GRANTLEDGER_FAKE_READ

}  // namespace grantledger

namespace grantledger::tools {

std::vector<Result<WriteResponse>> FakeLedger::Apply(std::span<const grantledger::Write> writes) {
  commits_.push_back(writes.size());
  std::vector<Result<WriteResponse>> responses;
  for (const grantledger::Write& write : writes) responses.push_back(ApplyOne(write.request));
  return responses;
}

Result<WriteResponse> FakeLedger::ApplyOne(const WriteRequest& request) {
  const auto* unit = std::get_if<CreateOrganizationalUnitRequest>(&request);
  if (unit == nullptr) return Status(Code::kInvalidState, "not now");
  const std::string id = "ou-" + std::to_string(++writes_);
  return WriteResponse(CreateOrganizationalUnitRequest::Response{{id, "arn:" + id, unit->name}});
}

Result<std::string> FakeLedger::MemberGrantArn(std::string_view /*distribution_arn*/,
                                               AccountId /*account*/) const {
  return Status(Code::kNotFound, "not here");
}

Result<ListRootsRequest::Response> FakeLedger::Answer(const ListRootsRequest& /*request*/) const {
  return ListRootsRequest::Response{{{"r-" + std::to_string(writes_), "arn", "Root"}}, ""};
}

}  // namespace grantledger::tools
