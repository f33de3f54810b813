#include "state.h"

#include <algorithm>

namespace grantledger::model {

namespace {

template <typename T>
const T* FindById(const std::vector<T>& all, const std::string& id) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const T& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

void RefuseArgument(const std::string& message) { throw Refusal{"ValidationException", message}; }
void RefuseState(const std::string& message) { throw Refusal{"ValidationException", message}; }
void RefuseNotFound(const std::string& message) {
  throw Refusal{"ResourceNotFoundException", message};
}
void RefuseAccess(const std::string& message) { throw Refusal{"AccessDeniedException", message}; }
void RefuseLimit(const std::string& message) {
  throw Refusal{"ResourceLimitExceededException", message};
}
void RefuseToken(const std::string& message) {
  throw Refusal{"InvalidParameterValueException", message};
}

const Organization* State::FindOrganization(const std::string& id) const {
  return FindById(organizations, id);
}

const Unit* State::FindUnit(const std::string& id) const {
  const Unit* unit = FindById(units, id);
  return unit != nullptr && !unit->deleted ? unit : nullptr;
}

const Account* State::FindAccount(const std::string& id) const { return FindById(accounts, id); }

bool State::Knows(const std::string& account) const {
  if (FindAccount(account) != nullptr) return true;
  for (const Handshake& handshake : handshakes) {
    if (handshake.account == account) return true;
  }
  for (const License& license : licenses) {
    if (license.issuer_account == account || license.beneficiary == account) return true;
  }
  for (const Grant& grant : grants) {
    if (grant.grantor == account || grant.grantee == account) return true;
  }
  return false;
}

const License* State::FindLicense(const std::string& arn) const {
  for (const License& license : licenses) {
    if (license.arn == arn) return &license;
  }
  return nullptr;
}

const Grant* State::FindGrant(const std::string& arn) const {
  const auto found = grant_of_arn.find(arn);
  return found == grant_of_arn.end() ? nullptr : &grants[found->second];
}

const Organization* State::OrganizationOf(const std::string& account) const {
  const Account* found = FindAccount(account);
  return found == nullptr ? nullptr : FindOrganization(found->organization);
}

const License& State::TheLicense(const std::string& arn) const {
  const License* license = FindLicense(arn);
  if (license == nullptr) RefuseNotFound("no license " + arn);
  return *license;
}

const Grant& State::TheGrant(const std::string& arn) const {
  const Grant* grant = FindGrant(arn);
  if (grant == nullptr) RefuseNotFound("no grant " + arn);
  return *grant;
}

bool State::IsAdministrator(const std::string& account, const std::string& organization) const {
  const Organization* found = FindOrganization(organization);
  return found != nullptr && (found->management == account || found->delegated == account);
}

bool State::IsInside(std::string place, const std::string& unit) const {
  while (place != unit) {
    const Unit* at = FindUnit(place);
    if (at == nullptr) return false;
    place = at->parent;
  }
  return true;
}

bool State::Covers(const Grant& distribution, const std::string& account) const {
  if (distribution.now.status == "DELETED" || distribution.grantor == account) return false;
  const Account* found = FindAccount(account);
  if (found == nullptr || found->organization != distribution.organization) return false;
  return distribution.unit.empty() || IsInside(found->place, distribution.unit);
}

}  // namespace grantledger::model
