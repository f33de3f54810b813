// Keys: whatever bytes they are, they are read or refused; what is read is written as it was; and
// keys sort as what they are made of.
#include <algorithm>
#include <vector>

#include "codec/row_shapes.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

constexpr int kPartBits = 3;

/// A recipe says of which parts a key is: three bits for each, 0 after the last.
KeyPartKind FirstOf(std::uint64_t recipe) {
  return static_cast<KeyPartKind>((recipe & ((1U << kPartBits) - 1)) - 1);
}

/// Reads parts as `recipe` says, and writes them again.
void ReadAndWrite(std::uint64_t recipe, std::string_view key) {
  KeyReader reader(key);
  KeyWriter writer(reader.Tag());
  for (; reader.ok() && !reader.AtEnd() && recipe != 0; recipe >>= kPartBits) {
    switch (FirstOf(recipe)) {
      case KeyPartKind::kUint:
        writer.Uint(reader.Uint());
        break;
      case KeyPartKind::kAccount:
        writer.Account(reader.Account());
        break;
      case KeyPartKind::kNewestFirst:
      case KeyPartKind::kLsn:
        writer.NewestFirst(reader.NewestFirst());
        break;
      case KeyPartKind::kPlacePath: {
        const Path path = reader.PlacePath();
        (void)Depth(path);
        (void)PathText(path);
        writer.PlacePath(path);
        break;
      }
      case KeyPartKind::kText:
        writer.Text(reader.Text());
        break;
      default:
        writer.Tag(reader.Tag());
    }
  }
  if (reader.AtEnd()) Check(writer.key() == key, "a key that is read is the one that is written");
}

int Sign(std::strong_ordering order) { return order < 0 ? -1 : (order > 0 ? 1 : 0); }

/// Of any size up to 8 bytes.
std::uint64_t DrawNumber(InputReader* in) {
  constexpr int kSizes = 9;
  return in->Number(in->Byte() % kSizes);
}

std::vector<std::uint64_t> DrawSteps(InputReader* in) {
  constexpr int kMost = 4;
  std::vector<std::uint64_t> steps(in->Byte() % kMost);
  for (std::uint64_t& step : steps) step = std::max<std::uint64_t>(DrawNumber(in), 1);
  return steps;
}

Path PathOf(const std::vector<std::uint64_t>& steps) {
  Path path;
  for (const std::uint64_t step : steps) path = ChildPath(path, step);
  return path;
}

std::string DrawText(InputReader* in) {
  constexpr std::size_t kMost = 6;
  std::string text(in->Byte() % kMost, 'a');
  for (char& c : text) c = static_cast<char>(std::max<std::uint8_t>(in->Byte(), 1));
  return text;
}

/// Gives both keys a part of a kind. How the two values compare: -1, 0 or 1.
int DrawPart(KeyPartKind kind, InputReader* in, KeyWriter* left, KeyWriter* right) {
  switch (kind) {
    case KeyPartKind::kAccount: {
      const AccountId a(DrawNumber(in) % (AccountId::kMax + 1));
      const AccountId b(DrawNumber(in) % (AccountId::kMax + 1));
      left->Account(a);
      right->Account(b);
      return Sign(a <=> b);
    }
    case KeyPartKind::kNewestFirst: {
      const Lsn a = DrawNumber(in);
      const Lsn b = DrawNumber(in);
      left->NewestFirst(a);
      right->NewestFirst(b);
      return Sign(b <=> a);
    }
    case KeyPartKind::kPlacePath: {
      const auto a = DrawSteps(in);
      const auto b = DrawSteps(in);
      left->PlacePath(PathOf(a));
      right->PlacePath(PathOf(b));
      return Sign(a <=> b);
    }
    case KeyPartKind::kText: {
      const std::string a = DrawText(in);
      const std::string b = DrawText(in);
      left->Text(a);
      right->Text(b);
      return Sign(a <=> b);
    }
    default: {
      const std::uint64_t a = DrawNumber(in);
      const std::uint64_t b = DrawNumber(in);
      left->Uint(a);
      right->Uint(b);
      return Sign(a <=> b);
    }
  }
}

/// Two keys of the same parts, whose values the input draws.
void KeepsOrder(std::uint64_t recipe, InputReader in) {
  KeyWriter left('k');
  KeyWriter right('k');
  int order = 0;
  for (; recipe != 0; recipe >>= kPartBits) {
    const int part = DrawPart(FirstOf(recipe), &in, &left, &right);
    if (order == 0) order = part;
  }
  Check(Sign(left.key() <=> right.key()) == order, "keys sort as what they are made of");
}

}  // namespace

void FuzzKeys(std::string_view input) {
  InputReader in(input);
  const auto family = static_cast<Family>(in.Byte() % kFamilyCount);
  constexpr int kRecipeBytes = 3;
  const std::uint64_t recipe = in.Number(kRecipeBytes);
  KeepsOrder(recipe, in);
  const std::string_view key = in.rest();
  if (const auto decoded = DecodeKey(family, key)) {
    Check(decoded->shape->family == family, "a row is of the family in which it stands");
    (void)DecodePayload(*decoded->shape, key);
  }
  ReadAndWrite(recipe, key);
  constexpr std::uint64_t kOrganization = 7;
  if (const auto position = ReadPosition(key)) {
    const std::string written =
        MemberKey(kOrganization, position->path, position->epoch, position->account);
    Check(written == MembersPrefix(kOrganization, Path()) + std::string(key),
          "a position that is read is the one that is written");
  }
  if (const auto at = ReadCohortKey(key)) {
    Check(CohortKey(kOrganization, at->path, at->epoch) ==
              CohortsPrefix(kOrganization, Path()) + std::string(key),
          "a cohort that is read is the one that is written");
  }
  const std::string end = PrefixEnd(std::string(key));
  Check(end.empty() || (end > key && end > std::string(key) + "\xff"),
        "what begins with a prefix stands before its end");
}

}  // namespace grantledger::fuzz
