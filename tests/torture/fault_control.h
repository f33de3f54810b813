// Faults of the machine, brought in at the level of the C library: what a test says to the shared
// object fault_preload, which is loaded before all others (LD_PRELOAD).
#ifndef GRANTLEDGER_TESTS_TORTURE_FAULT_CONTROL_H_
#define GRANTLEDGER_TESTS_TORTURE_FAULT_CONTROL_H_

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace grantledger::torture {

/// Which calls fail. Those that concern files count where these are in the ledger's directory.
enum class FaultKind : int {
  kCreate,  ///< Opening a file to write, or to make it.
  kOpen,    ///< Opening a file or directory to read.
  kWrite,   ///< write, pwrite, writev, fwrite.
  kRead,    ///< read, pread, fread.
  kSync,    ///< fsync and fdatasync of a file, sync_file_range.
  kSyncDirectory,
  kRename,  ///< And link.
  kUnlink,  ///< And rmdir.
  kMkdir,
  kTruncate,
  kAllocate,   ///< fallocate.
  kLook,       ///< stat, access, statfs, the entries of a directory.
  kMap,        ///< mmap of a file.
  kLock,       ///< fcntl with F_SETLK.
  kThread,     ///< pthread_create, anywhere.
  kMemory,     ///< operator new, called by code of the ledger and not below RocksDB.
  kAnyMemory,  ///< operator new, called by anybody.
};
inline constexpr int kFaultKinds = 17;

/// What fails beside what a plan says: of another kind, the nth call since that failed first.
struct SecondFault {
  FaultKind kind = FaultKind::kSync;
  int error = EIO;
  std::uint64_t nth = 0;  ///< From 1; 0: nothing does.
  bool onwards = false;
};

/// The nth call of a kind fails, and all after it where `onwards`.
struct FaultPlan {
  const char* directory = nullptr;
  FaultKind kind = FaultKind::kWrite;
  /// Only calls that come from there count: a number for the functions that are being called, the
  /// same in every process. 0: all calls.
  std::uint64_t path = 0;
  int error = EIO;
  std::uint64_t nth = 0;  ///< From 1; 0: none, calls are counted only.
  bool onwards = false;
  bool is_short = false;     ///< A write that fails writes half of its bytes first.
  bool notes_paths = false;  ///< Of all calls that count.
  SecondFault second = {};
};

}  // namespace grantledger::torture

// Found by name (dlsym), so that the program runs without the shared object, too.
extern "C" {
/// From here on calls are counted and fail. `plan` is copied.
using GrantledgerFaultArm = void (*)(const grantledger::torture::FaultPlan* plan);
/// Nothing fails any longer.
using GrantledgerFaultDisarm = void (*)();
/// Whether the calls of this thread are left alone. Each thread begins with false.
using GrantledgerFaultSpare = void (*)(bool spared);
/// The calls of the kind since it was armed, and how many of them failed.
using GrantledgerFaultCalls = std::uint64_t (*)();
using GrantledgerFaultFailed = std::uint64_t (*)();
/// The distinct paths of the calls of the kind since it was armed with `notes_paths`, in the order
/// in which they came first. At most `most` are written to `paths`; gives how many.
using GrantledgerFaultPaths = std::size_t (*)(std::uint64_t* paths, std::size_t most);
}

#endif  // GRANTLEDGER_TESTS_TORTURE_FAULT_CONTROL_H_
