// What is counted of an open ledger, such that counting costs next to nothing: relaxed additions,
// and reads are measured by samples.
#ifndef GRANTLEDGER_LEDGER_METERS_H_
#define GRANTLEDGER_LEDGER_METERS_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include <grantledger/health.h>

namespace grantledger {

/// A number that any thread adds to.
class Counter {
 public:
  void Add(std::uint64_t count) { value_.fetch_add(count, std::memory_order_relaxed); }
  void RaiseTo(std::uint64_t value) {
    std::uint64_t known = value_.load(std::memory_order_relaxed);
    while (known < value &&
           !value_.compare_exchange_weak(known, value, std::memory_order_relaxed)) {
    }
  }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// How long calls took: counts by ranges of which each ends an eighth after it begins.
class LatencyMeter {
 public:
  void Record(std::chrono::nanoseconds took);
  [[nodiscard]] Latencies Get() const;

 private:
  static constexpr std::size_t kRangesBits = 3;  // of a power of two
  static constexpr std::size_t kRanges = (64 - kRangesBits + 1) << kRangesBits;
  static std::size_t RangeOf(std::uint64_t ns);
  /// The greatest value in the range.
  static std::uint64_t EndOf(std::size_t range);

  std::array<Counter, kRanges> counts_ = {};
  Counter most_;
};

/// Numbers of this thread. Nothing is to be done before they are used, so that they cost little.
struct ThreadNumbers {
  std::size_t thread = 0;   ///< From 1 on; 0: not known yet.
  std::uint32_t reads = 0;  ///< That it began.
};
inline thread_local constinit ThreadNumbers this_thread_numbers = {};

/// Which of `count` numbers for groups of threads is this thread's.
inline std::size_t StripeOfThread(std::size_t count) {
  static constinit std::atomic<std::size_t> threads = 0;
  std::size_t& thread = this_thread_numbers.thread;
  if (thread == 0) thread = threads.fetch_add(1, std::memory_order_relaxed) + 1;
  return thread % count;
}

/// What a thread found in caches since it began to read. Plain numbers, which cost nothing to speak
/// of.
struct CacheTally {
  std::uint32_t row_hits = 0;
  std::uint32_t row_misses = 0;
  std::uint32_t fold_hits = 0;
  std::uint32_t fold_misses = 0;
};
inline thread_local constinit CacheTally this_thread_found = {};

/// Of reads.
class ReadMeters {
 public:
  /// From the beginning of a read to its end.
  class Reading {
   public:
    explicit Reading(ReadMeters& meters) : meters_(meters), is_measured_(IsMeasured()) {
      if (!is_measured_) return;
      this_thread_found = {};
      begin_ = std::chrono::steady_clock::now();
    }
    ~Reading() {
      if (is_measured_) meters_.Record(std::chrono::steady_clock::now() - begin_);
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    void NoteError(Code code);

   private:
    /// One of sixteen, the first of a thread among them.
    static bool IsMeasured() { return this_thread_numbers.reads++ % kMeasured == 0; }
    ReadMeters& meters_;
    bool is_measured_;
    std::chrono::steady_clock::time_point begin_ = {};
  };

  void AddTo(LedgerStatistics* statistics) const;

 private:
  void Record(std::chrono::nanoseconds took);

  static constexpr std::uint32_t kMeasured = 16;  // one of so many is
  Counter refused_;
  Counter failed_;
  LatencyMeter latencies_;
  Counter row_hits_;
  Counter row_misses_;
  Counter fold_hits_;
  Counter fold_misses_;
};

/// Of writes.
struct WriteMeters {
  Counter answered;
  Counter refused;
  Counter failed;
  Counter records;
  Counter groups;
  Counter grouped_calls;
  Counter largest_group;
  LatencyMeter latencies;
  void AddTo(LedgerStatistics* statistics) const;
};

/// Of what is handed to the file system.
struct FileMeters {
  Counter log_bytes;
  Counter log_syncs;
  Counter table_bytes;
  Counter table_syncs;
  void AddTo(LedgerStatistics* statistics) const;
};

/// Whether a call that ended so failed, rather than being refused.
inline bool IsFailure(Code code) { return code == Code::kIoError || code == Code::kCorruption; }

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_METERS_H_
