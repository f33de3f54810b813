#include "bench/plot/picture.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/growth.h"

namespace grantledger::bench {
namespace {

/// In the order of the key. The colours can be told apart on white and on black.
struct Look {
  const char* store;
  const char* title;
  const char* colour;
  int width;
};
constexpr Look kLooks[] = {{"grantledger", "grantledger", "#e8590c", 4},
                           {"sqlite", "SQLite", "#228be6", 2},
                           {"postgresql", "PostgreSQL", "#9c6ade", 2},
                           {"lmdb", "LMDB", "#2f9e44", 2},
                           {"rocksdb", "RocksDB, eager", "#b58900", 2},
                           {"bare", "bare RocksDB: the limit", "#868e96", 1}};

constexpr int kPanelWidth = 560;
constexpr int kPanelHeight = 420;
constexpr std::size_t kAcross = 2;

/// Of one store in the key: its exponent, and from where on it was not measured.
std::string Title(const Look& look, const Series& series) {
  std::string title = look.title;
  if (const auto growth = GrowthOf(series.points)) {
    title += fmt::format(" (exponent {:.2f})", *growth);
  }
  if (series.stopped_at != 0) title += fmt::format(", over 5 min at {}", series.stopped_at);
  return title;
}

/// A label for each power of ten, from 100 ns to 1,000 s.
std::string SecondsTics() {
  constexpr int kFirst = -7;
  const char* const labels[] = {"100 ns", "1 µs", "10 µs", "100 µs", "1 ms",  "10 ms",
                                "100 ms", "1 s",  "10 s",  "100 s",  "1000 s"};
  std::string tics;
  int power = kFirst;
  for (const char* label : labels) {
    tics += fmt::format("{}\"{}\" 1e{}", tics.empty() ? "(" : ", ", label, power++);
  }
  return tics + ")";
}

std::string DrawPanel(const Panel& panel, const std::map<std::string, Series>& stores) {
  std::string data;
  std::string lines;
  for (const Look& look : kLooks) {
    const auto found = stores.find(look.store);
    if (found == stores.end()) continue;
    if (found->second.points.empty()) {  // stopped at every size: in the key alone
      lines += fmt::format("{}keyentry with lines linewidth {} linecolor rgb '{}' title \"{}\"",
                           lines.empty() ? "plot " : ", \\\n  ", look.width, look.colour,
                           Title(look, found->second));
      continue;
    }
    const std::string name = fmt::format("${}", look.store);
    data += name + " << END\n";
    for (const auto& [accounts, value] : found->second.points) {
      data += fmt::format("{} {}\n", accounts, value);
    }
    data += "END\n";
    lines += fmt::format(
        "{}{} with linespoints linewidth {} pointtype 7 pointsize 0.5 linecolor rgb "
        "'{}' title \"{}\"",
        lines.empty() ? "plot " : ", \\\n  ", name, look.width, look.colour,
        Title(look, found->second));
  }
  const bool seconds = panel.unit == "seconds";
  return data + fmt::format("set title \"{}\"\nset ylabel \"{}\"\nset ytics {}\n{}\n", panel.title,
                            seconds ? "" : panel.unit, seconds ? SecondsTics() : "auto", lines);
}

std::string Script(const std::vector<std::string>& panels, const std::string& path) {
  const std::size_t across = std::min(kAcross, panels.size());
  const std::size_t down = (panels.size() + across - 1) / across;
  std::string script = fmt::format(
      "set terminal svg size {},{} dynamic noenhanced font 'sans-serif,13'\n"
      "set output '{}'\n"
      "set encoding utf8\nset logscale xy\nset xlabel 'accounts' offset 0,1\n"
      "set xtics (\"100\" 1e2, \"1,000\" 1e3, \"10,000\" 1e4, \"100,000\" 1e5, \"1,000,000\" 1e6)\n"
      "set grid\nset key below left Left reverse maxcols 1 height 1\n"
      "set autoscale xfix\nset offsets graph 0.03, graph 0.03, 0, 0\n"
      "set multiplot layout {},{}\n",
      across * kPanelWidth, down * kPanelHeight, path, down, across);
  for (const std::string& panel : panels) script += panel;
  return script + "unset multiplot\n";
}

void RunGnuplot(const std::string& script) {
  std::FILE* gnuplot = popen("gnuplot", "w");
  if (gnuplot == nullptr) throw std::runtime_error("gnuplot can't be started");
  const bool written = std::fwrite(script.data(), 1, script.size(), gnuplot) == script.size();
  const int status = pclose(gnuplot);
  if (!written || status != 0) throw std::runtime_error("gnuplot failed; is it installed?");
}

/// What gnuplot draws black is drawn in the colour of text, whatever the ground; and the title is
/// that of the picture.
void Finish(const std::string& path, const std::string& title) {
  constexpr const char* kStyle =
      "<style>\n"
      "  [fill='black'] { fill: #1f2328 } [stroke='black'] { stroke: #1f2328 }\n"
      "  g[color='black'] { color: #1f2328 }\n"
      "  @media (prefers-color-scheme: dark) {\n"
      "    [fill='black'] { fill: #e6edf3 } [stroke='black'] { stroke: #e6edf3 }\n"
      "    g[color='black'] { color: #e6edf3 }\n"
      "  }\n"
      "</style>\n";
  std::ostringstream read;
  read << std::ifstream(path).rdbuf();
  std::string text = read.str();
  constexpr std::string_view kTitle = "<title>Gnuplot</title>";
  const std::size_t begin = text.find(kTitle);
  if (begin == std::string::npos) throw std::runtime_error("gnuplot did not write " + path);
  text.replace(begin, kTitle.size(), fmt::format("{}<title>{}</title>", kStyle, title));
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace

const std::vector<Picture>& Pictures() {
  static const std::vector<Picture> kAll = {
      {"fan-out",
       "What concerns all accounts: time by their number",
       {{"FanOut", "Distribute, and activate for all accounts", "seconds"},
        {"Toggle", "Turn off, or on, for all accounts", "seconds"}}},
      {"reads",
       "Reads: time by the number of accounts",
       {{"Check", "Check an entitlement", "seconds"},
        {"ListOf", "List an account's grants", "seconds"},
        {"Page/all", "Page of 100", "seconds"},
        {"Page/1_in_100", "Page of 100 by a status that 1 in 100 has", "seconds"}}},
      {"writes",
       "What one account writes: time by the number of accounts",
       {{"SetOne/writers:1", "An account changes its own, 1 writer", "seconds"},
        {"SetOne/writers:16", "The same, 16 writers", "seconds"}}},
      {"sizes",
       "Disk and memory by the number of accounts",
       {{"BytesPerGrant", "On disk, a member grant", "bytes"},
        {"Memory", "Resident memory", "megabytes"}}}};
  return kAll;
}

bool Draw(const Picture& picture, const Results& results, const std::string& path) {
  std::vector<std::string> panels;
  for (const Panel& panel : picture.panels) {
    const auto found = results.find(panel.workload);
    if (found != results.end()) panels.push_back(DrawPanel(panel, found->second));
  }
  if (panels.empty()) return false;
  RunGnuplot(Script(panels, path));
  Finish(path, picture.title);
  return true;
}

}  // namespace grantledger::bench
