// ledger-dump DIR explain ARN: why a grant is as it is.
#include <fmt/format.h>

#include "tools/dump/verbs.h"
#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

const Grant* FindIn(const FoldedEvent& event, const std::string& arn) {
  for (const Grant& grant : event.cell) {
    if (grant.GrantArn() == arn) return &grant;
  }
  return nullptr;
}

std::string StateOf(const Output& out, const FoldedEvent& event, const Grant* grant) {
  if (grant == nullptr) return "not there: " + event.absent;
  std::string state = out.Toned(Name(grant->state->status)) + ", version " + grant->Version();
  const std::string reason = grant->StatusReason();
  if (!reason.empty()) state += " (" + WithShortArns(reason) + ")";
  return state;
}

OrderedJson EventToJson(Dump& dump, const FoldedEvent& event, const std::string& arn) {
  OrderedJson json = {{"Lsn", event.lsn}};
  if (const auto origin = dump.inspector().OriginOf(event.lsn)) {
    json["Time"] = FormatTime(origin->time);
    json["Operation"] = origin->operation;
    json["Caller"] = origin->caller.ToString();
  }
  Put(json, "GrantArn", event.grant_arn);
  json["What"] = event.what;
  json["Own"] = event.own;
  json["Changed"] = event.changed;
  if (const Grant* grant = FindIn(event, arn)) json["After"] = ToJson(*grant);
  Put(json, "Absent", event.absent);
  json["Cell"] = OrderedJson::array();
  for (const Grant& grant : event.cell) {
    json["Cell"].push_back(
        {{"GrantArn", grant.GrantArn()}, {"GrantStatus", Name(grant.state->status)}});
  }
  return json;
}

void ShowOne(Dump& dump, const FoldedEvent& event, const std::string& arn) {
  Output& out = dump.out();
  std::string by;
  std::string when;
  if (const auto origin = dump.inspector().OriginOf(event.lsn)) {
    when = out.Show(origin->time);
    by = fmt::format("{} by {}", origin->operation, origin->caller.ToString());
  }
  std::string what = event.what;
  if (event.grant_arn == arn) {
    what += event.own ? ": this grant" : ": its distribution";
  } else if (!event.grant_arn.empty()) {
    what += ": " + WithShortArns(event.grant_arn);
  }
  out.Line(fmt::format("{:>8}  {}  {}", event.lsn, when, out.Faint(by)));
  out.Line(fmt::format("          {}", what));
  out.Line(fmt::format("        {} {}", event.changed ? "→" : "=",
                       StateOf(out, event, FindIn(event, arn))));
}

}  // namespace

Status ShowExplanation(Dump& dump, const std::string& named) {
  const auto found = dump.inspector().FindArn(named, dump.at());
  if (!found) return found.error();
  const std::string& grant_arn = *found;
  const auto events = dump.inspector().Explain(grant_arn, dump.at());
  if (!events) return events.error();
  for (const FoldedEvent& event : *events) {
    if (dump.out().json()) {
      dump.out().Write(EventToJson(dump, event, grant_arn));
    } else {
      ShowOne(dump, event, grant_arn);
    }
    if (!dump.out().ok()) break;
  }
  return {};
}

}  // namespace grantledger::tools
