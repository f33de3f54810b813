// The machine's file system as RocksDB sees it, without the assertions of RocksDB's own.
#ifndef GRANTLEDGER_LEDGER_MACHINE_FILES_H_
#define GRANTLEDGER_LEDGER_MACHINE_FILES_H_

#include <rocksdb/env.h>
#include <rocksdb/options.h>

namespace grantledger {

/// The machine's environment, except that
/// - what is written goes through files of ours: those of RocksDB assert that fstatfs and
///   sync_file_range succeed, whenever one is opened, and no option keeps them from asking;
/// - a file or directory that can't be looked at is an error, not missing (RocksDB would make a new
///   database where it may not look, and asserts what the error is);
/// - what is no regular file is not read, and is no IDENTITY;
/// - files that RocksDB would take for its own by their names, and which are not, are not listed;
/// - a file of RocksDB's options is not made. A ledger is opened with its own; at each opening a
///   tenth of the time went into writing, syncing and reading what nobody else reads. RocksDB goes
///   on without (DBOptions::fail_if_options_file_error);
/// - a table file whose properties don't prove themselves is not opened (ledger/table_proof.h);
/// - an error of reading, or of looking at a file, is one that may pass. RocksDB takes one that it
///   meets while it merges files for the end of all writing else.
///
/// Never destroyed. Thread-safe.
rocksdb::Env* MachineEnv();
/// To read a file of RocksDB's that is there.
rocksdb::Options MachineOptions();

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_MACHINE_FILES_H_
