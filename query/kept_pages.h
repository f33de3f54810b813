// What lists of grants keep in memory: so that who turns the same pages again, while nothing
// happened to them, gets what was found the last time.
#ifndef GRANTLEDGER_QUERY_KEPT_PAGES_H_
#define GRANTLEDGER_QUERY_KEPT_PAGES_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "query/grant_view.h"

namespace grantledger {

/// Which member grants of a distribution are listed.
struct PageOfMembers {
  const fb::GrantHeadT& head;
  std::optional<GrantStatus> status;  ///< Nullopt: of every status.
  const std::string& after;           ///< Behind this position; empty: from the first on.
  std::size_t limit = 0;
};

/// What was found, and keeps being so until the next change.
struct FoundMembers {
  Lsn last_change = 0;
  std::vector<Grant> grants = {};
  std::string last = {};  ///< The position of the last of a full page; empty: it was not full.
  bool more = false;      ///< Something follows.
};

/// Keeps pages at the latest moment, which depend on nothing but the last record that could change
/// how many of the member grants have which status, or what they look like.
class KeptPages {
 public:
  /// REQUIRES: the view lives as long.
  static Result<KeptPages> Of(View& view, const PageOfMembers& page);
  /// Null: it is not kept.
  [[nodiscard]] std::shared_ptr<const FoundMembers> Find() const;
  void Keep(std::span<const Grant> grants, const std::string& last, bool more) const;

 private:
  KeptPages(const View& view, std::string key, Lsn last_change, bool keeps)
      : view_(view), key_(std::move(key)), last_change_(last_change), keeps_(keeps) {}

  const View& view_;
  std::string key_;
  Lsn last_change_;
  bool keeps_;  ///< Whether the view sees the last change, and the page is not too long.
};

/// The ordinals of the grants of a license, in order, where they are not very many; null: they are.
/// Also of such as are newer than the view.
Result<std::shared_ptr<const std::vector<std::uint64_t>>> GrantsOfLicense(const View& view,
                                                                          std::uint64_t license);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_KEPT_PAGES_H_
