// Opening a ledger on another environment than the machine's: how tests bring in faults.
#ifndef GRANTLEDGER_QUERY_OPEN_H_
#define GRANTLEDGER_QUERY_OPEN_H_

#include <memory>
#include <string>

#include <grantledger/ledger.h>

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace grantledger {

/// See Ledger::Open. `env` is not owned; null: the machine's.
Result<std::unique_ptr<Ledger>> OpenLedger(const std::string& directory, const Options& options,
                                           rocksdb::Env* env);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_OPEN_H_
