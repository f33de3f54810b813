// ledger-dump DIR org ID: an organization, its units, and what was distributed to them.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tools/dump/counts.h"
#include "tools/dump/verbs.h"
#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

struct Distribution {
  Grant grant;
  Counts counts;
};

/// A root or OU, with what was distributed to it.
struct Place {
  InspectedUnit unit;
  std::vector<Distribution> distributions;
  Counts members;                     ///< Of the accounts that stand in it, and not nested deeper.
  std::vector<std::size_t> children;  ///< Of the places of the organization.
};

struct Tree {
  InspectedOrganization organization;
  std::vector<Place> places;  ///< The root first, each behind its parent.
  Counts left;                ///< Member grants of accounts that left the organization.
};

Result<InspectedOrganization> FindOrganization(Dump& dump, const std::string& id) {
  const auto all = dump.inspector().Organizations(dump.at());
  if (!all) return all.error();
  std::string known;
  for (const InspectedOrganization& one : *all) {
    if (one.organization.id == id) return one;
    if (known.size() < 100) known += (known.empty() ? "" : ", ") + one.organization.id;
  }
  return Status(Code::kNotFound, "the organization is " + Quote(id) + ", expected one of the " +
                                     std::to_string(all->size()) + " that are there at LSN " +
                                     std::to_string(dump.at()) + ": " + known);
}

/// The place whose id ends the principal's ARN; the root where that is the organization's.
std::size_t PlaceOf(const std::vector<Place>& places, const Grant& grant) {
  const std::string& principal = grant.state->origin->principal_arn;
  const std::string id = principal.substr(principal.rfind('/') + 1);
  const auto found =
      std::ranges::find(places, id, [](const Place& place) { return place.unit.id; });
  return found == places.end() ? 0 : static_cast<std::size_t>(found - places.begin());
}

/// Adds the member grants of a distribution to where their accounts stand.
Status AddMembers(Dump& dump, const Grant& distribution, Tree* tree) {
  const auto places = dump.inspector().CountByPlace(distribution.GrantArn(), dump.at());
  if (!places) return places.error();
  for (const PlaceCounts& counted : *places) {
    const auto place = std::ranges::find(tree->places, counted.place_id,
                                         [](const Place& one) { return one.unit.id; });
    Counts& sums = place == tree->places.end() ? tree->left : place->members;
    AddCounts(counted.counts, &sums);
  }
  return {};
}

Result<Tree> TreeOf(Dump& dump, const std::string& id) {
  Tree tree;
  auto organization = FindOrganization(dump, id);
  if (!organization) return std::move(organization).error();
  tree.organization = *std::move(organization);
  auto units = dump.inspector().Units(id, dump.at());
  if (!units) return std::move(units).error();
  std::map<std::string, std::size_t> by_id;
  for (InspectedUnit& unit : *units) {
    const auto parent = by_id.find(unit.parent_id);
    if (parent != by_id.end()) tree.places[parent->second].children.push_back(tree.places.size());
    by_id[unit.id] = tree.places.size();
    tree.places.push_back({std::move(unit), {}, {}, {}});
  }
  auto distributions = dump.inspector().Distributions(id, dump.at());
  if (!distributions) return std::move(distributions).error();
  for (Grant& grant : *distributions) {
    auto counts = CountMembers(dump, dump.at(), grant);
    if (!counts) return std::move(counts).error();
    if (Status added = AddMembers(dump, grant, &tree); !added.ok()) return added;
    Place& place = tree.places[PlaceOf(tree.places, grant)];
    place.distributions.push_back({std::move(grant), *std::move(counts)});
  }
  return tree;
}

std::string ShownCounts(const Output& out, const Counts& counts) {
  std::string text;
  for (const auto& [status, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", Shown(count), out.Toned(Name(status)));
  }
  return text.empty() ? "no member grants" : text;
}

/// What is in a place and nested in it.
struct Below {
  std::uint64_t accounts = 0;
  Counts members;
};

Below SumBelow(const Tree& tree, std::size_t at) {
  Below sum{tree.places[at].unit.accounts, tree.places[at].members};
  for (const std::size_t child : tree.places[at].children) {
    const Below below = SumBelow(tree, child);
    sum.accounts += below.accounts;
    AddCounts(below.members, &sum.members);
  }
  return sum;
}

void ShowPlace(Output& out, const Tree& tree, std::size_t at, const std::string& before,
               const std::string& branch) {
  const Place& place = tree.places[at];
  const Below below = SumBelow(tree, at);
  std::string accounts = Shown(place.unit.accounts, "account");
  if (below.accounts != place.unit.accounts) {
    accounts += fmt::format(", {} with all below", Shown(below.accounts));
  }
  if (!below.members.empty()) accounts += ": " + ShownCounts(out, below.members);
  out.Line(fmt::format("{}{}{} {}  {}", before, branch, place.unit.name,
                       out.Faint("(" + place.unit.id + ")"), accounts));
  const bool is_last = branch.empty() || branch.starts_with("└");
  const std::string inner = branch.empty() ? before : before + (is_last ? "   " : "│  ");
  const char* const bar = place.children.empty() ? "   " : "│  ";
  for (const Distribution& one : place.distributions) {
    out.Line(fmt::format("{}{}“{}” {}{}: {}", inner, bar, one.grant.state->name,
                         WithShortArns(one.grant.GrantArn()),
                         one.grant.state->status == GrantStatus::kDeleted ? " DELETED" : "",
                         ShownCounts(out, one.counts)));
  }
  for (std::size_t i = 0; i < place.children.size(); ++i) {
    const bool last = i + 1 == place.children.size();
    ShowPlace(out, tree, place.children[i], inner, last ? "└─ " : "├─ ");
  }
}

OrderedJson TreeToJson(const Tree& tree) {
  const InspectedOrganization& organization = tree.organization;
  OrderedJson json = {{"Organization", ToJson(organization.organization)},
                      {"Linked", organization.linked},
                      {"Accounts", organization.accounts},
                      {"Places", OrderedJson::array()}};
  if (organization.delegated_administrator != AccountId()) {
    json["DelegatedAdministrator"] = organization.delegated_administrator.ToString();
  }
  for (const Place& place : tree.places) {
    OrderedJson one = {{"Id", place.unit.id}, {"Name", place.unit.name}};
    Put(one, "ParentId", place.unit.parent_id);
    one["Accounts"] = place.unit.accounts;
    one["Counts"] = CountsToJson(place.members);
    one["Distributions"] = OrderedJson::array();
    for (const Distribution& distribution : place.distributions) {
      one["Distributions"].push_back(
          {{"Grant", ToJson(distribution.grant)}, {"Counts", CountsToJson(distribution.counts)}});
    }
    json["Places"].push_back(std::move(one));
  }
  json["Left"] = CountsToJson(tree.left);
  return json;
}

void ShowSums(Output& out, const Tree& tree) {
  Table table = {{"Distribution", {}}, {"to", {}}, {"status", {}}, {"member grants", {}}};
  for (const Place& place : tree.places) {
    for (const Distribution& one : place.distributions) {
      table[0].cells.push_back(
          fmt::format("{} “{}”", WithShortArns(one.grant.GrantArn()), one.grant.state->name));
      table[1].cells.push_back(place.unit.name);
      table[2].cells.emplace_back(Name(one.grant.state->status));
      table[3].cells.push_back(ShownCounts(out, one.counts));
    }
  }
  if (!table[0].cells.empty()) out.Print(table);
}

}  // namespace

Status ShowOrganization(Dump& dump, const std::string& id, bool as_tree) {
  const auto tree = TreeOf(dump, id);
  if (!tree) return tree.error();
  Output& out = dump.out();
  if (out.json()) {
    out.Write(TreeToJson(*tree));
    return {};
  }
  const InspectedOrganization& one = tree->organization;
  const std::string delegated = one.delegated_administrator == AccountId()
                                    ? "nobody"
                                    : one.delegated_administrator.ToString();
  out.Facts({{"organization", one.organization.arn},
             {"management", one.organization.master_account_id},
             {"delegated to", delegated},
             {"features", std::string(Name(one.organization.feature_set))},
             {"linked", one.linked ? "yes: grants are accepted by themselves" : "no"},
             {"accounts", Shown(one.accounts)},
             {"places", Shown(tree->places.size())}});
  if (as_tree) {
    out.Line("");
    ShowPlace(out, *tree, 0, "", "");
    if (!tree->left.empty()) {
      out.Note("of accounts that left: " + ShownCounts(out, tree->left));
    }
  } else {
    ShowSums(out, *tree);
  }
  return {};
}

}  // namespace grantledger::tools
