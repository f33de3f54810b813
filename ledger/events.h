// Events: tells the embedder's Listener, such that nothing it throws gets further, and the Logger
// of errors.
#ifndef GRANTLEDGER_LEDGER_EVENTS_H_
#define GRANTLEDGER_LEDGER_EVENTS_H_

#include <memory>
#include <string_view>
#include <utility>

#include <grantledger/listener.h>
#include <grantledger/logger.h>

#include "ledger/caught.h"

namespace grantledger {

/// Thread-safe.
class Events {
 public:
  /// Both may be null.
  Events(std::shared_ptr<Listener> listener, std::shared_ptr<Logger> logger)
      : listener_(std::move(listener)), logger_(std::move(logger)) {}

  /// Calls a member of the listener.
  template <typename... Parameters, typename... Arguments>
  void Tell(void (Listener::*event)(Parameters...), const Arguments&... arguments) const noexcept {
    if (listener_ == nullptr) return;
    try {
      ((*listener_).*event)(arguments...);
    } catch (...) {
      Log("the listener", Caught());
    }
  }
  /// An error of work in the background, which is logged, too.
  void TellOfError(BackgroundJob job, const Status& error) const noexcept;
  /// Of what no call can return.
  void Log(std::string_view what, const Status& error) const noexcept;

 private:
  std::shared_ptr<Listener> listener_;
  std::shared_ptr<Logger> logger_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_EVENTS_H_
