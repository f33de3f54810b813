// JsonApi: a ledger behind the JSON of the AWS License Manager and AWS Organizations APIs.
//
//   JsonApi api(*ledger);
//   Json answer = api.Execute({{"Operation", "GetGrant"}, {"Caller", "111122223333"},
//                              {"Input", {{"GrantArn", arn}}}});
//
// A request is {"Operation", "Caller", "Time"?, "AsOf"?, "Input"}; its answer is {"Output": {…}} or
// {"Error": {"Code", "Message"}}, Code being the API's exception. Input and Output have the shapes
// of the API, and are read strictly: see json_request.h.
#ifndef GRANTLEDGER_TOOLS_JSON_API_H_
#define GRANTLEDGER_TOOLS_JSON_API_H_

#include <span>
#include <vector>

#include <grantledger/ledger.h>
#include <grantledger/status.h>

#include "tools/json_request.h"
#include "tools/json_text.h"

namespace grantledger::tools {

/// {"Error": {"Code", "Message"}}.
OrderedJson ErrorAnswer(const Status& error);

/// May be used by any number of threads at the same time.
class JsonApi {
 public:
  /// `ledger` must outlive the JsonApi.
  explicit JsonApi(Ledger& ledger) : ledger_(ledger) {}

  /// Answers one request.
  [[nodiscard]] Json Execute(const Json& request);

  /// Answers requests in their order: each sees what those before it wrote. Writes with no read
  /// between them share one commit.
  [[nodiscard]] std::vector<OrderedJson> ExecuteAll(std::span<const Json> requests);

  /// The same for requests that were read already; an error among them is its own answer.
  [[nodiscard]] std::vector<OrderedJson> Run(std::vector<Result<Request>> requests);

 private:
  [[nodiscard]] OrderedJson AnswerRead(const Read& read) const;
  [[nodiscard]] OrderedJson AnswerCompact();

  Ledger& ledger_;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_JSON_API_H_
