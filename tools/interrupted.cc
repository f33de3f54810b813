#include "tools/interrupted.h"

#include <csignal>

namespace grantledger::tools {
namespace {

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

void StopWhenInterrupted() {
  for (const int signal : {SIGINT, SIGTERM}) {
    (void)std::signal(signal, [](int) {
      interrupted = 1;
      (void)std::signal(SIGINT, SIG_DFL);
      (void)std::signal(SIGTERM, SIG_DFL);
    });
  }
}

bool Interrupted() { return interrupted != 0; }

}  // namespace grantledger::tools
