// What libFuzzer calls, for the one target that GRANTLEDGER_FUZZ_TARGET names.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  grantledger::fuzz::GRANTLEDGER_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
