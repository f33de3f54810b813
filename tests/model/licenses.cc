// CreateLicense, CreateLicenseVersion, DeleteLicense.
#include <utility>

#include "operations.h"

namespace grantledger::model {

namespace {

// The time in the notation in which answers give it.
Json Normalized(const Json& time) { return FormatIsoTime(*ParseIsoTime(time.get<std::string>())); }

// A version of the license, as the API's License, from the input that states it.
Json Stated(const License& license, const Json& input, const std::string& status) {
  Json stated;
  for (const char* field :
       {"LicenseName", "ProductName", "HomeRegion", "Entitlements", "ConsumptionConfiguration"}) {
    stated[field] = input.at(field);
  }
  stated["LicenseMetadata"] = input.value("LicenseMetadata", Json::array());
  stated["Issuer"] = input.at("Issuer");
  stated["Issuer"]["KeyFingerprint"] =
      "aws:" + license.issuer_account + ":" + license.issuer_name + ":issuer-fingerprint";
  stated["Validity"]["Begin"] = Normalized(input.at("Validity").at("Begin"));
  if (input.at("Validity").contains("End")) {
    stated["Validity"]["End"] = Normalized(input.at("Validity").at("End"));
  }
  stated["LicenseArn"] = license.arn;
  stated["ProductSKU"] = license.sku;
  stated["Beneficiary"] = license.beneficiary;
  stated["Status"] = status;
  stated["Version"] = std::to_string(license.versions.size() + 1);
  return stated;
}

Json LicenseAnswer(const License& license) {
  return {{"LicenseArn", license.arn},
          {"Status", license.Status()},
          {"Version", license.versions.back().at("Version")}};
}

// To change the license that the call names. Refused where the caller is not its issuer account.
License& LicenseOfCaller(Event& event, const Json& input) {
  const License& license = event.state().TheLicense(input.at("LicenseArn"));
  if (license.issuer_account != event.caller()) RefuseAccess("only the issuer account may");
  const Json& version = license.versions.back().at("Version");
  if (input.value("SourceVersion", version) != version) RefuseState("the version is another");
  if (license.Status() == "DELETED") RefuseState("the license is DELETED");
  return event.state().licenses[static_cast<std::size_t>(&license - event.state().licenses.data())];
}

}  // namespace

Json CreateLicense(Event& event, const Json& input) {
  License license;
  license.issuer_account = event.caller();
  license.arn = event.DrawnId(
      "/LicenseArn", {"arn:aws:license-manager::" + event.caller() + ":license:l-", 32, 32});
  license.issuer_name = input.at("Issuer").at("Name");
  license.sku = input.at("ProductSKU");
  license.beneficiary = input.at("Beneficiary");
  Json stated = Stated(license, input, "AVAILABLE");
  stated["CreateTime"] = FormatIsoTime(event.call().time);
  license.versions.push_back(std::move(stated));
  license.version_lsns.push_back(event.lsn());
  event.state().licenses.push_back(license);
  return LicenseAnswer(license);
}

Json CreateLicenseVersion(Event& event, const Json& input) {
  License& license = LicenseOfCaller(event, input);
  if (input.at("Issuer").at("Name") != license.issuer_name) RefuseArgument("another issuer name");
  Json stated = Stated(license, input, input.at("Status"));
  stated["CreateTime"] = license.versions.front().at("CreateTime");
  license.versions.push_back(std::move(stated));
  license.version_lsns.push_back(event.lsn());
  return LicenseAnswer(license);
}

Json DeleteLicense(Event& event, const Json& input) {
  License& license = LicenseOfCaller(event, input);
  Json last = license.versions.back();
  last["Status"] = "DELETED";
  last["Version"] = std::to_string(license.versions.size() + 1);
  license.versions.push_back(std::move(last));
  license.version_lsns.push_back(event.lsn());
  return {{"Status", "DELETED"}, {"DeletionDate", FormatIsoTime(event.call().time)}};
}

}  // namespace grantledger::model
