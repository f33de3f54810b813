#include "codec/row_shapes.h"

#include <algorithm>
#include <array>

#include "codec/key_tags.h"
#include "codec/schema/record_generated.h"
#include "codec/schema/state_generated.h"

namespace grantledger {
namespace {

using enum KeyPartKind;
using enum PayloadKind;

constexpr KeyPart kOrganizationPart{kUint, "organization"};
constexpr KeyPart kProductPart{kUint, "product"};
constexpr KeyPart kLicensePart{kUint, "license"};
constexpr KeyPart kGrantPart{kUint, "grant"};
constexpr KeyPart kPathPart{kPlacePath, "path"};
constexpr KeyPart kEpochPart{kUint, "epoch"};
constexpr KeyPart kAccountPart{kAccount, "account"};
constexpr KeyPart kLsnPart{kUint, "lsn"};
constexpr KeyPart kNewestPart{kNewestFirst, "lsn"};
constexpr KeyPart kIdPart{kText, "id"};

template <typename Table>
RowShape Of(Family family, char tag, const char* name, std::vector<KeyPart> parts,
            const char* table) {
  return {family, tag, name, std::move(parts), kTable, SchemaOf<Table>(table)};
}

std::vector<RowShape> LogShapes() {
  return {{Family::kLog,
           '\0',
           "record",
           {{kLsn, "lsn"}},
           kTable,
           SchemaOf<fb::Record>("Record", fb::RecordIdentifier())}};
}

std::vector<RowShape> StateShapes() {
  constexpr auto kIn = Family::kState;
  return {
      Of<fb::Counters>(kIn, tag::kCounters, "counters", {}, "Counters"),
      Of<fb::Organization>(kIn, tag::kOrganization, "organization", {kOrganizationPart},
                           "Organization"),
      {kIn, tag::kOrganizationId, "organization by id", {kIdPart}, kNumber},
      Of<fb::Unit>(kIn, tag::kUnit, "unit", {kOrganizationPart, kPathPart}, "Unit"),
      {kIn, tag::kUnitId, "unit by id", {kIdPart}, kUnitKey},
      {kIn,
       tag::kUnitName,
       "unit by name",
       {kOrganizationPart, kPathPart, {kText, "name"}},
       kString},
      Of<fb::Product>(kIn, tag::kProduct, "product", {kProductPart}, "Product"),
      {kIn, tag::kProductName, "product by name", {{kText, "issuer"}, {kText, "sku"}}, kNumber},
      Of<fb::License>(kIn, tag::kLicense, "license", {kLicensePart}, "License"),
      Of<fb::LicenseVersion>(kIn, tag::kLicenseVersion, "license version",
                             {kLicensePart, {kUint, "version"}}, "LicenseVersion"),
      {kIn,
       tag::kLicenseOfIssuer,
       "license of an issuer",
       {{kAccount, "issuer"}, kLicensePart},
       kNothing},
      Of<fb::GrantHead>(kIn, tag::kGrant, "grant", {kGrantPart}, "GrantHead"),
      Of<fb::Account>(kIn, tag::kAccount, "account", {kAccountPart}, "Account"),
      Of<fb::TokenUse>(kIn, tag::kToken, "client token",
                       {{kAccount, "caller"}, {kUint, "operation"}, {kText, "token"}}, "TokenUse"),
      Of<fb::Handshake>(kIn, tag::kHandshake, "handshake", {kIdPart}, "Handshake"),
      {kIn, tag::kInvitation, "invitation", {kAccountPart, kOrganizationPart}, kString},
      {kIn, tag::kBeneficiary, "beneficiary", {kAccountPart}, kNothing},
  };
}

std::vector<RowShape> MemberShapes() {
  constexpr auto kIn = Family::kMember;
  const std::vector<KeyPart> position = {kOrganizationPart, kPathPart, kEpochPart, kAccountPart};
  return {
      {kIn, tag::kMember, "position", position, kNumber},
      {kIn, tag::kPassed, "passed position", position, kNothing},
      Of<fb::Cohort>(kIn, tag::kCohort, "cohort", {kOrganizationPart, kPathPart, kEpochPart},
                     "Cohort"),
      {kIn,
       tag::kCohortSize,
       "size of a cohort",
       {kOrganizationPart, kPathPart, kEpochPart, kNewestPart},
       kNumber},
  };
}

std::vector<RowShape> IndexShapes() {
  constexpr auto kIn = Family::kIndex;
  return {
      Of<fb::ProductHead>(kIn, tag::kProductHead, "head of a product",
                          {kOrganizationPart, kProductPart}, "ProductHead"),
      Of<fb::Change>(kIn, tag::kDistributionEvent, "event of a distribution",
                     {kOrganizationPart, kProductPart, kLsnPart, kGrantPart}, "Change"),
      Of<fb::Change>(kIn, tag::kOwnEvent, "own event",
                     {kAccountPart, kProductPart, kLsnPart, kGrantPart}, "Change"),
      {kIn,
       tag::kException,
       "exception",
       {kOrganizationPart, kProductPart, kPathPart, kEpochPart, kAccountPart},
       kNumber},
      {kIn, tag::kGrantOfLicense, "grant of a license", {kLicensePart, kGrantPart}, kNothing},
      {kIn,
       tag::kGrantOfGrantor,
       "grant of a grantor",
       {{kAccount, "grantor"}, kGrantPart},
       kNothing},
      {kIn, tag::kGrantBelow, "grant below another", {{kUint, "parent"}, kGrantPart}, kNothing},
  };
}

/// Of `activation`, and with other distributions and without counts of `base`.
std::vector<RowShape> FoldedShapes(Family in) {
  return {
      Of<fb::Mark>(in, tag::kMark, "mark", {}, "Mark"),
      Of<fb::FoldedCell>(in, tag::kFoldedCell, "folded cell", {kAccountPart, kProductPart},
                         "FoldedCell"),
      Of<fb::FoldedCell>(in, tag::kFoldedProduct, "folded cohort",
                         {kOrganizationPart, kProductPart, {kTag, "c"}, kPathPart, kEpochPart},
                         "FoldedCell"),
  };
}

std::vector<RowShape> ActivationShapes() {
  constexpr auto kIn = Family::kActivation;
  std::vector<RowShape> shapes = FoldedShapes(kIn);
  shapes.push_back(Of<fb::FoldedDistributions>(kIn, tag::kFoldedProduct, "folded distributions",
                                               {kOrganizationPart, kProductPart, {kTag, "d"}},
                                               "FoldedDistributions"));
  shapes.push_back(Of<fb::GrantCounts>(kIn, tag::kFoldedProduct, "counts",
                                       {kOrganizationPart, kProductPart, {kTag, "n"}, kGrantPart},
                                       "GrantCounts"));
  return shapes;
}

std::vector<RowShape> BaseShapes() {
  constexpr auto kIn = Family::kBase;
  std::vector<RowShape> shapes = FoldedShapes(kIn);
  shapes.push_back(Of<fb::FoldedDistributions>(
      kIn, tag::kBaseDistributions, "distributions at the horizon",
      {kOrganizationPart, kProductPart, kNewestPart}, "FoldedDistributions"));
  shapes.push_back(Of<fb::Horizon>(kIn, tag::kHorizon, "horizon", {}, "Horizon"));
  shapes.push_back(Of<fb::EntryEvents>(kIn, tag::kEntryEvents, "events before entries",
                                       {kOrganizationPart, kProductPart}, "EntryEvents"));
  shapes.push_back({kIn, tag::kKeptToken, "kept client token", {kLsnPart}, kNothing});
  return shapes;
}

std::optional<std::string> DecodePart(const KeyPart& part, KeyReader& key) {
  switch (part.kind) {
    case kUint:
      return std::to_string(key.Uint());
    case kAccount:
      return key.Account().ToString();
    case kNewestFirst:
      return std::to_string(key.NewestFirst());
    case kPlacePath:
      return PathText(key.PlacePath());
    case kText:
      return key.Text();
    case kTag:
      if (key.Tag() != part.name[0]) return std::nullopt;
      return std::string(part.name);
    case kLsn:
      break;  // a whole key, which its shape reads
  }
  return std::nullopt;
}

/// Nullopt: the key is not of the shape.
std::optional<std::vector<DecodedPart>> DecodeParts(const RowShape& shape, std::string_view key) {
  std::vector<DecodedPart> parts;
  if (shape.family == Family::kLog) {
    if (key.size() != kLogKeyBytes) return std::nullopt;
    parts.push_back({"lsn", std::to_string(ReadLogKey(key))});
    return parts;
  }
  KeyReader in(key);
  if (in.Tag() != shape.tag) return std::nullopt;
  for (const KeyPart& part : shape.parts) {
    auto value = DecodePart(part, in);
    if (!value || !in.ok()) return std::nullopt;
    if (part.kind != kTag) parts.push_back({part.name, *std::move(value)});
  }
  if (!in.AtEnd()) return std::nullopt;
  return parts;
}

}  // namespace

std::span<const RowShape> RowShapes() {
  static const std::vector<RowShape> kAll = [] {
    std::vector<RowShape> all;
    for (auto shapes : {LogShapes(), StateShapes(), MemberShapes(), IndexShapes(),
                        ActivationShapes(), BaseShapes()}) {
      all.insert(all.end(), shapes.begin(), shapes.end());
    }
    return all;
  }();
  return kAll;
}

std::optional<DecodedKey> DecodeKey(Family family, std::string_view key) {
  for (const RowShape& shape : RowShapes()) {
    if (shape.family != family) continue;
    if (auto parts = DecodeParts(shape, key)) return DecodedKey{&shape, *std::move(parts)};
  }
  return std::nullopt;
}

std::optional<std::string> DecodePayload(const RowShape& shape, std::string_view payload) {
  switch (shape.payload) {
    case kTable:
      return TableText(*shape.table, payload);
    case kNumber: {
      KeyReader in(payload);
      const std::uint64_t number = in.Uint();
      if (!in.AtEnd()) return std::nullopt;
      return std::to_string(number);
    }
    case kString:
      return JsonString(payload);
    case kUnitKey: {
      KeyReader in(payload);
      const bool is_unit = in.Tag() == tag::kUnit;
      const std::uint64_t organization = in.Uint();
      const Path path = in.PlacePath();
      if (!is_unit || !in.AtEnd()) return std::nullopt;
      return "{\"organization\":" + std::to_string(organization) +
             ",\"path\":" + JsonString(PathText(path)) + "}";
    }
    case kNothing:
      break;
  }
  if (!payload.empty()) return std::nullopt;
  return std::string();
}

std::string PathText(const Path& path) {
  if (path.empty()) return "/";
  std::string text;
  for (KeyReader steps(path); !steps.AtEnd() && steps.ok();) {
    text += (text.empty() ? "" : "/") + std::to_string(steps.Uint());
  }
  return text;
}

}  // namespace grantledger
