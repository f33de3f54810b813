// The main of a program: GRANTLEDGER_MAIN names what it does.
#include "tools/programs.h"

int main(int argc, char** argv) { return grantledger::tools::GRANTLEDGER_MAIN(argc, argv); }
