#include "query/member_walk.h"

#include <algorithm>
#include <array>
#include <optional>

namespace grantledger {
namespace {

constexpr std::size_t kAccountBytes = 5;

/// Rows of one kind, in the order of positions, without those that are newer than the moment.
class PositionRows {
 public:
  PositionRows(const View& view, Family family, std::string base, const Path& subtree)
      : family_(family),
        lsn_(view.lsn()),
        base_(std::move(base)),
        rows_(view.rows().Scan(family, base_ + subtree)) {}

  Status Start(const std::string& from) {
    if (!from.empty()) rows_.Seek(base_ + from);
    return SkipNewer();
  }
  Status SeekTo(std::string_view position) {
    rows_.Seek(base_ + std::string(position));
    return SkipNewer();
  }
  Status Advance() {
    rows_.Next();
    return SkipNewer();
  }
  [[nodiscard]] bool Valid() const { return valid_; }
  /// Good until the next step. REQUIRES: Valid().
  [[nodiscard]] std::string_view position() const { return position_; }

 private:
  Status SkipNewer() {
    for (; rows_.Valid(); rows_.Next()) {
      const std::string_view key = rows_.key();
      GL_ASSIGN_OR_RETURN(const std::string_view payload, rows_.payload());
      GL_ASSIGN_OR_RETURN(const Lsn since, ReadNumber(family_, key, payload));
      if (since > lsn_) continue;
      valid_ = true;
      position_ = key.substr(base_.size());
      return {};
    }
    valid_ = false;
    return rows_.status();
  }

  Family family_;
  Lsn lsn_;
  std::string base_;
  RowIterator rows_;
  // Of the iterator, which is asked once a row: a walk looks at them many times.
  bool valid_ = false;
  std::string_view position_;
};

/// The exceptions of a product and those of every product, in one order.
class Exceptions {
 public:
  Exceptions(const View& view, std::uint64_t organization, std::uint64_t product,
             const Path& subtree)
      : rows_{
            PositionRows(view, Family::kIndex, ExceptionsPrefix(organization, 0, Path()), subtree),
            PositionRows(view, Family::kIndex, ExceptionsPrefix(organization, product, Path()),
                         subtree)} {}

  Status Start(const std::string& from) {
    for (PositionRows& rows : rows_) GL_RETURN_IF_ERROR(rows.Start(from));
    return {};
  }

  /// Steps over all that stand before the position.
  Status CatchUp(std::string_view position) {
    for (PositionRows& rows : rows_) {
      while (rows.Valid() && rows.position() < position) GL_RETURN_IF_ERROR(rows.Advance());
    }
    return {};
  }

  [[nodiscard]] bool IsAt(std::string_view position) const {
    return std::ranges::any_of(rows_, [position](const PositionRows& rows) {
      return rows.Valid() && rows.position() == position;
    });
  }

  /// Steps over the first, if it begins with `prefix`, and gives its position; else nullopt.
  Result<std::optional<std::string>> Take(const std::string& prefix) {
    std::optional<std::string> next;
    for (const PositionRows& rows : rows_) {
      if (!rows.Valid() || !rows.position().starts_with(prefix)) continue;
      if (!next || rows.position() < *next) next = std::string(rows.position());
    }
    for (PositionRows& rows : rows_) {
      if (next && rows.Valid() && rows.position() == *next) GL_RETURN_IF_ERROR(rows.Advance());
    }
    return next;
  }

 private:
  std::array<PositionRows, 2> rows_;
};

class Walk {
 public:
  Walk(const View& view, std::uint64_t organization, std::uint64_t product, const Path& subtree,
       MemberVisitor& visitor)
      : members_(view, Family::kMember, MembersPrefix(organization, Path()), subtree),
        exceptions_(view, organization, product, subtree),
        visitor_(visitor) {}

  Status Run(const std::string& from) {
    GL_RETURN_IF_ERROR(members_.Start(from));
    GL_RETURN_IF_ERROR(exceptions_.Start(from));
    while (members_.Valid() && !stopped_) GL_RETURN_IF_ERROR(WalkCohort());
    return {};
  }

 private:
  Status WalkCohort() {
    const std::string_view first = members_.position();
    GL_ASSIGN_OR_RETURN(const Position at, ReadPosition(first));
    const std::string cohort(first.substr(0, first.size() - kAccountBytes));
    GL_ASSIGN_OR_RETURN(const Next next, visitor_.OnCohort(at));
    stopped_ = next == Next::kStop;
    bool skip = next == Next::kSkipRegular;
    while (!stopped_ && members_.Valid() && members_.position().starts_with(cohort)) {
      if (skip) return VisitExceptionsOnly(cohort);
      GL_RETURN_IF_ERROR(VisitOne(&skip));
    }
    return {};
  }

  Status VisitOne(bool* skip) {
    const std::string_view position = members_.position();
    GL_RETURN_IF_ERROR(exceptions_.CatchUp(position));
    Next next = Next::kGoOn;
    if (exceptions_.IsAt(position)) {
      GL_ASSIGN_OR_RETURN(const Position at, ReadPosition(position));
      GL_ASSIGN_OR_RETURN(next, visitor_.OnException(at, position));
    } else {
      KeyReader account(position.substr(position.size() - kAccountBytes));
      GL_ASSIGN_OR_RETURN(next, visitor_.OnRegular(account.Account(), position));
    }
    stopped_ = next == Next::kStop;
    *skip = next == Next::kSkipRegular;
    return members_.Advance();
  }

  /// The exceptions of the cohort from the current member on, then past the cohort.
  Status VisitExceptionsOnly(const std::string& cohort) {
    GL_RETURN_IF_ERROR(exceptions_.CatchUp(members_.position()));
    while (!stopped_) {
      GL_ASSIGN_OR_RETURN(const auto position, exceptions_.Take(cohort));
      if (!position) return members_.SeekTo(PrefixEnd(cohort));
      GL_ASSIGN_OR_RETURN(const Position at, ReadPosition(*position));
      GL_ASSIGN_OR_RETURN(const Next next, visitor_.OnException(at, *position));
      stopped_ = next == Next::kStop;
    }
    return {};
  }

  PositionRows members_;
  Exceptions exceptions_;
  MemberVisitor& visitor_;
  bool stopped_ = false;
};

}  // namespace

Status WalkMembers(const View& view, std::uint64_t organization, std::uint64_t product,
                   const Path& subtree, const std::string& from, MemberVisitor& visitor) {
  return Walk(view, organization, product, subtree, visitor).Run(from);
}

Status WalkExceptions(const View& view, std::uint64_t organization, std::uint64_t product,
                      const Path& subtree, const std::function<Status(const Position&)>& visit) {
  Exceptions exceptions(view, organization, product, subtree);
  GL_RETURN_IF_ERROR(exceptions.Start({}));
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto position, exceptions.Take({}));
    if (!position) return {};
    GL_ASSIGN_OR_RETURN(const Position at, ReadPosition(*position));
    GL_RETURN_IF_ERROR(visit(at));
  }
}

std::string EncodePosition(const Position& position) {
  return KeyWriter('\0')
      .PlacePath(position.path)
      .Uint(position.epoch)
      .Account(position.account)
      .key()
      .substr(1);
}

}  // namespace grantledger
