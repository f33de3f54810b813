// ledger-dump DIR explain ARN: why a grant is as it is.
#include <fmt/format.h>

#include "tools/dump/arns.h"
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

std::string Described(const Output& out, const Grant& grant) {
  std::string state = out.Toned(Name(grant.state->status)) + ", version " + grant.Version();
  const std::string reason = grant.StatusReason();
  if (!reason.empty()) state += " (" + WithShortArns(reason) + ")";
  return state;
}

std::string StateOf(const Output& out, const FoldedEvent& event, const Grant* grant) {
  return grant == nullptr ? "not there: " + event.absent : Described(out, *grant);
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

/// What is explained; where history was dropped, what the events that follow go on from.
void ShowHead(Dump& dump, const std::string& arn) {
  Output& out = dump.out();
  out.Line(out.Faint(fmt::format("{}: → a new version, = as it was", arn)));
  const Lsn horizon = dump.ledger() == nullptr ? 0 : dump.ledger()->Horizon();
  if (horizon == 0) return;
  out.Line(out.Faint(
      fmt::format("          what happened up to LSN {} is not kept; then it was", horizon)));
  const auto owner = OwnerOf(arn);
  if (!owner) return;
  const auto then = dump.AskAt(horizon, *owner, GetGrantRequest{.grant_arn = arn, .version = {}});
  const bool is_known = then || then.error().code() == Code::kNotFound;
  if (!is_known) dump.NoteDamage(then.error());
  out.Line("        = " + (then       ? Described(out, then->grant)
                           : is_known ? "not there"
                                      : "not known, since it can't be read"));
}

}  // namespace

Status ShowExplanation(Dump& dump, const std::string& named) {
  const auto found = dump.inspector().FindArn(named, dump.at());
  if (!found) return found.error();
  const std::string& grant_arn = *found;
  const auto events = dump.inspector().Explain(grant_arn, dump.at());
  if (!events) return events.error();
  if (!dump.out().json()) ShowHead(dump, grant_arn);
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
