// Pictures: how cost grows with the accounts, drawn by gnuplot as SVG.
#ifndef GRANTLEDGER_BENCH_PLOT_PICTURE_H_
#define GRANTLEDGER_BENCH_PLOT_PICTURE_H_

#include <string>
#include <vector>

#include "bench/plot/results.h"

namespace grantledger::bench {

/// One workload: a line for each store, both axes logarithmic.
struct Panel {
  std::string workload;
  std::string title;
  std::string unit;  ///< Of what is upwards.
};

/// One file. Up to two panels stand side by side.
struct Picture {
  std::string name;   ///< Of the file, without its ending.
  std::string title;  ///< For those who point at it, or hear it read.
  std::vector<Panel> panels;
};

/// All that are drawn.
const std::vector<Picture>& Pictures();

/// Draws those panels of the picture that there are results of, legible on light and on dark
/// ground. False: there are none, and nothing is written. Throws std::runtime_error where gnuplot
/// fails.
bool Draw(const Picture& picture, const Results& results, const std::string& path);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PLOT_PICTURE_H_
