// Makes requests that are refused, or at least mean something else.
#include <iterator>

#include "chooser.h"
#include "principal.h"

namespace grantledger::model {

namespace {

void ReplaceIfThere(Json& input, const std::string& field, const Json& value) {
  if (input.contains(field)) input[field] = value;
}

// Whether it is a CreateGrantVersion, CreateLicenseVersion or DeleteLicense.
bool TakesSourceVersion(const Json& input) {
  if (input.contains("SourceVersion")) return true;
  return input.contains("ClientToken") &&
         (input.contains("GrantArn") || (input.contains("LicenseArn") && input.contains("Issuer")));
}

}  // namespace

void WriteChooser::Spoil(Json& request) {
  const std::size_t drawn = random_.Below(100);
  if (drawn < 30) {
    request["Caller"] = AnyAccount();
  } else if (drawn < 36) {
    if (state_.LastTime() != 0) request["Time"] = FormatIsoTime(state_.LastTime() - 1);
  } else {
    SpoilInput(request["Input"]);
  }
}

void WriteChooser::SpoilInput(Json& input) {
  const std::size_t drawn = random_.Below(100);
  const Grant* grant = AnyGrant();
  if (drawn < 25 && input.contains("GrantArn") && grant != nullptr) {
    input["GrantArn"] = random_.Percent(70) ? grant->arn : Unknown(grant->arn);
  } else if (drawn < 30) {
    for (const char* field : {"LicenseArn", "GrantArn"}) {
      if (input.contains(field)) input[field] = Unknown(input[field]);
    }
  } else if (drawn < 45) {
    const std::string version = std::to_string(random_.Below(6));
    ReplaceIfThere(input, "Version", version);
    if (TakesSourceVersion(input)) input["SourceVersion"] = version;
  } else if (drawn < 60 && !input.empty()) {
    auto field = input.begin();
    std::advance(field, random_.Below(input.size()));
    input.erase(field.key());
  } else {
    SpoilValue(input);
  }
}

void WriteChooser::SpoilText(Json& input) {
  // The last is fine in all texts.
  static const Strings texts = {std::string("a\0b", 3), "\n", "a\x1f", "\x7f", "a\xc2\x9b[31m",
                                "\xc2\xa0\u2028"};
  const std::string& text = random_.Pick(texts);
  for (const char* field : {"Name", "ProductSKU", "ClientToken", "GrantName", "StatusReason"}) {
    if (random_.Percent(60)) ReplaceIfThere(input, field, text);
  }
  if (input.contains("Issuer") && random_.Percent(60)) input["Issuer"]["Name"] = text;
}

void WriteChooser::SpoilValue(Json& input) {
  static const Json too_many = {"CreateGrant",    "CreateToken",     "CheckInLicense",
                                "CheckInLicense", "CheckoutLicense", "CheckoutLicense",
                                "CreateToken",    "CreateToken"};
  static const Strings bad_status = {"REJECTED", "DELETED", "PENDING_ACCEPT", "NONSENSE"};
  switch (random_.Below(10)) {
    case 0:
      return ReplaceIfThere(input, "AllowedOperations", Json::array());
    case 1:
      return ReplaceIfThere(input, "AllowedOperations", too_many);
    case 2:
      return ReplaceIfThere(input, "AllowedOperations", Json::array({"CreateGrant", "Nonsense"}));
    case 3:
      return ReplaceIfThere(input, "Status", random_.Pick(bad_status));
    case 4:
      return ReplaceIfThere(input, "StatusReason", std::string(400 + random_.Below(2), 'x'));
    case 5:
      if (input.contains("Principals"))
        input["Principals"].push_back(AccountPrincipal(AnyAccount()));
      return;
    case 6:
      return ReplaceIfThere(input, "Principals", Json::array({"arn:aws:iam::12:root"}));
    case 7:
      return ReplaceIfThere(input, "AccountId", AnyAccount());
    case 8:
      return SpoilText(input);
    default:
      if (input.contains("GrantArn") && input.contains("ClientToken")) {
        input["Options"]["ActivationOverrideBehavior"] = "ALL_GRANTS_PERMITTED_BY_ISSUER";
      }
  }
}

}  // namespace grantledger::model
