// The Inspector over a store that is open read-only, whole or not.
#ifndef GRANTLEDGER_INSPECT_INSPECTOR_H_
#define GRANTLEDGER_INSPECT_INSPECTOR_H_

#include <memory>
#include <string>

#include <grantledger/inspect.h>

#include "ledger/view.h"

namespace grantledger {

class StoreInspector : public Inspector {
 public:
  explicit StoreInspector(std::string directory) : directory_(std::move(directory)) {}

  /// Opens the store; again where it is open.
  Status Refresh() override;
  [[nodiscard]] const Status& health() const override { return health_; }

  Result<Lsn> LastLsn() override;
  // inspect/overview.cc
  Result<LedgerOverview> Overview(Lsn at) override;
  Result<GrantTotals> CountAllGrants(
      Lsn at, const std::function<bool(std::uint64_t done, std::uint64_t all)>& progress) override;
  // inspect/log.cc
  Status ReadLog(Lsn from, Lsn to, const RecordVisitor& visit) override;
  std::optional<RecordOrigin> OriginOf(Lsn lsn) override;
  // inspect/rows.cc
  Status ReadRows(std::string_view family, std::string_view prefix,
                  const RowVisitor& visit) override;
  // inspect/places.cc
  Result<std::vector<InspectedOrganization>> Organizations(Lsn at) override;
  Result<std::vector<InspectedUnit>> Units(std::string_view organization_id, Lsn at) override;
  Result<std::vector<InspectedStay>> Stays(AccountId account, Lsn at) override;
  Status VisitAccounts(const std::function<bool(AccountId account)>& visit) override;
  std::string NameOf(AccountId account) override;
  // inspect/grants.cc
  Result<std::vector<Grant>> Distributions(std::string_view organization_id, Lsn at) override;
  Result<std::vector<AccountId>> Grantors(Lsn at) override;
  Result<std::vector<std::string>> Licenses(Lsn at) override;
  Result<std::vector<Grant>> GrantsOf(std::string_view license_arn, Lsn at) override;
  Result<std::vector<PlaceCounts>> CountByPlace(std::string_view distribution_arn, Lsn at) override;
  // inspect/find_arn.cc
  Result<std::string> FindArn(std::string_view id, Lsn at) override;
  // inspect/explain.cc
  Result<std::vector<FoldedEvent>> Explain(std::string_view grant_arn, Lsn at) override;
  // inspect/stats.cc
  Result<LedgerStats> Stats() override;

 private:
  Status Open();
  /// The first damage is what health() tells.
  void NoteDamage(Status damage);
  /// The identity of the ledger, from its first record.
  Status ReadGenesis();
  [[nodiscard]] View ViewAt(Lsn lsn) { return {*snapshot_, *ids_, cache_, lsn, Time()}; }
  // Parts of Overview.
  Status FillMarks(LedgerOverview* overview);
  Status FillPlaces(Lsn at, LedgerOverview* overview);
  Status FillAccounts(Lsn at, LedgerOverview* overview);
  Status FillLicenses(Lsn at, LedgerOverview* overview);
  /// NotFound: there is none with this id at the moment.
  static Result<Table<fb::OrganizationT>> OrganizationById(const View& view, std::string_view id);
  /// Empty: it has none, or that can't be read, which is noted.
  std::string SubjectOf(const fb::RecordT& record);
  Result<std::string> FindSubject(const fb::RecordT& record) const;
  /// Null: it is not kept, or damaged, which is noted.
  Table<fb::RecordT> RecordIfKept(Lsn lsn);
  Result<bool> IsKept(Lsn lsn);
  Result<InspectedRecord> Inspect(const RowIterator& row);

  std::string directory_;
  Status health_;
  std::unique_ptr<Store> store_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::unique_ptr<IdCodec> ids_;  // of a key of 0 where the first record is damaged
  bool has_identity_ = false;
  std::uint64_t id_key_ = 0;
  Time created_;
  FoldCache cache_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_INSPECTOR_H_
