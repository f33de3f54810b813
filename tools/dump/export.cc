// ledger-dump DIR export: everything of one kind, streamed.
#include <memory>

#include <fmt/format.h>

#include "tools/dump/verbs.h"
#include "tools/json_output.h"
#include "tools/progress.h"
#include "tools/record_line.h"
#include "tools/safe_text.h"

namespace grantledger::tools {
namespace {

constexpr const char* kGrantColumns =
    "GrantArn,GranteePrincipalArn,LicenseArn,ParentArn,GrantName,GrantStatus,StatusReason,Version";

std::string GrantAsCsv(const Grant& grant) {
  const GrantState& state = *grant.state;
  const GrantOrigin& origin = *state.origin;
  return fmt::format("{},{},{},{},{},{},{},{}", CsvField(grant.GrantArn()),
                     CsvField(grant.GranteePrincipalArn()), CsvField(origin.license_arn),
                     CsvField(origin.parent_arn), CsvField(state.name), Name(state.status),
                     CsvField(grant.StatusReason()), grant.Version());
}

/// Lines of JSON, as ToJson has them. The grants of many accounts have one state, and lines that
/// differ in two names: what is alike is made once.
class GrantLines {
 public:
  std::string LineOf(const Grant& grant) {
    // The reason names another grant for each account.
    if (grant.rival != ResourceId()) return DumpLine(ToJson(grant));
    if (grant.state != state_) Learn(grant);
    return begin_ + grant.GrantArn() + middle_ + grant.GranteePrincipalArn() + end_;
  }

 private:
  void Learn(const Grant& grant) {
    constexpr std::string_view kFirst = "{\"GrantArn\":\"";
    constexpr std::string_view kSecond = "\"GranteePrincipalArn\":\"";
    const std::string line = DumpLine(ToJson(grant));
    state_ = grant.state;
    begin_ = kFirst;
    const std::size_t arn_end = kFirst.size() + grant.GrantArn().size();
    // Quotes inside of values are escaped: this is the field itself.
    const std::size_t principal = line.find(kSecond, arn_end) + kSecond.size();
    middle_ = line.substr(arn_end, principal - arn_end);
    end_ = line.substr(principal + grant.GranteePrincipalArn().size());
  }

  std::shared_ptr<const GrantState> state_;
  std::string begin_;
  std::string middle_;
  std::string end_;
};

class Exporter {
 public:
  Exporter(Dump& dump, const ExportArguments& arguments)
      : dump_(dump),
        out_(dump.out()),
        csv_(arguments.format == "csv"),
        status_(arguments.status.value_or("")),
        progress_(dump.out().progress(), 0, arguments.what == "log" ? "records" : "grants") {}

  /// Every direct and member grant, and the distributions between them.
  Status Grants() {
    Begin(kGrantColumns);
    const auto grantors = dump_.inspector().Grantors(dump_.at());
    if (!grantors) return grantors.error();
    for (const AccountId grantor : *grantors) {
      ListDistributedGrantsRequest request;
      if (!status_.empty()) request.filters = {{"GrantStatus", {status_}}};
      if (Status done = List(grantor, request); !done.ok()) return done;
    }
    progress_.Clear();
    return {};
  }

  /// What is ACTIVE in the accounts of every organization.
  Status Activations() {
    Begin(kGrantColumns);
    const auto organizations = dump_.inspector().Organizations(dump_.at());
    if (!organizations) return organizations.error();
    for (const InspectedOrganization& one : *organizations) {
      const auto management = AccountId::Parse(one.organization.master_account_id);
      if (!management) return management.error();
      ListActivationsRequest request;
      request.organization_id = one.organization.id;
      if (Status done = List(*management, request); !done.ok()) return done;
    }
    progress_.Clear();
    return {};
  }

  Status Log() {
    Begin("Lsn,Time,Operation,Caller,ClientToken,Subject");
    Status read =
        dump_.inspector().ReadLog(0, dump_.at(), [this](const Result<InspectedRecord>& record) {
          if (!record) {
            failed_ = record.error();
            return false;
          }
          out_.Line(csv_ ? AsCsv(*record) : DumpLine(RecordLine(*record)));
          progress_.Update(++done_);
          return out_.ok();
        });
    progress_.Clear();
    return read.ok() ? failed_ : read;
  }

 private:
  void Begin(const char* columns) {
    if (csv_) out_.Line(columns);
  }

  template <typename Request>
  Status List(AccountId caller, const Request& request) {
    return ForEachPage(dump_, caller, request, [this](const GrantPage& page) {
      for (const Grant& grant : page.grants) {
        out_.Line(csv_ ? GrantAsCsv(grant) : lines_.LineOf(grant));
      }
      progress_.Update(done_ += page.grants.size());
      return out_.ok();
    });
  }

  static std::string AsCsv(const InspectedRecord& record) {
    return fmt::format("{},{},{},{},{},{}", record.lsn, FormatTime(record.time), record.operation,
                       record.caller.ToString(), CsvField(record.client_token),
                       CsvField(record.subject));
  }

  Dump& dump_;
  Output& out_;
  bool csv_;
  std::string status_;
  GrantLines lines_;
  Progress progress_;
  std::uint64_t done_ = 0;
  Status failed_;
};

Status CheckArguments(const Dump& dump, const ExportArguments& arguments) {
  if (arguments.format == "csv" && dump.out().json()) {
    return {Code::kInvalidArgument,
            "--format is csv, which --json is not; expected one of the two"};
  }
  if (!arguments.status) return {};
  if (arguments.what != "grants") {
    return {Code::kInvalidArgument,
            "--status is given for " + arguments.what + ", expected it for grants alone"};
  }
  if (FromName<GrantStatus>(*arguments.status)) return {};
  std::string all;
  for (int i = 0; i < kGrantStatusCount; ++i) {
    all += (i == 0 ? "" : ", ") + std::string(Name(static_cast<GrantStatus>(i)));
  }
  return {Code::kInvalidArgument,
          "--status is " + Quote(*arguments.status) + ", expected one of " + all};
}

}  // namespace

Status Export(Dump& dump, const ExportArguments& arguments) {
  if (Status checked = CheckArguments(dump, arguments); !checked.ok()) return checked;
  Exporter exporter(dump, arguments);
  if (arguments.what == "log") return exporter.Log();
  if (arguments.what == "activations") return exporter.Activations();
  return exporter.Grants();
}

}  // namespace grantledger::tools
