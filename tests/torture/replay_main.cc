// torture_replay FILE: checks a history that the campaign `concurrent` left, in one thread. Tells
// whether the model agrees with what was answered, and what a ledger of the same records answers.
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

#include "history_file.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "torture_replay takes a history that the campaign concurrent left\n";
    return 2;
  }
  std::string scratch =
      (std::filesystem::temp_directory_path() / "grantledger-replay-XXXXXX").string();
  if (mkdtemp(scratch.data()) == nullptr) return 2;
  int status = 0;
  try {
    std::cout << grantledger::torture::ReplayHistory(argv[1], scratch + "/ledger");
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    status = 2;
  }
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return status;
}
