#include "tests/tools/api_example.h"

#include <set>

#include "tests/tools/api_shapes.h"

namespace grantledger::tools {
namespace {

bool IsNameList(const Json& shape) { return shape.is_object() && shape.contains("|"); }

bool IsInteger(const Json& shape) { return shape == "integer" || shape == "long"; }

bool IsRequired(const std::string& field) { return field.ends_with('*'); }

std::string Plain(const std::string& field) {
  return IsRequired(field) ? field.substr(0, field.size() - 1) : field;
}

void Collect(const Json& shape, const std::string& path, const Json::json_pointer& at,
             std::vector<Field>& fields) {
  if (shape.is_array()) return Collect(shape[0], path + "[0]", at / 0, fields);
  if (!shape.is_object() || IsNameList(shape)) return;
  for (const auto& [key, inner] : shape.items()) {
    const std::string name = Plain(key);
    fields.push_back({path + "." + name, at, name, inner, IsRequired(key)});
    Collect(inner, path + "." + name, at / name, fields);
  }
}

}  // namespace

const Json& ApiShapes() {
  static const Json shapes = Json::parse(kApiShapes);
  return shapes;
}

Json Example(const Json& shape) {
  if (shape.is_array()) return Json::array({Example(shape[0])});
  if (IsNameList(shape)) return shape["|"][0];
  if (shape == "time") return "2026-01-02T03:04:05Z";
  if (shape == "boolean") return true;
  if (IsInteger(shape)) return 7;
  if (!shape.is_object()) return "text";
  Json object = Json::object();
  for (const auto& [key, inner] : shape.items()) object[Plain(key)] = Example(inner);
  return object;
}

Json ExampleRequest(const std::string& operation) {
  Json request = {{"Operation", operation},
                  {"Caller", "111122223333"},
                  {"Input", Example(ApiShapes()[operation])}};
  if (operation == "ListParents") request["Input"].erase("NextToken");  // Never valid there.
  return request;
}

std::vector<Field> FieldsOf(const std::string& operation) {
  std::vector<Field> fields;
  Collect(ApiShapes()[operation], "Input", Json::json_pointer("/Input"), fields);
  return fields;
}

std::vector<Json> MistypedValues(const Json& shape) {
  std::vector<Json> values = {nullptr, 1.5};
  if (!IsInteger(shape)) values.push_back(7);
  if (shape != "boolean") values.push_back(true);
  if (!shape.is_array()) values.push_back(Json::array({"text"}));
  if (!shape.is_object() || IsNameList(shape)) values.push_back(Json::object());
  if (shape != "string") values.push_back("text");  // Neither a name of the API nor a time.
  return values;
}

}  // namespace grantledger::tools
