// ledger_torture: looks for faults in the engine under load, crashes, faults of the machine and
// damage. See processes.h.
#include <exception>
#include <iostream>
#include <map>
#include <string_view>

#include "tests/torture/processes.h"

int main(int argc, char** argv) {
  using namespace grantledger::torture;
  const std::map<std::string_view, int (*)(int, char**)> others = {{"fault", FaultMain},
                                                                   {"history", HistoryMain},
                                                                   {"kill-child", KillChildMain},
                                                                   {"replay", ReplayMain}};
  try {
    const auto other = argc > 1 ? others.find(argv[1]) : others.end();
    return other != others.end() ? other->second(argc - 1, argv + 1) : CampaignsMain(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "ledger_torture: " << error.what() << "\n";
    return 2;
  }
}
