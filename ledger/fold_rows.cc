#include "ledger/fold_rows.h"

#include "ledger/tables.h"

namespace grantledger {
namespace {

// Stored.
static_assert(static_cast<int>(ReasonKind::kText) == 0);
static_assert(static_cast<int>(ReasonKind::kReplacedBy) == 1);
static_assert(static_cast<int>(ReasonKind::kIsActive) == 2);
static_assert(static_cast<int>(ReasonKind::kLeftOrganization) == 3);
static_assert(static_cast<int>(ReasonKind::kLeftUnit) == 4);
static_assert(static_cast<int>(ReasonKind::kParentRejected) == 5);
static_assert(static_cast<int>(ReasonKind::kParentDeleted) == 6);

std::unique_ptr<fb::FoldedReasonT> PackReason(const Reason& reason) {
  if (reason == Reason()) return nullptr;
  auto row = std::make_unique<fb::FoldedReasonT>();
  row->kind = static_cast<std::uint8_t>(reason.kind);
  row->grant = reason.grant;
  if (reason.text != nullptr) row->text = *reason.text;
  return row;
}

Reason UnpackReason(const std::unique_ptr<fb::FoldedReasonT>& row) {
  if (row == nullptr) return {};
  Reason reason{static_cast<ReasonKind>(row->kind), row->grant, nullptr};
  if (!row->text.empty()) reason.text = std::make_shared<const std::string>(row->text);
  return reason;
}

std::unique_ptr<fb::FoldedTextT> PackText(const GrantText& text) {
  auto row = std::make_unique<fb::FoldedTextT>();
  row->name = text.name;
  row->operations = FromOperations(text.operations);
  return row;
}

std::shared_ptr<const GrantText> UnpackText(const fb::FoldedTextT& row) {
  return std::make_shared<const GrantText>(GrantText{row.name, ToOperations(row.operations)});
}

std::uint8_t PackBehavior(std::optional<ActivationOverrideBehavior> behavior) {
  return behavior ? static_cast<std::uint8_t>(*behavior) : std::uint8_t{0};
}

std::optional<ActivationOverrideBehavior> UnpackBehavior(std::uint8_t behavior) {
  if (behavior == 0) return std::nullopt;
  return static_cast<ActivationOverrideBehavior>(behavior);
}

std::unique_ptr<fb::OriginT> PackOrigin(const std::shared_ptr<const Origin>& origin) {
  if (origin == nullptr) return nullptr;
  auto row = std::make_unique<fb::OriginT>();
  row->time_ms = FromTime(origin->time);
  row->caller = origin->caller.value();
  row->operation = origin->operation;
  return row;
}

std::shared_ptr<const Origin> UnpackOrigin(const std::unique_ptr<fb::OriginT>& row) {
  if (row == nullptr) return nullptr;
  return std::make_shared<const Origin>(
      Origin{ToTime(row->time_ms), AccountId(row->caller), row->operation});
}

std::unique_ptr<fb::FoldedDistributionT> PackDistribution(const FoldedDistribution& distribution,
                                                          Origins origins) {
  auto row = std::make_unique<fb::FoldedDistributionT>();
  row->grant = distribution.grant;
  row->grantor = distribution.grantor.value();
  row->license = distribution.license;
  row->path = FromPath(distribution.path);
  row->deleted_at = distribution.deleted_at;
  row->version = distribution.version;
  row->reason = PackReason(distribution.reason);
  row->text = PackText(*distribution.text);
  row->setting_active = distribution.setting_active;
  row->behavior = PackBehavior(distribution.behavior);
  row->setting_reason = PackReason(distribution.setting_reason);
  row->set_at = distribution.set_at;
  row->last_activation_gave_options = distribution.last_activation_gave_options;
  if (origins == Origins::kPacked) {
    row->made_at = distribution.made_at;
    row->origin = PackOrigin(distribution.origin);
  }
  return row;
}

std::unique_ptr<fb::FoldedGrantT> PackGrant(const FoldedGrant& grant,
                                            const FoldedDistribution* distribution,
                                            Origins origins) {
  auto row = std::make_unique<fb::FoldedGrantT>();
  row->grant = grant.grant;
  row->member = grant.member;
  row->covered = grant.covered;
  row->accepted = grant.accepted;
  row->status = static_cast<std::uint8_t>(grant.status);
  row->version = grant.version;
  row->reason = PackReason(grant.reason);
  const bool shared = distribution != nullptr && SameText(grant.text, distribution->member_text);
  if (!shared) row->text = PackText(*grant.text);
  row->behavior = PackBehavior(grant.behavior);
  if (origins == Origins::kPacked) {
    row->made_at = grant.made_at;
    row->origin = PackOrigin(grant.origin);
  }
  return row;
}

}  // namespace

fb::FoldedDistributionsT PackDistributions(const CellFold& fold, Origins origins) {
  fb::FoldedDistributionsT row;
  row.lsn = fold.last_lsn();
  for (const FoldedDistribution& distribution : fold.distributions()) {
    row.distributions.push_back(PackDistribution(distribution, origins));
  }
  return row;
}

std::vector<FoldedDistribution> UnpackDistributions(const fb::FoldedDistributionsT& row,
                                                    std::uint64_t organization) {
  std::vector<FoldedDistribution> distributions;
  distributions.reserve(row.distributions.size());
  for (const auto& one : row.distributions) {
    FoldedDistribution& distribution = distributions.emplace_back();
    distribution.grant = one->grant;
    distribution.organization = organization;
    distribution.grantor = AccountId(one->grantor);
    distribution.license = one->license;
    distribution.path = ToPath(one->path);
    distribution.deleted_at = one->deleted_at;
    distribution.version = one->version;
    distribution.reason = UnpackReason(one->reason);
    distribution.text = UnpackText(*one->text);
    distribution.member_text = MemberText(distribution.text);
    distribution.setting_active = one->setting_active;
    distribution.behavior = UnpackBehavior(one->behavior);
    distribution.setting_reason = UnpackReason(one->setting_reason);
    distribution.set_at = one->set_at;
    distribution.last_activation_gave_options = one->last_activation_gave_options;
    distribution.made_at = one->made_at;
    distribution.origin = UnpackOrigin(one->origin);
  }
  return distributions;
}

fb::FoldedCellT PackCell(const CellFold& fold, Origins origins) {
  fb::FoldedCellT row;
  row.lsn = fold.last_lsn();
  for (const FoldedGrant& grant : fold.grants()) {
    row.grants.push_back(PackGrant(grant, fold.FindDistribution(grant.grant), origins));
  }
  return row;
}

Result<std::vector<FoldedGrant>> UnpackGrants(const fb::FoldedCellT& row,
                                              const CellFold& distributions) {
  std::vector<FoldedGrant> grants;
  grants.reserve(row.grants.size());
  for (const auto& one : row.grants) {
    FoldedGrant& grant = grants.emplace_back();
    grant.grant = one->grant;
    grant.member = one->member;
    grant.covered = one->covered;
    grant.accepted = one->accepted;
    grant.status = static_cast<GrantStatus>(one->status);
    grant.version = one->version;
    grant.reason = UnpackReason(one->reason);
    grant.behavior = UnpackBehavior(one->behavior);
    grant.made_at = one->made_at;
    grant.origin = UnpackOrigin(one->origin);
    if (one->text != nullptr) {
      grant.text = UnpackText(*one->text);
    } else if (const auto* distribution = distributions.FindDistribution(one->grant)) {
      grant.text = distribution->member_text;
    } else {
      return Status(Code::kCorruption, "a folded cell of LSN " + std::to_string(row.lsn) +
                                           " has a member grant of distribution " +
                                           std::to_string(one->grant) + ", which is missing");
    }
  }
  return grants;
}

}  // namespace grantledger
