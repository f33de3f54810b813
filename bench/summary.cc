#include "bench/summary.h"

#include <algorithm>
#include <functional>
#include <sstream>

#include "bench/goal.h"
#include "bench/machine.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

using Side = std::optional<Measured>;
using Format = std::function<std::string(double)>;

/// A line about a/b.
Line Ratio(const std::string& what, const Side& a, const Side& b, const Format& format,
           const Goal& goal) {
  if (!a || !b) return {what, "not run", "-", goal.Text(), "-", "-"};
  const double ratio = a->value / b->value;
  return {what,
          format(a->value) + " / " + format(b->value),
          Number(ratio, goal.unit.c_str()),
          goal.Text(),
          Number(100 * std::max(a->spread, b->spread), " %"),
          goal.Verdict(ratio)};
}

/// A line about one number, given in the goal's unit.
Line Single(const std::string& what, const Side& side, double scale, const std::string& measured,
            const Goal& goal) {
  if (!side) return {what, "not run", "-", goal.Text(), "-", "-"};
  const double result = side->value * scale;
  return {what,
          measured,
          Number(result, goal.unit.c_str()),
          goal.Text(),
          Number(100 * side->spread, " %"),
          goal.Verdict(result)};
}

Line ActLine(const Reporter& from, const Sizes& sizes, const std::string& name,
             const std::string& what) {
  return Ratio(
      what + " for an organization: " + Count(sizes.large) + " accounts / " + Count(sizes.small),
      from.Time(Sized(name, sizes.large)), from.Time(Sized(name, sizes.small)), Duration,
      {true, 1.5, ""});
}

Line ActivationLine(const Reporter& from, const Sizes& sizes) {
  constexpr double kMicros = 1e6;
  std::string parts;
  for (const std::string part : {"write", "count", "get"}) {
    const Side side = from.Of("ActivateAndRead", part + "_us");
    if (side) parts += (parts.empty() ? "" : ", ") + part + " " + Number(side->value, " µs");
  }
  return Single("bulk activation of " + Count(sizes.activation) +
                    ", buffered, until CountGrants and GetGrant say ACTIVE",
                from.Time("ActivateAndRead"), kMicros, parts, {true, 100, " µs"});
}

std::vector<Line> Joining(const Reporter& from, const Sizes& sizes) {
  constexpr double kGoalSeconds = 60;
  constexpr double kGoalAccounts = 1e6;
  const double seconds = kGoalSeconds * static_cast<double>(sizes.large) / kGoalAccounts;
  const Side rate = from.Of("Join", "items_per_second");
  const std::string what = "joining " + Count(sizes.large) + " accounts through Apply, buffered";
  return {Single(what, from.Time("Join"), 1, rate ? Rate(rate->value) : "", {true, seconds, " s"}),
          Single(what + ": on disk, settled", from.Of("Join", "bytes_per_account"), 1, "an account",
                 {true, 100, " bytes"})};
}

/// Reads after many bulk events of the product, compacted, against reads after a few.
std::vector<Line> ReadsCompacted(const Reporter& from, const Sizes& sizes) {
  const std::pair<std::string, std::string> reads[] = {
      {"CompactedGet", "GetGrant"},
      {"CompactedList", "page of 100"},
      {"CompactedCheck", "CheckEntitlement"},
      {"CompactedGet/cold", "GetGrant, the first since opening,"},
      {"CompactedList/cold", "page of 100, the first since opening,"},
      {"CompactedCheck/cold", "CheckEntitlement, the first since opening,"},
      {"CompactedGet/alone", "GetGrant of an account with own events"}};
  std::vector<Line> lines;
  for (const auto& [name, what] : reads) {
    lines.push_back(Ratio(what + " after " + Count(sizes.activation) +
                              " bulk events, compacted / after " + Count(kFewEvents),
                          from.Time(After(name, sizes.activation)),
                          from.Time(After(name, kFewEvents)), Duration, {true, 1.2, ""}));
  }
  return lines;
}

/// The log is folded from its first record on; how long that takes for a million of them.
Line FoldingTheLog(const Reporter& from) {
  constexpr double kGoalRecords = 1e6;
  const Side seconds = from.Of("CompactOwnEvents", "log_seconds");
  const Side records = from.Of("CompactOwnEvents", "log_records");
  const double scale = records ? kGoalRecords / records->value : 0;
  std::string measured;
  if (seconds && records) {
    measured = Duration(seconds->value) + " for " +
               Count(static_cast<std::uint64_t>(records->value)) + " records";
  }
  return Single("`activation` folded from a log of 1,000,000 records", seconds, scale, measured,
                {true, 60, " s"});
}

std::vector<Line> Compacting(const Reporter& from, const Sizes& sizes) {
  std::vector<Line> lines = ReadsCompacted(from, sizes);
  lines.push_back(Ratio(
      "compaction of one bulk event: " + Count(sizes.large) + " accounts / " + Count(sizes.small),
      from.Time(Sized("CompactBulkEvent", sizes.large)),
      from.Time(Sized("CompactBulkEvent", sizes.small)), Duration, {true, 1.5, ""}));
  lines.push_back(Ratio("compaction of " + Count(sizes.large) +
                            " own events, cells/s, / RocksDB's bare write of the same rows",
                        from.Of("CompactOwnEvents", "cells_per_second"),
                        from.Of("CompactOwnEvents", "bare_per_second"), Rate, {false, 0.5, ""}));
  lines.push_back(Ratio("synced writes beside compaction / idle, 99th percentile",
                        from.Time("WriteP99/compacting"), from.Time("WriteP99/idle"), Duration,
                        {true, 1.5, ""}));
  lines.push_back(FoldingTheLog(from));
  return lines;
}

}  // namespace

std::vector<Line> Summarize(const Reporter& from, const Config& config) {
  const Sizes& sizes = config.sizes;
  const std::string accounts = Count(sizes.large) + " accounts";
  std::vector<Line> lines = {ActLine(from, sizes, "CreateGrant", "CreateGrant"),
                             ActLine(from, sizes, "BulkActivation", "bulk activation"),
                             ActLine(from, sizes, "DeleteGrant", "DeleteGrant"),
                             ActivationLine(from, sizes)};
  lines.push_back(
      Ratio("every member grant of " + accounts + ", rows/s, / bare RocksDB iterator over `member`",
            from.Of("ListAll", "items_per_second"), from.Of("ListAll/bare", "items_per_second"),
            Rate, {false, 0.5, ""}));
  lines.push_back(Ratio("page of 100 by a status that 10 of " + accounts + " have / page of 100",
                        from.Time("Page/rare_status"), from.Time("Page"), Duration, {true, 3, ""}));
  lines.push_back(Ratio("CheckEntitlement, random of " + accounts + " / bare RocksDB Get",
                        from.Time("CheckEntitlement"), from.Time("CheckEntitlement/bare"), Duration,
                        {true, 6, ""}));
  for (Line& line : Joining(from, sizes)) lines.push_back(std::move(line));
  lines.push_back(Ratio("single writes/s, synced: 16 threads / one",
                        from.Of("SyncedWrite/writers:16", "items_per_second"),
                        from.Of("SyncedWrite/writers:1", "items_per_second"), Rate,
                        {false, 6, ""}));
  for (Line& line : Compacting(from, sizes)) lines.push_back(std::move(line));
  return lines;
}

namespace {

std::string Conditions(const Config& config) {
  std::string text = "Medians of " + std::to_string(config.sizes.repetitions) +
                     " repetitions; the spread is the larger coefficient of variation of the two "
                     "sides. " +
                     std::to_string(config.moved_percent) + " % of the accounts moved into an OU.";
  if (config.quick) text += " A quick run: sizes are smaller than those of the goals.";
  return text;
}

}  // namespace

std::string ToText(const std::vector<Line>& lines, const Config& config) {
  std::ostringstream out;
  out << "\n" << Conditions(config) << "\n";
  for (const Line& line : lines) {
    out << "\n"
        << (line.met == "NOT MET" ? "! " : "  ") << line.what << "\n      " << line.measured
        << "  ->  " << line.result << "   goal " << line.goal << ": " << line.met << "   (spread "
        << line.spread << ")\n";
  }
  out << "\n";
  for (const auto& [name, value] : DescribeMachine()) out << "  " << name << ": " << value << "\n";
  return out.str();
}

std::string ToMarkdown(const std::vector<Line>& lines, const Config& config) {
  std::ostringstream out;
  out << "| what | measured | result | goal | spread | |\n|---|---|---|---|---|---|\n";
  for (const Line& line : lines) {
    out << "| " << line.what << " | " << line.measured << " | " << line.result << " | " << line.goal
        << " | " << line.spread << " | " << line.met << " |\n";
  }
  out << "\n" << Conditions(config) << "\n\n";
  for (const auto& [name, value] : DescribeMachine()) out << "- " << name << ": " << value << "\n";
  return out.str();
}

}  // namespace grantledger::bench
