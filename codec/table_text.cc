#include "codec/table_text.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include <flatbuffers/minireflect.h>

namespace grantledger {
namespace {

/// Writes what FlatBuffers' reflection passes.
class JsonVisitor : public flatbuffers::IterationVisitor {
 public:
  [[nodiscard]] std::string Take() && { return std::move(text_); }

  void StartSequence() override { text_ += '{'; }
  void EndSequence() override { text_ += '}'; }
  void StartVector() override { text_ += '['; }
  void EndVector() override { text_ += ']'; }
  void Field(std::size_t /*index*/, std::size_t set, flatbuffers::ElementaryType /*type*/,
             bool /*vector*/, const flatbuffers::TypeTable* /*types*/, const char* name,
             const std::uint8_t* value) override {
    if (value == nullptr) return;
    if (set != 0) text_ += ',';
    text_ += JsonString(name) + ':';
  }
  void Element(std::size_t index, flatbuffers::ElementaryType /*type*/,
               const flatbuffers::TypeTable* /*types*/, const std::uint8_t* /*value*/) override {
    if (index != 0) text_ += ',';
  }

  void UType(std::uint8_t value, const char* name) override { Named(value, name); }
  void Bool(bool value) override { text_ += value ? "true" : "false"; }
  void Char(std::int8_t value, const char* name) override { Named(value, name); }
  void UChar(std::uint8_t value, const char* name) override { Named(value, name); }
  void Short(std::int16_t value, const char* name) override { Named(value, name); }
  void UShort(std::uint16_t value, const char* name) override { Named(value, name); }
  void Int(std::int32_t value, const char* name) override { Named(value, name); }
  void UInt(std::uint32_t value, const char* name) override { Named(value, name); }
  void Long(std::int64_t value) override { text_ += std::to_string(value); }
  void ULong(std::uint64_t value) override { text_ += std::to_string(value); }
  void String(const flatbuffers::String* value) override {
    text_ += JsonString({value->c_str(), value->size()});
  }
  void Unknown(const std::uint8_t* /*value*/) override { text_ += "null"; }

 private:
  template <typename Number>
  void Named(Number value, const char* name) {
    text_ += name != nullptr ? JsonString(name) : std::to_string(value);
  }

  std::string text_;
};

}  // namespace

std::string JsonString(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr unsigned char kFirstPlain = 0x20;
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += {'\\', c};
    } else if (byte < kFirstPlain) {
      json += std::string("\\u00") + kDigits[byte >> 4] + kDigits[byte & 15];
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::optional<std::string> TableText(const TableSchema& schema, std::string_view payload) {
  if (payload.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) return std::nullopt;
  // Aligned, as in codec/tables.h.
  std::vector<std::uint64_t> aligned((payload.size() + sizeof(std::uint64_t)) /
                                     sizeof(std::uint64_t));
  auto* bytes = reinterpret_cast<std::uint8_t*>(aligned.data());
  std::memcpy(bytes, payload.data(), payload.size());
  if (!schema.verify(bytes, payload.size(), schema.file_identifier)) return std::nullopt;
  JsonVisitor visitor;
  flatbuffers::IterateFlatBuffer(bytes, schema.types(), &visitor);
  return std::move(visitor).Take();
}

}  // namespace grantledger
