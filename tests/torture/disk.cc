#include "tests/torture/disk.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string_view>

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using model::Random;
using Kind = DiskEvent::Kind;

constexpr std::size_t kSector = 512;
constexpr std::size_t kPage = 4096;

std::string RandomBytes(std::size_t count, Random& random) {
  std::string bytes;
  while (bytes.size() < count) bytes.push_back(static_cast<char>(random.Next()));
  return bytes;
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), std::ssize(bytes));
  if (!file.flush()) throw std::runtime_error("can't write " + path);
}

/// How much of a write is there that is cut after `most` bytes of it, at the end of a unit.
std::size_t CutAtUnit(const DiskEvent& write, std::size_t most, std::size_t unit) {
  const std::size_t end = (write.at + most) / unit * unit;
  return end > write.at ? end - write.at : 0;
}

std::string_view NameOf(Loss::Data data) {
  static constexpr std::array<std::string_view, 7> kNames{
      "dropped", "whole", "torn", "with holes", "with garbage", "longer", "each its own way"};
  return kNames.at(static_cast<std::size_t>(data));
}

std::string_view NameOf(Loss::Names names) {
  static constexpr std::array<std::string_view, 4> kNames{"dropped", "whole", "a prefix",
                                                          "a subset"};
  return kNames.at(static_cast<std::size_t>(names));
}

}  // namespace

Loss Loss::Draw(Random& random) {
  static constexpr std::array<std::size_t, 3> kUnits{1, kSector, kPage};
  Loss loss;
  loss.data = static_cast<Data>(random.Below(static_cast<std::size_t>(Data::kMixed) + 1));
  loss.unit = kUnits[random.Below(kUnits.size())];
  loss.names = static_cast<Names>(random.Below(static_cast<std::size_t>(Names::kSubset) + 1));
  loss.seed = random.Next();
  return loss;
}

std::string Loss::ToString() const {
  return "unsynced bytes " + std::string(NameOf(data)) + " by " + std::to_string(unit) +
         ", names " + std::string(NameOf(names));
}

void Disk::Apply(const DiskEvent& event, std::string* bytes) {
  const auto at = static_cast<std::size_t>(event.at);
  if (event.kind == Kind::kResize) {
    bytes->resize(at, '\0');
    return;
  }
  if (bytes->size() < at + event.bytes.size()) bytes->resize(at + event.bytes.size(), '\0');
  bytes->replace(at, event.bytes.size(), event.bytes);
}

void Disk::Apply(const DiskEvent& event, Names* names) {
  if (event.kind == Kind::kEnter) {
    names->insert_or_assign(event.name, event.other);
  } else if (event.kind == Kind::kRemove) {
    names->erase(event.name);
  } else if (const auto renamed = names->extract(event.name); renamed) {
    names->insert_or_assign(event.new_name, renamed.mapped());
  }
}

void Disk::Follow(const DiskEvent& event) {
  Inode& inode = nodes_.at(event.node);
  if (event.kind == Kind::kEnter) nodes_[event.other].is_directory = event.is_directory;
  if (event.kind == Kind::kSync || event.kind == Kind::kSyncDirectory) {
    auto change = inode.pending.begin();
    for (; change != inode.pending.end() && change->position < event.at; ++change) {
      if (inode.is_directory) {
        Apply(change->event, &inode.names);
      } else {
        Apply(change->event, &inode.bytes);
      }
    }
    inode.pending.erase(inode.pending.begin(), change);
  } else {
    inode.pending.push_back({position_, event});
  }
  ++position_;
}

/// What was done to a file and not synced, up to some unit; all of it where `is_cut` is false.
std::vector<DiskEvent> Disk::DrawChanges(const Inode& file, bool is_cut, std::size_t unit,
                                         Random& random) {
  std::size_t left = file.pending.size();  // each counts one more than its bytes
  for (const Change& change : file.pending) left += change.event.bytes.size();
  if (is_cut) left = random.Below(left + 1);
  std::vector<DiskEvent> changes;
  for (const Change& change : file.pending) {
    if (left == 0) break;
    DiskEvent& part = changes.emplace_back(change.event);
    if (left <= part.bytes.size()) part.bytes.resize(CutAtUnit(part, left - 1, unit));
    left -= std::min(left, change.event.bytes.size() + 1);
    if (part.kind == Kind::kWrite && part.bytes.empty()) changes.pop_back();
  }
  return changes;
}

std::string Disk::DrawBytes(const Inode& file, const Loss& loss, Random& random) {
  Loss::Data data = loss.data;
  if (data == Loss::Data::kMixed) {
    data = static_cast<Loss::Data>(random.Below(static_cast<std::size_t>(Loss::Data::kMixed)));
  }
  std::string bytes = file.bytes;
  if (data == Loss::Data::kDropped || file.pending.empty()) return bytes;
  const bool is_cut = data == Loss::Data::kTorn || data == Loss::Data::kLonger ||
                      (data != Loss::Data::kWhole && random.Percent(50));
  const std::vector<DiskEvent> changes = DrawChanges(file, is_cut, loss.unit, random);
  if (data == Loss::Data::kHoles || data == Loss::Data::kGarbage) {
    ApplyInPieces(changes, loss, data == Loss::Data::kGarbage, random, &bytes);
  } else {
    for (const DiskEvent& change : changes) Apply(change, &bytes);
  }
  if (data == Loss::Data::kLonger) bytes.append(1 + random.Below(3 * kPage), '\0');
  return bytes;
}

/// Each page, or sector, was last written to the disk at a moment of its own.
void Disk::ApplyInPieces(const std::vector<DiskEvent>& changes, const Loss& loss, bool garbage,
                         Random& random, std::string* bytes) {
  static constexpr std::array<std::size_t, 3> kChances{5, 30, 80};
  const std::size_t chance = kChances[random.Below(kChances.size())];
  const std::size_t unit = std::max(loss.unit, kSector);
  std::map<std::size_t, std::size_t> written;  // by unit: how many of the changes it has seen
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const DiskEvent& change = changes[i];
    if (change.kind == Kind::kResize) Apply(change, bytes);
    const std::size_t end = change.at + change.bytes.size();
    if (change.kind == Kind::kWrite && bytes->size() < end) bytes->resize(end, '\0');
    for (std::size_t begin = change.at; begin < end;) {
      const std::size_t piece = std::min(end, (begin / unit + 1) * unit) - begin;
      const auto [seen, is_new] = written.try_emplace(begin / unit, changes.size());
      if (is_new && random.Percent(chance)) seen->second = random.Below(changes.size());
      if (i < seen->second) {
        bytes->replace(begin, piece, change.bytes, begin - change.at, piece);
      } else if (garbage) {
        bytes->replace(begin, piece, RandomBytes(piece, random));
      }
      begin += piece;
    }
  }
}

Disk::Names Disk::DrawNames(const Inode& directory, const Loss& loss, Random& random) {
  Names names = directory.names;
  const std::vector<Change>& pending = directory.pending;
  if (loss.names == Loss::Names::kDropped) return names;
  const std::size_t kept =
      loss.names == Loss::Names::kPrefix ? random.Below(pending.size() + 1) : pending.size();
  const std::size_t chance = random.Percent(50) ? 10 : 50;
  std::set<std::string> lost;  // names whose later changes follow from one that is not there
  for (std::size_t i = 0; i < kept; ++i) {
    const DiskEvent& event = pending[i].event;
    const bool renames = event.kind == Kind::kRename;
    const bool follows = lost.contains(event.name) || (renames && lost.contains(event.new_name));
    if (loss.names == Loss::Names::kSubset && (follows || random.Percent(chance))) {
      lost.insert(event.name);
      if (renames) lost.insert(event.new_name);
      continue;
    }
    Apply(event, &names);
  }
  return names;
}

void Disk::Rebuild(const Loss& loss, const std::string& directory) const {
  Random random(loss.seed);
  Rebuild(loss, kRootNode, directory, random);
}

void Disk::Rebuild(const Loss& loss, Node node, const std::string& directory,
                   Random& random) const {
  fs::create_directory(directory);
  for (const auto& [name, entered] : DrawNames(nodes_.at(node), loss, random)) {
    const Inode& inode = nodes_.at(entered);
    std::string path = directory;
    path.append("/").append(name);
    if (inode.is_directory) {
      Rebuild(loss, entered, path, random);
    } else {
      WriteAll(path, DrawBytes(inode, loss, random));
    }
  }
}

}  // namespace grantledger::torture
