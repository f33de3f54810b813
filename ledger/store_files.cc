#include "ledger/store_files.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>
#include <vector>

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

namespace grantledger {
namespace {

Status Prove(const std::string& file, rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  rocksdb::SstFileReader reader(options);
  rocksdb::Status status = reader.Open(file);
  if (status.ok()) status = reader.VerifyChecksum();
  return FromRocks(status, "reading " + file);
}

}  // namespace

std::vector<DamagedFile> FindDamagedFiles(
    const Store& store, const std::function<bool(std::uint64_t done, std::uint64_t all)>& between) {
  std::vector<rocksdb::LiveFileMetaData> files;
  store.db()->GetLiveFilesMetaData(&files);
  std::vector<DamagedFile> damaged;
  std::uint64_t done = 0;
  for (const rocksdb::LiveFileMetaData& file : files) {
    Status proven = Prove(file.db_path + file.name, store.db()->GetEnv());
    if (!proven.ok()) {
      damaged.push_back({file.name.substr(file.name.find_last_of('/') + 1), file.column_family_name,
                         file.smallestkey, file.largestkey, std::move(proven)});
    }
    if (between && !between(++done, files.size())) break;
  }
  return damaged;
}

namespace {

/// RocksDB's log format: blocks of 32 KiB; in them fragments, each of them a checksum (4 bytes,
/// little-endian), a length (2), a type (1), and the payload. None stands across the end of a
/// block. The checksum is the CRC-32C of the type and what follows, rotated, so that a log within a
/// log has another.
constexpr std::size_t kBlock = 32768;
constexpr std::size_t kHeader = 7;

std::uint32_t Crc32c(std::string_view bytes) {
  static constexpr auto kTable = [] {
    constexpr std::uint32_t kPolynomial = 0x82f63b78;
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kPolynomial : 0);
      table[i] = crc;
    }
    return table;
  }();
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc = crc >> 8 ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff];
  }
  return ~crc;
}

std::uint32_t Rotated(std::uint32_t crc) {
  constexpr std::uint32_t kDelta = 0xa282ead8;
  return (crc >> 15 | crc << 17) + kDelta;
}

struct Fragment {
  enum class State { kWhole, kCut, kDamaged, kNothing };
  State state = State::kNothing;  ///< kNothing: from here on the block was never written.
  std::size_t end = 0;            ///< In its block.
  bool goes_on = false;           ///< The write goes on in the next.
};

Fragment ReadFragment(std::string_view block, std::size_t at) {
  using State = Fragment::State;
  const std::string_view rest = block.substr(at);
  if (rest.find_first_not_of('\0') == std::string_view::npos) return {};
  if (rest.size() < kHeader) return {State::kCut, 0, false};
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(rest[i]));
  };
  const std::uint32_t type = byte(6);
  // The number of the file stands in the header, too, where files are used again.
  const std::size_t more = type >= 5 && type <= 8 ? 4 : 0;
  const std::size_t size = kHeader + more + (byte(4) | byte(5) << 8);
  // Only in the last block: else what stands behind it would have been written after it.
  if (size > rest.size()) return {block.size() < kBlock ? State::kCut : State::kDamaged, 0, false};
  const std::uint32_t stored = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
  const std::uint32_t crc = Crc32c(rest.substr(kHeader - 1, size - kHeader + 1));
  if (stored != Rotated(crc)) return {State::kDamaged, 0, false};
  return {State::kWhole, at + size, type == 2 || type == 3 || type == 6 || type == 7};
}

/// Reads a log block by block, up to what is not whole.
class WalReader {
 public:
  explicit WalReader(std::istream& log) : file_(log) {}

  /// Nullopt: it is whole.
  std::optional<BrokenWal> Read() {
    std::string block(kBlock, '\0');
    bool goes_on = true;
    while (goes_on && (file_.read(block.data(), kBlock), file_.gcount() > 0)) {
      goes_on =
          ReadBlock(std::string_view(block).substr(0, static_cast<std::size_t>(file_.gcount())));
    }
    if (state_ == Fragment::State::kDamaged) return BrokenWal{{}, 0, whole_, false};
    if (state_ == Fragment::State::kCut || within_) return BrokenWal{{}, 0, whole_, true};
    return std::nullopt;
  }

 private:
  /// False: it ends here.
  bool ReadBlock(std::string_view block) {
    for (std::size_t at = 0; at + kHeader <= kBlock && at < block.size();) {
      const Fragment fragment = ReadFragment(block, at);
      state_ = fragment.state;
      if (state_ != Fragment::State::kWhole) return false;
      at = fragment.end;
      within_ = fragment.goes_on;
      if (!within_) whole_ = begin_ + at;
    }
    begin_ += block.size();
    return block.size() == kBlock;
  }

  std::istream& file_;
  std::uint64_t begin_ = 0;  // of the block
  std::uint64_t whole_ = 0;
  bool within_ = false;  // a write goes on
  Fragment::State state_ = Fragment::State::kNothing;
};

std::optional<BrokenWal> FindBroken(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  auto broken = ReadWal(file);
  if (!broken) return std::nullopt;
  std::error_code gone;  // it was flushed meanwhile
  broken->size = std::filesystem::file_size(path, gone);
  if (gone) return std::nullopt;
  broken->name = path.filename().string();
  return broken;
}

}  // namespace

std::optional<BrokenWal> ReadWal(std::istream& log) { return WalReader(log).Read(); }

std::vector<BrokenWal> FindBrokenWals(const std::string& directory) {
  std::vector<BrokenWal> all;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (entry.path().extension() != ".log") continue;
    const auto first = FindBroken(entry.path());
    if (!first) continue;
    // A writer may be within a write: then the file is another one soon.
    constexpr std::chrono::milliseconds kMoment(100);
    std::this_thread::sleep_for(kMoment);
    const auto second = FindBroken(entry.path());
    if (second && second->size == first->size) all.push_back(*second);
  }
  return all;
}

}  // namespace grantledger
