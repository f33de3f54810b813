#include "ledger/error_rests.h"

#include <chrono>
#include <utility>

namespace grantledger {

void ErrorRests::SleepForMicroseconds(int us) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, std::chrono::microseconds(us), [this] { return ends_ > 0; });
}

ErrorRests::Ended::Ended(std::shared_ptr<ErrorRests> rests) : rests_(std::move(rests)) {
  {
    const std::scoped_lock lock(rests_->mutex_);
    ++rests_->ends_;
  }
  rests_->ended_.notify_all();
}

ErrorRests::Ended::~Ended() {
  const std::scoped_lock lock(rests_->mutex_);
  --rests_->ends_;
}

}  // namespace grantledger
