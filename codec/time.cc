// Times in the notation of the API: ISO 8601, to the second, with a fraction and an offset if
// given.
#include <cstdio>

#include <grantledger/types.h>

namespace grantledger {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Takes parts off the front of a text; after the first that is not there, ok is false.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  int Digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) ok_ = false;
    for (std::size_t i = 0; ok_ && i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') ok_ = false;
      value = value * 10 + (rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(count);
    return ok_ ? value : 0;
  }

  void Expect(char c) {
    if (!Next(c)) ok_ = false;
  }

  bool Next(char c) {
    if (!ok_ || !rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Digits behind the point; those beyond milliseconds are cut off.
  milliseconds Fraction() {
    int scale = 1000;
    int value = 0;
    if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') ok_ = false;
    while (ok_ && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
      scale /= 10;
      value += Digits(1) * scale;
    }
    return milliseconds(value);
  }

  minutes Offset() {
    if (Next('Z')) return minutes(0);
    const bool east = Next('+');
    if (!east) Expect('-');
    const int hour = Digits(2);
    Expect(':');
    const int minute = Digits(2);
    if (hour > 23 || minute > 59) ok_ = false;
    const minutes offset = hours(hour) + minutes(minute);
    return east ? offset : -offset;
  }

  [[nodiscard]] bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

Result<Time> ParseTime(std::string_view text) {
  TimeReader in(text);
  const int year = in.Digits(4);
  in.Expect('-');
  const int month = in.Digits(2);
  in.Expect('-');
  const int day = in.Digits(2);
  in.Expect('T');
  const int hour = in.Digits(2);
  in.Expect(':');
  const int minute = in.Digits(2);
  in.Expect(':');
  const int second = in.Digits(2);
  const milliseconds fraction = in.Next('.') ? in.Fraction() : milliseconds(0);
  const minutes offset = in.Offset();
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!in.AtEnd() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return Status(Code::kInvalidArgument, "time is \"" + std::string(text) +
                                              "\", expected ISO 8601 like 2026-01-02T03:04:05Z");
  }
  return Time(std::chrono::sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) +
         fraction - offset;
}

std::string FormatTime(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[40];
  int size = std::snprintf(
      text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  const auto fraction = static_cast<int>(clock.subseconds().count());
  std::string out(text, static_cast<std::size_t>(size));
  if (fraction != 0) {
    size = std::snprintf(text, sizeof(text), ".%03d", fraction);
    out.append(text, static_cast<std::size_t>(size));
  }
  return out + "Z";
}

}  // namespace grantledger
