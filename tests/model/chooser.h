// Chooses requests at random, from what a model knows at the moment: the same seed makes the same
// kind of choice whatever was done before, so that a history stays meaningful when parts of it are
// left out. Nothing is chosen by the order of ids, which differ from one ledger to the next.
#ifndef GRANTLEDGER_TESTS_MODEL_CHOOSER_H_
#define GRANTLEDGER_TESTS_MODEL_CHOOSER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "random.h"
#include "state.h"

namespace grantledger::model {

/// What the requests of one history have in common.
struct Profile {
  explicit Profile(std::uint64_t seed);

  /// The accounts. The first three found organizations; the first six issue licenses.
  Strings accounts;
  std::size_t organizations;
  std::size_t licenses;
  std::size_t max_grants_per_license;
};

class Chooser {
 public:
  Chooser(const Profile& profile, const State& state, Random random)
      : profile_(profile), state_(state), random_(random) {}

 protected:
  using Test = std::function<bool(const Grant&)>;
  struct Weighted {
    std::size_t weight;
    std::function<Json()> make;
  };

  Json Choose(const std::vector<Weighted>& choices);
  Json Request(const std::string& operation, const std::string& caller, Json input);
  /// Not earlier than the last record's: mostly a little later, sometimes days.
  Millis NextTime();

  std::string AnyAccount();
  /// One of few accounts half of the time, so that much happens to them.
  std::string AnyMember(const Organization& organization);
  const Organization* AnyOrganization();
  std::string Administrator(const Organization& organization);
  /// The root or a unit.
  std::string AnyPlace(const Organization& organization);
  const License* AnyLicense();
  const Grant* AnyGrant();
  /// Null: there is none that passes.
  const Grant* AnyGrantThat(const Test& passes);
  /// The grantor, the grantee or an administrator.
  std::string SomeoneConcerned(const Grant& grant);
  /// A well-formed ARN that names nothing.
  static std::string Unknown(std::string arn);

  const Profile& profile_;
  const State& state_;
  Random random_;
};

/// Writes, for the most part ones that succeed.
class WriteChooser : public Chooser {
 public:
  using Chooser::Chooser;
  Json Next();
  /// Writes that share a commit. They are chosen for the same moment, and their times put in order.
  std::vector<Json> NextOfOneCommit(std::size_t count);
  /// A PreviewGrantVersion of a CreateGrantVersion that might be chosen; null: there is no grant.
  Json Preview();

 private:
  // choose_organizations.cc
  std::vector<Weighted> OrganizationChoices();
  Json CreateOrganization();
  Json CreateUnit();
  Json DeleteUnit();
  Json CreateAccount();
  Json Invite();
  Json AcceptHandshake();
  Json Move();
  Json Remove();
  Json Leave();
  Json Delegate(bool registers);
  Json UpdateSettings();

  // choose_grants.cc
  std::vector<Weighted> GrantChoices();
  Json CreateLicense();
  Json CreateLicenseVersion();
  Json DeleteLicense();
  Json LicenseTerms(const std::string& issuer_name);
  Json CreateDirectGrant();
  Json CreateDistribution();
  Json CreateGrant(const License& license, const std::string& grantor, const std::string& principal,
                   const Strings& allowed, std::size_t delegable_percent);
  Json CreateVersion(GrantKind kind);
  void ChooseStatus(const Grant& grant, Json& input);
  Json Accept();
  Json Reject();
  Json Delete();
  Json Replay();
  std::string FreshToken();
  Strings SomeOf(const Strings& operations, std::size_t delegable_percent);
  /// The operations that an account may pass on: all, some or none.
  [[nodiscard]] Strings Held(const License& license, const std::string& account) const;

  // spoil.cc
  void Spoil(Json& request);
  void SpoilInput(Json& input);
  void SpoilValue(Json& input);
  void SpoilText(Json& input);
};

/// Reads of every kind, for the most part by those who may.
class ReadChooser : public Chooser {
 public:
  using Chooser::Chooser;
  Json Next();
  /// A list that is likely to be long.
  Json LongList();
  Json Compaction() { return Request("Compact", AnyAccount(), Json::object()); }

 private:
  Json OfGrant(const std::string& operation);
  Json Distributed();
  Json Received();
  Json ReceivedForOrganization();
  Json Entitlement();
  Json OfLicense(const std::string& operation);
  Json Licenses(const std::string& operation);
  Json OfOrganization();
  Json OfPlace(const std::string& operation);

  // choose_changes.cc
  Json Preview();
  Json Activations();
  Json Events();
  Json Changes();
  std::size_t SomeLsn();

  /// Up to two filters, each a name and the values from which one is chosen.
  void AddFilters(Json& input, std::vector<std::pair<std::string, Strings>> filters);
  void AddGrantArns(Json& input);
  Strings Skus();
  void Spoil(Json& input);
};

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_CHOOSER_H_
