#include "tools/dump/report_page.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tools/page.h"
#include "tools/safe_text.h"

namespace grantledger::tools {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --text: #1f2328; --faint: #656d76; --line: #d0d7de; --ground: #fff }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --faint: #8d96a0; --line: #30363d; --ground: #0d1117 }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground);
       max-width: 1100px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.6em; margin-bottom: 0 } h2 { margin-top: 2em; font-size: 1.25em }
h3 { font-size: 1em; margin: 1.5em 0 .5em }
.faint { color: var(--faint) }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25em .75em .25em 0; border-bottom: 1px solid var(--line);
         vertical-align: top }
th { font-weight: 600; color: var(--faint) } td.number, th.number { text-align: right }
input { font: inherit; padding: .35em .6em; width: 100%; max-width: 32em; margin: .5em 0;
        color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px }
svg text { fill: var(--faint); font-size: 12px } svg .axis { stroke: var(--line) }
.key span { display: inline-block; margin-right: 1.25em }
.key i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px }
tr[hidden] { display: none }
)";

// What is searched for is kept in the address, so that a search can be handed on.
constexpr const char* kScript = R"(
window.addEventListener('error', () => { document.body.dataset.failed = 'yes'; });
const rows = [...document.querySelectorAll('table.exceptions tbody tr')];
const texts = rows.map((row) => row.textContent.toLowerCase());
const search = document.getElementById('search');
function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter((word) => word);
  let shown = 0;
  rows.forEach((row, i) => {
    row.hidden = !words.every((word) => texts[i].includes(word));
    if (!row.hidden) shown += 1;
  });
  document.getElementById('found').textContent = `${shown} of ${rows.length}`;
  history.replaceState(null, '', search.value ? '#' + encodeURIComponent(search.value) : '#');
}
search.value = decodeURIComponent(location.hash.slice(1));
search.addEventListener('input', show);
show();
document.body.dataset.ready = 'yes';
)";

struct Look {
  GrantStatus status;
  const char* colour;
};
/// From below. The colours can be told apart on white and on black.
constexpr std::array kLooks = {
    Look{GrantStatus::kActive, "#2f9e44"}, Look{GrantStatus::kDisabled, "#e8a317"},
    Look{GrantStatus::kPendingAccept, "#228be6"}, Look{GrantStatus::kRejected, "#c2255c"},
    Look{GrantStatus::kDeleted, "#868e96"}};

std::uint64_t Sum(const Counts& counts) {
  std::uint64_t sum = 0;
  for (const auto& [status, count] : counts) sum += count;
  return sum;
}

std::string Key() {
  std::string key = "<p class=\"key faint\">";
  for (const Look& look : kLooks) {
    key += fmt::format("<span><i style=\"background:{}\"></i>{}</span>", look.colour,
                       Name(look.status));
  }
  return key + "</p>\n";
}

constexpr double kWidth = 1000;
constexpr double kHeight = 260;
constexpr double kLeft = 80;

/// The last state has a width of its own: it lasts.
constexpr double kLastState = 30;

/// How far right a moment stands.
double XOf(const std::vector<ReportMoment>& history, Time time) {
  const auto all = static_cast<double>((history.back().time - history.front().time).count());
  const auto since = static_cast<double>((time - history.front().time).count());
  return kLeft + (kWidth - kLeft - kLastState) * (all == 0 ? 0 : since / all);
}

/// One status' band, in steps: along its upper edge, and back along its lower one.
std::string Band(const std::vector<ReportMoment>& history, std::size_t look, double most) {
  const auto y_of = [&](std::size_t moment, std::size_t upto) {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < upto; ++i)
      below += CountIn(history[moment].counts, kLooks[i].status);
    return kHeight * (1 - static_cast<double>(below) / most);
  };
  std::string upper;
  std::string lower;
  const auto add = [&](double x, std::size_t moment) {
    upper += fmt::format("{:.1f},{:.1f} ", x, y_of(moment, look + 1));
    lower = fmt::format("{:.1f},{:.1f} ", x, y_of(moment, look)) + lower;
  };
  for (std::size_t i = 0; i < history.size(); ++i) {
    const double x = XOf(history, history[i].time);
    if (i > 0) add(x, i - 1);
    add(x, i);
  }
  if (!history.empty()) add(kWidth, history.size() - 1);
  return fmt::format("<polygon points=\"{}{}\" fill=\"{}\"><title>{}</title></polygon>\n", upper,
                     lower, kLooks[look].colour, Name(kLooks[look].status));
}

std::string HistoryPicture(const std::vector<ReportMoment>& history) {
  std::uint64_t most = 1;
  for (const ReportMoment& moment : history) most = std::max(most, Sum(moment.counts));
  std::string svg = fmt::format(
      "<svg viewBox=\"0 -10 {} {}\" role=\"img\" aria-label=\"Member grants by status over "
      "time\">\n",
      kWidth, kHeight + 40);
  for (std::size_t i = 0; i < kLooks.size(); ++i) {
    svg += Band(history, i, static_cast<double>(most));
  }
  svg += fmt::format(
      "<line class=\"axis\" x1=\"{0}\" y1=\"{1}\" x2=\"{2}\" y2=\"{1}\"/>\n"
      "<text x=\"{3}\" y=\"4\" text-anchor=\"end\">{4}</text>\n"
      "<text x=\"{3}\" y=\"{1}\" text-anchor=\"end\">0</text>\n",
      kLeft, kHeight, kWidth, kLeft - 8, Shown(most));
  if (!history.empty()) {
    svg += fmt::format(
        "<text x=\"{}\" y=\"{}\">{}</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
        kLeft, kHeight + 20, FormatTime(history.front().time), kWidth, kHeight + 20,
        FormatTime(history.back().time));
  }
  return svg + "</svg>\n";
}

/// A bar as wide as the share of each status.
std::string Bar(const Counts& counts) {
  constexpr double kBar = 300;
  const auto sum = static_cast<double>(std::max<std::uint64_t>(Sum(counts), 1));
  std::string svg = fmt::format("<svg width=\"{}\" height=\"14\" aria-hidden=\"true\">", kBar);
  double x = 0;
  for (const Look& look : kLooks) {
    const double width = kBar * static_cast<double>(CountIn(counts, look.status)) / sum;
    if (width == 0) continue;
    svg += fmt::format("<rect x=\"{:.2f}\" y=\"1\" width=\"{:.2f}\" height=\"12\" fill=\"{}\"/>", x,
                       width, look.colour);
    x += width;
  }
  return svg + "</svg>";
}

/// A row for each, with a bar and the numbers of the statuses that there are.
std::string CountsTable(const std::string& of, const std::vector<ReportPlace>& rows) {
  std::vector<Look> used;
  for (const Look& look : kLooks) {
    const auto has = [&look](const auto& row) { return CountIn(row.counts, look.status) != 0; };
    if (std::ranges::any_of(rows, has)) used.push_back(look);
  }
  std::string html = "<table><thead><tr><th>" + of + "</th><th></th>";
  for (const Look& look : used) {
    html += fmt::format("<th class=\"number\">{}</th>", Name(look.status));
  }
  html += "</tr></thead><tbody>\n";
  for (const ReportPlace& place : rows) {
    html += fmt::format("<tr><td>{}</td><td>{}</td>", EscapedInHtml(place.name), Bar(place.counts));
    for (const Look& look : used) {
      html +=
          fmt::format("<td class=\"number\">{}</td>", Shown(CountIn(place.counts, look.status)));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string OrganizationPart(const ReportOrganization& one) {
  return fmt::format(
             "<h2>{}</h2>\n<p class=\"faint\">managed by {}, {}</p>\n"
             "<h3>Member grants over time</h3>\n",
             EscapedInHtml(one.id), one.management, Shown(one.accounts, "account")) +
         HistoryPicture(one.history) + Key() + "<h3>Statuses by place</h3>\n" +
         CountsTable("Place", one.places);
}

std::string ExceptionRows(const ReportData& data) {
  std::string html;
  for (const ReportOrganization& organization : data.organizations) {
    for (const ReportException& one : organization.exceptions) {
      html += fmt::format(
          "<tr><td>{}</td><td>{}</td><td>{}</td><td "
          "title=\"{}\">{}</td><td>{}</td><td>{}</td></tr>\n",
          one.account, EscapedInHtml(one.account_name), EscapedInHtml(one.place),
          EscapedInAttribute(one.grant_arn), EscapedInHtml(one.grant_name), one.status,
          EscapedInHtml(one.reason));
    }
  }
  return html;
}

std::string Exceptions(const ReportData& data) {
  std::uint64_t left_out = 0;
  for (const ReportOrganization& one : data.organizations) left_out += one.exceptions_left_out;
  std::string html =
      "<h2>Accounts that are unlike the rest</h2>\n"
      "<input id=\"search\" type=\"search\" placeholder=\"Search: an account, a place, a reason\" "
      "aria-label=\"Search\"> <span id=\"found\" class=\"faint\"></span>\n"
      "<table "
      "class=\"exceptions\"><thead><tr><th>Account</th><th>Name</th><th>Place</th><th>Grant</th>"
      "<th>Status</th><th>Reason</th></tr></thead><tbody>\n" +
      ExceptionRows(data) + "</tbody></table>\n";
  if (left_out > 0) {
    html +=
        fmt::format("<p class=\"faint\">{} more are not shown; ledger-dump export has all.</p>\n",
                    Shown(left_out));
  }
  return html;
}

}  // namespace

std::string ReportPage(const ReportData& data) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Grant ledger {}</title>\n<style>{}</style>\n</head>\n<body>\n"
      "<h1>Grant ledger {}</h1>\n<p class=\"faint\">as of LSN {}, {}; {} of {}, {} in {}</p>\n",
      data.overview.identity, kStyle, data.overview.identity, Shown(data.at),
      FormatTime(data.at_time), Shown(data.overview.licenses, "license"),
      Shown(data.overview.products, "product"), Shown(data.overview.accounts, "account"),
      Shown(data.overview.organizations, "organization"));
  for (const ReportOrganization& one : data.organizations) html += OrganizationPart(one);
  if (!data.direct.empty()) {
    html += "<h2>Direct grants</h2>\n" + CountsTable("", {{"All direct grants", data.direct}});
  }
  html += Exceptions(data);
  return html + "<script>" + kScript + "</script>\n</body>\n</html>\n";
}

}  // namespace grantledger::tools
