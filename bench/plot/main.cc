// grantledger-plot: draws what grantledger-peers measured.
#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <string>

#include "bench/plot/picture.h"

namespace grantledger::bench {
namespace {

int DrawAll(const std::string& file, const std::string& directory) {
  const Results results = ReadResults(file);
  for (const Picture& picture : Pictures()) {
    const std::string path = directory + "/" + picture.name + ".svg";
    if (Draw(picture, results, path)) std::cout << path << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace grantledger::bench

int main(int argc, char** argv) {
  CLI::App app("Draws what grantledger-peers measured, as SVG, with gnuplot.", "grantledger-plot");
  std::string file;
  std::string directory;
  app.add_option("FILE", file, "peers.json, as grantledger-peers --out writes it")->required();
  app.add_option("DIR", directory, "Where the pictures go; it is there")
      ->required()
      ->check(CLI::ExistingDirectory);
  try {
    app.parse(argc, argv);
    return grantledger::bench::DrawAll(file, directory);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "grantledger-plot: " << error.what() << "\n";
    return 1;
  }
}
