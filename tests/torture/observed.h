// What a campaign saw of a ledger: calls with their answers, and between which states each was
// made.
#ifndef GRANTLEDGER_TESTS_TORTURE_OBSERVED_H_
#define GRANTLEDGER_TESTS_TORTURE_OBSERVED_H_

#include <cstdint>
#include <optional>
#include <string>

#include "tests/model/iso_time.h"
#include "tests/model/state.h"

namespace grantledger::torture {

using model::Json;
using model::Millis;

/// A ledger from outside. All of it only ever grows.
struct Sight {
  std::uint64_t lsn = 0;      ///< The last record.
  std::uint64_t horizon = 0;  ///< The earliest as-of point that is kept.
  Millis time = 0;            ///< Of the clock.
};

/// One call: the ledger was at `before` or later when it began, at `after` or earlier when it
/// ended.
struct Observed {
  Json request;  ///< Without a Time.
  Json answer;   ///< Null: nobody was told.
  Sight before;
  Sight after;
};

/// A write that is in the log.
struct Logged {
  std::uint64_t lsn = 0;
  Millis time = 0;  ///< Of its record.
  Observed call;
  /// Whether the answer was given; else it is made of the record, and has the drawn ids alone.
  bool answered = true;
};

/// Something that must never happen.
struct Violation {
  std::string what;
  Observed call;
  Json expected;          ///< What the model answers; of several as-of points, at the last.
  std::uint64_t lsn = 0;  ///< Of that as-of point.
  [[nodiscard]] std::string ToString() const;
};

Json ToJson(const Sight& sight);
Sight SightFrom(const Json& json);
Json ToJson(const Observed& call);
Observed ObservedFrom(const Json& json);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_OBSERVED_H_
