// Section 5 of SEMANTICS.md: lists, their filters and their pages.
#include "scenario.h"

namespace grantledger::model {
namespace {

Json FilterOf(const std::string& name, const std::string& value) {
  return {{"Name", name}, {"Values", Json::array({value})}};
}

class Section5Lists : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    NewAccount(kMgmt, kAda);
    NewAccount(kMgmt, kBob);
    license_ = NewLicense(kMgmt);
    first_ = Give(kMgmt, license_, AccountPrincipal(kAda));
    distribution_ = Give(kMgmt, license_, OrganizationPrincipal(kMgmt));
    other_license_ = NewLicense(kVendor, "other", "Vendor");
    other_ = Give(kVendor, other_license_, AccountPrincipal(kAda));
    last_ = Give(kMgmt, license_, AccountPrincipal(kStranger));
  }
  Strings Arns(const std::string& operation, const std::string& caller, const Json& input) {
    return Column(Do(operation, caller, input)["Grants"], "GrantArn");
  }
  Strings Filtered(const std::string& operation, const std::string& caller, const std::string& name,
                   const std::string& value) {
    return Arns(operation, caller, {{"Filters", Json::array({FilterOf(name, value)})}});
  }
  std::string RefusedWith(const Json& filters) {
    return Refused("ListReceivedGrants", kAda, {{"Filters", filters}});
  }
  std::string license_, other_license_, first_, distribution_, other_, last_;
};

TEST_F(Section5Lists, DistributedGrantsAreInCreationOrderWithTheMembersBehindTheirDistribution) {
  Strings listed = Arns("ListDistributedGrants", kMgmt, Json::object());
  ASSERT_EQ(listed.size(), 5U);
  const std::string ada = Member(distribution_, kAda);
  if (listed[2] != ada) std::swap(listed[2], listed[3]);  // their order is not specified
  EXPECT_EQ(listed, (Strings{first_, distribution_, ada, Member(distribution_, kBob), last_}));
}

TEST_F(Section5Lists, DistributedGrantsOfEveryStatus) {
  Delete(kMgmt, distribution_);
  EXPECT_EQ(Filtered("ListDistributedGrants", kMgmt, "GrantStatus", "DELETED").size(), 3U);
}

TEST_F(Section5Lists, AnArnWithAnotherAccountInItMatchesNothing) {
  const auto stolen = [](std::string arn, const std::string& owner) {
    return arn.replace(arn.find(owner), owner.size(), kStranger);
  };
  EXPECT_TRUE(
      Filtered("ListDistributedGrants", kMgmt, "LicenseArn", stolen(license_, kMgmt)).empty());
  EXPECT_TRUE(Filtered("ListReceivedGrants", kAda, "LicenseArn", stolen(license_, kMgmt)).empty());
  const Json arns = {{"GrantArns", Json::array({stolen(first_, kMgmt)})}};
  EXPECT_TRUE(Arns("ListDistributedGrants", kMgmt, arns).empty());
  EXPECT_TRUE(Arns("ListReceivedGrants", kAda, arns).empty());
}

TEST_F(Section5Lists, DistributedGrantsFilters) {
  const auto filtered = [&](const std::string& name, const std::string& value) {
    return Filtered("ListDistributedGrants", kMgmt, name, value).size();
  };
  EXPECT_EQ(filtered("LicenseArn", license_), 5U);
  EXPECT_EQ(filtered("LicenseArn", other_license_), 0U);
  EXPECT_EQ(filtered("GrantStatus", "WORKFLOW_COMPLETED"), 1U);
  EXPECT_EQ(filtered("GranteePrincipalARN", AccountPrincipal(kAda)), 2U);
  EXPECT_EQ(filtered("ProductSKU", "sku"), 5U);
  EXPECT_EQ(filtered("LicenseIssuerName", "AWS/Marketplace"), 5U);
  EXPECT_EQ(filtered("LicenseIssuerName", "aws/marketplace"), 0U);
}

TEST_F(Section5Lists, ReceivedGrantsAreInTheOrderOfCreation) {
  EXPECT_EQ(Arns("ListReceivedGrants", kAda, Json::object()),
            (Strings{first_, Member(distribution_, kAda), other_}));
}

TEST_F(Section5Lists, AMemberGrantStandsWhereItsDistributionWasCreated) {
  const std::string direct = Give(kVendor, other_license_, AccountPrincipal(kCarol));
  Invite(kMgmt, kCarol);
  EXPECT_EQ(Arns("ListReceivedGrants", kCarol, Json::object()),
            (Strings{Member(distribution_, kCarol), direct}));
}

TEST_F(Section5Lists, ReceivedGrantsFilters) {
  const std::string member = Member(distribution_, kAda);
  const auto filtered = [&](const std::string& name, const std::string& value) {
    return Filtered("ListReceivedGrants", kAda, name, value);
  };
  EXPECT_EQ(filtered("ProductSKU", "other"), Strings{other_});
  EXPECT_EQ(filtered("LicenseIssuerName", "Vendor"), Strings{other_});
  EXPECT_EQ(filtered("LicenseArn", license_), (Strings{first_, member}));
  EXPECT_EQ(filtered("GrantStatus", "ACTIVE"), Strings{});
  EXPECT_EQ(filtered("GranterAccountId", kVendor), Strings{other_});
  EXPECT_EQ(filtered("GranterAccountId", "nonsense"), Strings{});
}

TEST_F(Section5Lists, FiltersAreJoinedByAnd) {
  const Json both =
      Json::array({FilterOf("LicenseArn", license_), FilterOf("GrantStatus", "ACTIVE")});
  EXPECT_EQ(Arns("ListReceivedGrants", kAda, {{"Filters", both}}), Strings{});
}

TEST_F(Section5Lists, GrantArnsRestrictAList) {
  const Json arns = Json::array({other_, Unknown(first_), distribution_});
  EXPECT_EQ(Arns("ListReceivedGrants", kAda, {{"GrantArns", arns}}), Strings{other_});
  EXPECT_EQ(Arns("ListDistributedGrants", kMgmt, {{"GrantArns", arns}}), Strings{distribution_});
}

TEST_F(Section5Lists, AMalformedGrantArnIsInvalid) {
  EXPECT_EQ(Refused("ListReceivedGrants", kAda, {{"GrantArns", Json::array({"arn"})}}),
            kValidation);
}

TEST_F(Section5Lists, AnUnknownFilterASecondValueOrARepeatedNameIsInvalid) {
  EXPECT_EQ(RefusedWith(Json::array({FilterOf("Nonsense", "x")})), kValidation);
  EXPECT_EQ(RefusedWith(Json::array({FilterOf("productsku", "x")})), kValidation);
  EXPECT_EQ(RefusedWith(Json::array({{{"Name", "ProductSKU"}, {"Values", {"x", "y"}}}})),
            kValidation);
  EXPECT_EQ(RefusedWith(Json::array({{{"Name", "ProductSKU"}, {"Values", Json::array()}}})),
            kValidation);
  EXPECT_EQ(RefusedWith(Json::array({FilterOf("ProductSKU", "x"), FilterOf("ProductSKU", "x")})),
            kValidation);
}

TEST_F(Section5Lists, MaxResultsIs1To100) {
  for (const int results : {0, 101, -1}) {
    EXPECT_EQ(Refused("ListReceivedGrants", kAda, {{"MaxResults", results}}), kValidation);
  }
  Do("ListReceivedGrants", kAda, {{"MaxResults", 100}});
}

TEST_F(Section5Lists, ForOrganizationIsForAdministrators) {
  const Json input = {{"LicenseArn", license_}};
  EXPECT_EQ(Refused("ListReceivedGrantsForOrganization", kAda, input), kAccessDenied);
  EXPECT_EQ(Refused("ListReceivedGrantsForOrganization", kStranger, input), kAccessDenied);
  EXPECT_EQ(Arns("ListReceivedGrantsForOrganization", kMgmt, input).size(), 3U);
}

TEST_F(Section5Lists, ForOrganizationTellsOfWhoStandsInItAndOfEveryGrantor) {
  NewAccount(kMgmt, kCarol);
  Give(kVendor, other_license_, AccountPrincipal(kStranger));
  const Json input = {{"LicenseArn", other_license_}};
  EXPECT_EQ(Arns("ListReceivedGrantsForOrganization", kMgmt, input), Strings{other_});
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(Arns("ListReceivedGrantsForOrganization", kMgmt, input), Strings{});
}

TEST_F(Section5Lists, ForOrganizationFilters) {
  const auto filtered = [&](const std::string& name, const std::string& value) {
    return Arns("ListReceivedGrantsForOrganization", kMgmt,
                {{"LicenseArn", license_}, {"Filters", Json::array({FilterOf(name, value)})}});
  };
  EXPECT_EQ(filtered("ParentArn", license_), Strings{first_});
  EXPECT_EQ(filtered("GranteePrincipalArn", AccountPrincipal(kBob)),
            Strings{Member(distribution_, kBob)});
}

class Section5Pages : public Section5Lists {
 protected:
  Json Page(const std::string& caller, const Json& token) {
    Json input = {{"MaxResults", 1}};
    if (!token.is_null()) input["NextToken"] = token;
    Json request = {
        {"Operation", "ListReceivedGrants"}, {"Caller", caller}, {"Time", Now()}, {"Input", input}};
    return harness().engine()->Execute(request);
  }
};

TEST_F(Section5Pages, LaterPagesAnswerFromTheMomentOfTheFirst) {
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no pages";
  Json page = Page(kAda, nullptr);
  EXPECT_EQ(Column(page["Output"]["Grants"], "GrantArn"), Strings{first_});
  Delete(kVendor, other_);
  page = Page(kAda, page["Output"]["NextToken"]);
  page = Page(kAda, page["Output"]["NextToken"]);
  EXPECT_EQ(Column(page["Output"]["Grants"], "GrantStatus"), Strings{"PENDING_ACCEPT"});
  EXPECT_FALSE(page["Output"].contains("NextToken"));
}

TEST_F(Section5Pages, ATokenIsBoundToItsCaller) {
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no pages";
  const Json page = Page(kAda, nullptr);
  EXPECT_EQ(Page(kBob, page["Output"]["NextToken"])["Error"]["Code"], kValidation);
}

TEST_F(Section5Pages, ATokenThatIsNoneIsInvalid) {
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no pages";
  EXPECT_EQ(Page(kAda, "nonsense")["Error"]["Code"], kValidation);
}

}  // namespace
}  // namespace grantledger::model
