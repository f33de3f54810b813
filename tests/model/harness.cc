#include "harness.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "normal_form.h"

namespace grantledger::model {

namespace {

constexpr std::size_t kLargestPage = 100;
constexpr std::size_t kMostPages = 12;

Json PageRequest(Json request, std::size_t page_size, const std::string& token) {
  request["Input"]["MaxResults"] = page_size;
  if (!token.empty()) request["Input"]["NextToken"] = token;
  return request;
}

ModelOptions OptionsFor(Engine* engine, const EngineOptions& options) {
  ModelOptions model_options;
  model_options.max_grants_per_license = options.max_grants_per_license;
  if (engine != nullptr) {
    model_options.member_grant_arn = [engine](const std::string& distribution,
                                              const std::string& account) {
      return engine->MemberGrantArn(distribution, account);
    };
  }
  return model_options;
}

}  // namespace

std::vector<Json> Engine::ExecuteAll(const std::vector<Json>& writes) {
  std::vector<Json> answers;
  for (const Json& write : writes) answers.push_back(Execute(write));
  return answers;
}

std::uint64_t Engine::DropHistory(std::uint64_t /*lsn*/, bool /*release*/) { return 0; }

std::string Mismatch::ToString() const {
  return what + "\n  request " + request.dump() + "\n  engine  " + engine_answer.dump() +
         "\n  model   " + model_answer.dump() + "\n  differences " +
         Json::diff(model_answer, engine_answer).dump() + "\n";
}

Harness::Harness(std::unique_ptr<Engine> engine, const EngineOptions& options)
    : engine_(std::move(engine)), model_(OptionsFor(engine_.get(), options)) {}

Harness::Harness(std::unique_ptr<Engine> engine, Model model)
    : engine_(std::move(engine)), model_(std::move(model)) {}

Json Harness::ExecuteOnEngine(const Json& request) {
  ++requests_executed_;
  return engine_->Execute(request);
}

std::optional<Mismatch> Harness::CompareAnswers(const Json& request, const Json& engine_answer,
                                                const Json& model_answer) {
  const Json engine_form = NormalForm(request, model_.state(), engine_answer);
  const Json model_form = NormalForm(request, model_.state(), model_answer);
  if (engine_form == model_form) return std::nullopt;
  return Mismatch{"the answers differ", request, engine_form, model_form};
}

std::optional<Mismatch> Harness::CompareWrite(const Json& request, const Json& engine_answer) {
  answer_ = model_.Execute(request, engine_answer);
  if (engine_ == nullptr) return std::nullopt;
  if (auto mismatch = CompareAnswers(request, engine_answer, answer_)) return mismatch;
  answer_ = engine_answer;
  return std::nullopt;
}

std::optional<Mismatch> Harness::LearnRoot(const Json& request) {
  if (engine_ == nullptr || request.at("Operation") != "CreateOrganization" ||
      !answer_.contains("Output")) {
    return std::nullopt;
  }
  Json roots = request;
  roots["Operation"] = "ListRoots";
  roots["Input"] = Json::object();
  roots["Time"] = FormatIsoTime(model_.state().LastTime());
  roots = ExecuteOnEngine(roots);
  const Json::json_pointer id("/Output/Roots/0/Id");
  if (!roots.contains(id)) return Mismatch{"no root", request, roots, nullptr};
  model_.SetRoot(answer_["Output"]["Organization"]["Id"], roots.at(id));
  return std::nullopt;
}

std::optional<Mismatch> Harness::CompareBatch(const std::vector<Json>& writes) {
  std::vector<Json> engine_answers(writes.size());
  if (engine_ != nullptr) engine_answers = engine_->ExecuteAll(writes);
  requests_executed_ += engine_answers.size();
  answers_.clear();
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (auto mismatch = CompareWrite(writes[i], engine_answers.at(i))) return mismatch;
    answers_.push_back(answer_);
  }
  if (engine_ == nullptr) return std::nullopt;
  if (engine_->LastLsn() != model_.LastLsn()) {
    return Mismatch{"the last LSNs differ", writes, engine_->LastLsn(), model_.LastLsn()};
  }
  for (std::size_t i = 0; i < writes.size(); ++i) {
    answer_ = answers_[i];
    if (auto mismatch = LearnRoot(writes[i])) return mismatch;
  }
  return std::nullopt;
}

std::optional<Mismatch> Harness::Compare(const Json& request) {
  const std::string operation = request.at("Operation");
  if (Model::IsWrite(operation)) return CompareBatch({request});
  answer_ = model_.Execute(request);
  if (engine_ == nullptr) return std::nullopt;
  const Json model_answer = answer_;
  answer_ = ExecuteOnEngine(request);
  Json whole = answer_;
  if (!ListField(operation).empty() && !request.at("Input").contains("MaxResults")) {
    if (auto mismatch = ReadAll(request, kLargestPage, &whole)) return mismatch;
  }
  const bool is_one_page = whole.contains("Output") && model_answer.contains("Output") &&
                           request.at("Input").contains("MaxResults");
  if (is_one_page) return std::nullopt;  // which says little
  return CompareAnswers(request, whole, FillInMetadata(request, model_answer));
}

std::optional<Mismatch> Harness::ReadAll(const Json& request, std::size_t page_size, Json* answer) {
  const std::string field = ListField(request.at("Operation"));
  std::string token;
  Json rows = Json::array();
  for (std::size_t page = 0;; ++page) {
    *answer = ExecuteOnEngine(PageRequest(request, page_size, token));
    if (answer->contains("Error")) {
      if (page == 0) return std::nullopt;
      return Mismatch{"a later page fails", PageRequest(request, page_size, token), *answer, rows};
    }
    Json& output = (*answer)["Output"];
    if (!output.contains(field) || output[field].size() > page_size || page > 100000) {
      return Mismatch{"a bad page", PageRequest(request, page_size, token), *answer, rows};
    }
    rows.insert(rows.end(), output[field].begin(), output[field].end());
    token = output.value("NextToken", "");
    if (token.empty()) break;
  }
  if ((*answer)["Output"].contains("NextToken")) {
    return Mismatch{"an empty NextToken", request, *answer, rows};
  }
  (*answer)["Output"][field] = rows;
  return std::nullopt;
}

std::optional<Mismatch> Harness::CompareRead(const Model& moment, const Json& request,
                                             Random& random) {
  const Json model_answer = moment.Read(request);
  if (engine_ == nullptr) return std::nullopt;
  const std::string field = ListField(request.at("Operation"));
  if (field.empty() || request.at("Input").contains("MaxResults")) {
    return CompareAnswers(request, ExecuteOnEngine(request), model_answer);
  }
  Json whole;
  if (auto mismatch = ReadAll(request, kLargestPage, &whole)) return mismatch;
  const Json expected = FillInMetadata(request, model_answer);
  if (auto mismatch = CompareAnswers(request, whole, expected)) return mismatch;
  if (whole.contains("Error")) return std::nullopt;

  const std::size_t rows = whole["Output"][field].size();
  for (const std::size_t page_size : {1U, 2U, 3U, 7U}) {
    if (page_size > rows + 1 || rows / page_size > kMostPages || random.Percent(50)) continue;
    Json again;
    if (auto mismatch = ReadAll(request, page_size, &again)) return mismatch;
    if (again != whole) {
      return Mismatch{"another list in pages of " + std::to_string(page_size), request, again,
                      whole};
    }
  }
  return std::nullopt;
}

Json Harness::FillInMetadata(const Json& request, Json model_answer) {
  if (request.at("Operation") != "ListReceivedLicensesForOrganization") return model_answer;
  if (!model_answer.contains("Output")) return model_answer;
  for (Json& row : model_answer["Output"]["Licenses"]) {
    Json list = request;
    list["Operation"] = "ListReceivedGrantsForOrganization";
    list["Input"] = {{"LicenseArn", row.at("LicenseArn")}};
    Json grants;
    if (ReadAll(list, kLargestPage, &grants) || !grants.contains("Output")) return model_answer;
    for (const Json& grant : grants["Output"]["Grants"]) {
      if (grant.at("GrantStatus") != row["ReceivedMetadata"]["ReceivedStatus"]) continue;
      row["ReceivedMetadata"] = {{"ReceivedStatus", grant.at("GrantStatus")},
                                 {"AllowedOperations", grant.at("GrantedOperations")}};
      if (grant.contains("StatusReason")) {
        row["ReceivedMetadata"]["ReceivedStatusReason"] = grant.at("StatusReason");
      }
      break;
    }
  }
  return model_answer;
}

std::optional<Mismatch> Harness::StartWalk(const Json& request, std::size_t page_size) {
  const std::string field = ListField(request.at("Operation"));
  if (engine_ == nullptr || field.empty()) return std::nullopt;
  const Json expected = FillInMetadata(request, model_.Read(request));
  const Json first = PageRequest(request, page_size, "");
  const Json page = ExecuteOnEngine(first);
  if (page.contains("Error")) return CompareAnswers(request, page, expected);
  Walk walk{first, expected, page.at("Output").at(field), model_.LastLsn()};
  if (page.at("Output").contains("NextToken")) {
    walk.request["Input"]["NextToken"] = page.at("Output").at("NextToken");
    walks_.push_back(std::move(walk));
    return std::nullopt;
  }
  return CompareAnswers(request, page, expected);
}

std::optional<Mismatch> Harness::AdvanceWalks() {
  for (std::size_t i = 0; i < walks_.size();) {
    Walk& walk = walks_[i];
    const std::string field = ListField(walk.request.at("Operation"));
    walk.request["Time"] = FormatIsoTime(model_.state().LastTime());
    Json page = ExecuteOnEngine(walk.request);
    if (page.contains("Error") || !page.at("Output").contains(field)) {
      return Mismatch{"a page after a write fails", walk.request, page, walk.expected};
    }
    const Json& rows = page["Output"][field];
    walk.rows.insert(walk.rows.end(), rows.begin(), rows.end());
    if (page["Output"].contains("NextToken")) {
      walk.request["Input"]["NextToken"] = page["Output"]["NextToken"];
      ++i;
      continue;
    }
    page["Output"][field] = walk.rows;
    const Walk done = std::move(walk);
    walks_.erase(walks_.begin() + static_cast<std::ptrdiff_t>(i));
    if (auto mismatch = CompareAnswers(done.request, page, done.expected)) {
      mismatch->what = "a list with writes between its pages differs";
      return mismatch;
    }
  }
  return std::nullopt;
}

std::optional<Mismatch> Harness::MisuseToken(const Json& request, Random& random) {
  if (engine_ == nullptr || ListField(request.at("Operation")).empty()) return std::nullopt;
  const Json page = ExecuteOnEngine(PageRequest(request, 1, ""));
  const Json::json_pointer where("/Output/NextToken");
  if (!page.contains(where)) return std::nullopt;
  std::string token = page.at(where);
  Json misuse = request;
  if (random.Percent(50)) {
    char& letter = token[random.Below(token.size())];
    letter = letter == 'A' ? 'B' : 'A';
  } else if (misuse["Operation"] == "WatchGrants" && random.Percent(50)) {
    misuse["Input"]["FromLsn"] = misuse["Input"].value("FromLsn", 1) + 1;
  } else if (misuse["Operation"] == "ListReceivedGrants") {
    misuse["Operation"] = "ListDistributedGrants";
    misuse["Input"] = Json::object();
  } else {
    misuse["Operation"] = "ListReceivedGrants";
    misuse["Input"] = Json::object();
  }
  misuse = PageRequest(misuse, 1, token);
  const Json answer = ExecuteOnEngine(misuse);
  const Json expected = {{"Error", {{"Code", "ValidationException"}}}};
  return CompareAnswers(misuse, answer, expected);
}

std::optional<Mismatch> Harness::ExpectRefused(const Json& request) {
  const Json expected = {{"Error", {{"Code", "ValidationException"}}}};
  return CompareAnswers(request, ExecuteOnEngine(request), expected);
}

std::optional<Mismatch> Harness::DropHistory(std::uint64_t lsn, bool release, const Json& read) {
  if (engine_ == nullptr) return std::nullopt;
  const Json request = {{"Operation", "drop history"}, {"Lsn", lsn}, {"Release", release}};
  const std::uint64_t before = model_.state().horizon;
  std::uint64_t horizon = 0;
  try {
    horizon = engine_->DropHistory(lsn, release);
  } catch (const std::exception& failure) {
    return Mismatch{"dropping history fails", request, failure.what(), nullptr};
  }
  const bool may_be_earlier = !release && horizon < lsn;
  if (horizon < before || (horizon != std::max(lsn, before) && !may_be_earlier)) {
    return Mismatch{"another horizon", request, horizon, before};
  }
  model_.SetHorizon(horizon);
  std::vector<Walk> walks = std::exchange(walks_, {});
  for (Walk& walk : walks) {
    walk.request["Time"] = FormatIsoTime(model_.state().LastTime());
    if (!release) {
      walks_.push_back(std::move(walk));
    } else if (walk.lsn < horizon) {
      if (auto mismatch = ExpectRefused(walk.request)) return mismatch;
    }
  }
  if (horizon == 0) return std::nullopt;
  Json past = read;
  past["AsOf"] = lsn % horizon;
  if (auto mismatch = ExpectRefused(past)) return mismatch;
  past["AsOf"] = FormatIsoTime(model_.state().times[horizon - 1] - 1);
  return ExpectRefused(past);
}

std::optional<Mismatch> Harness::Reopen() {
  if (engine_ == nullptr) return std::nullopt;
  walks_.clear();
  try {
    engine_->Reopen();
  } catch (const std::exception& failure) {
    return Mismatch{"reopening fails", "Reopen", failure.what(), nullptr};
  }
  if (engine_->LastLsn() == model_.LastLsn()) return std::nullopt;
  return Mismatch{"another last LSN after reopening", "Reopen", engine_->LastLsn(),
                  model_.LastLsn()};
}

}  // namespace grantledger::model
