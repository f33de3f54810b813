// What lists have in common in their shape: Filters, MaxResults, and lists of ARNs.
#ifndef GRANTLEDGER_QUERY_FILTERS_H_
#define GRANTLEDGER_QUERY_FILTERS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/ledger.h>

namespace grantledger {

/// The one value of each filter that was given. Owns what it holds.
class FilterValues {
 public:
  /// Null: there is no filter of that name. Good as long as the FilterValues.
  [[nodiscard]] const std::string* Find(std::string_view name) const;

 private:
  friend Result<FilterValues> ReadFilters(const std::vector<Filter>& filters,
                                          const std::vector<std::string_view>& allowed);
  std::map<std::string, std::string, std::less<>> values_;
};

/// InvalidArgument, naming Filters[i].Name or Filters[i].Values: a name that is not allowed or is
/// repeated, or not exactly one value. Names are case-sensitive; values are not looked at.
Result<FilterValues> ReadFilters(const std::vector<Filter>& filters,
                                 const std::vector<std::string_view>& allowed);

/// The most rows that a page has: at least 1. InvalidArgument: above options.max_page_size.
Result<std::size_t> PageSize(const Paging& paging, const Options& options);

/// InvalidArgument, naming `field`[i], where an item has not the form of an ARN.
Status CheckArns(std::string_view field, const std::vector<std::string>& arns);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_FILTERS_H_
