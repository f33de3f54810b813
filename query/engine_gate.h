// EngineGate: the engine that calls use, so that it can be taken away, or another can take its
// place, under calls that go on.
#ifndef GRANTLEDGER_QUERY_ENGINE_GATE_H_
#define GRANTLEDGER_QUERY_ENGINE_GATE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "ledger/engine.h"
#include "ledger/meters.h"

namespace grantledger {

/// Thread-safe. A call that enters and leaves costs two additions to a number that few threads
/// share, and never waits.
class EngineGate {
 private:
  /// Calls that use each of the two places, of some threads.
  struct alignas(64) Stripe {
    std::array<std::atomic<std::uint64_t>, 2> inside = {};
  };

 public:
  /// A call's use of the engine, until it is destroyed.
  class Pass {
   public:
    Pass(Pass&& other) noexcept
        : engine_(other.engine_),
          is_closed_(other.is_closed_),
          inside_(std::exchange(other.inside_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      if (inside_ != nullptr) inside_->fetch_sub(1, std::memory_order_release);
    }
    /// Whether no more may be asked of the engine than what it knows without rows.
    [[nodiscard]] bool is_closed() const { return is_closed_; }
    Engine& operator*() const { return *engine_; }
    Engine* operator->() const { return engine_; }

   private:
    friend class EngineGate;
    Pass(Engine* engine, bool is_closed, std::atomic<std::uint64_t>* inside)
        : engine_(engine), is_closed_(is_closed), inside_(inside) {}
    Engine* engine_;
    bool is_closed_;
    std::atomic<std::uint64_t>* inside_;
  };

  explicit EngineGate(std::shared_ptr<Engine> engine) { places_[0].engine = std::move(engine); }

  [[nodiscard]] Pass Enter() const {
    Stripe& stripe = stripes_[StripeOfThread(kStripes)];
    while (true) {
      const std::uint64_t turn = turn_.load();
      std::atomic<std::uint64_t>& inside = stripe.inside[turn % 2];
      inside.fetch_add(1);
      // Who changes the turn, and then looks who is inside, sees this call, if it sees the old one.
      if (turn_.load() == turn) {
        const Place& place = places_[turn % 2];
        return {place.engine.get(), place.is_closed, &inside};
      }
      inside.fetch_sub(1);
    }
  }

  /// From now on calls that enter get this. REQUIRES of both: one caller at a time, and Drain after
  /// each Change.
  void Change(std::shared_ptr<Engine> engine, bool is_closed);
  /// Waits for the calls that entered before the last Change, and lets go of what they used.
  void Drain();

 private:
  struct Place {
    std::shared_ptr<Engine> engine;
    bool is_closed = false;
  };
  static constexpr std::size_t kStripes = 32;

  std::array<Place, 2> places_;
  std::atomic<std::uint64_t> turn_ = 0;
  mutable std::array<Stripe, kStripes> stripes_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_ENGINE_GATE_H_
