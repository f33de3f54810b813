#include "ledger/fold.h"

#include <algorithm>

namespace grantledger {

std::shared_ptr<const GrantText> MemberText(const std::shared_ptr<const GrantText>& text) {
  GrantText member = *text;
  std::erase(member.operations, GrantOperation::kCreateGrant);
  return std::make_shared<const GrantText>(std::move(member));
}

bool SameText(const std::shared_ptr<const GrantText>& a,
              const std::shared_ptr<const GrantText>& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

namespace {

constexpr auto kByGrant = [](const auto& item, std::uint64_t grant) { return item.grant < grant; };

template <typename Items>
auto Find(Items& items, std::uint64_t grant) {
  const auto at = std::lower_bound(items.begin(), items.end(), grant, kByGrant);
  return at != items.end() && at->grant == grant ? &*at : nullptr;
}

std::shared_ptr<const GrantText> Retitled(const std::shared_ptr<const GrantText>& text,
                                          const GrantEvent& event) {
  if (!event.name && !event.operations) return text;
  GrantText changed = text == nullptr ? GrantText() : *text;
  if (event.name) changed.name = *event.name;
  if (event.operations) changed.operations = *event.operations;
  return std::make_shared<const GrantText>(std::move(changed));
}

bool SameRecord(const FoldedGrant& a, const FoldedGrant& b) {
  return a.status == b.status && a.reason == b.reason && SameText(a.text, b.text);
}

std::string_view TextOf(const Reason& reason) {
  return reason.text == nullptr ? std::string_view() : std::string_view(*reason.text);
}

}  // namespace

bool Reason::operator==(const Reason& other) const {
  return kind == other.kind && grant == other.grant && TextOf(*this) == TextOf(other);
}

bool FoldedGrant::operator==(const FoldedGrant& other) const {
  return grant == other.grant && member == other.member && covered == other.covered &&
         accepted == other.accepted && version == other.version && behavior == other.behavior &&
         SameRecord(*this, other);
}

void CellFold::SetPlace(std::uint64_t organization, Path path) {
  standing_ = true;
  organization_ = organization;
  path_ = std::move(path);
}

const FoldedGrant* CellFold::FindGrant(std::uint64_t grant) const { return Find(grants_, grant); }

const FoldedDistribution* CellFold::FindDistribution(std::uint64_t grant) const {
  return Find(distributions_, grant);
}

bool CellFold::EverCovered(const Path& path) const {
  return std::ranges::any_of(distributions_,
                             [&path](const auto& one) { return Covers(one.path, path); });
}

bool CellFold::IsGrantor(AccountId account) const {
  return std::ranges::find(distributions_, account, &FoldedDistribution::grantor) !=
         distributions_.end();
}

const FoldedGrant* CellFold::RivalOf(std::uint64_t grant) const {
  if (!marketplace_) return nullptr;
  const auto rival = std::ranges::find_if(grants_, [grant](const FoldedGrant& other) {
    return other.grant != grant && other.status == GrantStatus::kActive;
  });
  return rival == grants_.end() ? nullptr : &*rival;
}

FoldedGrant& CellFold::Touch(std::uint64_t grant, bool always) {
  auto at = std::lower_bound(grants_.begin(), grants_.end(), grant, kByGrant);
  if (at == grants_.end() || at->grant != grant) {
    FoldedGrant fresh;
    fresh.grant = grant;
    at = grants_.insert(at, fresh);
    always = true;
  }
  const auto known = std::ranges::find(touched_, grant, &Touched::grant);
  if (known == touched_.end()) {
    touched_.push_back({grant, always, *at});
  } else {
    known->always = known->always || always;
  }
  return *at;
}

void CellFold::EndEvent(Lsn lsn) {
  last_lsn_ = lsn;
  for (const Touched& touched : touched_) {
    FoldedGrant& grant = *Find(grants_, touched.grant);
    if (!touched.always && SameRecord(touched.before, grant)) continue;
    ++grant.version;
    grant.made_at = lsn;
    grant.origin.reset();
    if (listener_ != nullptr) listener_->OnVersion(grant, lsn);
  }
  touched_.clear();
}

bool CellFold::CoversUs(const FoldedDistribution& distribution, std::uint64_t organization,
                        const Path& path) const {
  const bool granted_by_us = account_ != AccountId() && distribution.grantor == account_;
  return distribution.deleted_at == 0 && distribution.organization == organization &&
         Covers(distribution.path, path) && !granted_by_us;
}

void CellFold::Activate(std::uint64_t grant, std::optional<ActivationOverrideBehavior> behavior,
                        const Reason& reason) {
  if (const FoldedGrant* rival = RivalOf(grant)) {
    if (behavior != ActivationOverrideBehavior::kAllGrantsPermittedByIssuer) {
      const std::uint64_t active = rival->grant;
      Touch(grant).reason = {ReasonKind::kIsActive, active, nullptr};
      return;
    }
    FoldedGrant& replaced = Touch(rival->grant);
    replaced.status = GrantStatus::kDisabled;
    replaced.reason = {ReasonKind::kReplacedBy, grant, nullptr};
  }
  FoldedGrant& activated = Touch(grant);
  activated.status = GrantStatus::kActive;
  activated.reason = reason;
}

void CellFold::Gain(const FoldedDistribution& distribution, bool linked) {
  FoldedGrant& grant = Touch(distribution.grant);
  const bool first = !grant.member;
  grant.member = true;
  grant.covered = true;
  if (first) grant.text = distribution.member_text;
  if (grant.IsFinal()) return;
  grant.accepted = grant.accepted || linked;
  grant.reason = {};
  grant.status = grant.accepted ? GrantStatus::kDisabled : GrantStatus::kPendingAccept;
  if (grant.accepted && distribution.setting_active) {
    Activate(grant.grant, distribution.behavior, distribution.setting_reason);
  }
}

void CellFold::Lose(FoldedGrant& grant, ReasonKind reason) {
  grant.covered = false;
  if (grant.IsFinal()) return;
  grant.status = GrantStatus::kDisabled;
  grant.reason = {reason, 0, nullptr};
}

void CellFold::ApplyDistribution(const GrantEvent& event) {
  if (event.kind == GrantEvent::Kind::kCreated) {
    FoldedDistribution created;
    created.grant = event.grant;
    created.organization = event.organization;
    created.grantor = event.grantor;
    created.license = event.license;
    created.path = event.path;
    created.version = 1;
    created.made_at = event.lsn;
    created.text = Retitled(nullptr, event);
    created.member_text = MemberText(created.text);
    created.set_at = event.lsn;
    const auto at =
        std::lower_bound(distributions_.begin(), distributions_.end(), event.grant, kByGrant);
    const FoldedDistribution& kept = *distributions_.insert(at, std::move(created));
    if (standing_ && CoversUs(kept, organization_, path_)) Gain(kept, event.linked);
  } else if (FoldedDistribution* distribution = Find(distributions_, event.grant)) {
    ++distribution->version;
    distribution->made_at = event.lsn;
    distribution->origin.reset();
    if (event.kind == GrantEvent::Kind::kDeleted) {
      distribution->deleted_at = event.lsn;
      distribution->reason = event.reason;
    } else if (event.name || event.operations) {
      distribution->text = Retitled(distribution->text, event);
      distribution->member_text = MemberText(distribution->text);
    }
    if (event.status) {
      distribution->reason = event.reason;
      distribution->setting_active = *event.status == GrantStatus::kActive;
      distribution->behavior = event.behavior;
      distribution->setting_reason = event.reason;
      distribution->set_at = event.lsn;
      if (distribution->setting_active) {
        distribution->last_activation_gave_options = event.behavior.has_value();
      }
    }
    ChangeMembers(*distribution, event);
  }
  EndEvent(event.lsn);
}

void CellFold::ChangeMembers(const FoldedDistribution& distribution, const GrantEvent& event) {
  const FoldedGrant* ours = FindGrant(distribution.grant);
  if (ours == nullptr || !ours->member || ours->IsFinal()) return;
  FoldedGrant& grant = Touch(distribution.grant);
  if (event.kind == GrantEvent::Kind::kDeleted) {
    grant.status = GrantStatus::kDeleted;
    grant.reason = event.reason;
    return;
  }
  grant.text = distribution.member_text;
  if (!event.status || !grant.covered) return;
  if (distribution.setting_active && grant.status == GrantStatus::kDisabled) {
    Activate(grant.grant, distribution.behavior, distribution.setting_reason);
  } else if (!distribution.setting_active && grant.status == GrantStatus::kActive) {
    grant.status = GrantStatus::kDisabled;
    grant.reason = distribution.setting_reason;
  }
}

void CellFold::ApplyOwn(const GrantEvent& event) {
  FoldedGrant& grant = Touch(event.grant, /*always=*/true);
  switch (event.kind) {
    case GrantEvent::Kind::kCreated:
      grant.text = Retitled(nullptr, event);
      grant.status = *event.status;
      break;
    case GrantEvent::Kind::kVersioned:
      grant.text = Retitled(grant.text, event);
      if (!event.status) break;
      if (!grant.member) grant.behavior = event.behavior;
      if (*event.status == GrantStatus::kActive) {
        Activate(event.grant, event.behavior, event.reason);
      } else {
        grant.status = *event.status;
        grant.reason = event.reason;
      }
      break;
    case GrantEvent::Kind::kAccepted:
      grant.accepted = true;
      grant.status = GrantStatus::kDisabled;
      grant.reason = {};
      break;
    case GrantEvent::Kind::kRejected:
      grant.status = GrantStatus::kRejected;
      grant.reason = {};
      break;
    case GrantEvent::Kind::kDeleted:
      grant.status = GrantStatus::kDeleted;
      grant.reason = event.reason;
      break;
  }
  EndEvent(event.lsn);
}

void CellFold::ApplyStay(const StayEvent& event) {
  if (event.leaves) LeavePlace(event);
  if (event.enters) EnterPlace(event);
  EndEvent(event.lsn);
}

// Every loss, in the order in which the distributions were created.
void CellFold::LeavePlace(const StayEvent& event) {
  const ReasonKind reason = event.enters ? ReasonKind::kLeftUnit : ReasonKind::kLeftOrganization;
  for (const FoldedDistribution& distribution : distributions_) {
    const FoldedGrant* grant = FindGrant(distribution.grant);
    if (grant == nullptr || !grant->covered) continue;
    if (event.enters && CoversUs(distribution, event.organization, event.path)) continue;
    Lose(Touch(distribution.grant), reason);
  }
  standing_ = false;
}

// Every gain, in the order of the last event that set each one's member setting.
void CellFold::EnterPlace(const StayEvent& event) {
  standing_ = true;
  organization_ = event.organization;
  path_ = event.path;
  std::vector<const FoldedDistribution*> gained;
  for (const FoldedDistribution& distribution : distributions_) {
    if (!CoversUs(distribution, organization_, path_)) continue;
    const FoldedGrant* grant = FindGrant(distribution.grant);
    if (grant == nullptr || !grant->covered) gained.push_back(&distribution);
  }
  std::ranges::stable_sort(gained, {}, &FoldedDistribution::set_at);
  for (const FoldedDistribution* distribution : gained) Gain(*distribution, event.linked);
}

std::size_t CellFold::BytesInMemory() const {
  std::size_t bytes = sizeof(CellFold) + path_.capacity() +
                      grants_.capacity() * sizeof(FoldedGrant) +
                      distributions_.capacity() * sizeof(FoldedDistribution);
  for (const FoldedDistribution& distribution : distributions_) {
    bytes += distribution.path.capacity();
    if (distribution.text != nullptr) {
      // Its own, and that of its members.
      bytes += 2 * (sizeof(GrantText) + distribution.text->name.capacity() +
                    distribution.text->operations.capacity() * sizeof(GrantOperation));
    }
  }
  return bytes;
}

}  // namespace grantledger
