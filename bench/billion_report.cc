#include "bench/billion_report.h"

#include <iterator>

#include <fmt/format.h>

#include "bench/goal.h"
#include "bench/machine.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

constexpr double kMinute = 60;
constexpr double kMilli = 1e-3;
constexpr double kMicro = 1e-6;
constexpr double kGigabyte = 1e9;

/// Rows of a table of four columns.
class Table {
 public:
  Table() { Add("what", "measured", "goal", ""); }

  void Add(const std::string& what, const std::string& measured, const std::string& goal = "",
           const std::string& met = "") {
    fmt::format_to(std::back_inserter(text_), "  {:<46} {:>10}  {:<10} {}\n", what, measured, goal,
                   met);
  }

  /// A row about a number that is given in `scale`s, whose unit the goal names.
  void AddGoal(const std::string& what, double value, double scale, const Goal& goal) {
    const double result = value / scale;
    Add(what, Number(result, goal.unit.c_str()), goal.Text(), goal.Verdict(result));
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void AddBuilding(Table& table, const BuildTimes& times) {
  table.AddGoal("built", times.writing + times.compacting + times.merging, kMinute,
                {true, 15, " min"});
  table.Add("  of it writing, with compaction beside it", Duration(times.writing));
  table.Add("  of it compacting what is left (Compact)", Duration(times.compacting));
  table.Add("  of it merging files (Settle)", Duration(times.merging));
  table.Add("  processor time of all threads", Duration(times.processor));
}

void AddReads(Table& table, const std::string& what, const ReadTimes& times, double scale,
              const Goal& goal) {
  table.Add(what + ", p50", Duration(Percentile(times.warm, 50)));
  table.AddGoal(what + ", p99", Percentile(times.warm, 99), scale, goal);
  table.Add("  for the first time since opening, p50", Duration(Percentile(times.first, 50)));
  table.Add("  for the first time since opening, p99", Duration(Percentile(times.first, 99)));
}

std::string Heading(const Findings& on) {
  return fmt::format(
      "{} ACTIVE member grants: {} organizations of {} accounts with {} licenses each\n"
      "  counted by CountGrants over {} distributions; other statuses: {}\n"
      "  read by GetGrant: {} of {} random accounts say ACTIVE\n"
      "  records in the log: {}, bytes on disk for each member grant: {:.2f}\n",
      Count(on.count.Active()), Count(on.shape.organizations), Count(on.shape.accounts),
      Count(on.shape.licenses), Count(on.count.distributions), on.count.OtherStatuses(),
      Count(on.count.answered), Count(on.count.asked), Count(on.records),
      static_cast<double>(on.disk_bytes) / static_cast<double>(on.shape.grants()));
}

}  // namespace

std::string ToText(const Findings& findings) {
  Table table;
  if (findings.built) AddBuilding(table, *findings.built);
  table.AddGoal("on disk", static_cast<double>(findings.disk_bytes), kGigabyte, {true, 2, " GB"});
  table.AddGoal("resident memory at most (VmHWM)", static_cast<double>(findings.resident_bytes),
                kGigabyte, {true, 2, " GB"});
  AddReads(table, "page of 100 of any distribution", findings.pages, kMilli, {true, 2, " ms"});
  AddReads(table, "CheckEntitlement", findings.entitlements, kMicro, {true, 200, " µs"});
  std::string text = Heading(findings) + "\n" + table.text() + "\n";
  if (findings.shape.grants() < 1'000'000'000) text += "  The goals are for a billion.\n\n";
  for (const auto& [name, value] : DescribeMachine()) {
    fmt::format_to(std::back_inserter(text), "  {}: {}\n", name, value);
  }
  return text;
}

}  // namespace grantledger::bench
