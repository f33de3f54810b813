#include "tests/torture/damage_choice.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using model::Random;

std::string ReadBytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("can't read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteBytes(const fs::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!(out << bytes).flush()) throw std::runtime_error("can't write " + file.string());
}

/// Files of one kind have the same meaning.
std::string KindOf(const std::string& name) {
  if (name.ends_with(".log")) return "log";
  if (name.ends_with(".sst")) return "sst";
  for (const char* kind : {"MANIFEST", "LOG"}) {
    if (name.starts_with(kind)) return kind;
  }
  return name;  // CURRENT, IDENTITY, ANCHOR, LOCK, and what else there is
}

/// How often a kind is damaged, against others: those that decide what a ledger holds.
std::size_t WeightOf(const std::string& kind) {
  static const std::map<std::string, std::size_t> kWeights{
      {"MANIFEST", 22}, {"log", 26},     {"sst", 22}, {"ANCHOR", 14},
      {"CURRENT", 8},   {"IDENTITY", 2}, {"LOG", 1}};
  const auto weight = kWeights.find(kind);
  return weight == kWeights.end() ? 1 : weight->second;
}

std::map<std::string, std::vector<std::string>> FilesByKind(const std::string& directory) {
  std::map<std::string, std::vector<std::string>> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().filename();
    files[KindOf(name)].push_back(name);
  }
  for (auto& [kind, names] : files) std::ranges::sort(names);
  return files;
}

/// Where fragments begin in RocksDB's log format (see ledger/log_file.h), and where they end.
std::vector<std::size_t> FragmentsOf(const std::string& bytes) {
  constexpr std::size_t kBlock = 32768;
  constexpr std::size_t kHeader = 7;
  std::vector<std::size_t> begins{0};
  for (std::size_t at = 0; at + kHeader <= bytes.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    if (byte(6) == 0) break;
    at += kHeader + (byte(4) | std::size_t{byte(5)} << 8);
    if (kBlock - at % kBlock < kHeader) at += kBlock - at % kBlock;
    if (at <= bytes.size()) begins.push_back(at);
  }
  return begins;
}

/// A byte that it may be worth to damage.
std::size_t SomeByte(const std::string& kind, const std::string& bytes, Random& random) {
  constexpr std::size_t kPage = 4096;  // of ANCHOR
  std::size_t at = random.Below(bytes.size());
  if (random.Percent(30)) return at;
  if (kind == "log" || kind == "MANIFEST") {
    // The header of a fragment, or just before it.
    at = random.Pick(FragmentsOf(bytes)) + random.Below(20);
    at -= std::min<std::size_t>(at, 4);
  } else if (kind == "sst") {
    constexpr std::array<std::size_t, 3> kEnds{60, 250, 1500};
    at = bytes.size() - 1 - random.Below(std::min(kEnds[random.Below(3)], bytes.size()));
  } else if (kind == "ANCHOR") {
    at = random.Below(3) * kPage + random.Below(80);
  }
  return std::min(at, bytes.size() - 1);
}

std::string Garbage(std::size_t bytes, Random& random) {
  std::string garbage(bytes, '\0');
  for (char& byte : garbage) byte = static_cast<char>(random.Next());
  return garbage;
}

/// The bytes of a file, and what was done to them.
struct Altered {
  std::string bytes;
  std::string what;
};

Altered FlipBit(const std::string& kind, std::string bytes, Random& random) {
  if (bytes.empty()) return {};
  const std::size_t at = SomeByte(kind, bytes, random);
  const std::size_t bit = random.Below(8);
  bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ 1U << bit);
  return {bytes, "bit " + std::to_string(bit) + " of byte " + std::to_string(at) + " flipped"};
}

Altered SetByte(const std::string& kind, std::string bytes, Random& random) {
  if (bytes.empty()) return {};
  const std::size_t at = SomeByte(kind, bytes, random);
  bytes[at] = static_cast<char>(random.Next());
  return {bytes, "another byte " + std::to_string(at)};
}

Altered SetBlock(const std::string& kind, std::string bytes, Random& random) {
  if (bytes.empty()) return {};
  const std::size_t size = random.Percent(60) ? 512 : 4096;
  std::size_t at = SomeByte(kind, bytes, random);
  if (random.Percent(70)) at -= at % size;
  const std::size_t most = std::min(size, bytes.size() - at);
  const bool zeros = random.Percent(50);
  bytes.replace(at, most, zeros ? std::string(most, '\0') : Garbage(most, random));
  return {bytes, std::to_string(most) + " bytes of " + (zeros ? "zeros" : "garbage") + " from " +
                     std::to_string(at) + " on"};
}

Altered CutBytes(const std::string& kind, std::string bytes, Random& random) {
  if (bytes.empty()) return {};
  std::size_t at = random.Percent(8) ? 0 : SomeByte(kind, bytes, random);
  // Just between two entries.
  if ((kind == "log" || kind == "MANIFEST") && random.Percent(30)) {
    at = random.Pick(FragmentsOf(bytes));
  }
  bytes.resize(at);
  return {bytes, "cut at " + std::to_string(at)};
}

Altered ExtendBytes(const std::string& /*kind*/, std::string bytes, Random& random) {
  const std::size_t size = 1 + random.Below(random.Percent(50) ? 16 : 6000);
  const bool zeros = random.Percent(40);
  const std::size_t before = bytes.size();
  bytes += zeros ? std::string(size, '\0') : Garbage(size, random);
  return {bytes, std::to_string(size) + " bytes of " + (zeros ? "zeros" : "garbage") +
                     " appended to " + std::to_string(before)};
}

/// One of the same kind, and the same name if there is one.
Altered OtherFile(const std::string& name, const std::vector<std::string>& directories,
                  const std::string& whose, Random& random) {
  if (directories.empty()) return {};
  const std::string& directory = random.Pick(directories);
  if (fs::exists(directory + "/" + name))
    return {ReadBytes(directory + "/" + name), "that of " + whose};
  const auto files = FilesByKind(directory);
  const auto alike = files.find(KindOf(name));
  if (alike == files.end()) return {};
  const std::string& other = random.Pick(alike->second);
  return {ReadBytes(directory + "/" + other), "replaced by " + other + " of " + whose};
}

class DamageChoice {
 public:
  DamageChoice(const DamageTemplate& of, const std::vector<DamageTemplate>& others,
               const std::string& directory, Random& random)
      : of_(of), directory_(directory), random_(random), files_(FilesByKind(directory)) {
    for (const DamageTemplate& other : others) {
      if (other.name != of.name) others_.push_back(other.directory);
    }
  }

  /// Nullopt: nothing would be another.
  std::optional<Damage> Try() {
    const std::string kind = SomeKind();
    const std::string name = random_.Pick(files_.at(kind));
    const fs::path path = directory_ + "/" + name;
    const std::size_t draw = random_.Below(100);
    if (draw < 9) {
      fs::remove(path);
      return Damage{kind, name + ": deleted"};
    }
    if (draw < 15) return Exchange(kind, name);
    const std::string before = ReadBytes(path);
    const Altered altered = Alter(draw, kind, name, before);
    if (altered.what.empty() || altered.bytes == before) return std::nullopt;
    WriteBytes(path, altered.bytes);
    return Damage{kind, name + ": " + altered.what};
  }

 private:
  std::string SomeKind() {
    std::size_t sum = 0;
    for (const auto& [kind, names] : files_) sum += WeightOf(kind);
    std::size_t draw = random_.Below(sum);
    for (const auto& [kind, names] : files_) {
      if (draw < WeightOf(kind)) return kind;
      draw -= WeightOf(kind);
    }
    throw std::logic_error("no kind");
  }

  Altered Alter(std::size_t draw, const std::string& kind, const std::string& name,
                const std::string& bytes) {
    if (draw < 27) return OtherFile(name, of_.earlier, "earlier", random_);
    if (draw < 34) return OtherFile(name, others_, "another ledger", random_);
    if (draw < 54) return FlipBit(kind, bytes, random_);
    if (draw < 63) return SetByte(kind, bytes, random_);
    if (draw < 76) return SetBlock(kind, bytes, random_);
    if (draw < 93) return CutBytes(kind, bytes, random_);
    return ExtendBytes(kind, bytes, random_);
  }

  std::optional<Damage> Exchange(const std::string& kind, const std::string& name) {
    const auto& alike = files_.at(kind);
    const std::string other = random_.Pick(alike);
    const std::string one = ReadBytes(directory_ + "/" + name);
    const std::string two = ReadBytes(directory_ + "/" + other);
    if (one == two) return std::nullopt;
    WriteBytes(directory_ + "/" + name, two);
    WriteBytes(directory_ + "/" + other, one);
    return Damage{kind, name + " and " + other + " exchanged"};
  }

  const DamageTemplate& of_;
  const std::string& directory_;
  Random& random_;
  std::map<std::string, std::vector<std::string>> files_;
  std::vector<std::string> others_;
};

}  // namespace

Damage DamageSomething(const DamageTemplate& of, const std::vector<DamageTemplate>& others,
                       const std::string& directory, Random& random) {
  DamageChoice choice(of, others, directory, random);
  while (true) {
    if (auto damage = choice.Try()) return *std::move(damage);
  }
}

}  // namespace grantledger::torture
