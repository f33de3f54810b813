// What the program ledger_torture does: campaigns; and, each as a process of its own, what a
// campaign strikes, and what a person does again of it.
#ifndef GRANTLEDGER_TESTS_TORTURE_PROCESSES_H_
#define GRANTLEDGER_TESTS_TORTURE_PROCESSES_H_

namespace grantledger::torture {

// Each returns the exit status: 1 if something was seen that must not be, 2 for wrong arguments.

/// `ledger_torture CAMPAIGN [--seed N] [--minutes M | --trials N] [--dir DIR]`. A campaign prints
/// its seed, and ends with a table of what it saw.
int CampaignsMain(int argc, char** argv);

// `ledger_torture NAME ARGUMENTS`, NAME being argv[0] here.

/// `fault run|verify|replay`: one history of the campaign `faults`, what it left, or both again.
int FaultMain(int argc, char** argv);

/// `history`: one of the campaign `histories` again.
int HistoryMain(int argc, char** argv);

/// `kill-child PLAN`: what the campaign `kill` kills. See kill_child.h.
int KillChildMain(int argc, char** argv);

/// `replay FILE`: checks a history that the campaign `concurrent` left, in one thread. Tells
/// whether the model agrees with what was answered, and what a ledger of the same records answers.
int ReplayMain(int argc, char** argv);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_PROCESSES_H_
