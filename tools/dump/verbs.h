// The verbs of ledger-dump, one function each. An error is why one cannot answer. A grant or a
// license is named by its ARN, its id, or the beginning of that (Inspector::FindArn).
#ifndef GRANTLEDGER_TOOLS_DUMP_VERBS_H_
#define GRANTLEDGER_TOOLS_DUMP_VERBS_H_

#include <optional>
#include <string>

#include <grantledger/backup.h>

#include "tools/dump/dump.h"

namespace grantledger::tools {

/// What the ledger is and how much is in it: fits a screen.
Status ShowOverview(Dump& dump);

struct LogArguments {
  std::optional<Moment> from = {};  ///< Nullopt: from the first record on.
  std::optional<Moment> to = {};    ///< Nullopt: to the last.
  bool follow = false;              ///< Goes on with what is written later, until it is ended.
};
/// The records, one a line.
Status ShowLog(Dump& dump, const LogArguments& arguments);

struct KeysArguments {
  std::string family;  ///< Empty: all.
  std::string prefix;  ///< Of the keys, in hexadecimal digits.
};
/// Rows as boxes of docs/FORMAT.md: the key part by part, the payload, both in hex.
Status ShowKeys(Dump& dump, const KeysArguments& arguments);

/// What an operator tunes by.
Status ShowStats(Dump& dump);

/// The events that were folded to make a grant what it is, with the state after each.
Status ShowExplanation(Dump& dump, const std::string& named);

/// The life of a grant: every version with its cause; of a distribution also the counts, and the
/// accounts that are unlike the rest.
Status ShowGrant(Dump& dump, const std::string& named);

/// What an account holds, why, and where it stood.
Status ShowAccount(Dump& dump, const std::string& id);

/// An organization with what was distributed to its units, summed up or as a tree. Without an id:
/// the organizations.
Status ShowOrganization(Dump& dump, const std::string& id, bool as_tree);

/// Who got a license from whom. Without a name: the licenses.
Status ShowLicense(Dump& dump, const std::string& named);

struct DiffArguments {
  Moment from = Lsn{0};
  std::optional<Moment> to = {};  ///< Nullopt: the moment that is looked at.
  bool accounts = false;          ///< Each grant that changed, too, account by account.
};
/// What changed between two moments.
Status ShowDifference(Dump& dump, const DiffArguments& arguments);

struct ExportArguments {
  std::string what = "grants";             ///< "grants", "activations" or "log".
  std::string format = "jsonl";            ///< Or "csv".
  std::optional<std::string> status = {};  ///< Of grants: only those; nullopt: all.
};
/// Everything of one kind, streamed.
Status Export(Dump& dump, const ExportArguments& arguments);

struct ReportArguments {
  std::string file;             ///< Where the page is written.
  std::string organization_id;  ///< Empty: all.
};
/// One page of HTML: grants over time, statuses by place, exceptions in a table.
Status WriteReport(Dump& dump, const ReportArguments& arguments);

// Of a ledger that may not open. They give the exit status.

/// Whether everything proves itself; deep: and follows from the log.
Result<int> Verify(const std::string& directory, bool deep, Output& out);
/// A new ledger of what the log still proves.
Result<int> Repair(const std::string& directory, const std::string& to, Output& out);

// Of backup stores.

struct BackupArguments {
  std::string store;
  std::uint64_t keep = 0;  ///< How many backups stay; 0: all.
};
/// Adds a backup of the ledger to a store.
Result<int> MakeBackup(const std::string& directory, const BackupArguments& arguments, Output& out);

struct BackupsArguments {
  bool verify = false;     ///< Whether every file is read.
  std::uint64_t keep = 0;  ///< How many backups stay; 0: none is deleted.
};
/// The backups of a store.
Result<int> ShowBackups(const std::string& store, const BackupsArguments& arguments, Output& out);

struct RestoreArguments {
  std::string new_directory;
  BackupId backup = 0;               ///< 0: the newest.
  std::optional<Moment> as_of = {};  ///< Nullopt: where the backup ends.
  std::string log_directory;         ///< Of the ledger whose log goes on; empty: none.
};
/// A new ledger of a backup, or of a moment of a ledger.
Result<int> Restore(const std::string& from, const RestoreArguments& arguments, Output& out);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_VERBS_H_
