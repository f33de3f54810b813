#include "tools/interrupted.h"

#include <csignal>

namespace grantledger::tools {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void Note(int /*signal*/) {
  interrupted = 1;
  (void)std::signal(SIGINT, SIG_DFL);
  (void)std::signal(SIGTERM, SIG_DFL);
  // A terminal that goes may send SIGHUP twice, by its shell and by the kernel.
}

}  // namespace

void StopWhenInterrupted() {
  (void)std::signal(SIGINT, Note);
  (void)std::signal(SIGTERM, Note);
  // Under nohup it stays ignored.
  if (std::signal(SIGHUP, Note) == SIG_IGN) (void)std::signal(SIGHUP, SIG_IGN);
}

bool Interrupted() { return interrupted != 0; }

}  // namespace grantledger::tools
