// WatchGrants and ListGrantChanges: the feed of events, and what one of them changed.
#include "codec/tables.h"
#include "ledger/errors.h"
#include "ledger/respond.h"
#include "query/filters.h"
#include "query/read_context.h"
#include "query/record_changes.h"

namespace grantledger {
namespace {

/// The records of the log from an LSN on, up to a moment.
class Records {
 public:
  Records(const View& view, Lsn from)
      : rows_(view.rows().Scan(Family::kLog, "")), end_(view.lsn()) {
    rows_.Seek(LogKey(from));
  }

  /// Nullopt: there are no more.
  Result<std::optional<fb::RecordT>> Next() {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows_.AtRow());
    if (!at_row || ReadLogKey(rows_.key()) > end_) return std::optional<fb::RecordT>();
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows_.payload());
    GL_ASSIGN_OR_RETURN(auto record, ReadRecord(rows_.key(), payload));
    rows_.Next();
    return std::optional(std::move(record));
  }

 private:
  RowIterator rows_;
  Lsn end_;
};

/// The event that a record is; nullopt: it changed no grant.
Result<std::optional<WatchedEvent>> EventOf(const View& view, const fb::RecordT& record) {
  GL_ASSIGN_OR_RETURN(auto all, RecordChanges::Of(view, record));
  if (!all.Any()) return std::optional<WatchedEvent>();
  WatchedEvent event;
  GL_ASSIGN_OR_RETURN(event.changes, all.WithoutMembers());
  if (event.changes.empty()) return std::optional<WatchedEvent>();
  GL_ASSIGN_OR_RETURN(event.grant_arn, all.GrantArn());
  event.lsn = record.lsn;
  event.time = ToTime(record.time_ms);
  event.operation = OperationOf(record.body.type);
  event.caller = AccountId(record.caller);
  return std::optional(std::move(event));
}

Status BehindHorizon(std::string_view field, const std::string& found, const At& horizon) {
  return Invalid(field, found,
                 "a record behind the horizon, LSN " + std::to_string(horizon.lsn) + ", of " +
                     FormatTime(horizon.time));
}

Result<Lsn> FirstRecord(const WatchGrantsRequest& request, const ReadContext& in) {
  if (!in.cursor.empty()) {
    const Lsn next = KeyReader(in.cursor).Uint();
    if (next > in.horizon.lsn) return next;
    return BehindHorizon("NextToken", "of LSN " + std::to_string(next), in.horizon);
  }
  if (in.position) {
    if (request.from_lsn) return Invalid("FromLsn", "given", "none beside a Position");
    if (*in.position >= in.horizon.lsn) return *in.position + 1;
    return BehindHorizon("Position", "of LSN " + std::to_string(*in.position), in.horizon);
  }
  if (!request.from_lsn) return in.horizon.lsn + 1;
  if (*request.from_lsn == 0) return Invalid("FromLsn", "0", "at least 1, the first record");
  if (*request.from_lsn > in.horizon.lsn) return *request.from_lsn;
  return BehindHorizon("FromLsn", std::to_string(*request.from_lsn), in.horizon);
}

}  // namespace

Result<WatchGrantsRequest::Response> Answer(const WatchGrantsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const Lsn from, FirstRecord(request, in));
  Records records(in.view, from);
  WatchGrantsRequest::Response page;
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto record, records.Next());
    if (!record) {
      page.position = PackNumber(in.view.lsn());
      return page;
    }
    GL_ASSIGN_OR_RETURN(auto event, EventOf(in.view, *record));
    if (!event) continue;
    if (page.events.size() == limit) {
      page.next_token = PackNumber(record->lsn);
      page.position = PackNumber(record->lsn - 1);
      in.oldest_needed = record->lsn - 1;
      return page;
    }
    page.events.push_back(*std::move(event));
  }
}

Result<ListGrantChangesRequest::Response> Answer(const ListGrantChangesRequest& request,
                                                 ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  if (request.lsn == 0 || request.lsn > in.view.lsn()) {
    return Invalid("Lsn", std::to_string(request.lsn),
                   "1 to the last LSN, " + std::to_string(in.view.lsn()));
  }
  // What it changed is told by the moment before it.
  if (request.lsn <= in.horizon.lsn)
    return BehindHorizon("Lsn", std::to_string(request.lsn), in.horizon);
  in.oldest_needed = request.lsn - 1;
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(in.view.rows(), request.lsn));
  GL_ASSIGN_OR_RETURN(auto changes, RecordChanges::Of(in.view, *record));
  ListGrantChangesRequest::Response page;
  if (!changes.Any()) return page;
  GL_ASSIGN_OR_RETURN(page.next_token, changes.List(in.cursor, limit, &page.changes));
  return page;
}

}  // namespace grantledger
