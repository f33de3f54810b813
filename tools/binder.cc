#include "tools/binder.h"

#include <charconv>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "tools/json_input.h"
#include "tools/nearest.h"

namespace grantledger::tools {
namespace {

/// A string in parts: text, or the name of a binding.
struct Part {
  bool is_name = false;
  std::string_view text;
};

/// "a${b}c$${d}" is a, name b, c${d}. A "${" that nothing closes is text.
std::vector<Part> Split(std::string_view text) {
  std::vector<Part> parts;
  std::size_t begin = 0;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    const bool escaped = at > begin && text[at - 1] == '$';
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    parts.push_back({false, text.substr(begin, at - begin - (escaped ? 1 : 0))});
    if (!escaped) parts.push_back({true, text.substr(at + 2, end - at - 2)});
    begin = escaped ? at : end + 1;
    at = escaped ? at + 2 : begin;
  }
  parts.push_back({false, text.substr(begin)});
  std::erase_if(parts, [](const Part& part) { return !part.is_name && part.text.empty(); });
  return parts;
}

/// Whether `text` has anything that Split would find.
bool MayHaveNames(std::string_view text) { return text.find("${") != std::string_view::npos; }

/// Calls `visit` with every string in `value`, until one gives an error.
template <typename AnyJson, typename Visit>
Status ForEachString(AnyJson& value, const Visit& visit) {
  if (value.is_string()) return visit(value);
  if (!value.is_structured()) return {};
  for (auto& element : value) {
    if (Status status = ForEachString(element, visit); !status.ok()) return status;
  }
  return {};
}

/// The element of a list or field of an object; null where there is none.
const OrderedJson* Step(const OrderedJson& value, std::string_view step) {
  if (value.is_object()) {
    const auto found = value.find(step);
    return found == value.end() ? nullptr : &*found;
  }
  std::size_t index = 0;
  const char* end = step.data() + step.size();
  const auto [stop, error] = std::from_chars(step.data(), end, index);
  const bool is_index = error == std::errc() && stop == end;
  return value.is_array() && is_index && index < value.size() ? &value[index] : nullptr;
}

/// What may stand in place of a step that is not there.
std::string Choices(const OrderedJson& value, std::string_view step) {
  if (value.is_array()) return fmt::format("expected an index below {}", value.size());
  std::vector<std::string> names;
  if (value.is_object()) {
    for (const auto& [name, field] : value.items()) names.push_back(name);
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  return Suggest(step, views);
}

Result<Json> Reach(const OrderedJson& output, const Binding& binding) {
  const OrderedJson* value = &output;
  std::string_view rest = binding.field;
  while (true) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    const std::string_view step = rest.substr(0, dot);
    const OrderedJson* next = Step(*value, step);
    if (next == nullptr) {
      return Status(Code::kInvalidArgument,
                    fmt::format("Bind.{} is {}, but the answer has no {}, {}", binding.name,
                                Quote(binding.field), Quote(step), Choices(*value, step)));
    }
    value = next;
    if (dot == rest.size()) return Json(*value);
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<std::vector<Binding>> TakeBindings(Json& request) {
  std::vector<Binding> bindings;
  if (!request.is_object() || !request.contains("Bind")) return bindings;
  const Json bind = std::move(request["Bind"]);
  request.erase("Bind");
  const Path root;
  const Path path(&root, "Bind");
  if (!bind.is_object()) return WrongType(path, bind, "an object like {\"grant\": \"GrantArn\"}");
  for (const auto& [name, field] : bind.items()) {
    if (name.empty() || name.find('}') != std::string::npos) {
      return Status(Code::kInvalidArgument,
                    fmt::format("Bind has the name {}, expected a text without }}", Quote(name)));
    }
    Binding& binding = bindings.emplace_back(Binding{name, {}});
    Status status = ReadValue(field, Path(&path, name), binding.field);
    if (!status.ok()) return status;
  }
  return bindings;
}

std::set<std::string, std::less<>> UsedNames(const Json& value) {
  std::set<std::string, std::less<>> names;
  const auto visit = [&](const Json& string) {
    const auto& text = string.get_ref<const std::string&>();
    if (!MayHaveNames(text)) return Status();
    for (const Part& part : Split(text)) {
      if (part.is_name) names.emplace(part.text);
    }
    return Status();
  };
  (void)ForEachString(value, visit);
  return names;
}

Status Binder::Substitute(Json& request) const {
  return ForEachString(request, [this](Json& string) { return SubstituteString(string); });
}

Status Binder::SubstituteString(Json& string) const {
  const auto& text = string.get_ref<const std::string&>();
  if (!MayHaveNames(text)) return {};
  const std::vector<Part> parts = Split(text);
  std::string joined;
  for (const Part& part : parts) {
    if (!part.is_name) {
      joined += part.text;
      continue;
    }
    Result<Json> value = Lookup(part.text);
    if (!value) return std::move(value).error();
    if (parts.size() == 1) {
      string = std::move(*value);
      return {};
    }
    if (value->is_structured()) {
      return {Code::kInvalidArgument, fmt::format("${{{}}} is {}, expected a text inside of {}",
                                                  part.text, Describe(*value), Quote(text))};
    }
    joined += value->is_string() ? value->get<std::string>() : value->dump();
  }
  string = std::move(joined);
  return {};
}

Result<Json> Binder::Lookup(std::string_view name) const {
  const auto found = values_.find(name);
  if (found != values_.end() && found->second.bound) return found->second.json;
  const std::string shown = fmt::format("${{{}}}", Shorten(name));
  if (found != values_.end()) {
    return Status(Code::kInvalidArgument, fmt::format("{} is not bound: line {}, which binds it, "
                                                      "has no value for it",
                                                      shown, found->second.line));
  }
  std::vector<std::string_view> names;
  for (const auto& [known, value] : values_) names.push_back(known);
  const std::string_view nearest = Nearest(name, names);
  const std::string hint = nearest.empty() ? "expected the name in a Bind of an earlier line"
                                           : fmt::format("did you mean ${{{}}}?", nearest);
  return Status(Code::kInvalidArgument, fmt::format("{} is not bound, {}", shown, hint));
}

Status Binder::Bind(const std::vector<Binding>& bindings, const OrderedJson& output,
                    std::uint64_t line) {
  Status first;
  for (const Binding& binding : bindings) {
    Result<Json> value = Reach(output, binding);
    Value& kept = values_[binding.name];
    kept = Value{value.has_value(), value ? std::move(*value) : Json(), line};
    if (!value && first.ok()) first = std::move(value).error();
  }
  return first;
}

void Binder::Unbind(const std::vector<Binding>& bindings, std::uint64_t line) {
  for (const Binding& binding : bindings) values_[binding.name] = Value{false, {}, line};
}

}  // namespace grantledger::tools
