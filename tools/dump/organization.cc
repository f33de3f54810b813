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
  std::vector<Place> places;             ///< The root first, each behind its parent.
  std::vector<Distribution> to_deleted;  ///< To units that are deleted.
  Counts left;                           ///< Member grants of accounts that left the organization.
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
                                     std::to_string(dump.at()) +
                                     (known.empty() ? "" : ": " + known));
}

/// Null: there is none of this id.
Place* FindPlace(Tree* tree, const std::string& id) {
  const auto found =
      std::ranges::find(tree->places, id, [](const Place& place) { return place.unit.id; });
  return found == tree->places.end() ? nullptr : &*found;
}

/// The place that the distribution is to; null: a unit that is deleted.
Place* PlaceOf(Tree* tree, const Grant& grant) {
  const std::string& principal = grant.state->origin->principal_arn;
  const std::string id = principal.substr(principal.rfind('/') + 1);
  const bool is_organization = id == tree->organization.organization.id;
  return is_organization ? &tree->places.front() : FindPlace(tree, id);
}

/// Adds the member grants of a distribution to where their accounts stand.
Status AddMembers(Dump& dump, const Grant& distribution, Tree* tree) {
  const auto places = dump.inspector().CountByPlace(distribution.GrantArn(), dump.at());
  if (!places) return places.error();
  for (const PlaceCounts& counted : *places) {
    Place* place = FindPlace(tree, counted.place_id);
    AddCounts(counted.counts, place == nullptr ? &tree->left : &place->members);
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
    Place* place = PlaceOf(&tree, grant);
    auto& distributions_there = place == nullptr ? tree.to_deleted : place->distributions;
    distributions_there.push_back({std::move(grant), *std::move(counts)});
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
struct Subtree {
  std::uint64_t accounts = 0;
  Counts members;
};

Subtree SumBelow(const Tree& tree, std::size_t at) {
  Subtree sum{tree.places[at].unit.accounts, tree.places[at].members};
  for (const std::size_t child : tree.places[at].children) {
    const Subtree below = SumBelow(tree, child);
    sum.accounts += below.accounts;
    AddCounts(below.members, &sum.members);
  }
  return sum;
}

std::string Described(const Output& out, const Distribution& one) {
  return fmt::format("“{}” {}{}: {}", one.grant.state->name, WithShortArns(one.grant.GrantArn()),
                     one.grant.state->status == GrantStatus::kDeleted ? " DELETED" : "",
                     ShownCounts(out, one.counts));
}

void ShowPlace(Output& out, const Tree& tree, std::size_t at, const std::string& before,
               const std::string& branch) {
  const Place& place = tree.places[at];
  const Subtree below = SumBelow(tree, at);
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
    out.Line(fmt::format("{}{}{}", inner, bar, Described(out, one)));
  }
  for (std::size_t i = 0; i < place.children.size(); ++i) {
    const bool last = i + 1 == place.children.size();
    ShowPlace(out, tree, place.children[i], inner, last ? "└─ " : "├─ ");
  }
}

OrderedJson DistributionsToJson(const std::vector<Distribution>& distributions) {
  OrderedJson all = OrderedJson::array();
  for (const Distribution& one : distributions) {
    all.push_back({{"Grant", ToJson(one.grant)}, {"Counts", CountsToJson(one.counts)}});
  }
  return all;
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
    one["Distributions"] = DistributionsToJson(place.distributions);
    json["Places"].push_back(std::move(one));
  }
  json["ToDeletedUnits"] = DistributionsToJson(tree.to_deleted);
  json["Left"] = CountsToJson(tree.left);
  return json;
}

void AddSums(const Output& out, const std::string& to, const std::vector<Distribution>& of,
             Table* table) {
  for (const Distribution& one : of) {
    (*table)[0].cells.push_back(
        fmt::format("{} “{}”", WithShortArns(one.grant.GrantArn()), one.grant.state->name));
    (*table)[1].cells.push_back(to);
    (*table)[2].cells.emplace_back(Name(one.grant.state->status));
    (*table)[3].cells.push_back(ShownCounts(out, one.counts));
  }
}

void ShowSums(Output& out, const Tree& tree) {
  Table table = {{"Distribution", {}}, {"to", {}}, {"status", {}}, {"member grants", {}}};
  for (const Place& place : tree.places) {
    AddSums(out, place.unit.name, place.distributions, &table);
  }
  AddSums(out, "(a deleted unit)", tree.to_deleted, &table);
  if (!table[0].cells.empty()) out.Print(table);
}

Status ListOrganizations(Dump& dump) {
  const auto all = dump.inspector().Organizations(dump.at());
  if (!all) return all.error();
  Output& out = dump.out();
  Table table = {{"Organization", {}}, {"management", {}}, {"linked", {}}, {"accounts", {}, true}};
  for (const InspectedOrganization& one : *all) {
    if (out.json()) {
      out.Write({{"Organization", ToJson(one.organization)},
                 {"Linked", one.linked},
                 {"Accounts", one.accounts}});
    }
    table[0].cells.push_back(one.organization.id);
    table[1].cells.push_back(one.organization.master_account_id);
    table[2].cells.emplace_back(one.linked ? "yes" : "no");
    table[3].cells.push_back(Shown(one.accounts));
  }
  if (out.json()) return {};
  if (all->empty()) {
    out.Note("There is no organization.");
  } else {
    out.Print(table);
  }
  return {};
}

}  // namespace

Status ShowOrganization(Dump& dump, const std::string& id, bool as_tree) {
  if (id.empty()) return ListOrganizations(dump);
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
    for (const Distribution& gone : tree->to_deleted) {
      out.Line("to a deleted unit: " + Described(out, gone));
    }
    if (!tree->left.empty()) {
      out.Note("of accounts that left: " + ShownCounts(out, tree->left));
    }
  } else {
    ShowSums(out, *tree);
  }
  return {};
}

}  // namespace grantledger::tools
