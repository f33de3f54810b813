// ErrorRests: ends the rests of RocksDB's threads after errors.
//
// RocksDB 7.8.3 lets a thread whose flush or merge failed rest for a second, lest it fail in a
// tight loop, and DB::Resume and closing wait for that thread. So who resumes, or closes, ends
// them.
#ifndef GRANTLEDGER_LEDGER_ERROR_RESTS_H_
#define GRANTLEDGER_LEDGER_ERROR_RESTS_H_

#include <condition_variable>
#include <memory>
#include <mutex>

#include <rocksdb/system_clock.h>

namespace grantledger {

/// The clock of a database. Thread-safe.
class ErrorRests : public rocksdb::SystemClockWrapper {
 public:
  explicit ErrorRests(const std::shared_ptr<rocksdb::SystemClock>& clock)
      : SystemClockWrapper(clock) {}
  [[nodiscard]] const char* Name() const override { return "grantledger.ErrorRests"; }
  void SleepForMicroseconds(int us) override;

  /// While there is one, no thread rests.
  class Ended {
   public:
    explicit Ended(std::shared_ptr<ErrorRests> rests);
    ~Ended();
    Ended(const Ended&) = delete;
    Ended& operator=(const Ended&) = delete;

   private:
    const std::shared_ptr<ErrorRests> rests_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  int ends_ = 0;  // how many there are
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_ERROR_RESTS_H_
