// Shapes: lengths, patterns and numbers of items, by the AWS API references.
#include <algorithm>
#include <initializer_list>
#include <utility>

#include <flatbuffers/util.h>

#include "codec/arn.h"
#include "ledger/decide.h"
#include "ledger/errors.h"

namespace grantledger {
namespace {

constexpr std::size_t kMaxToken = 2048;
constexpr std::size_t kMaxUnitName = 128;
constexpr std::size_t kMaxReason = 400;
constexpr std::size_t kMaxOperations = 7;
constexpr std::string_view kServicePrincipal = "license-manager.amazonaws.com";

constexpr int kFirstPrintable = 0x20;
constexpr int kFirstControlAbove = 0x7f;
constexpr int kLastControl = 0x9f;

/// C0, DEL and C1.
bool IsControl(int character) {
  return character < kFirstPrintable ||
         (character >= kFirstControlAbove && character <= kLastControl);
}

/// How a refusal names a character: U+0000.
std::string CodePoint(int character) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name = "U+";
  for (int shift = 12; shift >= 0; shift -= 4) {
    name += kDigits[static_cast<std::size_t>(character >> shift & 15)];
  }
  return name;
}

/// Calls `see` with each character and stops where that fails. InvalidArgument: not UTF-8.
template <typename See>
Status ForEachCharacter(std::string_view field, const std::string& text, const See& see) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const auto offset = at - text.data();
    // The zero byte behind the text ends an incomplete character.
    const int character = flatbuffers::FromUTF8(&at);
    if (character < 0) {
      return Invalid(field, "no UTF-8 from its byte " + std::to_string(offset) + " on", "UTF-8");
    }
    GL_RETURN_IF_ERROR(see(character));
  }
  return {};
}

Status CheckText(std::string_view field, const std::string& text) {
  return ForEachCharacter(field, text, [](int /*character*/) { return Status(); });
}

Status CheckTexts(std::initializer_list<std::pair<std::string_view, const std::string&>> texts) {
  for (const auto& [field, text] : texts) GL_RETURN_IF_ERROR(CheckText(field, text));
  return {};
}

Status CheckText(std::string_view field, const std::optional<std::string>& text) {
  return text ? CheckText(field, *text) : Status();
}

/// In characters, not bytes.
Status CheckLength(std::string_view field, const std::string& text, std::size_t least,
                   std::size_t most) {
  std::size_t length = 0;
  GL_RETURN_IF_ERROR(ForEachCharacter(field, text, [&length](int /*character*/) {
    ++length;
    return Status();
  }));
  if (length >= least && length <= most) return {};
  return Invalid(field, std::to_string(length) + " characters long",
                 std::to_string(least) + " to " + std::to_string(most));
}

Status CheckToken(const std::string& token) {
  GL_RETURN_IF_ERROR(CheckLength("ClientToken", token, 1, kMaxToken));
  if (token.find(' ') != std::string::npos) {
    return Invalid("ClientToken", "text with white space", "text without");
  }
  return CheckKeyText("ClientToken", token);
}

Status CheckArn(std::string_view field, std::string_view arn) {
  return IsArn(arn) ? Status() : Invalid(field, Quoted(arn), "an ARN");
}

Status CheckOperations(const GrantOperations& operations) {
  if (!operations.empty() && operations.size() <= kMaxOperations) return {};
  return Invalid("AllowedOperations", "a list of " + std::to_string(operations.size()),
                 "1 to 7 items");
}

Status CheckReason(const std::optional<std::string>& reason) {
  return reason ? CheckLength("StatusReason", *reason, 0, kMaxReason) : Status();
}

Status CheckAccount(std::string_view field, const std::string& account) {
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const AccountId parsed, ParseAccount(field, account));
  return {};
}

Status CheckPlace(std::string_view field, const std::string& id) {
  if (IsRootId(id) || IsUnitId(id)) return {};
  return Invalid(field, Quoted(id), "the id of a root or an organizational unit");
}

std::string FieldOf(std::string_view list, std::size_t item, std::string_view field) {
  return std::string(list) + "[" + std::to_string(item) + "]." + std::string(field);
}

Status CheckTextsOfTerms(const LicenseTerms& terms) {
  GL_RETURN_IF_ERROR(CheckTexts({{"LicenseName", terms.license_name},
                                 {"ProductName", terms.product_name},
                                 {"HomeRegion", terms.home_region}}));
  GL_RETURN_IF_ERROR(CheckText("Issuer.SignKey", terms.issuer.sign_key));
  for (std::size_t i = 0; i < terms.entitlements.size(); ++i) {
    const Entitlement& one = terms.entitlements[i];
    GL_RETURN_IF_ERROR(CheckTexts({{FieldOf("Entitlements", i, "Name"), one.name},
                                   {FieldOf("Entitlements", i, "Unit"), one.unit}}));
    GL_RETURN_IF_ERROR(CheckText(FieldOf("Entitlements", i, "Value"), one.value));
  }
  for (std::size_t i = 0; i < terms.license_metadata.size(); ++i) {
    const Metadata& one = terms.license_metadata[i];
    GL_RETURN_IF_ERROR(CheckTexts({{FieldOf("LicenseMetadata", i, "Name"), one.name},
                                   {FieldOf("LicenseMetadata", i, "Value"), one.value}}));
  }
  return {};
}

Status CheckTerms(const LicenseTerms& terms) {
  GL_RETURN_IF_ERROR(CheckKeyText("Issuer.Name", terms.issuer.name));
  GL_RETURN_IF_ERROR(CheckTextsOfTerms(terms));
  if (terms.validity.end && *terms.validity.end < terms.validity.begin) {
    return Invalid("Validity.End", FormatTime(*terms.validity.end),
                   "not before Validity.Begin, " + FormatTime(terms.validity.begin));
  }
  return {};
}

Status Check(const CreateGrantRequest& request) {
  GL_RETURN_IF_ERROR(CheckToken(request.client_token));
  GL_RETURN_IF_ERROR(CheckArn("LicenseArn", request.license_arn));
  if (request.principals.size() != 1) {
    return Invalid("Principals", "a list of " + std::to_string(request.principals.size()),
                   "exactly one item");
  }
  if (!ParsePrincipalArn(request.principals[0])) {
    return Invalid("Principals[0]", Quoted(request.principals[0]),
                   "the ARN of an account (arn:aws:iam::<account>:root), an organization or an "
                   "organizational unit");
  }
  GL_RETURN_IF_ERROR(
      CheckTexts({{"GrantName", request.grant_name}, {"HomeRegion", request.home_region}}));
  return CheckOperations(request.allowed_operations);
}

Status CheckStatusFields(const CreateGrantVersionRequest& request) {
  const bool allowed = !request.status || *request.status == GrantStatus::kActive ||
                       *request.status == GrantStatus::kDisabled;
  if (!allowed) return Invalid("Status", Name(*request.status), "ACTIVE or DISABLED");
  if (request.status_reason && !request.status) {
    return Invalid("StatusReason", "given without Status", "one with Status");
  }
  if (request.options && request.status != GrantStatus::kActive) {
    return Invalid("Options", "given without Status ACTIVE", "one with Status ACTIVE");
  }
  return {};
}

Status Check(const CreateGrantVersionRequest& request) {
  GL_RETURN_IF_ERROR(CheckToken(request.client_token));
  return CheckVersionShape(request);
}

Status Check(const AcceptGrantRequest& request) { return CheckArn("GrantArn", request.grant_arn); }
Status Check(const RejectGrantRequest& request) { return CheckArn("GrantArn", request.grant_arn); }

Status Check(const DeleteGrantRequest& request) {
  GL_RETURN_IF_ERROR(CheckArn("GrantArn", request.grant_arn));
  return CheckReason(request.status_reason);
}

Status Check(const CreateLicenseRequest& request) {
  GL_RETURN_IF_ERROR(CheckToken(request.client_token));
  GL_RETURN_IF_ERROR(CheckKeyText("ProductSKU", request.product_sku));
  GL_RETURN_IF_ERROR(CheckText("Beneficiary", request.beneficiary));
  return CheckTerms(request.terms);
}

Status Check(const CreateLicenseVersionRequest& request) {
  GL_RETURN_IF_ERROR(CheckToken(request.client_token));
  GL_RETURN_IF_ERROR(CheckArn("LicenseArn", request.license_arn));
  const bool allowed = request.status == LicenseStatus::kAvailable ||
                       request.status == LicenseStatus::kDeactivated ||
                       request.status == LicenseStatus::kSuspended ||
                       request.status == LicenseStatus::kExpired;
  if (!allowed) {
    return Invalid("Status", Name(request.status), "AVAILABLE, DEACTIVATED, SUSPENDED or EXPIRED");
  }
  return CheckTerms(request.terms);
}

Status Check(const DeleteLicenseRequest& request) {
  return CheckArn("LicenseArn", request.license_arn);
}

Status Check(const UpdateServiceSettingsRequest& /*request*/) { return {}; }
Status Check(const CreateOrganizationRequest& /*request*/) { return {}; }
Status Check(const LeaveOrganizationRequest& /*request*/) { return {}; }

Status Check(const CreateOrganizationalUnitRequest& request) {
  GL_RETURN_IF_ERROR(CheckPlace("ParentId", request.parent_id));
  GL_RETURN_IF_ERROR(CheckLength("Name", request.name, 1, kMaxUnitName));
  return CheckKeyText("Name", request.name);
}

Status Check(const DeleteOrganizationalUnitRequest& request) {
  if (IsUnitId(request.organizational_unit_id)) return {};
  return Invalid("OrganizationalUnitId", Quoted(request.organizational_unit_id),
                 "the id of an organizational unit");
}

Status Check(const CreateAccountRequest& request) {
  GL_RETURN_IF_ERROR(CheckLength("Email", request.email, 6, 64));
  const std::size_t at = request.email.find('@');
  if (at == 0 || at == std::string::npos || request.email.find('.', at) == std::string::npos) {
    return Invalid("Email", Quoted(request.email), "an address like name@example.com");
  }
  GL_RETURN_IF_ERROR(CheckLength("AccountName", request.account_name, 1, 50));
  return request.account_id ? CheckAccount("AccountId", *request.account_id) : Status();
}

Status Check(const InviteAccountToOrganizationRequest& request) {
  if (request.target_type != "ACCOUNT") {
    return Invalid("Target.Type", Quoted(request.target_type), "ACCOUNT");
  }
  GL_RETURN_IF_ERROR(CheckAccount("Target.Id", request.target_id));
  return CheckLength("Notes", request.notes, 0, 1024);
}

Status Check(const AcceptHandshakeRequest& request) {
  if (IsHandshakeId(request.handshake_id)) return {};
  return Invalid("HandshakeId", Quoted(request.handshake_id), "the id of a handshake (h-…)");
}

Status Check(const MoveAccountRequest& request) {
  GL_RETURN_IF_ERROR(CheckAccount("AccountId", request.account_id));
  GL_RETURN_IF_ERROR(CheckPlace("SourceParentId", request.source_parent_id));
  return CheckPlace("DestinationParentId", request.destination_parent_id);
}

Status Check(const RemoveAccountFromOrganizationRequest& request) {
  return CheckAccount("AccountId", request.account_id);
}

Status CheckDelegate(const std::string& account, const std::string& service_principal) {
  GL_RETURN_IF_ERROR(CheckAccount("AccountId", account));
  if (service_principal == kServicePrincipal) return {};
  return Invalid("ServicePrincipal", Quoted(service_principal), Quoted(kServicePrincipal));
}

Status Check(const RegisterDelegatedAdministratorRequest& request) {
  return CheckDelegate(request.account_id, request.service_principal);
}

Status Check(const DeregisterDelegatedAdministratorRequest& request) {
  return CheckDelegate(request.account_id, request.service_principal);
}

template <typename Request>
std::string_view TokenOf(const Request& request) {
  if constexpr (requires { request.client_token; }) return request.client_token;
  return {};
}

}  // namespace

Status CheckVersionShape(const CreateGrantVersionRequest& request) {
  GL_RETURN_IF_ERROR(CheckArn("GrantArn", request.grant_arn));
  if (!request.grant_name && !request.allowed_operations && !request.status) {
    return {Code::kInvalidArgument,
            "none of GrantName, AllowedOperations and Status is given, expected at least one"};
  }
  if (request.allowed_operations) {
    GL_RETURN_IF_ERROR(CheckOperations(*request.allowed_operations));
  }
  GL_RETURN_IF_ERROR(CheckText("GrantName", request.grant_name));
  GL_RETURN_IF_ERROR(CheckStatusFields(request));
  return CheckReason(request.status_reason);
}

Status CheckKeyText(std::string_view field, const std::string& text) {
  if (text.empty()) return Invalid(field, "empty", "at least one character");
  return ForEachCharacter(field, text, [field](int character) -> Status {
    if (!IsControl(character)) return {};
    return Invalid(field, "text with the control character " + CodePoint(character),
                   "text without control characters");
  });
}

Status CheckShape(const WriteRequest& request) {
  return std::visit([](const auto& one) { return Check(one); }, request);
}

std::string_view ClientTokenOf(const WriteRequest& request) {
  return std::visit([](const auto& one) { return TokenOf(one); }, request);
}

}  // namespace grantledger
