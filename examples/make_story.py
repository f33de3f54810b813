#!/usr/bin/env python3
"""Writes managed-entitlements.jsonl to standard output.

Requests for ledger-apply, one a line: a week of an organization with 10,000 accounts. Each chapter
of the story is a paragraph: an empty line, which ledger-apply passes over, parts it from the next.
"""
import datetime
import json

MANAGEMENT = "111122223333"
MARKETPLACE = "444455556666"
INVITED = "555566667777"
FIRST_ACCOUNT = 200000000001
ACCOUNTS = 10_000  # The management account is one of them.

PRODUCT = {"ProductSKU": "example-monitor-2026", "IssuerName": "AWS/Marketplace"}
OPERATIONS = ["CreateGrant", "CheckoutLicense", "CheckInLicense", "ListPurchasedLicenses"]
REPLACE = {"ActivationOverrideBehavior": "ALL_GRANTS_PERMITTED_BY_ISSUER"}
YIELD = {"ActivationOverrideBehavior": "DISTRIBUTED_GRANTS_ONLY"}

# How many accounts stand in which unit; the others stay at the root.
PLACES = {"security": 24, "production": 3300, "test": 2100, "sandboxes": 1076}
TEAMS = ["Billing", "Search", "Maps", "Forecasts", "Data Lake", "Mobile", "Payments", "Support",
         "Imaging", "Robotics", "Weather", "Archive"]


class Clock:
    """The time of the next request; each comes a while after the one before."""

    def __init__(self):
        self.step = datetime.timedelta(seconds=1)

    def set(self, text, step_ms=1000):
        self.now = datetime.datetime.fromisoformat(text)
        self.step = datetime.timedelta(milliseconds=step_ms)

    def next(self):
        self.now += self.step
        return self.now.isoformat(timespec="seconds") + "Z"


clock = Clock()
tokens = iter(range(1, 1000))


def chapter(text, step_ms=1000):
    """Begins a chapter, at this time."""
    if hasattr(clock, "now"):
        print()
    clock.set(text, step_ms)


def call(operation, caller, fields, bind=None, as_of=None):
    line = {"Operation": operation, "Caller": caller, "Time": clock.next()}
    if as_of:
        line["AsOf"] = as_of
    line["Input"] = fields
    if bind:
        line["Bind"] = bind
    print(json.dumps(line, separators=(",", ":")))


def token():
    return f"story-{next(tokens)}"


def name_of(text):
    return text.lower().replace(" ", "_")


def check(account, as_of=None):
    call("CheckEntitlement", account, {"AccountId": account, **PRODUCT}, as_of=as_of)


def set_status(caller, grant, status, **more):
    fields = {"ClientToken": token(), "GrantArn": grant, "Status": status, **more}
    call("CreateGrantVersion", caller, fields)


def activate_all(options):
    """Asks what the bulk activation would do, and does it."""
    call("PreviewGrantVersion", MANAGEMENT,
         {"GrantArn": "${distribution}", "Status": "ACTIVE", "Options": options})
    set_status(MANAGEMENT, "${distribution}", "ACTIVE", Options=options)


def unit(name, parent, bind):
    call("CreateOrganizationalUnit", MANAGEMENT, {"ParentId": parent, "Name": name},
         {bind: "OrganizationalUnit.Id"})


def account(number, name, bind=None):
    fields = {"Email": f"a{number % 100000}@example.com", "AccountName": name,
              "AccountId": str(number)}
    call("CreateAccount", MANAGEMENT, fields,
         {bind: "CreateAccountStatus.AccountId"} if bind else None)


def residents():
    """The place of every account and its name; the first few play a part."""
    cast = [("production", team) for team in TEAMS]
    cast += [("test", "Load Test"), ("sandboxes", "Field Office")]
    yield from ((place, name, name_of(name)) for place, name in cast)
    rest = dict(PLACES)
    for place, _ in cast:
        rest[place] -= 1
    rest["root"] = ACCOUNTS - 1 - sum(PLACES.values())
    for place, count in rest.items():
        for i in range(1, count + 1):
            yield place, f"{place.capitalize()} {i:04}", None


def organization():
    chapter("2026-03-02T08:00:00")
    call("CreateOrganization", MANAGEMENT, {"FeatureSet": "ALL"},
         {"management": "Organization.MasterAccountId", "organization": "Organization.Arn"})
    call("ListRoots", MANAGEMENT, {}, {"root": "Roots.0.Id"})
    unit("Security", "${root}", "security")
    unit("Workloads", "${root}", "workloads")
    unit("Production", "${workloads}", "production")
    unit("Test", "${workloads}", "test")
    unit("Sandboxes", "${root}", "sandboxes")
    people = list(enumerate(residents(), FIRST_ACCOUNT))
    clock.set("2026-03-02T08:10:00", step_ms=150)
    for number, (_, name, bind) in people:
        account(number, name, bind)
    for number, (place, _, _) in people:
        if place != "root":
            call("MoveAccount", MANAGEMENT,
                 {"AccountId": str(number), "SourceParentId": "${root}",
                  "DestinationParentId": "${%s}" % place})
    call("UpdateServiceSettings", MANAGEMENT,
         {"OrganizationConfiguration": {"EnableIntegration": True}})


def buy(buyer, license_name, license_bind, grant_bind, count):
    """The Marketplace makes a license, and grants it; the buyer accepts and activates."""
    call("CreateLicense", MARKETPLACE, {
        "LicenseName": license_name, "ProductName": "Example Monitor",
        "ProductSKU": PRODUCT["ProductSKU"], "Issuer": {"Name": PRODUCT["IssuerName"]},
        "HomeRegion": "us-east-1", "Validity": {"Begin": "2026-03-01T00:00:00Z"},
        "Entitlements": [{"Name": "hosts", "MaxCount": count, "Unit": "Count"}],
        "Beneficiary": buyer, "ConsumptionConfiguration": {"RenewType": "Monthly"},
        "ClientToken": token()}, {license_bind: "LicenseArn"})
    call("CreateGrant", MARKETPLACE, {
        "ClientToken": token(), "GrantName": license_name, "LicenseArn": "${%s}" % license_bind,
        "Principals": [f"arn:aws:iam::{buyer}:root"], "HomeRegion": "us-east-1",
        "AllowedOperations": OPERATIONS}, {grant_bind: "GrantArn"})
    call("AcceptGrant", buyer, {"GrantArn": "${%s}" % grant_bind})
    set_status(buyer, "${%s}" % grant_bind, "ACTIVE")


def licenses():
    chapter("2026-03-02T10:00:00")
    for i, team in enumerate(TEAMS):
        name = name_of(team)
        buy(str(FIRST_ACCOUNT + i), f"Example Monitor for {team}", f"{name}_license",
            f"{name}_grant", 50)
    clock.set("2026-03-02T11:00:00")
    buy(MANAGEMENT, "Example Monitor Enterprise", "license", "purchase", 100_000)


def distribution():
    chapter("2026-03-02T14:00:00")
    call("CreateGrant", MANAGEMENT, {
        "ClientToken": token(), "GrantName": "Example Monitor for everyone",
        "LicenseArn": "${license}", "Principals": ["${organization}"], "HomeRegion": "us-east-1",
        "AllowedOperations": OPERATIONS}, {"distribution": "GrantArn"})


def activation():
    chapter("2026-03-03T09:00:00")
    activate_all(YIELD)


def replacement():
    chapter("2026-03-04T10:00:00")
    activate_all(REPLACE)


def one_account():
    chapter("2026-03-04T18:00:00")
    number = str(FIRST_ACCOUNT + len(TEAMS))
    call("ListReceivedGrants", number,
         {"Filters": [{"Name": "LicenseArn", "Values": ["${license}"]}]},
         {"load_test_grant": "Grants.0.GrantArn"})
    set_status(number, "${load_test_grant}", "DISABLED", StatusReason="no hosts to watch tonight")
    clock.set("2026-03-05T08:00:00")
    set_status(number, "${load_test_grant}", "ACTIVE")


def joining():
    chapter("2026-03-05T11:00:00", step_ms=60_000)
    check(INVITED)
    call("InviteAccountToOrganization", MANAGEMENT,
         {"Target": {"Id": INVITED, "Type": "ACCOUNT"}, "Notes": "Welcome to Example Corp."},
         {"invitation": "Handshake.Id"})
    call("AcceptHandshake", INVITED, {"HandshakeId": "${invitation}"})
    check(INVITED)
    account(FIRST_ACCOUNT + ACCOUNTS, "New Project")
    check(str(FIRST_ACCOUNT + ACCOUNTS))


def leaving():
    chapter("2026-03-06T16:00:00", step_ms=60_000)
    number = str(FIRST_ACCOUNT + len(TEAMS) + 1)
    check(number)
    call("LeaveOrganization", number, {})
    check(number)


def looking_back():
    chapter("2026-03-09T09:00:00")
    people = [FIRST_ACCOUNT, FIRST_ACCOUNT + len(TEAMS), FIRST_ACCOUNT + len(TEAMS) + 1, INVITED,
              FIRST_ACCOUNT + ACCOUNTS]
    for number in people:
        check(str(number), as_of="2026-03-03T12:00:00Z")
        check(str(number))


for tell in (organization, licenses, distribution, activation, replacement, one_account, joining,
             leaving, looking_back):
    tell()
