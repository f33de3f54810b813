#include "tools/ledger_demo_story.h"

#include <utility>

#include <fmt/format.h>

namespace grantledger::tools::demo {
namespace {

/// Writes that share a commit, at most; as in ledger-apply.
constexpr std::size_t kMostWaiting = 1000;

bool IsWrite(const Request& request) { return std::holds_alternative<Write>(request); }

std::optional<Time> TimeOf(const Request& request) {
  return std::visit([](const auto& one) { return one.call.time; }, request);
}

Status AtLine(std::uint64_t line, const Status& error) {
  return {error.code(), fmt::format("line {}: {}", line, error.message())};
}

}  // namespace

Story::Story(Ledger& ledger, std::istream& requests)
    : ledger_(ledger), api_(ledger), requests_(requests) {}

Result<std::optional<Chapter>> Story::Next() {
  if (!error_.ok()) return error_;
  Chapter chapter;
  chapter.before = ledger_.LastLsn();
  bool begun = false;
  for (std::string text; std::getline(requests_, text);) {
    ++line_;
    if (text.empty() && begun) break;
    if (text.empty()) continue;
    if (Status status = Add(text, chapter); !status.ok()) return status;
    begun = true;
  }
  if (Status status = Flush(chapter); !status.ok()) return status;
  chapter.after = ledger_.LastLsn();
  if (first_chapter_ == 0) first_chapter_ = chapter.after;
  return begun ? std::optional(std::move(chapter)) : std::nullopt;
}

/// A line that binds a name, and a read, is not kept waiting: the next line may need the answer.
Status Story::Add(const std::string& text, Chapter& chapter) {
  Result<Waiting> waiting = ReadLine(text);
  if (!waiting) return AtLine(line_, waiting.error());
  if (const auto time = TimeOf(waiting->request); time && chapter.begin == Time()) {
    chapter.begin = *time;
  }
  const bool can_wait = IsWrite(waiting->request) && waiting->bindings.empty();
  if (!IsWrite(waiting->request)) {
    if (Status status = Flush(chapter); !status.ok()) return status;
  }
  waiting_.push_back(std::move(*waiting));
  return can_wait && waiting_.size() < kMostWaiting ? Status() : Flush(chapter);
}

Result<Story::Waiting> Story::ReadLine(const std::string& text) const {
  Result<Json> json = ParseJson(text);
  if (!json) return std::move(json).error();
  Result<std::vector<Binding>> bindings = TakeBindings(*json);
  if (!bindings) return std::move(bindings).error();
  if (Status status = binder_.Substitute(*json); !status.ok()) return status;
  Result<Request> request = ParseRequest(*json);
  if (!request) return std::move(request).error();
  return Waiting{line_, std::move(*request), std::move(*bindings)};
}

Status Story::Flush(Chapter& chapter) {
  if (waiting_.empty()) return {};
  const std::vector<Waiting> waiting = std::exchange(waiting_, {});
  std::vector<Result<Request>> requests;
  requests.reserve(waiting.size());
  for (const Waiting& one : waiting) requests.emplace_back(one.request);
  const auto start = std::chrono::steady_clock::now();
  std::vector<OrderedJson> answers = api_.Run(std::move(requests));
  const auto elapsed = std::chrono::steady_clock::now() - start;
  (IsWrite(waiting.front().request) ? chapter.writes : chapter.reads) += elapsed;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Status status = Take(waiting[i], std::move(answers[i]), chapter);
    if (!status.ok()) return AtLine(waiting[i].line, status);
  }
  return {};
}

Status Story::Take(const Waiting& waiting, OrderedJson answer, Chapter& chapter) {
  if (!answer.contains("Output")) {
    const std::string message = answer["Error"].value("Message", "");
    return {Code::kInvalidArgument,
            fmt::format("{}: {}", answer["Error"].value("Code", ""), message)};
  }
  OrderedJson& output = answer["Output"];
  if (Status status = binder_.Bind(waiting.bindings, output, waiting.line); !status.ok()) {
    return status;
  }
  if (const auto* read = std::get_if<Read>(&waiting.request)) {
    chapter.answers.push_back({*read, std::move(output)});
  }
  return {};
}

std::string Story::Named(std::string_view name) {
  Json value = fmt::format("${{{}}}", name);
  Status status = binder_.Substitute(value);
  if (status.ok() && value.is_string()) return value.get<std::string>();
  Fail(status.ok() ? Status(Code::kInvalidArgument, fmt::format("${{{}}} is no text", name))
                   : status);
  return {};
}

std::string Story::MemberGrant(const std::string& distribution, const std::string& account) {
  const auto id = AccountId::Parse(account);
  auto arn = id ? ledger_.MemberGrantArn(distribution, *id) : Result<std::string>(id.error());
  if (arn) return *std::move(arn);
  Fail(arn.error());
  return {};
}

void Story::Fail(const Status& error) {
  if (error_.ok()) {
    error_ = {error.code(), fmt::format("after line {}, a question: {}", line_, error.message())};
  }
}

}  // namespace grantledger::tools::demo
