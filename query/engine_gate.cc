#include "query/engine_gate.h"

#include <chrono>
#include <thread>

namespace grantledger {

void EngineGate::Change(std::shared_ptr<Engine> engine, bool is_closed) {
  const std::uint64_t turn = turn_.load();
  places_[(turn + 1) % 2] = {std::move(engine), is_closed};  // which nobody uses since Drain
  turn_.store(turn + 1);
}

void EngineGate::Drain() {
  constexpr std::chrono::microseconds kMoment(100);
  const std::size_t before = (turn_.load() + 1) % 2;
  for (Stripe& stripe : stripes_) {
    while (stripe.inside[before].load() != 0) std::this_thread::sleep_for(kMoment);
  }
  places_[before] = {};
}

}  // namespace grantledger
