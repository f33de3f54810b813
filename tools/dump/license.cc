// ledger-dump DIR license ARN: who got it from whom.
#include <map>

#include <fmt/format.h>

#include "tools/dump/arns.h"
#include "tools/dump/counts.h"
#include "tools/dump/verbs.h"
#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

struct Chain {
  License license;
  std::multimap<std::string, Grant> below;  ///< By ParentArn.
  std::map<std::string, Counts> counts;     ///< By distribution.
};

Result<Chain> ChainOf(Dump& dump, const std::string& arn) {
  Chain chain;
  const auto issuer = OwnerOf(arn);
  if (!issuer) return issuer.error();
  auto license = dump.Ask(*issuer, GetLicenseRequest{.license_arn = arn, .version = {}});
  if (!license) return std::move(license).error();
  chain.license = std::move(license->license);
  auto grants = dump.inspector().GrantsOf(arn, dump.at());
  if (!grants) return std::move(grants).error();
  for (Grant& grant : *grants) {
    if (grant.grantee == AccountId()) {
      auto counts = CountMembers(dump, dump.at(), grant);
      if (!counts) return std::move(counts).error();
      chain.counts[grant.GrantArn()] = *std::move(counts);
    }
    std::string parent = grant.state->origin->parent_arn;
    chain.below.emplace(std::move(parent), std::move(grant));
  }
  return chain;
}

OrderedJson Below(const Chain& chain, const std::string& parent) {
  OrderedJson list = OrderedJson::array();
  const auto [begin, end] = chain.below.equal_range(parent);
  for (auto one = begin; one != end; ++one) {
    OrderedJson json = {{"Grant", ToJson(one->second)}};
    if (one->second.grantee == AccountId())
      json["Counts"] = CountsToJson(chain.counts.at(one->second.GrantArn()));
    json["Below"] = Below(chain, one->second.GrantArn());
    list.push_back(std::move(json));
  }
  return list;
}

std::string Describe(const Output& out, const Chain& chain, const Grant& grant) {
  const bool distribution = grant.grantee == AccountId();
  const std::string& principal = grant.state->origin->principal_arn;
  std::string text = fmt::format(
      "{} “{}”  {}  {}",
      distribution ? principal.substr(principal.rfind(':') + 1) : grant.grantee.ToString(),
      grant.state->name, out.Toned(Name(grant.state->status)),
      out.Faint(WithShortArns(grant.GrantArn())));
  const std::string reason = grant.StatusReason();
  if (!reason.empty()) text += "  " + WithShortArns(reason);
  if (!distribution) return text;
  for (const auto& [status, count] : chain.counts.at(grant.GrantArn())) {
    text += fmt::format("  {} {}", Shown(count), out.Toned(Name(status)));
  }
  return text;
}

void ShowBelow(Output& out, const Chain& chain, const std::string& parent,
               const std::string& before) {
  const auto [begin, end] = chain.below.equal_range(parent);
  for (auto one = begin; one != end; ++one) {
    const bool last = std::next(one) == end;
    out.Line(before + (last ? "└─ " : "├─ ") + Describe(out, chain, one->second));
    ShowBelow(out, chain, one->second.GrantArn(), before + (last ? "   " : "│  "));
  }
}

Status ListLicenses(Dump& dump) {
  const auto arns = dump.inspector().Licenses(dump.at());
  if (!arns) return arns.error();
  Output& out = dump.out();
  Table table = {{"License", {}}, {"issued by", {}}, {"product", {}}, {"name", {}}, {"status", {}}};
  for (const std::string& arn : *arns) {
    const auto owner = OwnerOf(arn);
    if (!owner) return owner.error();
    const auto license = dump.Ask(*owner, GetLicenseRequest{.license_arn = arn, .version = {}});
    if (!license) return license.error();
    if (out.json()) out.Write(ToJson(license->license));
    table[0].cells.push_back(arn.substr(arn.rfind(':') + 1));
    table[1].cells.push_back(owner->ToString());
    table[2].cells.push_back(license->license.product_sku);
    table[3].cells.push_back(license->license.terms.license_name);
    table[4].cells.emplace_back(Name(license->license.status));
  }
  if (out.json()) return {};
  if (arns->empty()) {
    out.Note("There is no license.");
  } else {
    out.Print(table);
  }
  return {};
}

}  // namespace

Status ShowLicense(Dump& dump, const std::string& named) {
  if (named.empty()) return ListLicenses(dump);
  const auto found = dump.inspector().FindArn(named, dump.at());
  if (!found) return found.error();
  const std::string& arn = *found;
  const auto chain = ChainOf(dump, arn);
  if (!chain) return chain.error();
  Output& out = dump.out();
  const License& license = chain->license;
  if (out.json()) {
    out.Write({{"License", ToJson(license)}, {"Below", Below(*chain, arn)}});
    return {};
  }
  const auto& validity = license.terms.validity;
  out.Facts({{"license", arn},
             {"name", license.terms.license_name},
             {"product", license.product_sku + " of " + license.terms.issuer.name},
             {"status", std::string(Name(license.status)) + ", version " + license.version},
             {"valid", "from " + FormatTime(validity.begin) +
                           (validity.end ? " to " + FormatTime(*validity.end) : "")},
             {"grants", Shown(chain->below.size())}});
  out.Line("");
  out.Line(OwnerOf(arn)->ToString() + " (issuer)");
  ShowBelow(out, *chain, arn, "");
  return {};
}

}  // namespace grantledger::tools
