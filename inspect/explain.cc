// Which events made a grant what it is.
#include "inspect/inspector.h"
#include "ledger/target.h"
#include "query/grant_view.h"

namespace grantledger {
namespace {

std::string WhatHappened(const GrantEvent& event, bool distribution) {
  switch (event.kind) {
    case GrantEvent::Kind::kCreated:
      return distribution ? "distributed" : "granted";
    case GrantEvent::Kind::kAccepted:
      return "accepted";
    case GrantEvent::Kind::kRejected:
      return "rejected";
    case GrantEvent::Kind::kDeleted:
      return "deleted";
    case GrantEvent::Kind::kVersioned:
      break;
  }
  std::string what;
  if (event.status) {
    what = (distribution ? "set to " : "status ") + std::string(Name(*event.status));
    if (event.behavior) what += " with " + std::string(Name(*event.behavior));
    if (distribution) what += " for all";
  }
  const auto add = [&what](const std::string& more) { what += (what.empty() ? "" : ", ") + more; };
  if (event.name) add("name \"" + *event.name + "\"");
  if (event.operations) add("operations changed");
  return what;
}

/// Renders each event of a cell as it is folded.
class Explanation : public VersionListener {
 public:
  Explanation(const View& view, AccountId account, std::uint64_t grant)
      : view_(view), renderer_(view), account_(account), grant_(grant) {}

  /// Of those that stood at the horizon nobody knows the events.
  void OnVersion(const FoldedGrant& grant, Lsn /*lsn*/) override {
    changed_ = changed_ || grant.grant == grant_;
  }

  void OnEvent(const CellEvent& event, const CellFold& fold) override {
    if (status_.ok()) status_ = Add(event, fold);
    changed_ = false;
  }

  Result<std::vector<FoldedEvent>> Take() && {
    if (!status_.ok()) return std::move(status_);
    return std::move(events_);
  }

 private:
  Status Add(const CellEvent& event, const CellFold& fold) {
    FoldedEvent shown;
    shown.lsn = event.lsn;
    shown.own = event.distribution == nullptr;
    shown.changed = changed_;
    GL_ASSIGN_OR_RETURN(shown.what, What(event));
    const GrantEvent* of = event.distribution != nullptr ? event.distribution : event.own;
    if (of != nullptr) {
      GL_ASSIGN_OR_RETURN(shown.grant_arn, ArnInCell(view_, of->grant, account_));
    } else {
      stands_ = event.stay.enters;
    }
    if (fold.FindGrant(grant_) == nullptr) shown.absent = WhyAbsent(fold);
    for (const FoldedGrant& grant : fold.grants()) {
      GL_ASSIGN_OR_RETURN(Grant rendered, renderer_.Render(grant, account_));
      shown.cell.push_back(std::move(rendered));
    }
    events_.push_back(std::move(shown));
    return {};
  }

  /// A direct grant is there from its creation on.
  [[nodiscard]] std::string WhyAbsent(const CellFold& fold) const {
    const FoldedDistribution* distribution = fold.FindDistribution(grant_);
    if (distribution == nullptr) return "not created yet";
    if (distribution->deleted_at != 0) return "its distribution is deleted";
    return stands_ ? "its distribution does not reach where the account stands"
                   : "the account stands in no organization";
  }

  Result<std::string> What(const CellEvent& event) const {
    if (event.distribution != nullptr) return WhatHappened(*event.distribution, true);
    if (event.own != nullptr) return WhatHappened(*event.own, false);
    const StayEvent& stay = event.stay;
    if (!stay.enters) return std::string("left the organization");
    GL_ASSIGN_OR_RETURN(
        const auto unit,
        GetTable<fb::UnitT>(view_.rows(), Family::kState, UnitKey(stay.organization, stay.path)));
    return (stay.leaves ? "moved to " : "entered ") + unit->id;
  }

  const View& view_;
  GrantRenderer renderer_;
  AccountId account_;
  std::uint64_t grant_;
  bool changed_ = false;
  bool stands_ = true;  // Also where it entered is not known: it was before the horizon.
  Status status_;
  std::vector<FoldedEvent> events_;
};

}  // namespace

Result<std::vector<FoldedEvent>> StoreInspector::Explain(std::string_view grant_arn, Lsn at) {
  View view = ViewAt(at).WithOrigins();
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(view, grant_arn));
  if (target.kind == GrantKind::kDistribution) {
    return Status(
        Code::kInvalidArgument,
        "the grant to explain is " + std::string(grant_arn) +
            ", a distribution; expected a direct grant, or the member grant of an account");
  }
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(target.grantee));
  Explanation explanation(view, target.grantee, target.head->ordinal);
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const CellFold fold,
                      view.FoldAlone(target.grantee, *row, target.head->product, &explanation));
  return std::move(explanation).Take();
}

}  // namespace grantledger
