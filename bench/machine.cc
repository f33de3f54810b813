#include "bench/machine.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench/bare_rocks.h"

namespace grantledger::bench {
namespace {

std::string Cpu() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string Memory() {
  const double bytes =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  return std::to_string(static_cast<int>(bytes / (1 << 30) + 0.5)) + " GiB";
}

std::string Kernel() {
  utsname name{};
  if (uname(&name) != 0) return "unknown";
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

/// Other work disturbs the measurements where this is more than one for each core.
std::string Load() {
  constexpr int kMinutes = 3;  // of the last 1, 5 and 15 minutes
  std::array<double, kMinutes> load{};
  if (getloadavg(load.data(), kMinutes) != kMinutes) return "unknown";
  std::ostringstream text;
  text << load[0] << ", " << load[1] << ", " << load[2];
  return text.str();
}

std::string Build() {
#ifdef NDEBUG
  return "without asserts";
#else
  return "WITH ASSERTS: not for measuring";
#endif
}

}  // namespace

std::uint64_t MemoryOf(pid_t process) {
  constexpr std::uint64_t kKibi = 1024;
  std::ifstream sums("/proc/" + std::to_string(process) + "/smaps_rollup");
  for (std::string line; std::getline(sums, line);) {
    if (line.starts_with("Pss:")) return std::stoull(line.substr(4)) * kKibi;
  }
  return 0;
}

std::vector<std::pair<std::string, std::string>> DescribeMachine() {
  return {{"CPU", Cpu()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"memory", Memory()},
          {"kernel", Kernel()},
          {"load averages at the end", Load()},
          {"RocksDB", BareRocks::Version()},
          {"compiler", "gcc " __VERSION__},
          {"build", Build()}};
}

}  // namespace grantledger::bench
