#include "ledger/meters.h"

#include <algorithm>
#include <bit>

namespace grantledger {

std::size_t LatencyMeter::RangeOf(std::uint64_t ns) {
  // As many low values have a range of their own.
  constexpr std::uint64_t kExact = std::uint64_t{1} << kRangesBits;
  if (ns < kExact) return ns;
  const auto power = static_cast<std::size_t>(std::bit_width(ns)) - 1;  // of the highest bit
  const std::uint64_t low = ns >> (power - kRangesBits);                // its highest bits
  return ((power - kRangesBits) << kRangesBits) + low;
}

std::uint64_t LatencyMeter::EndOf(std::size_t range) {
  constexpr std::size_t kExact = std::size_t{1} << kRangesBits;
  if (range < kExact) return range;
  const std::size_t shift = (range >> kRangesBits) - 1;
  const std::uint64_t low = kExact + range % kExact;
  return (low << shift) + ((std::uint64_t{1} << shift) - 1);
}

void LatencyMeter::Record(std::chrono::nanoseconds took) {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
  counts_[RangeOf(ns)].Add(1);
  most_.RaiseTo(ns);
}

Latencies LatencyMeter::Get() const {
  Latencies all;
  std::array<std::uint64_t, kRanges> counts{};
  for (std::size_t i = 0; i < kRanges; ++i) all.count += counts[i] = counts_[i].value();
  all.max_ns = most_.value();
  const auto percentile = [&](std::uint64_t percent) {
    constexpr std::uint64_t kAll = 100;
    std::uint64_t left = (all.count * percent + kAll - 1) / kAll;  // up to it, at least so many are
    for (std::size_t i = 0; i < kRanges; ++i) {
      if (left <= counts[i]) return std::min(EndOf(i), all.max_ns);
      left -= counts[i];
    }
    return all.max_ns;
  };
  constexpr std::uint64_t kMost = 99;
  if (all.count == 0) return all;
  all.p50_ns = percentile(50);
  all.p99_ns = percentile(kMost);
  return all;
}

void ReadMeters::Reading::NoteError(Code code) {
  (IsFailure(code) ? meters_.failed_ : meters_.refused_).Add(1);
}

void ReadMeters::Record(std::chrono::nanoseconds took) {
  latencies_.Record(took);
  const CacheTally found = this_thread_found;
  row_hits_.Add(found.row_hits);
  row_misses_.Add(found.row_misses);
  fold_hits_.Add(found.fold_hits);
  fold_misses_.Add(found.fold_misses);
}

void ReadMeters::AddTo(LedgerStatistics* statistics) const {
  statistics->reads_refused = refused_.value();
  statistics->reads_failed = failed_.value();
  statistics->read = latencies_.Get();
  statistics->reads = statistics->read.count * kMeasured;
  statistics->rows = {row_hits_.value(), row_misses_.value()};
  statistics->folds = {fold_hits_.value(), fold_misses_.value()};
}

void WriteMeters::AddTo(LedgerStatistics* statistics) const {
  statistics->writes_answered = answered.value();
  statistics->writes_refused = refused.value();
  statistics->writes_failed = failed.value();
  statistics->records = records.value();
  statistics->groups = groups.value();
  statistics->grouped_calls = grouped_calls.value();
  statistics->largest_group = largest_group.value();
  statistics->apply = latencies.Get();
}

void FileMeters::AddTo(LedgerStatistics* statistics) const {
  statistics->log_bytes = log_bytes.value();
  statistics->log_syncs = log_syncs.value();
  statistics->table_bytes = table_bytes.value();
  statistics->table_syncs = table_syncs.value();
}

}  // namespace grantledger
