#include "query/filters.h"

#include <algorithm>

#include "codec/arn.h"
#include "ledger/errors.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

constexpr std::size_t kDefaultPageSize = 100;

std::string ItemOf(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

std::string Joined(const std::vector<std::string_view>& names) {
  std::string joined;
  for (const std::string_view name : names) {
    if (!joined.empty()) joined += ", ";
    joined += name;
  }
  return joined;
}

Status CheckFilter(const Filter& filter, const std::string& item,
                   const std::vector<std::string_view>& allowed) {
  if (std::ranges::find(allowed, filter.name) == allowed.end()) {
    return Invalid(item + ".Name", Quoted(filter.name), "one of " + Joined(allowed));
  }
  if (filter.values.size() == 1) return {};
  return Invalid(item + ".Values", std::to_string(filter.values.size()) + " values", "exactly one");
}

}  // namespace

const std::string* FilterValues::Find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Result<FilterValues> ReadFilters(const std::vector<Filter>& filters,
                                 const std::vector<std::string_view>& allowed) {
  FilterValues read;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const std::string item = ItemOf("Filters", i);
    GL_RETURN_IF_ERROR(CheckFilter(filters[i], item, allowed));
    const bool first = read.values_.emplace(filters[i].name, filters[i].values[0]).second;
    if (!first) {
      return Invalid(item + ".Name", Quoted(filters[i].name) + ", given before",
                     "each name at most once");
    }
  }
  return read;
}

Result<std::size_t> PageSize(const Paging& paging, const Options& options) {
  if (paging.max_results == 0) return kDefaultPageSize;
  if (paging.max_results <= options.max_page_size) return std::size_t{paging.max_results};
  return Invalid("MaxResults", std::to_string(paging.max_results),
                 "1 to " + std::to_string(options.max_page_size));
}

Status CheckArns(std::string_view field, const std::vector<std::string>& arns) {
  for (std::size_t i = 0; i < arns.size(); ++i) {
    if (!IsArn(arns[i])) return Invalid(ItemOf(field, i), Quoted(arns[i]), "an ARN");
  }
  return {};
}

}  // namespace grantledger
