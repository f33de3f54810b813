#include "query/kept_pages.h"

namespace grantledger {
namespace {

constexpr std::size_t kLongestPage = 1'000;
constexpr std::size_t kMostGrants = 4'096;

/// Beside the row of the distribution's head.
std::string KeyOf(const PageOfMembers& page) {
  constexpr char kEveryStatus = '*';
  std::string key = GrantKey(page.head.ordinal);
  key.push_back('p');
  key.push_back(page.status ? static_cast<char>(*page.status) : kEveryStatus);
  return key + PackNumber(page.limit) + page.after;
}

/// A grant of the license more writes the license's row, too.
struct KeptGrants {
  Table<fb::LicenseT> row;
  std::shared_ptr<const std::vector<std::uint64_t>> grants;
};

Result<std::shared_ptr<const std::vector<std::uint64_t>>> ReadGrantsOfLicense(
    const View& view, const std::string& prefix) {
  auto grants = std::make_shared<std::vector<std::uint64_t>>();
  RowIterator rows = view.rows().Scan(Family::kIndex, prefix);
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    if (grants->size() == kMostGrants) return std::shared_ptr<const std::vector<std::uint64_t>>();
    grants->push_back(KeyReader(rows.key().substr(prefix.size())).Uint());
  }
  return std::shared_ptr<const std::vector<std::uint64_t>>(std::move(grants));
}

}  // namespace

Result<KeptPages> KeptPages::Of(View& view, const PageOfMembers& page) {
  GL_ASSIGN_OR_RETURN(const Lsn last_change,
                      view.LastCountChange(page.head.organization, page.head.product));
  const bool keeps = last_change <= view.lsn() && page.limit <= kLongestPage;
  return KeptPages(view, KeyOf(page), last_change, keeps);
}

std::shared_ptr<const FoundMembers> KeptPages::Find() const {
  if (!keeps_) return nullptr;
  const auto kept = view_.rows().FindOlder(Family::kState, key_);
  if (!kept) return nullptr;
  auto found = std::static_pointer_cast<const FoundMembers>(*kept);
  return found->last_change == last_change_ ? std::move(found) : nullptr;
}

void KeptPages::Keep(std::span<const Grant> grants, const std::string& last, bool more) const {
  if (!keeps_) return;
  const std::size_t bytes = sizeof(FoundMembers) + sizeof(GrantState) + grants.size_bytes();
  view_.rows().Keep(Family::kState, key_,
                    std::make_shared<const FoundMembers>(
                        FoundMembers{last_change_, {grants.begin(), grants.end()}, last, more}),
                    bytes);
}

Result<std::shared_ptr<const std::vector<std::uint64_t>>> GrantsOfLicense(const View& view,
                                                                          std::uint64_t license) {
  const std::string prefix = GrantsOfLicensePrefix(license);
  GL_ASSIGN_OR_RETURN(auto row,
                      GetTable<fb::LicenseT>(view.rows(), Family::kState, LicenseKey(license)));
  if (const auto found = view.rows().FindOlder(Family::kIndex, prefix)) {
    auto kept = std::static_pointer_cast<const KeptGrants>(*found);
    if (kept->row == row) return kept->grants;
  }
  GL_ASSIGN_OR_RETURN(auto grants, ReadGrantsOfLicense(view, prefix));
  const std::size_t bytes =
      sizeof(KeptGrants) + (grants == nullptr ? 0 : grants->size() * sizeof(std::uint64_t));
  view.rows().Keep(Family::kIndex, prefix,
                   std::make_shared<const KeptGrants>(KeptGrants{std::move(row), grants}), bytes);
  return grants;
}

}  // namespace grantledger
