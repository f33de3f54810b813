// Sections 3, 5 and 6 of SEMANTICS.md: organizations.
#include "scenario.h"

namespace grantledger::model {
namespace {

const std::string kService = "license-manager.amazonaws.com";

class Section3Organizations : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    root_ = RootOf(kMgmt);
    NewAccount(kMgmt, kAda);
  }
  Json Invitation(const std::string& account) {
    return {{"Target", {{"Id", account}, {"Type", "ACCOUNT"}}}};
  }
  std::string root_;
};

TEST_F(Section3Organizations, AMemberFoundsNoOrganization) {
  EXPECT_EQ(Refused("CreateOrganization", kAda, {{"FeatureSet", "ALL"}}), kValidation);
  EXPECT_EQ(Refused("CreateOrganization", kMgmt, {{"FeatureSet", "ALL"}}), kValidation);
  EXPECT_EQ(Refused("CreateOrganization", kBob, {{"FeatureSet", "SOME"}}), kValidation);
}

TEST_F(Section3Organizations, WritesAreTheManagementAccountsAlone) {
  const std::string unit = NewUnit(kMgmt, root_, "unit");
  const Json delegate = {{"AccountId", kAda}, {"ServicePrincipal", kService}};
  const Json new_account = {{"Email", "x@example.com"}, {"AccountName", "x"}, {"AccountId", kBob}};
  const Json move = {{"AccountId", kAda}, {"SourceParentId", root_}, {"DestinationParentId", unit}};
  const Json link = {{"OrganizationConfiguration", {{"EnableIntegration", true}}}};
  const std::vector<std::pair<std::string, Json>> writes = {
      {"CreateOrganizationalUnit", {{"ParentId", root_}, {"Name", "other"}}},
      {"DeleteOrganizationalUnit", {{"OrganizationalUnitId", unit}}},
      {"CreateAccount", new_account},
      {"InviteAccountToOrganization", Invitation(kBob)},
      {"MoveAccount", move},
      {"RemoveAccountFromOrganization", {{"AccountId", kAda}}},
      {"RegisterDelegatedAdministrator", delegate},
      {"DeregisterDelegatedAdministrator", delegate},
      {"UpdateServiceSettings", link}};
  for (const auto& [operation, input] : writes) {
    EXPECT_EQ(Refused(operation, kAda, input), kAccessDenied) << operation;
    EXPECT_EQ(Refused(operation, kStranger, input), kAccessDenied) << operation;
  }
}

TEST_F(Section3Organizations, WhatACallNamesIsLookedUpBeforeTheCaller) {
  EXPECT_EQ(
      Refused("CreateOrganizationalUnit", kAda, {{"ParentId", "ou-0123-01234567"}, {"Name", "x"}}),
      kNotFound);
  EXPECT_EQ(Refused("RemoveAccountFromOrganization", kAda, {{"AccountId", kStranger}}), kNotFound);
}

TEST_F(Section3Organizations, AUnitsNameIsUniqueInItsParent) {
  const std::string unit = NewUnit(kMgmt, root_, "unit");
  EXPECT_EQ(Refused("CreateOrganizationalUnit", kMgmt, {{"ParentId", root_}, {"Name", "unit"}}),
            kValidation);
  NewUnit(kMgmt, unit, "unit");
}

TEST_F(Section3Organizations, OnlyAnEmptyUnitIsDeleted) {
  const std::string outer = NewUnit(kMgmt, root_, "outer");
  const std::string inner = NewUnit(kMgmt, outer, "inner");
  Move(kMgmt, kAda, inner);
  for (const std::string& unit : {outer, inner}) {
    EXPECT_EQ(Refused("DeleteOrganizationalUnit", kMgmt, {{"OrganizationalUnitId", unit}}),
              kValidation);
  }
  Move(kMgmt, kAda, root_);
  Do("DeleteOrganizationalUnit", kMgmt, {{"OrganizationalUnitId", inner}});
  Do("DeleteOrganizationalUnit", kMgmt, {{"OrganizationalUnitId", outer}});
  EXPECT_EQ(Refused("DeleteOrganizationalUnit", kMgmt, {{"OrganizationalUnitId", outer}}),
            kNotFound);
  NewUnit(kMgmt, root_, "outer");  // its name is free again
}

TEST_F(Section3Organizations, CreateAccountFinishesAtOnceAtTheRoot) {
  const Json made = Do("CreateAccount", kMgmt,
                       {{"Email", "bob@example.com"}, {"AccountName", "Bob"}, {"AccountId", kBob}});
  const std::string now = Now();
  EXPECT_EQ(made["CreateAccountStatus"]["State"], "SUCCEEDED");
  EXPECT_EQ(made["CreateAccountStatus"]["AccountId"], kBob);
  const std::string id = Do("DescribeOrganization", kMgmt)["Organization"]["Id"];
  EXPECT_EQ(Do("DescribeAccount", kMgmt, {{"AccountId", kBob}})["Account"],
            Json({{"Id", kBob},
                  {"Arn", "arn:aws:organizations::222222222222:account/" + id + "/444444444444"},
                  {"Email", "bob@example.com"},
                  {"Name", "Bob"},
                  {"Status", "ACTIVE"},
                  {"State", "ACTIVE"},
                  {"JoinedMethod", "CREATED"},
                  {"JoinedTimestamp", now}}));
  EXPECT_EQ(Do("ListParents", kMgmt, {{"ChildId", kBob}})["Parents"],
            Json::array({{{"Id", root_}, {"Type", "ROOT"}}}));
}

TEST_F(Section3Organizations, CreateAccountDrawsAnIdWhereNoneIsGiven) {
  const Json made =
      Do("CreateAccount", kMgmt, {{"Email", "bob@example.com"}, {"AccountName", "Bob"}});
  EXPECT_EQ(made["CreateAccountStatus"]["AccountId"].get<std::string>().size(), 12U);
}

TEST_F(Section3Organizations, AnAccountThatEverStoodInAnOrganizationIsNotCreated) {
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(Refused("CreateAccount", kMgmt,
                    {{"Email", "x@example.com"}, {"AccountName", "x"}, {"AccountId", kAda}}),
            kValidation);
}

// Each way in which the ledger gets to know an account.
class Section6KnownAccounts : public Section3Organizations {
 protected:
  void ExpectInvitedOnly(const std::string& account) {
    const Json input = {
        {"Email", "eve@example.com"}, {"AccountName", "Mine"}, {"AccountId", account}};
    EXPECT_EQ(Refused("CreateAccount", kMgmt, input), kValidation);
    Invite(kMgmt, account);
    EXPECT_EQ(Refused("CreateAccount", kMgmt, input), kValidation);
    const Json described = Do("DescribeAccount", kMgmt, {{"AccountId", account}})["Account"];
    EXPECT_EQ(described["JoinedMethod"], "INVITED");
  }
  std::string NewLicenseFor(const std::string& issuer, const std::string& beneficiary) {
    Json input = LicenseTerms("AWS/Marketplace");
    input.update(
        {{"ProductSKU", "sku"}, {"Beneficiary", beneficiary}, {"ClientToken", NewToken()}});
    return Do("CreateLicense", issuer, input)["LicenseArn"];
  }
};

TEST_F(Section6KnownAccounts, OneThatHoldsAGrant) {
  GiveAccepted(kVendor, NewLicense(kVendor), kBob);
  ExpectInvitedOnly(kBob);
}

TEST_F(Section6KnownAccounts, OneThatWasGivenAGrant) {
  Give(kVendor, NewLicense(kVendor), AccountPrincipal(kBob));
  ExpectInvitedOnly(kBob);
}

TEST_F(Section6KnownAccounts, OneThatRejectedItsGrant) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kBob));
  Do("RejectGrant", kBob, {{"GrantArn", grant}});
  ExpectInvitedOnly(kBob);
}

TEST_F(Section6KnownAccounts, OneWhoseGrantIsDeleted) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor), kBob);
  Delete(kVendor, grant);
  ExpectInvitedOnly(kBob);
}

TEST_F(Section6KnownAccounts, OneThatIssuedALicense) {
  NewLicense(kBob);
  ExpectInvitedOnly(kBob);
}

TEST_F(Section6KnownAccounts, OneThatGaveAGrant) {
  const std::string license = NewLicense(kVendor);
  GiveAccepted(kVendor, license, kBob);
  Give(kBob, license, AccountPrincipal(kCarol), {kAnyOperation});
  ExpectInvitedOnly(kBob);
  ExpectInvitedOnly(kVendor);
}

TEST_F(Section6KnownAccounts, OneThatIsABeneficiary) {
  NewLicenseFor(kVendor, kBob);
  ExpectInvitedOnly(kBob);
  NewLicenseFor(kVendor, "account " + kCarol);  // names nobody
  NewAccount(kMgmt, kCarol);
}

TEST_F(Section6KnownAccounts, OneThatIsInvitedByAnybody) {
  NewOrganization(kStranger);
  Do("InviteAccountToOrganization", kStranger, Invitation(kBob));
  ExpectInvitedOnly(kBob);
}

TEST_F(Section6KnownAccounts, OneWhoseInvitationExpired) {
  Do("InviteAccountToOrganization", kMgmt, Invitation(kBob));
  Wait(16 * kDay);
  ExpectInvitedOnly(kBob);
}

TEST_F(Section6KnownAccounts, OneThatFoundedAnOrganization) {
  NewOrganization(kBob);
  const Json input = {{"Email", "eve@example.com"}, {"AccountName", "Mine"}, {"AccountId", kBob}};
  EXPECT_EQ(Refused("CreateAccount", kMgmt, input), kValidation);
}

TEST_F(Section6KnownAccounts, WhatARefusedCallNamesIsNotKnown) {
  const std::string license = NewLicense(kVendor);
  EXPECT_EQ(Refused("CreateGrant", kStranger, GrantInput(license, AccountPrincipal(kBob))),
            kAccessDenied);
  EXPECT_EQ(Refused("InviteAccountToOrganization", kStranger, Invitation(kBob)), kAccessDenied);
  NewAccount(kMgmt, kBob);
}

// What the case seize.jsonl did: an administrator that nobody invited switches off the grant
// of an account that is no concern of it.
TEST_F(Section6KnownAccounts, NobodyTakesOverWhoHoldsAGrant) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor, "editor", "Example"), kBob);
  Change(kBob, grant, {{"Status", "ACTIVE"}});
  EXPECT_EQ(Refused("CreateAccount", kMgmt,
                    {{"AccountId", kBob}, {"Email", "eve@example.com"}, {"AccountName", "Mine"}}),
            kValidation);
  EXPECT_EQ(ChangeRefused(kMgmt, grant, {{"Status", "DISABLED"}}), kAccessDenied);
  EXPECT_TRUE(
      Do("CheckEntitlement", kBob,
         {{"AccountId", kBob}, {"ProductSKU", "editor"}, {"IssuerName", "Example"}})["Entitled"]);
}

TEST_F(Section3Organizations, AnInvitationIsAcceptedByTheInvitedAccountAtOnce) {
  const Json invited = Do("InviteAccountToOrganization", kMgmt, Invitation(kBob))["Handshake"];
  EXPECT_EQ(invited["State"], "OPEN");
  EXPECT_EQ(Refused("AcceptHandshake", kStranger, {{"HandshakeId", invited["Id"]}}), kAccessDenied);
  EXPECT_EQ(Do("AcceptHandshake", kBob, {{"HandshakeId", invited["Id"]}})["Handshake"]["State"],
            "ACCEPTED");
  const Json account = Do("DescribeAccount", kMgmt, {{"AccountId", kBob}})["Account"];
  EXPECT_EQ(account["JoinedMethod"], "INVITED");
  EXPECT_FALSE(account.contains("Email"));
  EXPECT_EQ(Refused("AcceptHandshake", kBob, {{"HandshakeId", invited["Id"]}}), kValidation);
}

TEST_F(Section3Organizations, AnUnknownHandshakeIsNotFound) {
  EXPECT_EQ(Refused("AcceptHandshake", kBob, {{"HandshakeId", "h-0123456789"}}), kNotFound);
}

TEST_F(Section3Organizations, AMemberIsNotInvitedNorTwice) {
  EXPECT_EQ(Refused("InviteAccountToOrganization", kMgmt, Invitation(kAda)), kValidation);
  Do("InviteAccountToOrganization", kMgmt, Invitation(kBob));
  EXPECT_EQ(Refused("InviteAccountToOrganization", kMgmt, Invitation(kBob)), kValidation);
}

TEST_F(Section3Organizations, OnlyAnAccountIsInvited) {
  EXPECT_EQ(Refused("InviteAccountToOrganization", kMgmt,
                    {{"Target", {{"Id", "x@example.com"}, {"Type", "EMAIL"}}}}),
            kValidation);
}

TEST_F(Section3Organizations, AnInvitationExpiresAfter15Days) {
  const Json invited = Do("InviteAccountToOrganization", kMgmt, Invitation(kBob))["Handshake"];
  Wait(15 * kDay);
  EXPECT_EQ(Refused("AcceptHandshake", kBob, {{"HandshakeId", invited["Id"]}}), kValidation);
  Invite(kMgmt, kBob);
}

TEST_F(Section3Organizations, AnAccountOfTwoInvitationsJoinsOneOrganizationAtATime) {
  NewOrganization(kCarol);
  const Json here = Do("InviteAccountToOrganization", kMgmt, Invitation(kBob))["Handshake"];
  const Json there = Do("InviteAccountToOrganization", kCarol, Invitation(kBob))["Handshake"];
  Do("AcceptHandshake", kBob, {{"HandshakeId", here["Id"]}});
  EXPECT_EQ(Refused("AcceptHandshake", kBob, {{"HandshakeId", there["Id"]}}), kValidation);
  Do("LeaveOrganization", kBob);
  Do("AcceptHandshake", kBob, {{"HandshakeId", there["Id"]}});
}

TEST_F(Section3Organizations, MoveAccountIsFromWhereItStandsToAnotherPlace) {
  const std::string unit = NewUnit(kMgmt, root_, "unit");
  const auto move = [&](const std::string& account, const std::string& from,
                        const std::string& to) {
    return Refused("MoveAccount", kMgmt,
                   {{"AccountId", account}, {"SourceParentId", from}, {"DestinationParentId", to}});
  };
  EXPECT_EQ(move(kAda, unit, root_), kValidation);
  EXPECT_EQ(move(kAda, root_, root_), kValidation);
  EXPECT_EQ(move(kBob, root_, unit), kNotFound);
  EXPECT_EQ(move(kAda, root_, "ou-0123-01234567"), kNotFound);
  EXPECT_EQ(move(kAda, root_, unit), "succeeded");
  EXPECT_EQ(move(kMgmt, root_, unit), "succeeded");
}

TEST_F(Section3Organizations, TheManagementAccountNeverLeaves) {
  EXPECT_EQ(Refused("LeaveOrganization", kMgmt), kValidation);
  EXPECT_EQ(Refused("RemoveAccountFromOrganization", kMgmt, {{"AccountId", kMgmt}}), kValidation);
}

TEST_F(Section3Organizations, TheDelegatedAdministratorIsDeregisteredBeforeItLeaves) {
  Delegate(kMgmt, kAda);
  EXPECT_EQ(Refused("LeaveOrganization", kAda), kValidation);
  EXPECT_EQ(Refused("RemoveAccountFromOrganization", kMgmt, {{"AccountId", kAda}}), kValidation);
  Do("DeregisterDelegatedAdministrator", kMgmt,
     {{"AccountId", kAda}, {"ServicePrincipal", kService}});
  Do("LeaveOrganization", kAda);
}

TEST_F(Section3Organizations, WhoIsInNoOrganizationLeavesNone) {
  EXPECT_EQ(Refused("LeaveOrganization", kStranger), kAccessDenied);
}

TEST_F(Section3Organizations, OneDelegatedAdministratorAtATime) {
  NewAccount(kMgmt, kBob);
  const auto delegate = [&](const std::string& account, const std::string& service) {
    return Refused("RegisterDelegatedAdministrator", kMgmt,
                   {{"AccountId", account}, {"ServicePrincipal", service}});
  };
  EXPECT_EQ(delegate(kAda, "ec2.amazonaws.com"), kValidation);
  EXPECT_EQ(delegate(kMgmt, kService), kValidation);
  EXPECT_EQ(delegate(kStranger, kService), kNotFound);
  EXPECT_EQ(delegate(kAda, kService), "succeeded");
  EXPECT_EQ(delegate(kBob, kService), kValidation);
  EXPECT_EQ(Refused("DeregisterDelegatedAdministrator", kMgmt,
                    {{"AccountId", kBob}, {"ServicePrincipal", kService}}),
            kValidation);
}

class Section5Organizations : public Section3Organizations {};

TEST_F(Section5Organizations, DescribeOrganizationIsForAnyMember) {
  EXPECT_EQ(Do("DescribeOrganization", kAda), Do("DescribeOrganization", kMgmt));
  EXPECT_EQ(Refused("DescribeOrganization", kStranger), kNotFound);
}

TEST_F(Section5Organizations, TheOtherReadsAreForAdministrators) {
  Delegate(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  const Json children = {{"ParentId", root_}, {"ChildType", "ACCOUNT"}};
  const std::vector<std::pair<std::string, Json>> reads = {
      {"ListRoots", Json::object()},
      {"ListAccounts", Json::object()},
      {"ListAccountsForParent", {{"ParentId", root_}}},
      {"ListOrganizationalUnitsForParent", {{"ParentId", root_}}},
      {"ListChildren", children},
      {"ListParents", {{"ChildId", kBob}}},
      {"DescribeAccount", {{"AccountId", kBob}}}};
  for (const auto& [operation, input] : reads) {
    EXPECT_EQ(Do(operation, kMgmt, input), Do(operation, kAda, input));
    EXPECT_EQ(Refused(operation, kBob, input), kAccessDenied) << operation;
    EXPECT_EQ(Refused(operation, kStranger, input), kNotFound) << operation;
  }
}

TEST_F(Section5Organizations, ListsTellWhoStandsWhere) {
  const std::string unit = NewUnit(kMgmt, root_, "unit");
  Move(kMgmt, kAda, unit);
  EXPECT_EQ(Column(Do("ListAccountsForParent", kMgmt, {{"ParentId", root_}})["Accounts"], "Id"),
            Strings{kMgmt});
  EXPECT_EQ(Do("ListChildren", kMgmt, {{"ParentId", unit}, {"ChildType", "ACCOUNT"}})["Children"],
            Json::array({{{"Id", kAda}, {"Type", "ACCOUNT"}}}));
  EXPECT_EQ(Do("ListChildren", kMgmt,
               {{"ParentId", root_}, {"ChildType", "ORGANIZATIONAL_UNIT"}})["Children"],
            Json::array({{{"Id", unit}, {"Type", "ORGANIZATIONAL_UNIT"}}}));
  EXPECT_EQ(Do("ListParents", kMgmt, {{"ChildId", kAda}})["Parents"],
            Json::array({{{"Id", unit}, {"Type", "ORGANIZATIONAL_UNIT"}}}));
  EXPECT_EQ(Do("ListParents", kMgmt, {{"ChildId", unit}})["Parents"],
            Json::array({{{"Id", root_}, {"Type", "ROOT"}}}));
}

TEST_F(Section5Organizations, WhatIsNotInTheCallersOrganizationIsNotFound) {
  NewOrganization(kCarol);
  EXPECT_EQ(Refused("DescribeAccount", kMgmt, {{"AccountId", kCarol}}), kNotFound);
  EXPECT_EQ(Refused("ListAccountsForParent", kMgmt, {{"ParentId", RootOf(kCarol)}}), kNotFound);
}

TEST_F(Section5Organizations, GetServiceSettingsTellsOfTheIntegration) {
  const auto linked = [&] {
    return Do("GetServiceSettings", kMgmt)["OrganizationConfiguration"]["EnableIntegration"];
  };
  EXPECT_EQ(linked(), false);
  Link(kMgmt);
  EXPECT_EQ(linked(), true);
}

}  // namespace
}  // namespace grantledger::model
