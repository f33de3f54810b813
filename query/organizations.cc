// The reads of organizations: who they are, and who stands where in them.
#include "codec/arn.h"
#include "ledger/errors.h"
#include "query/account_walk.h"
#include "query/filters.h"
#include "query/organization_arns.h"
#include "query/read_context.h"

namespace grantledger {
namespace {

Result<Table<fb::OrganizationT>> OrganizationOfCaller(const ReadContext& in) {
  GL_ASSIGN_OR_RETURN(auto organization, in.view.OrganizationOf(in.caller));
  if (!organization) {
    return Refuse(Code::kNotFound, "Caller", in.caller.ToString() + ", in no organization",
                  "a member account of one");
  }
  return organization;
}

Status CheckAdministrator(const ReadContext& in, const fb::OrganizationT& organization) {
  if (IsAdministrator(organization, in.caller, in.view.lsn())) return {};
  return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                "the management account or the delegated administrator of " + organization.id);
}

/// The caller's organization, where the caller administers it.
Result<Table<fb::OrganizationT>> AdministeredOrganization(const ReadContext& in) {
  GL_ASSIGN_OR_RETURN(auto organization, OrganizationOfCaller(in));
  GL_RETURN_IF_ERROR(CheckAdministrator(in, *organization));
  return organization;
}

/// What stands at a path of the organization, which must be there.
Result<Table<fb::UnitT>> UnitAt(const View& view, std::uint64_t organization, const Path& path) {
  GL_ASSIGN_OR_RETURN(auto unit, view.Unit(organization, path));
  if (!unit) {
    return RowCorruption(Family::kState, UnitKey(organization, path), "the row is missing");
  }
  return unit;
}

struct Parent {
  Table<fb::OrganizationT> organization;
  Table<fb::UnitT> unit;
};

/// The root or OU of the caller's organization that ParentId names, where the caller administers
/// it.
Result<Parent> ParentToRead(const std::string& id, const ReadContext& in) {
  if (!IsRootId(id) && !IsUnitId(id)) {
    return Invalid("ParentId", Quoted(id), "the id of a root or an organizational unit");
  }
  GL_ASSIGN_OR_RETURN(auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(auto unit, in.view.UnitById(id));
  if (!unit || unit->organization != organization->ordinal) {
    return NotThere("ParentId", id, "root or organizational unit of " + organization->id);
  }
  GL_RETURN_IF_ERROR(CheckAdministrator(in, *organization));
  return Parent{std::move(organization), std::move(unit)};
}

Result<Account> Shown(const View& view, const fb::OrganizationT& organization, AccountId account,
                      const fb::AccountT& row, const fb::StayT& stay) {
  Account shown;
  shown.id = account.ToString();
  shown.arn = ArnIn(organization, "account", shown.id);
  if (row.created_lsn != 0) {
    GL_ASSIGN_OR_RETURN(const auto record, GetRecord(view.rows(), row.created_lsn));
    const auto* created = record->body.AsAccountCreated();
    if (created == nullptr) {
      return RowCorruption(Family::kLog, LogKey(row.created_lsn),
                           "it does not create account " + shown.id);
    }
    shown.email = created->email;
    shown.name = created->name;
  }
  shown.joined_method = static_cast<JoinedMethod>(stay.method);
  shown.joined_timestamp = ToTime(stay.joined_ms);
  return shown;
}

Result<AccountPage> ListStanding(const ReadContext& in, const fb::OrganizationT& organization,
                                 const Path* place, std::size_t limit) {
  AccountPage page;
  const auto show = [&](AccountId account, const fb::AccountT& row,
                        const fb::StayT& stay) -> Status {
    GL_ASSIGN_OR_RETURN(Account shown, Shown(in.view, organization, account, row, stay));
    page.accounts.push_back(std::move(shown));
    return {};
  };
  GL_ASSIGN_OR_RETURN(page.next_token, VisitStandingAccounts(in.view, organization.ordinal, place,
                                                             in.cursor, limit, show));
  return page;
}

struct UnitPage {
  std::vector<Table<fb::UnitT>> units;
  std::string next_cursor;
};

/// The OUs that are directly in the parent, in the order in which they were created: their steps
/// are the numbers 1 to last_step, so that nothing below them is read. The cursor is the last step.
Result<UnitPage> ListUnitsIn(const ReadContext& in, const fb::UnitT& parent, std::size_t limit) {
  const Lsn lsn = in.view.lsn();
  UnitPage page;
  std::uint64_t last = in.cursor.empty() ? 0 : KeyReader(in.cursor).Uint();
  for (std::uint64_t step = last + 1; step <= parent.last_step; ++step) {
    GL_ASSIGN_OR_RETURN(auto unit,
                        UnitAt(in.view, parent.organization, ChildPath(ToPath(parent.path), step)));
    if (unit->created_lsn > lsn) break;  // newer than the moment, as all behind it
    if (unit->deleted_lsn != 0 && unit->deleted_lsn <= lsn) continue;
    if (page.units.size() == limit) {
      page.next_cursor = PackNumber(last);
      break;
    }
    page.units.push_back(std::move(unit));
    last = step;
  }
  return page;
}

/// The stay of a member of the organization at the moment; nullopt: it is none.
Result<std::optional<fb::StayT>> MemberStay(const ReadContext& in,
                                            const fb::OrganizationT& organization,
                                            const fb::AccountT& row) {
  const fb::StayT* stay = StayAt(row, in.view.lsn());
  if (stay == nullptr || stay->organization != organization.ordinal) {
    return std::optional<fb::StayT>();
  }
  return std::optional(*stay);
}

/// The id of the parent of an account (12 digits) or an OU; nullopt: none of the organization.
Result<std::optional<std::string>> ParentOf(const ReadContext& in,
                                            const fb::OrganizationT& organization,
                                            const std::string& child) {
  if (const auto account = AccountId::Parse(child)) {
    GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(*account));
    GL_ASSIGN_OR_RETURN(const auto stay, MemberStay(in, organization, *row));
    if (!stay) return std::optional<std::string>();
    GL_ASSIGN_OR_RETURN(auto place, UnitAt(in.view, organization.ordinal, ToPath(stay->path)));
    return std::optional(place->id);
  }
  GL_ASSIGN_OR_RETURN(auto unit, in.view.UnitById(child));
  const bool has_parent =
      unit && unit->organization == organization.ordinal && !unit->parent_id.empty();
  if (!has_parent) return std::optional<std::string>();
  return std::optional(unit->parent_id);
}

}  // namespace

Result<GetServiceSettingsRequest::Response> Answer(const GetServiceSettingsRequest& /*request*/,
                                                   ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, AdministeredOrganization(in));
  return GetServiceSettingsRequest::Response{LinkedAt(*organization, in.view.lsn())};
}

Result<DescribeOrganizationRequest::Response> Answer(const DescribeOrganizationRequest& /*request*/,
                                                     ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  return DescribeOrganizationRequest::Response{ToOrganization(*organization)};
}

Result<DescribeAccountRequest::Response> Answer(const DescribeAccountRequest& request,
                                                ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const AccountId account, ParseAccount("AccountId", request.account_id));
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(account));
  GL_ASSIGN_OR_RETURN(const auto stay, MemberStay(in, *organization, *row));
  if (!stay) {
    return NotThere("AccountId", request.account_id, "member account of " + organization->id);
  }
  GL_RETURN_IF_ERROR(CheckAdministrator(in, *organization));
  GL_ASSIGN_OR_RETURN(Account shown, Shown(in.view, *organization, account, *row, *stay));
  return DescribeAccountRequest::Response{std::move(shown)};
}

Result<ListRootsRequest::Response> Answer(const ListRootsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const std::size_t limit,
                      PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const auto organization, AdministeredOrganization(in));
  GL_ASSIGN_OR_RETURN(const auto root, UnitAt(in.view, organization->ordinal, Path()));
  ListRootsRequest::Response response;
  response.roots.push_back({root->id, ArnIn(*organization, "root", root->id), root->name});
  return response;
}

Result<AccountPage> Answer(const ListAccountsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const auto organization, AdministeredOrganization(in));
  return ListStanding(in, *organization, nullptr, limit);
}

Result<AccountPage> Answer(const ListAccountsForParentRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const auto parent, ParentToRead(request.parent_id, in));
  const Path place = ToPath(parent.unit->path);
  return ListStanding(in, *parent.organization, &place, limit);
}

Result<ListOrganizationalUnitsForParentRequest::Response> Answer(
    const ListOrganizationalUnitsForParentRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const auto parent, ParentToRead(request.parent_id, in));
  GL_ASSIGN_OR_RETURN(auto page, ListUnitsIn(in, *parent.unit, limit));
  ListOrganizationalUnitsForParentRequest::Response response;
  response.next_token = std::move(page.next_cursor);
  for (const auto& unit : page.units) {
    std::string arn = ArnIn(*parent.organization, "ou", unit->id);
    response.organizational_units.push_back({unit->id, std::move(arn), unit->name});
  }
  return response;
}

Result<ListChildrenRequest::Response> Answer(const ListChildrenRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const auto parent, ParentToRead(request.parent_id, in));
  ListChildrenRequest::Response response;
  if (request.child_type == ChildType::kOrganizationalUnit) {
    GL_ASSIGN_OR_RETURN(auto page, ListUnitsIn(in, *parent.unit, limit));
    for (const auto& unit : page.units) response.ids.push_back(unit->id);
    response.next_token = std::move(page.next_cursor);
    return response;
  }
  const Path place = ToPath(parent.unit->path);
  GL_ASSIGN_OR_RETURN(
      response.next_token,
      VisitStandingAccounts(in.view, parent.organization->ordinal, &place, in.cursor, limit,
                            [&](AccountId account, const auto& /*row*/, const auto& /*stay*/) {
                              response.ids.push_back(account.ToString());
                              return Status();
                            }));
  return response;
}

Result<ListParentsRequest::Response> Answer(const ListParentsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const std::size_t limit,
                      PageSize(request.paging, in.options));
  const std::string& child = request.child_id;
  if (!AccountId::Parse(child) && !IsUnitId(child) && !IsRootId(child)) {
    return Invalid("ChildId", Quoted(child), "12 digits or the id of an organizational unit");
  }
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(auto parent, ParentOf(in, *organization, child));
  if (!parent) {
    return NotThere("ChildId", child,
                    "member account or organizational unit of " + organization->id);
  }
  GL_RETURN_IF_ERROR(CheckAdministrator(in, *organization));
  return ListParentsRequest::Response{*std::move(parent)};
}

}  // namespace grantledger
