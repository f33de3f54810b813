#include "tests/torture/fault_kinds.h"

#include <array>
#include <cerrno>
#include <utility>

namespace grantledger::torture {
namespace {

constexpr std::array<std::pair<int, const char*>, 11> kErrors = {{{ENOSPC, "ENOSPC"},
                                                                  {EDQUOT, "EDQUOT"},
                                                                  {EIO, "EIO"},
                                                                  {EROFS, "EROFS"},
                                                                  {EMFILE, "EMFILE"},
                                                                  {EACCES, "EACCES"},
                                                                  {EINTR, "EINTR"},
                                                                  {ENOMEM, "ENOMEM"},
                                                                  {EAGAIN, "EAGAIN"},
                                                                  {ENOLCK, "ENOLCK"},
                                                                  {ENOENT, "ENOENT"}}};

}  // namespace

const std::vector<FaultKindShape>& FaultKinds() {
  static const std::vector<FaultKindShape> kShapes = {
      {FaultKind::kCreate, "create", {EMFILE, ENOSPC, EDQUOT, EIO, EROFS, EACCES, EINTR}},
      {FaultKind::kOpen, "open", {EMFILE, EIO, EACCES, EINTR}},
      {FaultKind::kWrite, "write", {ENOSPC, EDQUOT, EIO, EROFS, EINTR}},
      {FaultKind::kRead, "read", {EIO, EINTR}},
      {FaultKind::kSync, "sync", {EIO, ENOSPC, EDQUOT, EINTR}},
      {FaultKind::kSyncDirectory, "sync-directory", {EIO, ENOSPC, EINTR}},
      {FaultKind::kRename, "rename", {EIO, ENOSPC, EDQUOT, EROFS}},
      {FaultKind::kUnlink, "unlink", {EIO, EROFS}},
      {FaultKind::kMkdir, "mkdir", {ENOSPC, EDQUOT, EROFS}},
      {FaultKind::kTruncate, "truncate", {EIO, ENOSPC}},
      {FaultKind::kAllocate, "allocate", {ENOSPC, EDQUOT, EIO, EINTR}},
      {FaultKind::kLook, "look", {EIO, EACCES}, true},
      {FaultKind::kMap, "map", {ENOMEM}},
      {FaultKind::kLock, "lock", {EIO, EAGAIN}},
      {FaultKind::kThread, "thread", {EAGAIN}},
      {FaultKind::kMemory, "memory", {ENOMEM}, true},
      {FaultKind::kAnyMemory, "any-memory", {ENOMEM}, true},
  };
  return kShapes;
}

std::string KindName(FaultKind kind) {
  for (const FaultKindShape& shape : FaultKinds()) {
    if (shape.kind == kind) return shape.name;
  }
  return "?";
}

std::optional<FaultKind> KindNamed(const std::string& name) {
  for (const FaultKindShape& shape : FaultKinds()) {
    if (shape.name == name) return shape.kind;
  }
  return std::nullopt;
}

std::string ErrorName(int error) {
  for (const auto& [number, name] : kErrors) {
    if (number == error) return name;
  }
  return std::to_string(error);
}

int ErrorNamed(const std::string& name) {
  for (const auto& [number, known] : kErrors) {
    if (name == known) return number;
  }
  return 0;
}

}  // namespace grantledger::torture
