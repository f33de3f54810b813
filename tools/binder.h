// Bindings: names for fields of earlier answers.
//
// `"Bind":{"grant":"GrantArn"}` beside a request keeps the field GrantArn of its Output under the
// name `grant`; dots reach inside ("CreateAccountStatus.AccountId", "Grants.0.GrantArn"). In a
// later request "${grant}" stands for it, also inside a longer string. A string that is nothing but
// "${grant}" takes the value's type; "$${" stands for "${".
#ifndef GRANTLEDGER_TOOLS_BINDER_H_
#define GRANTLEDGER_TOOLS_BINDER_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/status.h>

#include "tools/json_text.h"

namespace grantledger::tools {

/// One entry of a Bind.
struct Binding {
  std::string name;
  std::string field;
};

/// Takes the "Bind" out of `request`, and reads it strictly. None: no bindings.
Result<std::vector<Binding>> TakeBindings(Json& request);

/// The names that the strings of `value` use. Names of fields are not looked at.
std::set<std::string, std::less<>> UsedNames(const Json& value);

class Binder {
 public:
  /// Puts the values of the bound names into the strings of `request`. A name that is not bound,
  /// and a value that does not fit inside a longer string, is InvalidArgument.
  Status Substitute(Json& request) const;

  /// Keeps the fields of `output`, the Output of line `line`. A field that is not there is
  /// InvalidArgument; its name is then unbound.
  Status Bind(const std::vector<Binding>& bindings, const OrderedJson& output, std::uint64_t line);

  /// Line `line` was answered with an error: what it binds has no value.
  void Unbind(const std::vector<Binding>& bindings, std::uint64_t line);

 private:
  struct Value {
    bool bound = false;
    Json json;
    std::uint64_t line = 0;  ///< Of the request that has the Bind.
  };

  Status SubstituteString(Json& string) const;
  [[nodiscard]] Result<Json> Lookup(std::string_view name) const;

  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_BINDER_H_
