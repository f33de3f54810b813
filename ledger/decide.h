// Decide: the first of the three steps of a write. Checks a request against the ledger as it is and
// makes the fact that is to be recorded, or the refusal. Writes nothing.
//
// The order of the checks is that of docs/SEMANTICS.md: shape → ClientToken replay → existence →
// caller → version → state.
#ifndef GRANTLEDGER_LEDGER_DECIDE_H_
#define GRANTLEDGER_LEDGER_DECIDE_H_

#include <string>
#include <string_view>

#include "ledger/target.h"

namespace grantledger {

/// What a decision is made from.
struct Deciding {
  View& view;  ///< The ledger up to the record before, what is not committed yet included.
  AccountId caller;
  Time time;
  const Options& options;
  const fb::CountersT& counters;

  /// Of the record that the decision makes.
  [[nodiscard]] Lsn lsn() const { return counters.lsn + 1; }
  /// The id of what the record makes: `prefix` and `length` characters that no other record has.
  [[nodiscard]] std::string ShortId(const std::string& prefix, ShortIdKind kind,
                                    std::size_t length) const {
    return prefix + view.ids().ShortId(kind, lsn(), length);
  }
};

using Decision = Result<fb::BodyUnion>;

/// Lengths, patterns, numbers of items: what can be said of a request without the ledger.
Status CheckShape(const WriteRequest& request);
/// The same of a version that is not to be written: whatever its ClientToken.
Status CheckVersionShape(const CreateGrantVersionRequest& request);

/// A text by which things are found: the part of a key that a zero byte closes, and of messages and
/// tables. UTF-8, not empty, without control characters (C0, DEL, C1); else InvalidArgument.
Status CheckKeyText(std::string_view field, const std::string& text);

/// The ClientToken of the request; empty: its kind has none.
std::string_view ClientTokenOf(const WriteRequest& request);

Decision Decide(const CreateGrantRequest& request, Deciding& in);
Decision Decide(const CreateGrantVersionRequest& request, Deciding& in);
Decision Decide(const AcceptGrantRequest& request, Deciding& in);
Decision Decide(const RejectGrantRequest& request, Deciding& in);
Decision Decide(const DeleteGrantRequest& request, Deciding& in);
Decision Decide(const CreateLicenseRequest& request, Deciding& in);
Decision Decide(const CreateLicenseVersionRequest& request, Deciding& in);
Decision Decide(const DeleteLicenseRequest& request, Deciding& in);
Decision Decide(const UpdateServiceSettingsRequest& request, Deciding& in);
Decision Decide(const CreateOrganizationRequest& request, Deciding& in);
Decision Decide(const CreateOrganizationalUnitRequest& request, Deciding& in);
Decision Decide(const DeleteOrganizationalUnitRequest& request, Deciding& in);
Decision Decide(const CreateAccountRequest& request, Deciding& in);
Decision Decide(const InviteAccountToOrganizationRequest& request, Deciding& in);
Decision Decide(const AcceptHandshakeRequest& request, Deciding& in);
Decision Decide(const MoveAccountRequest& request, Deciding& in);
Decision Decide(const RemoveAccountFromOrganizationRequest& request, Deciding& in);
Decision Decide(const LeaveOrganizationRequest& request, Deciding& in);
Decision Decide(const RegisterDelegatedAdministratorRequest& request, Deciding& in);
Decision Decide(const DeregisterDelegatedAdministratorRequest& request, Deciding& in);

template <typename Fact>
fb::BodyUnion MakeBody(Fact fact) {
  fb::BodyUnion body;
  body.Set(std::move(fact));
  return body;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_DECIDE_H_
