// ledger-dump DIR account ID: what the account holds and has held, why, and where it stood.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tools/dump/arns.h"
#include "tools/dump/verbs.h"
#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

struct Product {
  std::string issuer;
  std::string sku;
  auto operator<=>(const Product&) const = default;
};

struct Held {
  Grant grant;
  GrantVersion last;  ///< What made it so.
  LicenseStatus license = LicenseStatus::kAvailable;
};

struct Holdings {
  std::string name;  ///< Empty: the account was invited, or only granted something.
  std::vector<InspectedStay> stays;
  std::map<Product, std::vector<Held>> products;
};

/// The licenses that an account needs, each asked for once.
class LicenseReader {
 public:
  explicit LicenseReader(const Dump& dump) : dump_(dump) {}

  Result<License> Get(const std::string& arn) {
    const auto known = known_.find(arn);
    if (known != known_.end()) return known->second;
    const auto issuer = OwnerOf(arn);
    if (!issuer) return issuer.error();
    auto license = dump_.Ask(*issuer, GetLicenseRequest{.license_arn = arn, .version = {}});
    if (!license) return std::move(license).error();
    return known_[arn] = std::move(license->license);
  }

 private:
  const Dump& dump_;
  std::map<std::string, License> known_;
};

Result<GrantVersion> LastVersionOf(const Dump& dump, AccountId account, const Grant& grant) {
  ListGrantVersionsRequest request;
  request.grant_arn = grant.GrantArn();
  GrantVersion last;
  Status listed = ForEachPage(dump, account, request, [&last](auto& page) {
    if (!page.versions.empty()) last = std::move(page.versions.back());
    return true;
  });
  if (!listed.ok()) return listed;
  return last;
}

Result<Holdings> HoldingsOf(Dump& dump, AccountId account) {
  Holdings holdings;
  holdings.name = dump.inspector().NameOf(account);
  auto stays = dump.inspector().Stays(account, dump.at());
  if (!stays) return std::move(stays).error();
  holdings.stays = *std::move(stays);
  LicenseReader licenses(dump);
  Status failed;
  Status listed = ForEachPage(dump, account, ListReceivedGrantsRequest{}, [&](GrantPage& page) {
    for (Grant& grant : page.grants) {
      const auto license = licenses.Get(grant.state->origin->license_arn);
      auto last = LastVersionOf(dump, account, grant);
      if (!license || !last) {
        failed = license ? std::move(last).error() : license.error();
        return false;
      }
      holdings.products[{license->terms.issuer.name, license->product_sku}].push_back(
          {std::move(grant), *std::move(last), license->status});
    }
    return true;
  });
  if (!listed.ok()) return listed;
  if (!failed.ok()) return failed;
  return holdings;
}

std::string TimeAt(Dump& dump, Lsn lsn) {
  const auto origin = dump.inspector().OriginOf(lsn);
  return origin ? FormatTime(origin->time) : fmt::format("LSN {}", lsn);
}

OrderedJson HoldingsToJson(Dump& dump, AccountId account, const Holdings& holdings) {
  OrderedJson json = {{"AccountId", account.ToString()}};
  Put(json, "Name", holdings.name);
  json["Stays"] = OrderedJson::array();
  json["Products"] = OrderedJson::array();
  for (const InspectedStay& stay : holdings.stays) {
    OrderedJson one = {{"OrganizationId", stay.organization_id},
                       {"ParentId", stay.place_id},
                       {"ParentName", stay.place_name},
                       {"FromLsn", stay.from},
                       {"From", TimeAt(dump, stay.from)}};
    if (stay.until != 0) {
      one["UntilLsn"] = stay.until;
      one["Until"] = TimeAt(dump, stay.until);
    }
    json["Stays"].push_back(std::move(one));
  }
  for (const auto& [product, all] : holdings.products) {
    OrderedJson one = {{"IssuerName", product.issuer},
                       {"ProductSKU", product.sku},
                       {"Grants", OrderedJson::array()}};
    for (const Held& held : all) {
      OrderedJson grant = ToJson(held.last);
      grant["LicenseStatus"] = Name(held.license);
      one["Grants"].push_back(std::move(grant));
    }
    json["Products"].push_back(std::move(one));
  }
  return json;
}

/// Who of the product has access, in a sentence.
std::string Verdict(const std::vector<Held>& all) {
  for (const Held& held : all) {
    if (held.grant.state->status != GrantStatus::kActive) continue;
    const std::string arn = WithShortArns(held.grant.GrantArn());
    if (held.license == LicenseStatus::kAvailable) return "entitled, by " + arn;
    return fmt::format("NOT entitled: {} is ACTIVE, but its license is {}", arn,
                       Name(held.license));
  }
  return "NOT entitled: no grant is ACTIVE";
}

void ShowStays(Dump& dump, const Holdings& holdings) {
  Table table = {{"Stood in", {}}, {"organization", {}}, {"from", {}}, {"until", {}}};
  for (const InspectedStay& stay : holdings.stays) {
    table[0].cells.push_back(fmt::format("{} ({})", stay.place_name, stay.place_id));
    table[1].cells.push_back(stay.organization_id);
    table[2].cells.push_back(TimeAt(dump, stay.from));
    table[3].cells.push_back(stay.until == 0 ? "still there" : TimeAt(dump, stay.until));
  }
  dump.out().Print(table);
}

void ShowProduct(Output& out, const Product& product, const std::vector<Held>& all) {
  out.Line("");
  out.Line(fmt::format("{} of {}: {}", product.sku, product.issuer, Verdict(all)));
  for (const Held& held : all) {
    const GrantState& state = *held.grant.state;
    const std::string reason = held.grant.StatusReason();
    out.Line(fmt::format("  {}  {}, version {}{}", held.grant.GrantArn(),
                         out.Toned(Name(state.status)), held.grant.Version(),
                         reason.empty() ? "" : ": " + WithShortArns(reason)));
    out.Line(out.Faint(fmt::format("    \"{}\" from {}; since {}, by {} of {}", state.name,
                                   state.origin->grantor.ToString(), FormatTime(held.last.time),
                                   held.last.operation, held.last.caller.ToString())));
  }
}

}  // namespace

Status ShowAccount(Dump& dump, const std::string& id) {
  const auto account = AccountId::Parse(id);
  if (!account) return account.error();
  const auto holdings = HoldingsOf(dump, *account);
  if (!holdings) return holdings.error();
  if (holdings->stays.empty() && holdings->products.empty()) {
    return {Code::kNotFound, "the account " + id +
                                 " stood in no organization, and was granted nothing, by LSN " +
                                 std::to_string(dump.at())};
  }
  Output& out = dump.out();
  if (out.json()) {
    out.Write(HoldingsToJson(dump, *account, *holdings));
    return {};
  }
  std::vector<std::pair<std::string, std::string>> facts = {{"account", id}};
  if (!holdings->name.empty()) facts.emplace_back("name", holdings->name);
  out.Facts(facts);
  if (!holdings->stays.empty()) ShowStays(dump, *holdings);
  for (const auto& [product, all] : holdings->products) ShowProduct(out, product, all);
  if (holdings->products.empty()) out.Note("It holds no grant, and never did.");
  const Lsn horizon = dump.ledger() == nullptr ? 0 : dump.ledger()->Horizon();
  if (horizon != 0) {
    out.Note(fmt::format("What ended before LSN {} may not be kept.", horizon));
  }
  return {};
}

}  // namespace grantledger::tools
