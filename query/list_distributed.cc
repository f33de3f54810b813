// ListDistributedGrants: the grants that the caller gave, each distribution followed by its member
// grants.
#include <algorithm>

#include "codec/arn.h"
#include "query/filters.h"
#include "query/grant_filter.h"
#include "query/kept_pages.h"
#include "query/member_grants.h"
#include "query/member_walk.h"
#include "query/read_context.h"

namespace grantledger {
namespace {

/// The cursor of this list: a grant that was listed, and how far into its member grants.
struct Cursor {
  std::uint64_t grant = 0;
  std::string position;  ///< Of the last member grant; empty: before the first.
};

std::string Encode(const Cursor& cursor) {
  return KeyWriter('\0').Uint(cursor.grant).key().substr(1) + cursor.position;
}

Result<Cursor> Decode(const std::string& text) {
  if (text.empty()) return Cursor();
  KeyReader in(text);
  Cursor cursor;
  cursor.grant = in.Uint();
  if (!in.ok()) return Status(Code::kInvalidArgument, "NextToken is damaged");
  cursor.position = text.substr(PackNumber(cursor.grant).size());
  return cursor;
}

class DistributedGrants {
 public:
  DistributedGrants(ReadContext& in, GrantFilter filter, std::size_t limit)
      : in_(in), filter_(std::move(filter)), renderer_(in.view), limit_(limit) {}

  Result<GrantPage> Run() {
    GL_ASSIGN_OR_RETURN(Cursor at, Decode(in_.cursor));
    if (filter_.nothing) return std::move(page_);
    if (filter_.license) {
      GL_ASSIGN_OR_RETURN(const auto grants, GrantsOfLicense(in_.view, *filter_.license));
      if (grants != nullptr) return ListThese(*grants, at);
    }
    return Scan(filter_.license ? GrantsOfLicensePrefix(*filter_.license)
                                : GrantsOfGrantorPrefix(in_.caller),
                at);
  }

 private:
  Result<GrantPage> ListThese(const std::vector<std::uint64_t>& grants, const Cursor& at) {
    for (auto grant = std::ranges::lower_bound(grants, at.grant); grant != grants.end(); ++grant) {
      GL_ASSIGN_OR_RETURN(const bool goes_on, ListGrant(*grant, at));
      if (!goes_on) break;
    }
    return std::move(page_);
  }

  Result<GrantPage> Scan(const std::string& prefix, const Cursor& at) {
    RowIterator rows = in_.view.rows().Within(Family::kIndex, prefix);
    rows.Seek(prefix + PackNumber(at.grant));
    for (;; rows.Next()) {
      GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
      if (!at_row) break;
      const std::uint64_t grant = KeyReader(rows.key().substr(prefix.size())).Uint();
      GL_ASSIGN_OR_RETURN(const bool goes_on, ListGrant(grant, at));
      if (!goes_on) break;
    }
    return std::move(page_);
  }

  /// False: the page is full, or nothing follows that the moment knows.
  Result<bool> ListGrant(std::uint64_t grant, const Cursor& at) {
    GL_ASSIGN_OR_RETURN(const auto head, in_.view.Grant(grant));
    if (!head) return false;  // newer than the moment, as all behind it
    if (AccountId(head->grantor) != in_.caller) return true;
    GL_RETURN_IF_ERROR(ListOne(*head, grant == at.grant ? &at.position : nullptr));
    return page_.next_token.empty();
  }

  /// `resume` not null: the grant itself was listed, and its member grants up to there.
  Status ListOne(const fb::GrantHeadT& head, const std::string* resume) {
    GL_ASSIGN_OR_RETURN(const bool passes, filter_.PassesHead(in_.view, head));
    if (!passes) return {};
    if (resume == nullptr) {
      GL_ASSIGN_OR_RETURN(const bool room, ListItself(head));
      if (!room) return {};
    }
    if (head.grantee != 0) return {};
    return ListMembers(head, resume == nullptr ? std::string() : *resume);
  }

  /// False: the page is full, and goes on with this grant.
  Result<bool> ListItself(const fb::GrantHeadT& head) {
    GL_ASSIGN_OR_RETURN(const Grant grant, RenderHead(in_.view, renderer_, head));
    const bool wanted =
        filter_.PassesName(head.ordinal, AccountId()) &&
        filter_.PassesStatus(grant.state->status) &&
        (!filter_.grantee_arn || *filter_.grantee_arn == grant.GranteePrincipalArn());
    if (!wanted) return true;
    if (page_.grants.size() == limit_) {
      page_.next_token = last_;
      return false;
    }
    page_.grants.push_back(grant);
    last_ = Encode({head.ordinal, {}});
    return true;
  }

  Status ListMembers(const fb::GrantHeadT& head, const std::string& after) {
    MemberGrants members(in_.view, renderer_, head, filter_);
    GL_RETURN_IF_ERROR(members.List(after, limit_, &page_.grants));
    if (!members.last().empty()) last_ = Encode({head.ordinal, members.last()});
    if (members.more()) page_.next_token = last_;
    return {};
  }

  ReadContext& in_;
  GrantFilter filter_;
  GrantRenderer renderer_;
  std::size_t limit_;
  GrantPage page_;
  std::string last_;  // the cursor behind the last row of a full page
};

}  // namespace

Result<GrantPage> Answer(const ListDistributedGrantsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(GrantFilter filter,
                      ReadGrantFilter(in.view, request.filters, request.grant_arns,
                                      {"LicenseArn", "GrantStatus", "GranteePrincipalARN",
                                       "ProductSKU", "LicenseIssuerName"}));
  return DistributedGrants(in, std::move(filter), limit).Run();
}

}  // namespace grantledger
