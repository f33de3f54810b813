#include "query/record_changes.h"

#include <algorithm>

#include "ledger/record_subjects.h"
#include "ledger/target.h"
#include "query/member_changes.h"
#include "query/received.h"

namespace grantledger {
namespace {

/// An event of a distribution that is recorded.
class RecordedChange : public DistributionChange {
 public:
  using Filter = std::function<bool(const CellChange&)>;

  RecordedChange(View& before, View& after, const fb::GrantHeadT& head, Filter filter)
      : before_(before), after_(after), head_(head), filter_(std::move(filter)) {}

  Result<std::vector<CellChange>> OfCohort(const Path& path, Epoch epoch) override {
    GL_ASSIGN_OR_RETURN(const auto before,
                        before_.Cohort(head_.organization, head_.product, path, epoch));
    GL_ASSIGN_OR_RETURN(const auto after,
                        after_.Cohort(head_.organization, head_.product, path, epoch));
    return Filtered(*before, *after);
  }

  Result<std::vector<CellChange>> OfAccount(AccountId account, const fb::AccountT& row) override {
    GL_ASSIGN_OR_RETURN(const auto before, before_.FoldAlone(account, row, head_.product, nullptr));
    GL_ASSIGN_OR_RETURN(const auto after, after_.FoldAlone(account, row, head_.product, nullptr));
    return Filtered(before, after);
  }

 private:
  [[nodiscard]] std::vector<CellChange> Filtered(const CellFold& before,
                                                 const CellFold& after) const {
    auto changes = ChangesBetween(before, after, head_.ordinal);
    std::erase_if(changes, [this](const CellChange& change) { return !filter_(change); });
    return changes;
  }

  View& before_;
  View& after_;
  const fb::GrantHeadT& head_;
  Filter filter_;
};

// A cursor is how many parts are done, and how far into the next one: a number of changes, or the
// cursor of its member grants.
struct RecordCursor {
  std::uint64_t part = 0;
  std::string rest;
};

RecordCursor DecodeCursor(const std::string& text) {
  if (text.empty()) return {};
  const std::uint64_t part = KeyReader(text).Uint();
  return {part, text.substr(PackNumber(part).size())};
}

}  // namespace

Result<RecordChanges> RecordChanges::Of(const View& view, const fb::RecordT& record) {
  RecordChanges changes(view, record.lsn);
  GL_ASSIGN_OR_RETURN(const RecordSubjects subjects, SubjectsOf(view.rows(), record));
  for (const auto& [grant, account] : subjects.grants) {
    if (!changes.parts_.empty()) changes.cascaded_.insert(grant);
    GL_RETURN_IF_ERROR(changes.AddGrant(grant, account));
  }
  changes.moved_ = subjects.placed;
  return changes;
}

Status RecordChanges::AddGrant(std::uint64_t grant, std::uint64_t account) {
  GL_ASSIGN_OR_RETURN(auto head,
                      GetTable<fb::GrantHeadT>(after_.rows(), Family::kState, GrantKey(grant)));
  const AccountId holder(account != 0 ? account : head->grantee);
  parts_.push_back({head, holder, false});
  if (holder == AccountId()) parts_.push_back({std::move(head), holder, true});
  return {};
}

bool RecordChanges::Belongs(const CellChange& change, const Part& part) const {
  if (change.after.grant == part.head->ordinal) return true;
  const bool named_by_call = part.head->ordinal == parts_.front().head->ordinal;
  return named_by_call && !cascaded_.contains(change.after.grant);
}

Result<std::string> RecordChanges::GrantArn() const {
  if (parts_.empty()) return std::string();
  const Part& named = parts_.front();
  const bool member = named.head->grantee == 0;
  return ArnOf(after_, *named.head, member ? named.account : AccountId());
}

Result<std::vector<GrantChange>> RecordChanges::OfDistribution(const Part& part,
                                                               GrantRenderer& renderer) {
  GL_ASSIGN_OR_RETURN(const auto before,
                      before_.Distributions(part.head->organization, part.head->product));
  GL_ASSIGN_OR_RETURN(const auto after,
                      after_.Distributions(part.head->organization, part.head->product));
  GrantChange change;
  // Its status changes when it is deleted alone, and then it is final.
  if (before->FindDistribution(part.head->ordinal) != nullptr) {
    change.from = GrantStatus::kWorkflowCompleted;
  }
  GL_ASSIGN_OR_RETURN(change.grant, renderer.Render(*after->FindDistribution(part.head->ordinal)));
  return std::vector<GrantChange>{std::move(change)};
}

Result<std::vector<GrantChange>> RecordChanges::OfCell(const Part& part, GrantRenderer& renderer) {
  GL_ASSIGN_OR_RETURN(const auto row, after_.Account(part.account));
  GL_ASSIGN_OR_RETURN(const auto before, before_.Cell(part.account, row, part.head->product));
  GL_ASSIGN_OR_RETURN(const auto after, after_.Cell(part.account, row, part.head->product));
  std::vector<GrantChange> changes;
  for (const CellChange& change : ChangesBetween(*before, *after, part.head->ordinal)) {
    if (!Belongs(change, part)) continue;
    GL_ASSIGN_OR_RETURN(auto rendered, RenderChange(renderer, change, part.account));
    changes.push_back(std::move(rendered));
  }
  return changes;
}

Result<std::vector<GrantChange>> RecordChanges::OfMove(GrantRenderer& renderer) {
  GL_ASSIGN_OR_RETURN(const auto row, after_.Account(moved_));
  GL_ASSIGN_OR_RETURN(const auto products, ProductsOf(after_, *row));
  std::vector<CellChange> all;
  for (const std::uint64_t product : products) {
    GL_ASSIGN_OR_RETURN(const auto before, before_.Cell(moved_, row, product));
    GL_ASSIGN_OR_RETURN(const auto after, after_.Cell(moved_, row, product));
    const auto changes = ChangesBetween(*before, *after, 0);
    all.insert(all.end(), changes.begin(), changes.end());
  }
  std::ranges::sort(all, {}, [](const CellChange& change) { return change.after.grant; });
  std::vector<GrantChange> changes;
  for (const CellChange& change : all) {
    GL_ASSIGN_OR_RETURN(auto rendered, RenderChange(renderer, change, moved_));
    changes.push_back(std::move(rendered));
  }
  return changes;
}

Result<std::vector<GrantChange>> RecordChanges::ChangesOf(const Part& part,
                                                          GrantRenderer& renderer) {
  return part.account == AccountId() ? OfDistribution(part, renderer) : OfCell(part, renderer);
}

Result<std::vector<GrantChange>> RecordChanges::WithoutMembers() {
  GrantRenderer renderer(after_);
  if (moved_ != AccountId()) return OfMove(renderer);
  std::vector<GrantChange> all;
  for (const Part& part : parts_) {
    if (part.members) continue;
    GL_ASSIGN_OR_RETURN(const auto changes, ChangesOf(part, renderer));
    all.insert(all.end(), changes.begin(), changes.end());
  }
  return all;
}

Result<std::string> RecordChanges::List(const std::string& cursor, std::size_t limit,
                                        std::vector<GrantChange>* page) {
  GrantRenderer renderer(after_);
  RecordCursor at = DecodeCursor(cursor);
  const std::size_t parts = moved_ != AccountId() ? 1 : parts_.size();
  std::string last;
  for (; at.part < parts; at = {at.part + 1, {}}) {
    const Part* part = moved_ != AccountId() ? nullptr : &parts_[at.part];
    if (part != nullptr && part->members) {
      RecordedChange change(before_, after_, *part->head,
                            [&](const CellChange& one) { return Belongs(one, *part); });
      MemberChanges members(after_, renderer, *part->head, change);
      GL_RETURN_IF_ERROR(members.List(at.rest, limit, page));
      if (!members.last().empty()) last = PackNumber(at.part) + members.last();
      if (members.more()) return last;
      continue;
    }
    GL_ASSIGN_OR_RETURN(auto changes,
                        part == nullptr ? OfMove(renderer) : ChangesOf(*part, renderer));
    std::size_t done = at.rest.empty() ? 0 : KeyReader(at.rest).Uint();
    for (; done < changes.size(); ++done) {
      if (page->size() == limit) return last;
      page->push_back(std::move(changes[done]));
      if (page->size() == limit) last = PackNumber(at.part) + PackNumber(done + 1);
    }
  }
  return std::string();
}

}  // namespace grantledger
