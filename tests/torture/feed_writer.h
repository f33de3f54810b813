// FeedWriter: the one writer of the campaign `feed`, and what it knows of its ledger.
#ifndef GRANTLEDGER_TESTS_TORTURE_FEED_WRITER_H_
#define GRANTLEDGER_TESTS_TORTURE_FEED_WRITER_H_

#include <string>
#include <vector>

#include "oracle.h"
#include "subject.h"
#include "tests/model/random.h"

namespace grantledger::torture {

struct FeedDistribution {
  std::string sku;
  std::string license;
  std::string principal;
  std::string arn;
  std::uint64_t version = 1;
};

/// What stands in the ledger when a burst of writes begins. Distributions that are deleted stay.
struct FeedWorld {
  std::string management = "111122223333";
  std::string organization;
  std::vector<std::string> places;    ///< The root and the units.
  std::vector<std::string> accounts;  ///< Members, less the management account.
  std::vector<std::size_t> place_of;  ///< Of each account.
  std::vector<std::string> skus;
  std::vector<FeedDistribution> live;
  std::vector<FeedDistribution> deleted;
};

class FeedWriter {
 public:
  FeedWriter(Subject& subject, std::uint64_t seed) : subject_(subject), random_(seed) {}

  /// An organization, units, accounts, licenses and distributions.
  void SetUp();
  /// So many writes, in commits of several, as fast as they go.
  void Feed(std::size_t writes);

  [[nodiscard]] const FeedWorld& world() const { return world_; }
  /// What was written since it was asked last. A write that made no record is among the refused.
  Stretch TakeWritten();

 private:
  static Json Request(const std::string& operation, const std::string& caller, Json input);
  Json Write(const Json& request);
  void WriteAll(const std::vector<Json>& requests);
  void Take(std::vector<Observed> calls);
  void AddDistribution(const std::string& sku, const std::string& principal);
  void ReplaceDistribution();
  Json Next();
  Json Bulk(FeedDistribution& distribution);
  Json OfMember();
  Json Move();
  std::string Token() { return "t" + std::to_string(++tokens_); }

  Subject& subject_;
  model::Random random_;
  FeedWorld world_;
  Stretch written_;
  std::uint64_t lsn_ = 0;
  std::uint64_t tokens_ = 0;
  Millis tick_ = 0;
  std::size_t own_percent_ = 0;
  std::size_t rest_us_ = 0;  ///< After a commit, at most.
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FEED_WRITER_H_
