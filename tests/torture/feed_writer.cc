#include "feed_writer.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

namespace grantledger::torture {
namespace {

/// Of a burst: to check one costs a copy of the model.
constexpr std::size_t kMostRefused = 8;

}  // namespace

Json FeedWriter::Request(const std::string& operation, const std::string& caller, Json input) {
  return {{"Operation", operation}, {"Caller", caller}, {"Input", std::move(input)}};
}

void FeedWriter::Take(std::vector<Observed> calls) {
  for (Observed& call : calls) {
    if (call.answer.contains("Output")) {
      written_.writes.push_back({++lsn_, call.before.time, std::move(call)});
    } else if (written_.refused.size() < kMostRefused) {
      call.before.lsn = call.after.lsn = lsn_;  // nobody else writes
      written_.refused.push_back(std::move(call));
    }
  }
  subject_.Tick(static_cast<Millis>(random_.Below(static_cast<std::size_t>(tick_) + 1)));
}

Json FeedWriter::Write(const Json& request) {
  std::vector<Observed> calls{subject_.Call(request)};
  const Json answer = calls.front().answer;
  if (!answer.contains("Output")) {
    throw std::runtime_error(request.dump() + ": " + answer.dump());
  }
  Take(std::move(calls));
  return answer.at("Output");
}

void FeedWriter::WriteAll(const std::vector<Json>& requests) { Take(subject_.CallAll(requests)); }

Stretch FeedWriter::TakeWritten() { return std::exchange(written_, {}); }

void FeedWriter::SetUp() {
  constexpr std::size_t kTicks[] = {model::kHour / 10, model::kHour / 2, model::kHour};
  tick_ = static_cast<Millis>(kTicks[random_.Below(std::size(kTicks))]);
  constexpr std::size_t kRests[] = {0, 500, 4'000};
  rest_us_ = kRests[random_.Below(std::size(kRests))];
  own_percent_ = random_.Below(3) * 2;
  const std::string& manager = world_.management;
  const Json made = Write(Request("CreateOrganization", manager, {{"FeatureSet", "ALL"}}));
  world_.organization = made.at("Organization").at("Id");
  const bool linked = random_.Percent(80);
  Write(Request("UpdateServiceSettings", manager,
                {{"OrganizationConfiguration", {{"EnableIntegration", linked}}}}));
  const Json roots =
      subject_.Call(Request("ListRoots", manager, Json::object())).answer.at("Output").at("Roots");
  world_.places.push_back(roots.at(0).at("Id"));
  for (std::size_t unit = random_.Below(3) + 1; unit > 0; --unit) {
    const Json unit_made =
        Write(Request("CreateOrganizationalUnit", manager,
                      {{"ParentId", world_.places[0]}, {"Name", "u" + std::to_string(unit)}}));
    world_.places.push_back(unit_made.at("OrganizationalUnit").at("Id"));
  }
  for (std::size_t i = 0, count = 2 + random_.Below(5); i < count; ++i) {
    const std::string account = std::to_string(200'000'000'000 + i * 7'000'000'001);
    Write(Request("CreateAccount", manager,
                  {{"AccountId", account}, {"Email", "a@example.com"}, {"AccountName", "A"}}));
    world_.accounts.push_back(account);
    world_.place_of.push_back(random_.Below(world_.places.size()));
    if (world_.place_of.back() == 0) continue;
    Write(Request("MoveAccount", manager,
                  {{"AccountId", account},
                   {"SourceParentId", world_.places[0]},
                   {"DestinationParentId", world_.places[world_.place_of.back()]}}));
  }
  for (std::size_t sku = 1 + random_.Below(3); sku > 0; --sku) {
    world_.skus.push_back("sku-" + std::to_string(sku));
    for (std::size_t i = 1 + random_.Below(3); i > 0; --i) {
      const std::size_t place = random_.Percent(60) ? 0 : random_.Below(world_.places.size());
      const std::string start = "arn:aws:organizations::" + manager + ":";
      AddDistribution(world_.skus.back(), place == 0 ? start + "organization/" + world_.organization
                                                     : start + "ou/" + world_.organization + "/" +
                                                           world_.places[place]);
    }
  }
}

void FeedWriter::AddDistribution(const std::string& sku, const std::string& principal) {
  const Json license = Write(Request(
      "CreateLicense", world_.management,
      {{"ClientToken", Token()},
       {"LicenseName", "L"},
       {"ProductName", "P"},
       {"ProductSKU", sku},
       {"Issuer", {{"Name", "AWS/Marketplace"}}},
       {"HomeRegion", "us-east-1"},
       {"Validity", {{"Begin", "2026-01-01T00:00:00Z"}}},
       {"Entitlements", Json::array({{{"Name", "s"}, {"Unit", "Count"}, {"MaxCount", 10}}})},
       {"Beneficiary", "acme"},
       {"ConsumptionConfiguration", {{"RenewType", "None"}}}}));
  FeedDistribution one{sku, license.at("LicenseArn"), principal, {}};
  one.arn = Write(Request("CreateGrant", world_.management,
                          {{"ClientToken", Token()},
                           {"GrantName", "G"},
                           {"LicenseArn", one.license},
                           {"Principals", Json::array({principal})},
                           {"HomeRegion", "us-east-1"},
                           {"AllowedOperations", Json::array({"CheckoutLicense"})}}))
                .at("GrantArn");
  world_.live.push_back(std::move(one));
}

void FeedWriter::ReplaceDistribution() {
  const std::size_t index = random_.Below(world_.live.size());
  FeedDistribution gone = std::move(world_.live[index]);
  world_.live.erase(world_.live.begin() + static_cast<std::ptrdiff_t>(index));
  Write(Request("DeleteGrant", world_.management,
                {{"GrantArn", gone.arn}, {"Version", std::to_string(gone.version)}}));
  AddDistribution(gone.sku, gone.principal);
  world_.deleted.push_back(std::move(gone));
}

Json FeedWriter::Bulk(FeedDistribution& distribution) {
  ++distribution.version;
  Json input = {{"ClientToken", Token()}, {"GrantArn", distribution.arn}};
  if (random_.Percent(4)) {
    input["GrantName"] = "name " + std::to_string(random_.Below(5));
  } else if (random_.Percent(60)) {
    input["Status"] = "ACTIVE";
    input["Options"]["ActivationOverrideBehavior"] =
        random_.Percent(75) ? "ALL_GRANTS_PERMITTED_BY_ISSUER" : "DISTRIBUTED_GRANTS_ONLY";
  } else {
    input["Status"] = "DISABLED";
    input["StatusReason"] = "reason " + std::to_string(random_.Below(9));
  }
  return Request("CreateGrantVersion", world_.management, input);
}

Json FeedWriter::OfMember() {
  const std::string account = random_.Pick(world_.accounts);
  const std::string arn = subject_.MemberGrantArn(random_.Pick(world_.live).arn, account);
  if (random_.Percent(20)) return Request("AcceptGrant", account, {{"GrantArn", arn}});
  return Request("CreateGrantVersion", account,
                 {{"ClientToken", Token()},
                  {"GrantArn", arn},
                  {"Status", random_.Percent(50) ? "ACTIVE" : "DISABLED"}});
}

Json FeedWriter::Move() {
  const std::size_t account = random_.Below(world_.accounts.size());
  const std::size_t to = random_.Below(world_.places.size());
  const std::size_t from = world_.place_of[account];
  if (from != to) world_.place_of[account] = to;
  return Request("MoveAccount", world_.management,
                 {{"AccountId", world_.accounts[account]},
                  {"SourceParentId", world_.places[from]},
                  {"DestinationParentId", world_.places[to]}});
}

Json FeedWriter::Next() {
  if (random_.Percent(own_percent_)) return random_.Percent(25) ? Move() : OfMember();
  // Most of it goes to few, as a feed does.
  const std::size_t few = random_.Percent(85) ? (world_.live.size() + 1) / 2 : world_.live.size();
  return Bulk(world_.live[random_.Below(few)]);
}

void FeedWriter::Feed(std::size_t writes) {
  constexpr std::size_t kLargestBatch = 48;
  for (std::size_t done = 0; done < writes;) {
    if (random_.Below(150) == 0) ReplaceDistribution();
    std::vector<Json> batch(1 + random_.Below(kLargestBatch));
    std::ranges::generate(batch, [this] { return Next(); });
    WriteAll(batch);
    done += batch.size();
    if (rest_us_ != 0)
      std::this_thread::sleep_for(std::chrono::microseconds(random_.Below(rest_us_)));
  }
}

}  // namespace grantledger::torture
