// A ledger in a directory of its own, and the few calls that tests begin with.
#ifndef GRANTLEDGER_TESTS_LEDGER_LEDGER_FIXTURE_H_
#define GRANTLEDGER_TESTS_LEDGER_LEDGER_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <grantledger/ledger.h>

#include "query/open.h"

namespace grantledger {

inline constexpr AccountId kVendor(999999999999);
inline constexpr AccountId kManagement(111111111111);

class LedgerFixture : public testing::Test {
 protected:
  LedgerFixture() {
    directory_ = (std::filesystem::temp_directory_path() / "grantledger-test-XXXXXX").string();
    if (mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    options_.durability = Durability::kBuffered;
  }
  ~LedgerFixture() override {
    ledger_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  void Open(rocksdb::Env* env = nullptr) {
    ledger_.reset();
    auto opened = OpenLedger(directory_, options_, env);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    ledger_ = std::move(*opened);
  }

  /// The files of a directory, and their sizes.
  static std::map<std::string, std::uintmax_t> FilesOf(const std::string& directory) {
    std::map<std::string, std::uintmax_t> files;
    for (const auto& file : std::filesystem::directory_iterator(directory)) {
      std::error_code gone;
      files.emplace(file.path().filename(), std::filesystem::file_size(file.path(), gone));
    }
    return files;
  }

  template <typename Request>
  typename Request::Response Do(AccountId caller, Request request) {
    auto response =
        ledger_->Write(Call{.caller = caller, .time = {}, .as_of = {}}, std::move(request));
    if (!response) throw std::runtime_error(response.error().message());
    return *std::move(response);
  }

  static CreateLicenseRequest LicenseRequest(const std::string& token) {
    CreateLicenseRequest request;
    request.client_token = token;
    request.product_sku = "sku-1";
    request.beneficiary = "Example Corp";
    request.terms.license_name = "Example";
    request.terms.product_name = "Example";
    request.terms.issuer.name = "AWS/Marketplace";
    request.terms.home_region = "us-east-1";
    request.terms.entitlements.push_back({"users", {}, 10, {}, "Count", {}});
    return request;
  }

  static CreateGrantRequest GrantRequest(const std::string& token, const std::string& license,
                                         const std::string& principal) {
    CreateGrantRequest request;
    request.client_token = token;
    request.grant_name = "grant " + token;
    request.license_arn = license;
    request.principals = {principal};
    request.home_region = "us-east-1";
    request.allowed_operations = {GrantOperation::kCreateGrant, GrantOperation::kCheckoutLicense};
    return request;
  }

  static std::string AccountArn(std::uint64_t account) {
    return "arn:aws:iam::" + AccountId(account).ToString() + ":root";
  }

  std::string directory_;
  Options options_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_LEDGER_FIXTURE_H_
