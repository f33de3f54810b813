#include "query/member_walk.h"

#include "ledger/exceptions.h"

namespace grantledger {
namespace {

class Walk {
 public:
  Walk(const View& view, std::uint64_t organization, std::uint64_t product, const Path& subtree,
       MemberVisitor& visitor)
      : members_(view, Family::kMember, MembersPrefix(organization, Path()),
                 MembersPrefix(organization, subtree)),
        exceptions_(Exceptions(view, organization, product, subtree)),
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
  MergedPositions exceptions_;
  MemberVisitor& visitor_;
  bool stopped_ = false;
};

}  // namespace

Status WalkMembers(const View& view, std::uint64_t organization, std::uint64_t product,
                   const Path& subtree, const std::string& from, MemberVisitor& visitor) {
  return Walk(view, organization, product, subtree, visitor).Run(from);
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
