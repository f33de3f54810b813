// How a program embeds the ledger: open one, share a license with another account, see what that
// account holds.
#include <cstdio>
#include <memory>
#include <string>

#include <grantledger/ledger.h>

namespace gl = grantledger;

namespace {

constexpr gl::Call kVendor{.caller = gl::AccountId(111122223333)};
constexpr gl::Call kCustomer{.caller = gl::AccountId(444455556666)};

gl::CreateLicenseRequest LicenseOf(const std::string& product) {
  gl::CreateLicenseRequest license{.client_token = "license-of-" + product,
                                   .product_sku = product,
                                   .beneficiary = kVendor.caller.ToString()};
  license.terms.license_name = license.terms.product_name = "Example Monitor";
  license.terms.issuer.name = "Example Corp";
  license.terms.home_region = "us-east-1";
  license.terms.validity.begin = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  license.terms.entitlements = {{.name = "hosts", .max_count = 50, .unit = "Count"}};
  return license;
}

gl::Status ShareAndList(gl::Ledger& ledger) {
  const auto license = ledger.Write(kVendor, LicenseOf("example-monitor"));
  if (!license) return license.error();

  const auto grant = ledger.Write(
      kVendor, gl::CreateGrantRequest{
                   .client_token = "share-with-customer",
                   .grant_name = "Example Monitor for a customer",
                   .license_arn = license->license_arn,
                   .principals = {"arn:aws:iam::" + kCustomer.caller.ToString() + ":root"},
                   .home_region = "us-east-1",
                   .allowed_operations = {gl::GrantOperation::kCheckoutLicense}});
  if (!grant) return grant.error();

  const auto accepted = ledger.Write(kCustomer, gl::AcceptGrantRequest{grant->grant_arn});
  if (!accepted) return accepted.error();

  const auto active =
      ledger.Write(kCustomer, gl::CreateGrantVersionRequest{.client_token = "activate",
                                                            .grant_arn = grant->grant_arn,
                                                            .status = gl::GrantStatus::kActive});
  if (!active) return active.error();

  const auto page = ledger.Read(kCustomer, gl::ListReceivedGrantsRequest{});
  if (!page) return page.error();
  for (const gl::Grant& received : page->grants) {
    std::printf("%s  %s  version %s\n", received.GrantArn().c_str(),
                std::string(gl::Name(received.state->status)).c_str(), received.Version().c_str());
  }
  return {};
}

int Fail(const gl::Status& status) {
  std::fprintf(stderr, "embed: %s: %s\n", std::string(gl::CodeName(status.code())).c_str(),
               status.message().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: embed DIR (of a new ledger)\n");
    return 2;
  }
  const auto ledger = gl::Ledger::Open(argv[1], {});
  if (!ledger) return Fail(ledger.error());
  const gl::Status status = ShareAndList(**ledger);
  return status.ok() ? 0 : Fail(status);
}
