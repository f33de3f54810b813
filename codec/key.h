// Keys: byte strings whose order is the order that is wanted.
//
// One encoding rule for all of them (docs/FORMAT.md draws each key):
//   - a key begins with a tag, one byte, which names the kind of row;
//   - an unsigned integer is a length byte n (0..8), then its n significant bytes, big-endian, so
//     that numbers of any size sort as numbers and delimit themselves;
//   - an account is 5 bytes big-endian (12 digits are less than 2^40);
//   - an LSN that sorts newest first is 8 bytes big-endian of its complement;
//   - a path is the integers of its steps from the root, none for the root itself, closed by an
//     integer 0; without the 0 it is the prefix of everything nested in it;
//   - text is closed by a zero byte, and is always the last part or free of zero bytes.
#ifndef GRANTLEDGER_CODEC_KEY_H_
#define GRANTLEDGER_CODEC_KEY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <grantledger/types.h>

namespace grantledger {

/// An account in 40 bits, of which ids and keys are made. Those of a number beyond 12 digits are
/// no account's, and the same for all: it never passes for another.
constexpr std::uint64_t AccountBits(AccountId account) {
  constexpr std::uint64_t kNobody = (std::uint64_t{1} << 40) - 1;
  return account.value() <= AccountId::kMax ? account.value() : kNobody;
}

/// Of an account in a key.
inline constexpr std::size_t kAccountBytes = 5;

/// Where an account stands: the steps from its organization's root, each a number ≥ 1 that is
/// unique among its siblings, encoded as in a key but without the closing 0. Empty: the root.
using Path = std::string;

/// The path of the `step`-th unit below `parent`.
Path ChildPath(const Path& parent, std::uint64_t step);

/// Whether `place` is `principal` or nested in it.
inline bool Covers(const Path& principal, const Path& place) {
  return place.starts_with(principal);
}

/// How many steps the path has; the root has none.
int Depth(const Path& path);

class KeyWriter {
 public:
  explicit KeyWriter(char tag) : key_(1, tag) {}

  KeyWriter& Tag(char tag);  ///< Behind the first: the kind of row of what stands before it.
  KeyWriter& Uint(std::uint64_t value);
  KeyWriter& Account(AccountId account);
  KeyWriter& NewestFirst(Lsn lsn);
  KeyWriter& PathPrefix(const Path& path);  ///< Without the closing 0.
  KeyWriter& PlacePath(const Path& path);   ///< With it.
  KeyWriter& Text(std::string_view text);

  [[nodiscard]] const std::string& key() const& { return key_; }
  [[nodiscard]] std::string key() && { return std::move(key_); }

 private:
  std::string key_;
};

/// Reads what KeyWriter wrote, part by part. After a part that is not there, ok() is false and
/// every further part is zero or empty.
class KeyReader {
 public:
  explicit KeyReader(std::string_view key) : rest_(key) {}

  char Tag();
  std::uint64_t Uint();
  AccountId Account();
  Lsn NewestFirst();
  Path PlacePath();
  std::string Text();

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  std::string_view Take(std::size_t size);

  std::string_view rest_;
  bool ok_ = true;
};

/// The first key behind all that begin with `prefix`. Empty: there is none.
std::string PrefixEnd(std::string prefix);

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_KEY_H_
