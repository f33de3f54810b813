// Inspector: looks into a ledger from outside, as its operator: records and rows as they are
// stored, where accounts stood, which events made a grant what it is, sizes, and whether all of it
// proves itself.
//
// It writes nothing, asks for no caller, and may be used beside a running writer, on a copy, or on
// a ledger that is damaged: what can be read of one is read, and the rest is told of. Answers about
// grants are Ledger's.
#ifndef GRANTLEDGER_INSPECT_H_
#define GRANTLEDGER_INSPECT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grantledger/grants.h>
#include <grantledger/organizations.h>
#include <grantledger/status.h>
#include <grantledger/types.h>

namespace grantledger {

/// A column family.
struct FamilySize {
  std::string name = {};
  std::uint64_t rows = 0;   ///< About.
  std::uint64_t bytes = 0;  ///< Of its files.
};

struct LedgerOverview {
  unsigned format_version = 0;
  std::string identity = {};  ///< 16 hexadecimal digits; copies of a ledger have the same.
  Time created = {};
  bool is_identified = false;  ///< Else record 0 is damaged, and the two above are not known.
  Lsn last_lsn = 0;            ///< 0: nothing was written yet.
  Time last_time = {};
  bool has_end = false;  ///< Else the last record can't be read, and the two above are not known.
  /// All records up to this one survive power loss, as the writer noted last; more may. 0: nothing
  /// was noted, or the note is damaged.
  Lsn synced_lsn = 0;
  Lsn horizon = 0;  ///< The earliest moment that is kept; 0: all are.
  Time horizon_time = {};
  Lsn folded_lsn = 0;  ///< What compaction folded.
  // As of the moment that is asked for; all else is of now.
  bool is_counted = false;  ///< Else a row is damaged, and what follows is too little.
  std::uint64_t organizations = 0;
  std::uint64_t units = 0;     ///< Roots and organizational units that are not deleted.
  std::uint64_t accounts = 0;  ///< That stand in an organization.
  std::uint64_t products = 0;
  std::uint64_t licenses = 0;
  std::uint64_t grants = 0;  ///< Direct grants and distributions that were ever created.
  std::vector<FamilySize> families = {};
  std::uint64_t write_ahead_bytes = 0;  ///< Written, and not in the families' files yet.
};

/// Grants of each kind by status.
struct GrantTotals {
  std::map<GrantStatus, std::uint64_t> direct = {};
  std::map<GrantStatus, std::uint64_t> distributions = {};
  std::map<GrantStatus, std::uint64_t> members = {};
};

/// One record of the log.
struct InspectedRecord {
  Lsn lsn = 0;
  Time time = {};
  AccountId caller = {};
  std::string operation = {};  ///< The API operation: "CreateGrant", …; of record 0 "Genesis".
  std::string client_token = {};
  std::string subject = {};  ///< The ARN or id of what it is about.
  std::string body = {};     ///< JSON in one line, by the schema (docs/FORMAT.md).
  std::string payload = {};  ///< As it is stored.
};

/// One row, raw and decoded.
struct InspectedRow {
  std::string family = {};
  std::string kind = {};  ///< "account", …; empty: the key is none of docs/FORMAT.md.
  std::string key = {};
  std::string value = {};                                       ///< With its frame.
  std::vector<std::pair<std::string, std::string>> parts = {};  ///< Of the key: names and values.
  std::string payload = {};  ///< JSON in one line; empty: there is none.
  Status problem = {};       ///< Not ok: what of it does not prove itself.
};

struct InspectedOrganization {
  Organization organization = {};
  std::string root_id = {};
  Lsn created_lsn = 0;
  bool linked = false;
  AccountId delegated_administrator = {};  ///< 0: nobody.
  std::uint64_t accounts = 0;              ///< That stand in it.
};

/// A root or an organizational unit.
struct InspectedUnit {
  std::string id = {};
  std::string name = {};
  std::string parent_id = {};  ///< Empty: the root.
  std::uint64_t accounts = 0;  ///< That stand in it, and not nested deeper.
};

/// The member grants of the accounts that stand in one place.
struct PlaceCounts {
  std::string place_id = {};  ///< Empty: of accounts that left the organization.
  std::map<GrantStatus, std::uint64_t> counts = {};
};

/// The time during which an account stood in one place.
struct InspectedStay {
  std::string organization_id = {};
  std::string place_id = {};    ///< Of the root or OU.
  std::string place_name = {};  ///< "Root", or the OU's.
  Lsn from = 0;
  Lsn until = 0;  ///< 0: it stands there.
};

/// One event that was folded on the way to what a grant is.
struct FoldedEvent {
  Lsn lsn = 0;
  /// Of the grant that it is about, as its account sees it; empty: the account entered or left.
  std::string grant_arn = {};
  /// "entered ou-…", "left", "created", "status ACTIVE", "accepted", …
  std::string what = {};
  bool own = false;      ///< It concerned this account alone.
  bool changed = false;  ///< The grant that is explained has a new version.
  /// Why the grant that is explained is not there after it; empty: it is.
  std::string absent = {};
  std::vector<Grant> cell = {};  ///< The account's grants of the product after it.
};

/// Who made a record, when, by which call.
struct RecordOrigin {
  Time time = {};
  std::string operation = {};
  AccountId caller = {};
  std::string subject = {};  ///< The ARN or id of what it is about.
  // Of a CreateGrantVersion, what it asked for.
  std::optional<GrantStatus> status = {};
  std::optional<ActivationOverrideBehavior> behavior = {};
};

/// What an operator tunes by.
struct LedgerStats {
  std::uint64_t cohorts = 0;
  std::uint64_t largest_cohort = 0;
  std::uint64_t exceptions = 0;  ///< Positions that are folded by themselves.
  std::uint64_t own_events = 0;  ///< Of accounts, that are kept.
  std::uint64_t distribution_events = 0;
  std::uint64_t longest_tail = 0;  ///< Distribution events of one product behind the mark.
  std::uint64_t positions = 0;
  struct Product {
    std::string organization_id = {};
    std::string issuer_name = {};
    std::string sku = {};
    std::uint64_t events = 0;  ///< Of its distributions, that are kept.
    std::uint64_t tail = 0;    ///< Of these behind the mark: what a fold may have to go through.
  };
  std::vector<Product> hottest = {};  ///< By events, at most ten.
};

/// Used by one thread at a time.
class Inspector {
 public:
  /// Opens what is there, also where Ledger::Open refuses it as damaged.
  ///
  /// Errors: InvalidArgument (no ledger there, or of a newer format), IoError, Corruption (so
  /// damaged that nothing can be read of it).
  static Result<std::unique_ptr<Inspector>> Open(const std::string& directory);

  virtual ~Inspector() = default;
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  /// What was found to be wrong first, when it was opened or since; ok: nothing.
  [[nodiscard]] virtual const Status& health() const = 0;
  /// Sees what a writer wrote since.
  virtual Status Refresh() = 0;

  /// Of the last record; where the counters are damaged, of the last that the log has.
  virtual Result<Lsn> LastLsn() = 0;
  /// What can't be read of a ledger that is damaged is left out, and noted by health().
  virtual Result<LedgerOverview> Overview(Lsn at) = 0;
  /// Costs a fold for each direct grant, and a count for each distribution. `progress` hears how
  /// many grants are done, of how many; false stops it, with what was counted by then.
  virtual Result<GrantTotals> CountAllGrants(
      Lsn at, const std::function<bool(std::uint64_t done, std::uint64_t all)>& progress) = 0;

  /// The records from an LSN to another, both included, in their order; false ends it. One that is
  /// damaged is an error, and the next follows; one that is missing is not visited.
  using RecordVisitor = std::function<bool(const Result<InspectedRecord>& record)>;
  virtual Status ReadLog(Lsn from, Lsn to, const RecordVisitor& visit) = 0;
  /// Nullopt: the record is not kept, or damaged, which health() tells.
  virtual std::optional<RecordOrigin> OriginOf(Lsn lsn) = 0;

  /// The rows of a family whose keys begin with `prefix`, in their order; false ends it.
  /// InvalidArgument: there is no such family.
  using RowVisitor = std::function<bool(const InspectedRow& row)>;
  virtual Status ReadRows(std::string_view family, std::string_view prefix,
                          const RowVisitor& visit) = 0;

  /// As of an LSN, in the order of creation.
  virtual Result<std::vector<InspectedOrganization>> Organizations(Lsn at) = 0;
  /// Those that are not deleted, each behind its parent. NotFound: there is no such organization.
  virtual Result<std::vector<InspectedUnit>> Units(std::string_view organization_id, Lsn at) = 0;
  /// The distributions to the organization and its units, in the order of products and creation.
  virtual Result<std::vector<Grant>> Distributions(std::string_view organization_id, Lsn at) = 0;
  /// The ARNs of the licenses, in the order of creation.
  virtual Result<std::vector<std::string>> Licenses(Lsn at) = 0;
  /// The direct grants and distributions of a license, in the order of creation. NotFound.
  virtual Result<std::vector<Grant>> GrantsOf(std::string_view license_arn, Lsn at) = 0;
  /// The member grants of a distribution by the place in which their accounts stand, in the order
  /// of places. Costs a fold for each cohort and exception. Errors: InvalidArgument (no ARN of a
  /// distribution), NotFound.
  virtual Result<std::vector<PlaceCounts>> CountByPlace(std::string_view distribution_arn,
                                                        Lsn at) = 0;
  /// The ARN of a grant or license whose id is `id`, or begins so: "g-0123abcd…", "l-0123abcd".
  /// An ARN is given back as it is. Of an id that is cut short every grant is tried, at most
  /// 100,000,000 member grants. Errors: InvalidArgument (no id, or so short that more than one
  /// begins so), NotFound, Corruption (the key of ids is lost).
  virtual Result<std::string> FindArn(std::string_view id, Lsn at) = 0;
  /// The accounts that gave grants by then, in their order.
  virtual Result<std::vector<AccountId>> Grantors(Lsn at) = 0;
  /// Every account that the ledger knows of, in their order; false ends it.
  virtual Status VisitAccounts(const std::function<bool(AccountId account)>& visit) = 0;
  /// What CreateAccount named it; empty: it was invited, or never heard of.
  virtual std::string NameOf(AccountId account) = 0;
  /// Oldest first. None: nobody ever heard of the account.
  virtual Result<std::vector<InspectedStay>> Stays(AccountId account, Lsn at) = 0;
  /// What was folded to make a direct or member grant what it is, oldest first, from the horizon
  /// on. Errors: InvalidArgument (no ARN), NotFound.
  virtual Result<std::vector<FoldedEvent>> Explain(std::string_view grant_arn, Lsn at) = 0;
  virtual Result<LedgerStats> Stats() = 0;

 protected:
  Inspector() = default;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_H_
