#include <filesystem>
#include <iostream>

#include "tests/torture/history_file.h"
#include "tests/torture/processes.h"
#include "tests/torture/scratch.h"

namespace grantledger::torture {

int ReplayMain(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "replay takes a history that the campaign concurrent left\n";
    return 2;
  }
  const Scratch scratch(std::filesystem::temp_directory_path().string());
  std::cout << ReplayHistory(argv[1], scratch.path() + "/ledger");
  return 0;
}

}  // namespace grantledger::torture
