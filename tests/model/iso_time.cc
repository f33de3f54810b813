#include "iso_time.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace grantledger::model {

std::optional<Millis> ParseIsoTime(std::string_view text) {
  const std::string copy(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0, end = 0;
  const char* form = text.size() == 24 ? "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n" : nullptr;
  if (form != nullptr) {
    // NOLINTNEXTLINE(cert-err34-c): the fields' widths rule out an overflow.
    std::sscanf(copy.c_str(), form, &year, &month, &day, &hour, &minute, &second, &fraction, &end);
  } else {
    // NOLINTNEXTLINE(cert-err34-c)
    std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month, &day, &hour, &minute,
                &second, &end);
  }
  if (end == 0 || static_cast<std::size_t>(end) != text.size()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const Millis days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kDay + hour * kHour + minute * 60 * kSecond + second * kSecond + fraction;
}

std::string FormatIsoTime(Millis time) {
  const auto days = std::chrono::sys_days(std::chrono::days(time / kDay));
  const std::chrono::year_month_day date(days);
  const int rest = static_cast<int>(time % kDay);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), rest / 3600000, rest / 60000 % 60,
                rest / 1000 % 60);
  std::string iso = text.data();
  if (rest % 1000 != 0) {
    std::snprintf(text.data(), text.size(), ".%03d", rest % 1000);
    iso += text.data();
  }
  return iso + "Z";
}

}  // namespace grantledger::model
