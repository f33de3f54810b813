#include "model.h"

#include <map>
#include <utility>

#include "operations.h"
#include "shape.h"

namespace grantledger::model {

namespace {

using WriteOperation = Json (*)(Event&, const Json&);
using ReadOperation = Json (*)(const State&, const Call&, const Json&);

const std::map<std::string, WriteOperation> kWrites = {
    {"CreateGrant", CreateGrant},
    {"CreateGrantVersion", CreateGrantVersion},
    {"AcceptGrant", AcceptGrant},
    {"RejectGrant", RejectGrant},
    {"DeleteGrant", DeleteGrant},
    {"CreateLicense", CreateLicense},
    {"CreateLicenseVersion", CreateLicenseVersion},
    {"DeleteLicense", DeleteLicense},
    {"CreateOrganization", CreateOrganization},
    {"CreateOrganizationalUnit", CreateOrganizationalUnit},
    {"DeleteOrganizationalUnit", DeleteOrganizationalUnit},
    {"CreateAccount", CreateAccount},
    {"InviteAccountToOrganization", InviteAccountToOrganization},
    {"AcceptHandshake", AcceptHandshake},
    {"MoveAccount", MoveAccount},
    {"RemoveAccountFromOrganization", RemoveAccountFromOrganization},
    {"LeaveOrganization", LeaveOrganization},
    {"RegisterDelegatedAdministrator", RegisterDelegatedAdministrator},
    {"DeregisterDelegatedAdministrator", DeregisterDelegatedAdministrator},
    {"UpdateServiceSettings", UpdateServiceSettings},
};

// No answer tells whether it was called.
Json Compact(const State& /*state*/, const Call& /*call*/, const Json& /*input*/) {
  return Json::object();
}

const std::map<std::string, ReadOperation> kReads = {
    {"GetGrant", GetGrant},
    {"ListDistributedGrants", ListDistributedGrants},
    {"ListReceivedGrants", ListReceivedGrants},
    {"ListReceivedGrantsForOrganization", ListReceivedGrantsForOrganization},
    {"CheckEntitlement", CheckEntitlement},
    {"CountGrants", CountGrants},
    {"ListGrantVersions", ListGrantVersions},
    {"ListActivations", ListActivations},
    {"PreviewGrantVersion", PreviewGrantVersion},
    {"WatchGrants", WatchGrants},
    {"ListGrantChanges", ListGrantChanges},
    {"Compact", Compact},
    {"GetLicense", GetLicense},
    {"ListLicenses", ListLicenses},
    {"ListLicenseVersions", ListLicenseVersions},
    {"ListReceivedLicenses", ListReceivedLicenses},
    {"ListReceivedLicensesForOrganization", ListReceivedLicensesForOrganization},
    {"GetServiceSettings", GetServiceSettings},
    {"DescribeOrganization", DescribeOrganization},
    {"DescribeAccount", DescribeAccount},
    {"ListRoots", ListRoots},
    {"ListAccounts", ListAccounts},
    {"ListAccountsForParent", ListAccountsForParent},
    {"ListOrganizationalUnitsForParent", ListOrganizationalUnitsForParent},
    {"ListChildren", ListChildren},
    {"ListParents", ListParents},
};

/// The Output that `act` gives, or the error of its refusal.
template <typename Act>
Json AnswerOf(const Act& act) {
  try {
    return {{"Output", act()}};
  } catch (const Refusal& refusal) {
    return {{"Error", {{"Code", refusal.code}, {"Message", refusal.message}}}};
  }
}

}  // namespace

Model::Model(ModelOptions options) : options_(std::move(options)) {}

bool Model::IsWrite(const std::string& operation) {
  if (kWrites.count(operation) != 0) return true;
  if (kReads.count(operation) == 0) RefuseArgument("no operation " + operation);
  return false;
}

Json Model::Execute(const Json& request, const Json& engine_answer) {
  const bool has_output = engine_answer.is_object() && engine_answer.contains("Output");
  return AnswerOf([&]() -> Json {
    const Call call = CheckedCall(request);
    const Json& input = request.at("Input");
    if (!IsWrite(call.operation)) return kReads.at(call.operation)(state_, call, input);
    return Write(call, input, has_output ? engine_answer.at("Output") : Json());
  });
}

Json Model::Read(const Json& request) const {
  return AnswerOf([&] {
    const Call call = CheckedCall(request);
    return kReads.at(call.operation)(state_, call, request.at("Input"));
  });
}

Call Model::CheckedCall(const Json& request) const {
  Call call;
  call.operation = request.at("Operation");
  call.caller = request.at("Caller");
  call.time = *ParseIsoTime(request.at("Time").get<std::string>());
  call.moment = MomentOf(request, call.time);
  (void)IsWrite(call.operation);  // refuses what is unknown
  CheckShape(call.operation, request.at("Input"));
  if (call.time < state_.LastTime()) RefuseArgument("a time earlier than the last record's");
  return call;
}

Json Model::Write(const Call& call, const Json& input, const Json& engine_output) {
  Json output = Replayed(call, input);
  if (!output.is_null()) return output;
  Event event(state_, options_, call, engine_output);
  output = kWrites.at(call.operation)(event, input);
  event.Commit(output.value("GrantArn", ""));
  if (input.contains("ClientToken")) {
    state_.tokens.push_back(
        {call.caller, call.operation, input.at("ClientToken"), input, output, call.time});
  }
  return output;
}

// Times never go back, so behind the first that is too old all are.
Json Model::Replayed(const Call& call, const Json& input) const {
  if (!input.contains("ClientToken")) return nullptr;
  const std::string wanted = input.at("ClientToken");
  for (auto token = state_.tokens.rbegin(); token != state_.tokens.rend(); ++token) {
    if (call.time - token->time >= options_.client_token_lifetime) break;
    if (token->token != wanted || token->caller != call.caller ||
        token->operation != call.operation) {
      continue;
    }
    if (token->input != input) RefuseToken("the token was used with another input");
    return token->output;
  }
  return nullptr;
}

Millis Model::MomentOf(const Json& request, Millis time) const {
  if (!request.contains("AsOf")) return time;
  const Json& as_of = request.at("AsOf");
  return as_of.is_string() ? *ParseIsoTime(as_of.get<std::string>()) : state_.LastTime();
}

void Model::SetRoot(const std::string& organization, const std::string& root) {
  for (Organization& one : state_.organizations) {
    if (one.id != organization) continue;
    for (Account& account : state_.accounts) {
      if (account.place == one.root) account.place = root;
    }
    one.root = root;
  }
}

}  // namespace grantledger::model
