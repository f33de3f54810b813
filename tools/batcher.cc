#include "tools/batcher.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace grantledger::tools {
namespace {

constexpr std::size_t kMostWaiting = 1000;
constexpr std::size_t kMostWaitingBytes = std::size_t{4} << 20;

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool IsWrite(const Result<Request>& request) {
  return request && std::holds_alternative<Write>(*request);
}

/// The answer with the line before the message of its `error`, "Error" or "BindError".
OrderedJson NamingLine(OrderedJson answer, const char* error, std::uint64_t line) {
  auto& message = answer[error]["Message"].get_ref<std::string&>();
  message = fmt::format("line {}: {}", line, message);
  return answer;
}

}  // namespace

Batcher::Batcher(JsonApi& api, AnswerWriter& answers, bool stop_on_error)
    : api_(api), answers_(answers), stop_on_error_(stop_on_error) {}

void Batcher::Add(const Line& line) {
  if (stopped_ || IsBlank(line.text)) return;
  std::optional<Waiting> waiting = ReadLine(line);
  if (!waiting) return;
  for (const Binding& binding : waiting->bindings) waiting_names_.insert(binding.name);
  waiting_bytes_ += line.text.size();
  const bool can_wait = IsWrite(waiting->request) || !waiting->request;
  waiting_.push_back(std::move(*waiting));
  if (!can_wait || stop_on_error_ || waiting_.size() >= kMostWaiting ||
      waiting_bytes_ >= kMostWaitingBytes) {
    Flush();
  }
}

std::optional<Batcher::Waiting> Batcher::ReadLine(const Line& line) {
  Result<Json> request = ParseJson(line.text);
  if (!request) return Waiting{line.number, std::move(request).error(), {}};
  Result<std::vector<Binding>> bindings = TakeBindings(*request);
  if (!bindings) return Waiting{line.number, std::move(bindings).error(), {}};
  if (UsesWaiting(*request)) {
    Flush();
    if (stopped_) return std::nullopt;
  }
  if (Status status = binder_.Substitute(*request); !status.ok()) {
    return Waiting{line.number, std::move(status), std::move(*bindings)};
  }
  return Waiting{line.number, ParseRequest(*request), std::move(*bindings)};
}

bool Batcher::UsesWaiting(const Json& request) const {
  if (waiting_names_.empty()) return false;
  return std::ranges::any_of(UsedNames(request), [this](const std::string& name) {
    return waiting_names_.contains(name);
  });
}

void Batcher::Flush() {
  in_doubt_ = !waiting_.empty();  // until it ends
  std::vector<Result<Request>> requests;
  requests.reserve(waiting_.size());
  for (Waiting& waiting : waiting_) requests.push_back(std::move(waiting.request));
  std::vector<OrderedJson> answers = api_.Run(std::move(requests));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers_.Write(Finish(waiting_[i], std::move(answers[i])));
    last_done_ = waiting_[i].line;
  }
  in_doubt_ = false;
  waiting_.clear();
  waiting_bytes_ = 0;
  waiting_names_.clear();
  if (!answers_.Flush()) stopped_ = true;
}

OrderedJson Batcher::Finish(const Waiting& waiting, OrderedJson answer) {
  const char* error = "Error";
  if (answer.contains("Output")) {
    const Status status = binder_.Bind(waiting.bindings, answer["Output"], waiting.line);
    if (status.ok()) return answer;
    error = "BindError";
    answer[error] = ErrorAnswer(status)["Error"];
  } else {
    binder_.Unbind(waiting.bindings, waiting.line);
  }
  failed_ = true;
  stopped_ = stopped_ || stop_on_error_;
  return NamingLine(std::move(answer), error, waiting.line);
}

}  // namespace grantledger::tools
