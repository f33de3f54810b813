// Applier: the parts that applying a record is made of. See apply.h.
#ifndef GRANTLEDGER_LEDGER_APPLIER_H_
#define GRANTLEDGER_LEDGER_APPLIER_H_

#include "ledger/tables.h"

namespace grantledger {

class Applier {
 public:
  Applier(const fb::RecordT& record, Batch& batch, fb::CountersT& counters)
      : record_(record), batch_(batch), counters_(counters) {}

  Status Apply(const fb::GenesisT& fact);
  Status Apply(const fb::LicenseCreatedT& fact);
  Status Apply(const fb::LicenseVersionedT& fact);
  Status Apply(const fb::LicenseDeletedT& fact);
  Status Apply(const fb::GrantCreatedT& fact);
  Status Apply(const fb::GrantVersionedT& fact);
  Status Apply(const fb::GrantAcceptedT& fact);
  Status Apply(const fb::GrantRejectedT& fact);
  Status Apply(const fb::GrantDeletedT& fact);
  Status Apply(const fb::SettingsUpdatedT& fact);
  Status Apply(const fb::OrganizationCreatedT& fact);
  Status Apply(const fb::UnitCreatedT& fact);
  Status Apply(const fb::UnitDeletedT& fact);
  Status Apply(const fb::AccountCreatedT& fact);
  Status Apply(const fb::AccountInvitedT& fact);
  Status Apply(const fb::HandshakeAcceptedT& fact);
  Status Apply(const fb::AccountMovedT& fact);
  Status Apply(const fb::AccountRemovedT& fact);
  Status Apply(const fb::AccountLeftT& fact);
  Status Apply(const fb::DelegateRegisteredT& fact);
  Status Apply(const fb::DelegateDeregisteredT& fact);
  Status KeepToken();

 private:
  // Grants.
  Status PutEvent(const fb::GrantHeadT& head, AccountId member, const fb::ChangeT& change);
  Status PutDistributionEvent(const fb::GrantHeadT& head, const fb::ChangeT& change);
  Status PutOwnEvent(AccountId account, std::uint64_t product, std::uint64_t grant,
                     const fb::ChangeT& change);
  Status NoteOwnEvent(const fb::AccountT& row, std::uint64_t product);
  Status DeleteBelow(const std::vector<std::unique_ptr<fb::CascadedT>>& cascade);
  Status AddLiveGrants(std::uint64_t license, std::int64_t change);
  Status IndexGrant(const fb::GrantHeadT& head);
  Result<fb::GrantHeadT> Head(std::uint64_t grant) const;

  // Licenses.
  /// Corruption where a record has no terms, or they no validity.
  [[nodiscard]] Status CheckTerms(const std::unique_ptr<fb::LicenseTermsT>& terms) const;
  Status PutLicenseVersion(fb::LicenseT* license, std::uint64_t version, std::uint8_t status,
                           std::unique_ptr<fb::LicenseTermsT> terms);

  // Places.
  void PutUnit(const fb::UnitT& unit);
  Status CoverUnit(std::uint64_t organization, const Path& path);
  Status Enter(AccountId account, fb::AccountT* row, std::uint64_t organization, const Path& path,
               std::int64_t joined_ms, std::uint8_t method);
  /// Whether the account, which enters, left its position there when it left.
  [[nodiscard]] Result<bool> HasPosition(AccountId account, const fb::AccountT& row,
                                         const fb::StayT& stay) const;
  Status Leave(AccountId account, fb::AccountT* row);
  /// Takes the position back: nothing covered the account there, so that no grant stands at it.
  void Pass(AccountId account, const fb::StayT& stay);
  /// Whether a distribution may have covered the place.
  Result<bool> WasCovered(std::uint64_t organization, const Path& path) const;
  /// Changes how many accounts stand in the place, and how many positions its cohort has.
  Status Count(std::uint64_t organization, const Path& path, Epoch epoch, int accounts,
               int positions);
  Status CountInCohort(std::uint64_t organization, const Path& path, Epoch epoch, int positions);
  Result<fb::UnitT> GetUnit(std::uint64_t organization, const Path& path) const;
  Status LeaveOrganization(AccountId account);
  Status SetDelegate(std::uint64_t organization, std::uint64_t account);
  /// From this record on the account is folded by itself for the product (0: for every product).
  Status Except(const fb::StayT& stay, std::uint64_t product, AccountId account);
  Status TouchProduct(AccountId account, fb::AccountT* row, std::uint64_t product);

  Result<fb::OrganizationT> GetOrganization(std::uint64_t organization) const;
  void PutOrganization(const fb::OrganizationT& organization);
  Result<fb::AccountT> GetAccount(AccountId account) const;
  /// Of an account that stands somewhere, as one does that leaves; else Corruption.
  [[nodiscard]] Result<fb::AccountT> GetStanding(AccountId account) const;
  void PutAccount(AccountId account, const fb::AccountT& row);

  const fb::RecordT& record_;
  Batch& batch_;
  fb::CountersT& counters_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_APPLIER_H_
