// Valid requests made from the shapes of the API, and everything that can be made wrong with them.
#ifndef GRANTLEDGER_TESTS_TOOLS_API_EXAMPLE_H_
#define GRANTLEDGER_TESTS_TOOLS_API_EXAMPLE_H_

#include <string>
#include <vector>

#include "tools/json_text.h"

namespace grantledger::tools {

/// The shapes of all operations: {operation: shape of its Input} (see api_shapes.h).
const Json& ApiShapes();

/// A value of the shape, with every field.
Json Example(const Json& shape);

/// {"Operation", "Caller", "Input"} with every field of the Input.
Json ExampleRequest(const std::string& operation);

/// One field of an operation's Input, at any depth.
struct Field {
  std::string path;           ///< In messages: "Input.Filters[0].Name".
  Json::json_pointer parent;  ///< The object that it stands in, from the request.
  std::string name;
  Json shape;
  bool required = false;
};

/// The fields of the operation's Input, also those inside of others.
std::vector<Field> FieldsOf(const std::string& operation);

/// Values of every type of JSON that the shape does not take.
std::vector<Json> MistypedValues(const Json& shape);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TESTS_TOOLS_API_EXAMPLE_H_
