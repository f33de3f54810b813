// GetLicense, ListLicenses, ListLicenseVersions.
#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "ledger/errors.h"
#include "query/filters.h"
#include "query/license_view.h"
#include "query/read_context.h"

namespace grantledger {
namespace {

/// The license that GetLicense or ListLicenseVersions asks for, where the caller may see it.
Result<Table<fb::LicenseT>> LicenseToShow(const std::string& arn, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(auto license, FindLicenseByArn(in.view, "LicenseArn", arn));
  GL_ASSIGN_OR_RETURN(const bool may_see, MaySeeLicense(in.view, *license, in.caller));
  if (!may_see) {
    return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                  "the issuer account of " + arn +
                      ", an account that received a grant of it, or an administrator of an "
                      "organization with a distribution of it");
  }
  return license;
}

/// The versions up to the view's moment that are kept, from the one that stands at the horizon on.
std::span<const std::unique_ptr<fb::LicenseMomentT>> KeptMoments(const fb::LicenseT& license,
                                                                 const ReadContext& in) {
  const std::span all(license.moments);
  const auto begun_by = [&all](Lsn lsn) {
    return std::ranges::upper_bound(all, lsn, {}, [](const auto& moment) { return moment->lsn; });
  };
  const auto later = begun_by(in.horizon.lsn);
  return std::span(later == all.begin() ? later : std::prev(later), begun_by(in.view.lsn()));
}

/// The moment at which the version began, or null where there is none of that name.
const fb::LicenseMomentT* MomentOfVersion(const fb::LicenseT& license, const std::string& version,
                                          const ReadContext& in) {
  for (const auto& moment : KeptMoments(license, in)) {
    if (std::to_string(moment->version) == version) return moment.get();
  }
  return nullptr;
}

/// The ordinals of the licenses that LicenseArns names; nullopt: it is not given, and all are
/// wanted.
Result<std::optional<std::set<std::uint64_t>>> ReadLicenseArns(
    const View& view, const std::vector<std::string>& arns) {
  GL_RETURN_IF_ERROR(CheckArns("LicenseArns", arns));
  if (arns.empty()) return std::optional<std::set<std::uint64_t>>();
  std::set<std::uint64_t> named;
  for (const std::string& arn : arns) {
    const auto license = FindLicenseByArn(view, "LicenseArns", arn);
    if (license) {
      named.insert((*license)->ordinal);
    } else if (license.error().code() != Code::kNotFound) {
      return license.error();
    }
  }
  return std::optional(std::move(named));
}

}  // namespace

Result<GetLicenseRequest::Response> Answer(const GetLicenseRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const auto license, LicenseToShow(request.license_arn, in));
  const fb::LicenseMomentT* moment = request.version
                                         ? MomentOfVersion(*license, *request.version, in)
                                         : MomentAt(*license, in.view.lsn());
  if (moment == nullptr) {
    return NotThere("Version", request.version.value_or(""), "version of " + request.license_arn);
  }
  GL_ASSIGN_OR_RETURN(License shown, LicenseAt(in.view, *license, *moment));
  return GetLicenseRequest::Response{std::move(shown)};
}

Result<LicensePage> Answer(const ListLicensesRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(
      const FilterValues filters,
      ReadFilters(request.filters, {"Beneficiary", "ProductSKU", "Fingerprint", "Status"}));
  GL_ASSIGN_OR_RETURN(const auto named, ReadLicenseArns(in.view, request.license_arns));
  LicensePage page;
  std::uint64_t last = in.cursor.empty() ? 0 : KeyReader(in.cursor).Uint();
  const std::string prefix = LicensesOfIssuerPrefix(in.caller);
  RowIterator rows = in.view.rows().Scan(Family::kState, prefix);
  if (last != 0) rows.Seek(LicenseOfIssuerKey(in.caller, last + 1));
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    const std::uint64_t ordinal = KeyReader(rows.key().substr(prefix.size())).Uint();
    if (named && !named->contains(ordinal)) continue;
    GL_ASSIGN_OR_RETURN(const auto license, in.view.License(ordinal));
    const auto* moment = license ? MomentAt(*license, in.view.lsn()) : nullptr;
    if (moment == nullptr) break;  // newer than the moment read, as all behind it
    GL_ASSIGN_OR_RETURN(License shown, LicenseAt(in.view, *license, *moment));
    if (!PassesLicenseFilters(shown, filters)) continue;
    if (page.licenses.size() == limit) {
      page.next_token = PackNumber(last);
      return page;
    }
    page.licenses.push_back(std::move(shown));
    last = ordinal;
  }
  return page;
}

Result<LicensePage> Answer(const ListLicenseVersionsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const auto license, LicenseToShow(request.license_arn, in));
  const std::uint64_t after = in.cursor.empty() ? 0 : KeyReader(in.cursor).Uint();
  in.oldest_needed = in.horizon.lsn;
  const auto kept = KeptMoments(*license, in);
  if (after != 0 && kept.front()->version > after + 1) {
    return Invalid("NextToken", "of version " + std::to_string(after),
                   "one whose versions are kept: the horizon is LSN " +
                       std::to_string(in.horizon.lsn) + " now");
  }
  LicensePage page;
  std::uint64_t last = after;
  for (const auto& moment : kept) {
    if (moment->version <= after) continue;
    if (page.licenses.size() == limit) {
      page.next_token = PackNumber(last);
      break;
    }
    GL_ASSIGN_OR_RETURN(License shown, LicenseAt(in.view, *license, *moment));
    page.licenses.push_back(std::move(shown));
    last = moment->version;
  }
  return page;
}

}  // namespace grantledger
