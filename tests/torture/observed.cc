#include "observed.h"

namespace grantledger::torture {

Json ToJson(const Sight& sight) {
  return {{"Lsn", sight.lsn}, {"Horizon", sight.horizon}, {"Clock", sight.time}};
}

Sight SightFrom(const Json& json) {
  return {json.at("Lsn").get<std::uint64_t>(), json.at("Horizon").get<std::uint64_t>(),
          json.at("Clock").get<Millis>()};
}

std::string Violation::ToString() const {
  return what + "\n  request  " + call.request.dump() + "\n  between  " +
         ToJson(call.before).dump() + " and " + ToJson(call.after).dump() + "\n  answer   " +
         call.answer.dump() + "\n  expected " + expected.dump() + ", as of LSN " +
         std::to_string(lsn) + "\n";
}

Json ToJson(const Observed& call) {
  return {{"Request", call.request},
          {"Answer", call.answer},
          {"Before", ToJson(call.before)},
          {"After", ToJson(call.after)}};
}

Observed ObservedFrom(const Json& json) {
  return {json.at("Request"), json.at("Answer"), SightFrom(json.at("Before")),
          SightFrom(json.at("After"))};
}

}  // namespace grantledger::torture
