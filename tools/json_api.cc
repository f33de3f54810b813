#include "tools/json_api.h"

#include <string>
#include <utility>

#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

OrderedJson OutputAnswer(OrderedJson output) {
  OrderedJson answer;
  answer["Output"] = std::move(output);
  return answer;
}

template <typename T>
OrderedJson OutputOf(const T& /*request*/, const typename T::Response& response) {
  return ToJson(response);
}

OrderedJson OutputOf(const ListChildrenRequest& request,
                     const ListChildrenRequest::Response& response) {
  return ToJson(response, request.child_type);
}

/// The writes that wait for their common commit, and where their answers go.
class WriteRun {
 public:
  WriteRun(Ledger& ledger, std::vector<OrderedJson>& answers)
      : ledger_(ledger), answers_(answers) {}

  void Add(std::size_t index, Write write) {
    indexes_.push_back(index);
    writes_.push_back(std::move(write));
  }

  void Commit() {
    if (writes_.empty()) return;
    const auto responses = ledger_.Apply(writes_);
    for (std::size_t i = 0; i < responses.size(); ++i) {
      const Result<WriteResponse>& response = responses[i];
      answers_[indexes_[i]] =
          response ? OutputAnswer(ToJson(*response)) : ErrorAnswer(response.error());
    }
    indexes_.clear();
    writes_.clear();
  }

 private:
  Ledger& ledger_;
  std::vector<OrderedJson>& answers_;
  std::vector<std::size_t> indexes_;
  std::vector<Write> writes_;
};

}  // namespace

OrderedJson ErrorAnswer(const Status& error) {
  OrderedJson answer;
  answer["Error"] = {{"Code", ApiException(error.code())}, {"Message", error.message()}};
  return answer;
}

Json JsonApi::Execute(const Json& request) { return ExecuteAll({&request, 1}).front(); }

std::vector<OrderedJson> JsonApi::ExecuteAll(std::span<const Json> requests) {
  std::vector<Result<Request>> parsed;
  parsed.reserve(requests.size());
  for (const Json& request : requests) parsed.push_back(ParseRequest(request));
  return Run(std::move(parsed));
}

std::vector<OrderedJson> JsonApi::Run(std::vector<Result<Request>> requests) {
  std::vector<OrderedJson> answers(requests.size());
  WriteRun writes(ledger_, answers);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Result<Request>& request = requests[i];
    if (!request) {
      answers[i] = ErrorAnswer(request.error());
    } else if (auto* write = std::get_if<Write>(&*request)) {
      writes.Add(i, std::move(*write));
    } else {
      writes.Commit();
      const auto* read = std::get_if<Read>(&*request);
      answers[i] = read != nullptr ? AnswerRead(*read) : AnswerCompact();
    }
  }
  writes.Commit();
  return answers;
}

OrderedJson JsonApi::AnswerCompact() {
  const auto report = ledger_.Compact({});
  return report ? OutputAnswer(ToJson(*report)) : ErrorAnswer(report.error());
}

OrderedJson JsonApi::AnswerRead(const Read& read) const {
  return std::visit(
      [&](const auto& request) {
        const auto response = ledger_.Read(read.call, request);
        return response ? OutputAnswer(OutputOf(request, *response))
                        : ErrorAnswer(response.error());
      },
      read.request);
}

}  // namespace grantledger::tools
