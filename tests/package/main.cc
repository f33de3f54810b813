// Uses the installed package as anybody would: opens a ledger in the directory given, writes to it.
#include <iostream>

#include <grantledger/ledger.h>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto ledger = grantledger::Ledger::Open(argv[1], {});
  if (!ledger) {
    std::cerr << ledger.error().message() << "\n";
    return 1;
  }
  const grantledger::Call call{
      .caller = grantledger::AccountId(111122223333), .time = {}, .as_of = {}};
  auto organization = (*ledger)->Write(call, grantledger::CreateOrganizationRequest{});
  if (!organization) {
    std::cerr << organization.error().message() << "\n";
    return 1;
  }
  return (*ledger)->LastLsn() == 1 ? 0 : 1;
}
