// Events: tells the embedder's Listener, such that nothing it throws gets further.
#ifndef GRANTLEDGER_LEDGER_EVENTS_H_
#define GRANTLEDGER_LEDGER_EVENTS_H_

#include <memory>
#include <utility>

#include <grantledger/listener.h>
#include <grantledger/logger.h>

#include "ledger/caught.h"

namespace grantledger {

/// Thread-safe.
class Events {
 public:
  /// `listener` may be null.
  Events(std::shared_ptr<Listener> listener, std::shared_ptr<Logger> logger)
      : listener_(std::move(listener)), logger_(std::move(logger)) {}

  /// Calls a member of the listener.
  template <typename... Parameters, typename... Arguments>
  void Tell(void (Listener::*event)(Parameters...), const Arguments&... arguments) const noexcept {
    if (listener_ == nullptr) return;
    try {
      ((*listener_).*event)(arguments...);
    } catch (...) {
      LogThrown(Caught());
    }
  }

 private:
  void LogThrown(const Status& thrown) const noexcept;

  std::shared_ptr<Listener> listener_;
  std::shared_ptr<Logger> logger_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_EVENTS_H_
