// Keys: whatever bytes they are, they are read or refused; what is read is written as it was.
#include "codec/row_shapes.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

/// Reads parts as `recipe` says, and writes them again.
void ReadAndWrite(std::uint64_t recipe, std::string_view key) {
  KeyReader reader(key);
  KeyWriter writer(reader.Tag());
  for (; reader.ok() && !reader.AtEnd() && recipe != 0; recipe >>= 3) {
    switch (recipe & 7) {
      case 0:
        writer.Tag(reader.Tag());
        break;
      case 1:
      case 2:
        writer.Uint(reader.Uint());
        break;
      case 3:
        writer.Account(reader.Account());
        break;
      case 4:
        writer.NewestFirst(reader.NewestFirst());
        break;
      case 5:
      case 6: {
        const Path path = reader.PlacePath();
        (void)Depth(path);
        (void)PathText(path);
        writer.PlacePath(path);
        break;
      }
      default:
        writer.Text(reader.Text());
    }
  }
  if (reader.AtEnd()) Check(writer.key() == key, "a key that is read is the one that is written");
}

}  // namespace

void FuzzKeys(std::string_view input) {
  InputReader in(input);
  const auto family = static_cast<Family>(in.Byte() % kFamilyCount);
  const std::uint64_t recipe = in.Number(3);
  const std::string_view key = in.rest();
  if (const auto decoded = DecodeKey(family, key)) {
    Check(decoded->shape->family == family, "a row is of the family in which it stands");
    (void)DecodePayload(*decoded->shape, key);
  }
  ReadAndWrite(recipe, key);
  if (const auto position = ReadPosition(key)) {
    const std::string written = MemberKey(7, position->path, position->epoch, position->account);
    Check(written.ends_with(key), "a position that is read is the one that is written");
  }
  if (const auto at = ReadCohortKey(key)) {
    Check(CohortKey(7, at->path, at->epoch).ends_with(key),
          "a cohort that is read is the one that is written");
  }
  if (!key.empty()) (void)ReadKeptTokenKey(key);
  (void)ReadLogKey(key);
  const std::string end = PrefixEnd(std::string(key));
  Check(end.empty() || end > key, "what begins with a prefix stands before its end");
}

}  // namespace grantledger::fuzz
