#include "tests/torture/fault_paths.h"

#include <execinfo.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <span>
#include <string_view>

#define XXH_INLINE_ALL  // nothing here may call a library
#include <xxhash.h>

namespace grantledger::torture {
namespace {

/// The code of a program or library. Where it begins differs from process to process.
struct Module {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  std::uint64_t name = 0;  ///< A hash of it.
};
constexpr std::size_t kMostModules = 128;
std::array<Module, kMostModules> modules;
std::size_t module_count = 0;
Module rocks;

/// The paths that were noted, in the order of their first call, and a table to find them in.
constexpr std::size_t kMostPaths = std::size_t{1} << 17;
std::array<std::uint64_t, kMostPaths> noted{};
std::array<std::uint64_t, kMostPaths * 2> table{};
std::size_t noted_count = 0;
std::atomic_flag noting = ATOMIC_FLAG_INIT;

bool IsIn(std::uintptr_t address, const Module& module) {
  return address >= module.begin && address < module.end;
}

int AddModule(dl_phdr_info* info, std::size_t /*size*/, void* /*data*/) {
  Module module;
  const std::string_view path = info->dlpi_name;  // as it was loaded: absolute, or not
  const std::string_view name = path.substr(path.rfind('/') + 1);
  module.name = XXH3_64bits(name.data(), name.size());
  for (const ElfW(Phdr) & header : std::span(info->dlpi_phdr, info->dlpi_phnum)) {
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    module.begin = info->dlpi_addr + header.p_vaddr;
    module.end = module.begin + header.p_memsz;
  }
  if (module_count < kMostModules) modules[module_count++] = module;
  if (std::strstr(info->dlpi_name, "librocksdb") != nullptr) rocks = module;
  return 0;
}

constexpr int kMostFrames = 64;
/// The return addresses of the functions that are being called, the innermost first.
std::span<void*> Frames(std::array<void*, kMostFrames>& room, int most) {
  return std::span(room).first(static_cast<std::size_t>(backtrace(room.data(), most)));
}

}  // namespace

void BeginPaths() {
  module_count = 0;
  noted_count = 0;
  table.fill(0);
  dl_iterate_phdr(AddModule, nullptr);
  std::array<void*, kMostFrames> unused{};
  (void)Frames(unused, 1);  // loads what it needs
}

std::uint64_t PathHere() {
  constexpr int kInnermost = 24;  // those that tell calls apart
  std::array<void*, kMostFrames> room{};
  std::array<std::uint64_t, std::size_t{2} * kInnermost> path{};
  std::size_t size = 0;
  for (void* frame : Frames(room, kInnermost)) {
    const auto address = reinterpret_cast<std::uintptr_t>(frame);
    for (const Module& module : std::span(modules).first(module_count)) {
      if (!IsIn(address, module)) continue;
      path[size++] = module.name;
      path[size++] = address - module.begin;
      break;
    }
  }
  const std::uint64_t hash = XXH3_64bits(path.data(), size * sizeof(path[0]));
  return hash == 0 ? 1 : hash;
}

bool IsBelowRocks(const void* caller) {
  if (IsIn(reinterpret_cast<std::uintptr_t>(caller), rocks)) return true;
  std::array<void*, kMostFrames> room{};
  return std::ranges::any_of(Frames(room, kMostFrames), [](void* frame) {
    return IsIn(reinterpret_cast<std::uintptr_t>(frame), rocks);
  });
}

void NotePath(std::uint64_t path) {
  while (noting.test_and_set()) {
  }
  std::size_t slot = path % table.size();
  while (table[slot] != 0 && table[slot] != path) slot = (slot + 1) % table.size();
  if (table[slot] == 0 && noted_count < kMostPaths) {
    table[slot] = path;
    noted[noted_count++] = path;
  }
  noting.clear();
}

std::size_t NotedPaths(std::uint64_t* paths, std::size_t most) {
  const std::size_t count = std::min(most, noted_count);
  std::copy_n(noted.begin(), count, paths);
  return count;
}

}  // namespace grantledger::torture
