#include "query/fingerprint.h"

#include <xxhash.h>

namespace grantledger {
namespace {

/// Takes what selects, part by part. Every part is preceded by its length, so that no two different
/// calls give the same bytes.
class Selection {
 public:
  Selection(std::string_view operation, AccountId caller) {
    Text(operation);
    Number(caller.value());
  }

  Selection& Number(std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>(number >> shift & 0xff));
    }
    return *this;
  }
  Selection& Text(std::string_view text) {
    Number(text.size());
    bytes_.append(text);
    return *this;
  }
  Selection& Given(const std::optional<std::string>& text) {
    Number(text ? 1 : 0);
    return text ? Text(*text) : *this;
  }
  Selection& Texts(const std::vector<std::string>& texts) {
    Number(texts.size());
    for (const std::string& text : texts) Text(text);
    return *this;
  }
  Selection& Filters(const std::vector<Filter>& filters) {
    Number(filters.size());
    for (const Filter& filter : filters) Text(filter.name).Texts(filter.values);
    return *this;
  }
  [[nodiscard]] ResourceId Hash() const {
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), bytes_.size());
    return {hash.high64, hash.low64};
  }

 private:
  std::string bytes_;
};

template <typename Enum>
std::uint64_t Number(Enum value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

ResourceId FingerprintOf(const ListDistributedGrantsRequest& request, AccountId caller) {
  return Selection("ListDistributedGrants", caller)
      .Texts(request.grant_arns)
      .Filters(request.filters)
      .Hash();
}

ResourceId FingerprintOf(const ListReceivedGrantsRequest& request, AccountId caller) {
  return Selection("ListReceivedGrants", caller)
      .Texts(request.grant_arns)
      .Filters(request.filters)
      .Hash();
}

ResourceId FingerprintOf(const ListReceivedGrantsForOrganizationRequest& request,
                         AccountId caller) {
  return Selection("ListReceivedGrantsForOrganization", caller)
      .Text(request.license_arn)
      .Filters(request.filters)
      .Hash();
}

ResourceId FingerprintOf(const ListGrantVersionsRequest& request, AccountId caller) {
  return Selection("ListGrantVersions", caller).Text(request.grant_arn).Hash();
}

ResourceId FingerprintOf(const PreviewGrantVersionRequest& request, AccountId caller) {
  const CreateGrantVersionRequest& version = request.version;
  Selection selection("PreviewGrantVersion", caller);
  selection.Text(version.grant_arn).Given(version.grant_name).Given(version.status_reason);
  selection.Given(version.source_version).Number(version.status ? 1 + Number(*version.status) : 0);
  selection.Number(version.allowed_operations ? 1 + version.allowed_operations->size() : 0);
  for (const GrantOperation operation : version.allowed_operations.value_or(GrantOperations())) {
    selection.Number(Number(operation));
  }
  const auto behavior = version.options.value_or(GrantOptions()).activation_override_behavior;
  selection.Number(version.options ? 1 : 0).Number(behavior ? Number(*behavior) : 0);
  return selection.Hash();
}

ResourceId FingerprintOf(const ListActivationsRequest& request, AccountId caller) {
  return Selection("ListActivations", caller)
      .Given(request.account_id)
      .Given(request.organization_id)
      .Given(request.product_sku)
      .Given(request.issuer_name)
      .Hash();
}

ResourceId FingerprintOf(const WatchGrantsRequest& request, AccountId caller) {
  return Selection("WatchGrants", caller)
      .Number(request.from_lsn.value_or(0))
      .Text(request.position)
      .Hash();
}

ResourceId FingerprintOf(const ListGrantChangesRequest& request, AccountId caller) {
  return Selection("ListGrantChanges", caller).Number(request.lsn).Hash();
}

ResourceId FingerprintOf(const ListLicensesRequest& request, AccountId caller) {
  return Selection("ListLicenses", caller)
      .Texts(request.license_arns)
      .Filters(request.filters)
      .Hash();
}

ResourceId FingerprintOf(const ListLicenseVersionsRequest& request, AccountId caller) {
  return Selection("ListLicenseVersions", caller).Text(request.license_arn).Hash();
}

ResourceId FingerprintOf(const ListReceivedLicensesRequest& request, AccountId caller) {
  return Selection("ListReceivedLicenses", caller)
      .Texts(request.license_arns)
      .Filters(request.filters)
      .Hash();
}

ResourceId FingerprintOf(const ListReceivedLicensesForOrganizationRequest& request,
                         AccountId caller) {
  return Selection("ListReceivedLicensesForOrganization", caller).Filters(request.filters).Hash();
}

ResourceId FingerprintOf(const ListRootsRequest& /*request*/, AccountId caller) {
  return Selection("ListRoots", caller).Hash();
}

ResourceId FingerprintOf(const ListAccountsRequest& /*request*/, AccountId caller) {
  return Selection("ListAccounts", caller).Hash();
}

ResourceId FingerprintOf(const ListAccountsForParentRequest& request, AccountId caller) {
  return Selection("ListAccountsForParent", caller).Text(request.parent_id).Hash();
}

ResourceId FingerprintOf(const ListOrganizationalUnitsForParentRequest& request, AccountId caller) {
  return Selection("ListOrganizationalUnitsForParent", caller).Text(request.parent_id).Hash();
}

ResourceId FingerprintOf(const ListChildrenRequest& request, AccountId caller) {
  return Selection("ListChildren", caller)
      .Text(request.parent_id)
      .Number(static_cast<std::uint64_t>(request.child_type))
      .Hash();
}

ResourceId FingerprintOf(const ListParentsRequest& request, AccountId caller) {
  return Selection("ListParents", caller).Text(request.child_id).Hash();
}

}  // namespace grantledger
