// Previews, activations, and the events of the feed.
#include <algorithm>

#include "chooser.h"

namespace grantledger::model {

Json WriteChooser::Preview() {
  const std::size_t drawn = random_.Below(100);
  Json request = CreateVersion(drawn < 55   ? GrantKind::kDistribution
                               : drawn < 80 ? GrantKind::kDirect
                                            : GrantKind::kMember);
  if (request.at("Operation") != "CreateGrantVersion") return nullptr;
  if (random_.Percent(12)) Spoil(request);
  request["Operation"] = "PreviewGrantVersion";
  request["Input"].erase("ClientToken");
  return request;
}

Json ReadChooser::Preview() {
  if (state_.grants.empty()) return OfOrganization();
  const Json request = WriteChooser(profile_, state_, Random(random_.Next())).Preview();
  return request.is_null() ? OfOrganization() : request;
}

Json ReadChooser::Activations() {
  const Organization* organization = AnyOrganization();
  if (organization == nullptr) return OfOrganization();
  const Grant* active = AnyGrantThat([](const Grant& one) { return one.now.status == "ACTIVE"; });
  Json input = Json::object();
  std::string caller = Administrator(*organization);
  if (random_.Percent(50)) {
    const std::string account =
        active != nullptr && random_.Percent(80) ? active->grantee : AnyAccount();
    const Organization* its = state_.OrganizationOf(account);
    input["AccountId"] = account;
    caller = its == nullptr || random_.Percent(50) ? account : Administrator(*its);
  } else {
    const std::string& id = organization->id;
    input["OrganizationId"] = random_.Percent(94) ? id : Unknown(id);
  }
  if (random_.Percent(60)) {
    input["ProductSKU"] = random_.Pick(Skus());
    input["IssuerName"] = random_.Percent(75) ? "AWS/Marketplace" : "Vendor";
  }
  if (random_.Percent(2)) input["OrganizationId"] = random_.Percent(50) ? organization->id : "o-1";
  static const Strings fields = {"AccountId", "OrganizationId", "ProductSKU", "IssuerName"};
  if (random_.Percent(4)) input.erase(random_.Pick(fields));
  return Request("ListActivations", caller, input);
}

std::size_t ReadChooser::SomeLsn() {
  const std::size_t last = state_.LastLsn();
  const std::size_t drawn = random_.Below(100);
  if (last == 0 || drawn < 3) return last + 1 + random_.Below(2);
  if (drawn < 5) return 0;
  const Grant* grant = AnyGrantThat([](const Grant& one) { return !one.grantee.empty(); });
  // Where a direct or member grant changed, perhaps along with many others.
  if (grant != nullptr && drawn < 55) return random_.Pick(grant->versions).lsn;
  return drawn < 75 ? 1 + random_.Below(last)
                    : last - random_.Below(std::min<std::size_t>(last, 30));
}

Json ReadChooser::Events() {
  Json input = Json::object();
  // Mostly what is new: all that ever happened takes long to tell.
  const std::uint64_t last = state_.LastLsn();
  if (random_.Percent(85)) {
    input["FromLsn"] = last - random_.Below(std::min<std::uint64_t>(last, 30) + 1) + 1;
  } else if (random_.Percent(50)) {
    input["FromLsn"] = SomeLsn();
  }
  return Request("WatchGrants", AnyAccount(), input);
}

Json ReadChooser::Changes() {
  return Request("ListGrantChanges", AnyAccount(), {{"Lsn", SomeLsn()}});
}

}  // namespace grantledger::model
