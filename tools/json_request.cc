#include "tools/json_request.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "tools/json_requests.h"
#include "tools/nearest.h"

namespace grantledger::tools {
namespace {

using AnyRequest = std::variant<WriteRequest, ReadRequest, CompactRequest>;

struct Operation {
  std::string_view name;
  /// Reads the Input, which stands at the path.
  Result<AnyRequest> (*parse)(const Json&, const Path&);
};

template <typename T>
Result<AnyRequest> Parse(const Json& input, const Path& path) {
  T request;
  ObjectReader in(input, path);
  ReadFields(in, request);
  if (Status status = in.Finish(); !status.ok()) return status;
  if constexpr (WriteRequestType<T>) return AnyRequest(WriteRequest(std::move(request)));
  if constexpr (ReadRequestType<T>) return AnyRequest(ReadRequest(std::move(request)));
  if constexpr (std::is_same_v<T, CompactRequest>) return AnyRequest(request);
}

constexpr std::array kOperations = {
    Operation{"CreateGrant", Parse<CreateGrantRequest>},
    Operation{"CreateGrantVersion", Parse<CreateGrantVersionRequest>},
    Operation{"AcceptGrant", Parse<AcceptGrantRequest>},
    Operation{"RejectGrant", Parse<RejectGrantRequest>},
    Operation{"DeleteGrant", Parse<DeleteGrantRequest>},
    Operation{"GetGrant", Parse<GetGrantRequest>},
    Operation{"ListDistributedGrants", Parse<ListDistributedGrantsRequest>},
    Operation{"ListReceivedGrants", Parse<ListReceivedGrantsRequest>},
    Operation{"ListReceivedGrantsForOrganization", Parse<ListReceivedGrantsForOrganizationRequest>},
    Operation{"CheckEntitlement", Parse<CheckEntitlementRequest>},
    Operation{"CountGrants", Parse<CountGrantsRequest>},
    Operation{"ListGrantVersions", Parse<ListGrantVersionsRequest>},
    Operation{"PreviewGrantVersion", Parse<PreviewGrantVersionRequest>},
    Operation{"ListActivations", Parse<ListActivationsRequest>},
    Operation{"WatchGrants", Parse<WatchGrantsRequest>},
    Operation{"ListGrantChanges", Parse<ListGrantChangesRequest>},
    Operation{"Compact", Parse<CompactRequest>},

    Operation{"CreateLicense", Parse<CreateLicenseRequest>},
    Operation{"CreateLicenseVersion", Parse<CreateLicenseVersionRequest>},
    Operation{"DeleteLicense", Parse<DeleteLicenseRequest>},
    Operation{"GetLicense", Parse<GetLicenseRequest>},
    Operation{"ListLicenses", Parse<ListLicensesRequest>},
    Operation{"ListLicenseVersions", Parse<ListLicenseVersionsRequest>},
    Operation{"ListReceivedLicenses", Parse<ListReceivedLicensesRequest>},
    Operation{"ListReceivedLicensesForOrganization",
              Parse<ListReceivedLicensesForOrganizationRequest>},

    Operation{"UpdateServiceSettings", Parse<UpdateServiceSettingsRequest>},
    Operation{"GetServiceSettings", Parse<GetServiceSettingsRequest>},
    Operation{"CreateOrganization", Parse<CreateOrganizationRequest>},
    Operation{"CreateOrganizationalUnit", Parse<CreateOrganizationalUnitRequest>},
    Operation{"DeleteOrganizationalUnit", Parse<DeleteOrganizationalUnitRequest>},
    Operation{"CreateAccount", Parse<CreateAccountRequest>},
    Operation{"InviteAccountToOrganization", Parse<InviteAccountToOrganizationRequest>},
    Operation{"AcceptHandshake", Parse<AcceptHandshakeRequest>},
    Operation{"MoveAccount", Parse<MoveAccountRequest>},
    Operation{"RemoveAccountFromOrganization", Parse<RemoveAccountFromOrganizationRequest>},
    Operation{"LeaveOrganization", Parse<LeaveOrganizationRequest>},
    Operation{"RegisterDelegatedAdministrator", Parse<RegisterDelegatedAdministratorRequest>},
    Operation{"DeregisterDelegatedAdministrator", Parse<DeregisterDelegatedAdministratorRequest>},
    Operation{"DescribeOrganization", Parse<DescribeOrganizationRequest>},
    Operation{"DescribeAccount", Parse<DescribeAccountRequest>},
    Operation{"ListRoots", Parse<ListRootsRequest>},
    Operation{"ListAccounts", Parse<ListAccountsRequest>},
    Operation{"ListAccountsForParent", Parse<ListAccountsForParentRequest>},
    Operation{"ListOrganizationalUnitsForParent", Parse<ListOrganizationalUnitsForParentRequest>},
    Operation{"ListChildren", Parse<ListChildrenRequest>},
    Operation{"ListParents", Parse<ListParentsRequest>},
};
static_assert(kOperations.size() ==
                  std::variant_size_v<WriteRequest> + std::variant_size_v<ReadRequest> + 1,
              "an operation of the ledger has no name here");

constexpr auto kOperationNames = [] {
  std::array<std::string_view, kOperations.size()> names;
  std::ranges::transform(kOperations, names.begin(), &Operation::name);
  return names;
}();

/// An Input as it stands, to be read when the operation is known.
struct Input {
  const Json* value = nullptr;
};

Status ReadValue(const Json& value, const Path& path, Input& out) {
  if (!value.is_object()) return WrongType(path, value, kExpected<Input>);
  out.value = &value;
  return {};
}

struct Envelope {
  std::string operation;
  Call call;
  Input input;
};

void ReadFields(ObjectReader& in, Envelope& out) {
  in.RequiredName("Operation", kOperationNames, out.operation);
  in.Required("Caller", out.call.caller);
  in.Optional("Time", out.call.time);
  in.Optional("AsOf", out.call.as_of);
  in.Required("Input", out.input);
}

const Operation& Find(std::string_view name) {
  return *std::ranges::find(kOperations, name, &Operation::name);
}

/// Only a read answers from a moment of the past.
Status CheckNoAsOf(const Envelope& envelope) {
  if (!envelope.call.as_of) return {};
  return {Code::kInvalidArgument,
          fmt::format("AsOf is given, but {} writes, expected none: only a read answers from a "
                      "moment of the past",
                      envelope.operation)};
}

}  // namespace

Result<Request> ParseRequest(const Json& request) {
  const Path root;
  Envelope envelope;
  if (Status status = ReadValue(request, root, envelope); !status.ok()) return status;
  const Operation& operation = Find(envelope.operation);
  Result<AnyRequest> input = operation.parse(*envelope.input.value, Path(&root, "Input"));
  if (!input) return std::move(input).error();
  if (auto* read = std::get_if<ReadRequest>(&*input)) {
    return Request(Read{envelope.call, std::move(*read)});
  }
  if (Status status = CheckNoAsOf(envelope); !status.ok()) return status;
  if (auto* write = std::get_if<WriteRequest>(&*input)) {
    return Request(Write{envelope.call, std::move(*write)});
  }
  return Request(CompactRequest{envelope.call});
}

std::span<const std::string_view> OperationNames() { return kOperationNames; }

}  // namespace grantledger::tools
