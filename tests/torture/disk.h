// Disk: what is on a disk after power loss, of everything that was done to its files before it.
//
// A file system that is recorded (recording_file_system.h) writes down what is done to files and
// directories, in order, in a DiskJournal. A Disk follows the journal up to some moment, and then
// makes directories as power loss at that moment may leave them.
//
// What is taken for granted, and no more:
// - Sync and Fsync of a file make all durable that was written to it before they were called: its
//   bytes and its length. RangeSync, Flush and Close make nothing durable.
// - Fsync of a directory makes the names in it durable: what was created, renamed, linked and
//   deleted before it was called. Nothing else does. POSIX promises no more, though ext4, XFS and
//   btrfs write the name of a new file with the file's own fsync.
// - A rename is done, or not, as one step.
// - What was not synced may be on the disk all the same, in any part: pages, sectors or bytes, in
//   any order, or as garbage. But a write changes only the bytes that it was given
//   (SQLite's "powersafe overwrite").
#ifndef GRANTLEDGER_TESTS_TORTURE_DISK_H_
#define GRANTLEDGER_TESTS_TORTURE_DISK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/random.h"

namespace grantledger::torture {

/// A file or a directory, whatever its name: an inode.
using Node = std::uint64_t;
/// The directory that all others are in. It is there, whatever happens.
inline constexpr Node kRootNode = 0;

struct DiskEvent {
  enum class Kind : std::uint8_t {
    kWrite,          ///< `bytes` to the file at `at`.
    kResize,         ///< The file to `at` bytes.
    kSync,           ///< Of the file: all that was done before event `at`.
    kEnter,          ///< `other` gets a name in the directory; a new one, or one more.
    kRename,         ///< `name` in the directory becomes `new_name`, and takes its place.
    kRemove,         ///< `name` goes from the directory.
    kSyncDirectory,  ///< All that was done before event `at`.
  };
  Kind kind = Kind::kWrite;
  Node node = kRootNode;
  std::uint64_t at = 0;
  std::string bytes = {};
  std::string name = {};
  std::string new_name = {};
  Node other = kRootNode;
  bool is_directory = false;  ///< kEnter: what gets the name.
};

/// What was done, in order.
class DiskJournal {
 public:
  /// Thread-safe.
  void Add(DiskEvent event) {
    const std::scoped_lock lock(mutex_);
    events_.push_back(std::move(event));
  }
  /// How many events there are. Thread-safe.
  [[nodiscard]] std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return events_.size();
  }
  /// REQUIRES: nobody adds any more.
  [[nodiscard]] const std::vector<DiskEvent>& events() const { return events_; }

 private:
  mutable std::mutex mutex_;
  std::vector<DiskEvent> events_;
};

/// How power loss treats what was not synced.
struct Loss {
  enum class Data : std::uint8_t {
    kDropped,  ///< Nothing of it is there.
    kWhole,    ///< All of it is.
    kTorn,     ///< Up to some unit.
    kHoles,    ///< The same, but some sectors or pages are of an earlier moment, or zeros.
    kGarbage,  ///< The same, but some have anything where they were written.
    kLonger,   ///< Up to some unit, and zeros after it.
    kMixed,    ///< Each file has one of these.
  };
  enum class Names : std::uint8_t {
    kDropped,
    kWhole,
    kPrefix,  ///< Of each directory: as journaling file systems do.
    kSubset,  ///< Each change or not; but none that follows from one that is not there.
  };
  Data data = Data::kDropped;
  std::size_t unit = 1;  ///< Bytes: 1, a sector, or a page.
  Names names = Names::kDropped;
  std::uint64_t seed = 0;

  static Loss Draw(model::Random& random);
  /// "torn by 512 bytes, names a prefix".
  [[nodiscard]] std::string ToString() const;
};

class Disk {
 public:
  Disk() { nodes_[kRootNode].is_directory = true; }
  /// REQUIRES: `event` is the next one of a journal.
  void Follow(const DiskEvent& event);
  /// How many events were followed.
  [[nodiscard]] std::size_t position() const { return position_; }
  /// Makes in `directory`, which is not there, what power loss leaves. The same loss leaves the
  /// same.
  void Rebuild(const Loss& loss, const std::string& directory) const;

 private:
  struct Change {
    std::size_t position = 0;
    DiskEvent event;
  };
  struct Inode {
    bool is_directory = false;
    std::string bytes = {};                  ///< Of a file, durable.
    std::map<std::string, Node> names = {};  ///< Of a directory, durable.
    std::vector<Change> pending = {};        ///< What is not.
  };
  using Names = std::map<std::string, Node>;

  static void Apply(const DiskEvent& event, std::string* bytes);
  static void Apply(const DiskEvent& event, Names* names);
  static std::vector<DiskEvent> DrawChanges(const Inode& file, bool is_cut, std::size_t unit,
                                            model::Random& random);
  static void ApplyInPieces(const std::vector<DiskEvent>& changes, const Loss& loss, bool garbage,
                            model::Random& random, std::string* bytes);
  static std::string DrawBytes(const Inode& file, const Loss& loss, model::Random& random);
  static Names DrawNames(const Inode& directory, const Loss& loss, model::Random& random);
  void Rebuild(const Loss& loss, Node node, const std::string& directory,
               model::Random& random) const;

  std::map<Node, Inode> nodes_;
  std::size_t position_ = 0;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_DISK_H_
