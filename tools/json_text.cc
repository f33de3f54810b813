#include "tools/json_text.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tools/safe_text.h"

namespace grantledger::tools {
namespace {

constexpr std::size_t kQuotedBytes = 100;
constexpr std::size_t kMessageBytes = 300;

/// At most `limit` bytes of `text`, and no part of a UTF-8 character.
std::string_view Cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

/// The library's words without its own prefix: "column 9: syntax error while parsing value - …".
std::string Plain(std::string_view what) {
  if (const auto end = what.find("] "); end != std::string_view::npos) what.remove_prefix(end + 2);
  if (const auto at = what.find("column "); at != std::string_view::npos) what.remove_prefix(at);
  return std::string(Cut(what, kMessageBytes));
}

/// Builds the value from the parser's events, and refuses what ParseJson refuses.
class Builder : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Put(nullptr) != nullptr; }
  bool boolean(bool value) override { return Put(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return Put(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return Put(value) != nullptr; }
  bool number_float(number_float_t value, const string_t& /*text*/) override {
    return Put(value) != nullptr;
  }
  bool string(string_t& value) override { return Put(std::move(value)) != nullptr; }
  bool binary(binary_t& /*value*/) override { return Fail("bytes are no JSON"); }

  bool start_object(std::size_t /*size*/) override { return Open(Json::object()); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t /*size*/) override { return Open(Json::array()); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    auto& fields = open_.back()->get_ref<Json::object_t&>();
    const auto [field, is_new] = fields.try_emplace(std::move(name));  // Moves only if it is new.
    if (!is_new) return Fail(fmt::format("the field {} stands twice in one object", Quote(name)));
    field_ = &field->second;
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    return Fail(Plain(error.what()));
  }

  Json& root() { return root_; }
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  /// Where the value stands now; it stays there until the container around it is closed.
  Json* Put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    *field_ = std::move(value);
    return field_;
  }

  bool Open(Json container) {
    if (open_.size() == kMaxJsonDepth) {
      return Fail(fmt::format("nested more than {} deep", kMaxJsonDepth));
    }
    open_.push_back(Put(std::move(container)));
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  bool Fail(std::string message) {
    message_ = std::move(message);
    return false;
  }

  Json root_;
  std::vector<Json*> open_;  ///< The containers around the next value, the innermost last.
  Json* field_ = nullptr;    ///< The field that the next value of an object goes to.
  std::string message_;
};

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  Builder builder;
  if (Json::sax_parse(text.begin(), text.end(), &builder)) return std::move(builder.root());
  return Status(Code::kInvalidArgument, "not a JSON value: " + builder.message());
}

std::string DumpLine(const OrderedJson& value) {
  return EscapedInJson(value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
}

std::string Shorten(std::string_view text) {
  const std::string_view cut = Cut(text, kQuotedBytes);
  return fmt::format("{}{}", cut, cut.size() == text.size() ? "" : "…");
}

std::string Quote(std::string_view text) { return fmt::format("\"{}\"", Shorten(text)); }

std::string Describe(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_string()) return Quote(value.get_ref<const std::string&>());
  return value.dump();
}

}  // namespace grantledger::tools
