#include "ledger/dropper.h"

#include <algorithm>

#include "ledger/record_subjects.h"
#include "ledger/view.h"

namespace grantledger {
namespace {

constexpr Lsn kRecordsPerChunk = 512;
/// A turn takes about as long as as many writes.
constexpr std::size_t kRowsPerTurn = 16;

}  // namespace

Dropper::Dropper(Store& store, const IdCodec& ids, At horizon,
                 std::chrono::milliseconds token_lifetime, WritersTurn turn,
                 const std::function<bool()>& between, std::function<bool()> stops)
    : store_(store),
      horizon_(horizon),
      token_lifetime_(token_lifetime),
      turn_(std::move(turn)),
      between_(between),
      writer_(store, between, std::move(stops)),
      rows_(store, /*keeps=*/false),
      cache_(store.tables().cache()),
      view_(rows_, ids, cache_, horizon.lsn, horizon.time),
      homes_(view_) {}

Result<bool> Dropper::Run(CompactionReport* report) {
  GL_ASSIGN_OR_RETURN(const auto row, GetTable<fb::HorizonT>(store_, Family::kBase, HorizonKey()));
  GL_ASSIGN_OR_RETURN(stopped_, DropSpentTokens());
  for (Lsn done = row->dropped; done < horizon_.lsn && !stopped_;) {
    const Lsn to = std::min(done + kRecordsPerChunk, horizon_.lsn);
    GL_RETURN_IF_ERROR(DropChunk(done, to));
    stopped_ = stopped_ || writer_.stopped();
    done = to;
  }
  report->dropped_records += dropped_records_;
  report->dropped_rows += dropped_rows_;
  return !stopped_;
}

bool Dropper::IsSpent(const fb::RecordT& record) const {
  return horizon_.time - ToTime(record.time_ms) >= token_lifetime_;
}

Status Dropper::Delete(Family family, std::string_view key) {
  ++dropped_rows_;
  store_.NoteDropped(family, 1);
  return writer_.Delete(family, key);
}

template <typename Items, typename Change>
Status Dropper::InTurn(const Items& items, const Change& change) {
  for (auto item = items.begin(); item != items.end() && !stopped_;) {
    const auto first = item;
    for (std::size_t i = 0; i < kRowsPerTurn && item != items.end(); ++i) ++item;
    const auto end = item;
    const RowChange changes = [&](Batch& batch) -> Status {
      for (auto one = first; one != end; ++one) GL_RETURN_IF_ERROR(change(batch, *one));
      return {};
    };
    GL_RETURN_IF_ERROR(turn_(changes));
    stopped_ = (between_ && !between_()) || writer_.stopped();
  }
  return {};
}

/// Those that an earlier run had to keep. Gives whether it was stopped.
Result<bool> Dropper::DropSpentTokens() {
  std::vector<Lsn> spent;
  for (RowIterator rows = store_.Scan(Family::kBase, KeptTokensPrefix());; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    if (writer_.stopped()) return true;
    const Lsn lsn = ReadKeptTokenKey(rows.key());
    GL_ASSIGN_OR_RETURN(const auto record, GetRecord(store_, lsn));
    if (!IsSpent(*record)) break;
    spent.push_back(lsn);
  }
  const auto drop = [](Batch& batch, Lsn lsn) -> Status {
    GL_RETURN_IF_ERROR(DropTokenUse(batch, lsn));
    batch.Delete(Family::kBase, KeptTokenKey(lsn));
    batch.Delete(Family::kLog, LogKey(lsn));
    return {};
  };
  GL_RETURN_IF_ERROR(InTurn(spent, drop));
  if (!stopped_) {
    dropped_records_ += spent.size();
    store_.NoteDropped(Family::kLog, spent.size());
    store_.NoteDropped(Family::kState, spent.size());
  }
  return stopped_;
}

Status Dropper::DropChunk(Lsn from, Lsn to) {
  Chunk chunk;
  RowIterator log = store_.Scan(Family::kLog, "");
  for (log.Seek(LogKey(from + 1));; log.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, log.AtRow());
    if (!at_row || !(ReadLogKey(log.key()) <= to)) break;
    GL_ASSIGN_OR_RETURN(const std::string_view payload, log.payload());
    GL_ASSIGN_OR_RETURN(const auto record, ReadRecord(log.key(), payload));
    GL_RETURN_IF_ERROR(DropRowsOf(record, &chunk));
    if (writer_.stopped()) return {};
  }
  GL_RETURN_IF_ERROR(writer_.Flush());
  if (writer_.stopped()) return {};
  GL_RETURN_IF_ERROR(ChangeRows(chunk));
  if (stopped_) return {};
  return DropRecords(chunk, to);
}

Status Dropper::DropRowsOf(const fb::RecordT& record, Chunk* chunk) {
  GL_ASSIGN_OR_RETURN(const RecordSubjects subjects, SubjectsOf(store_, record));
  for (const auto& [grant, account] : subjects.grants) {
    GL_RETURN_IF_ERROR(DropEvent(grant, account, record.lsn));
  }
  if (const auto* fact = record.body.AsLicenseVersioned()) chunk->licenses.insert(fact->license);
  if (const auto* fact = record.body.AsLicenseDeleted()) chunk->licenses.insert(fact->license);
  if (record.token != nullptr && IsSpent(record)) chunk->spent_tokens.push_back(record.lsn);
  if (subjects.placed != AccountId()) {
    chunk->accounts.insert(subjects.placed);
    GL_RETURN_IF_ERROR(DropSizes(subjects.placed, record.lsn));
  }
  if (record.body.AsAccountCreated() != nullptr) return {};
  if (record.token != nullptr && !IsSpent(record)) {
    chunk->kept_tokens.push_back(record.lsn);
  } else if (subjects.placed != AccountId()) {
    chunk->entries.push_back(record.lsn);
  } else {
    chunk->records.push_back(record.lsn);
  }
  return {};
}

Status Dropper::DropEvent(std::uint64_t grant, std::uint64_t account, Lsn lsn) {
  GL_ASSIGN_OR_RETURN(const auto head,
                      GetTable<fb::GrantHeadT>(store_, Family::kState, GrantKey(grant)));
  const AccountId holder(account != 0 ? account : head->grantee);
  if (holder == AccountId()) {
    return Delete(Family::kIndex,
                  DistributionEventKey(head->organization, head->product, lsn, grant));
  }
  return Delete(Family::kIndex, OwnEventKey(holder, head->product, lsn, grant));
}

/// The sizes of the cohorts in which the record let the account enter, or pass, that are older than
/// the size at the horizon.
Status Dropper::DropSizes(AccountId account, Lsn lsn) {
  GL_ASSIGN_OR_RETURN(const auto row,
                      FindTable<fb::AccountT>(store_, Family::kState, AccountKey(account)));
  if (!row) return {};
  for (const auto& stay : row->stays) {
    if (stay->from != lsn && stay->until != lsn) continue;
    const Path path = ToPath(stay->path);
    const std::string cohort = CohortSizePrefix(stay->organization, path, stay->epoch);
    if (!sized_.insert(cohort).second) continue;
    RowIterator sizes = store_.Scan(Family::kMember, cohort);
    sizes.Seek(CohortSizeKey(stay->organization, path, stay->epoch, horizon_.lsn));
    GL_ASSIGN_OR_RETURN(const bool has_one, sizes.AtRow());
    if (has_one) sizes.Next();  // the size at the horizon stays
    for (;; sizes.Next()) {
      GL_ASSIGN_OR_RETURN(const bool at_row, sizes.AtRow());
      if (!at_row || !(!writer_.stopped())) break;
      GL_RETURN_IF_ERROR(Delete(Family::kMember, sizes.key()));
    }
  }
  return {};
}

Status Dropper::ChangeRows(const Chunk& chunk) {
  const Lsn horizon = horizon_.lsn;
  std::vector<AccountId> accounts;
  for (const AccountId account : chunk.accounts) {
    // Most of them entered once, and stand there.
    GL_ASSIGN_OR_RETURN(const auto row,
                        FindTable<fb::AccountT>(store_, Family::kState, AccountKey(account)));
    if (!row || row->stays.size() <= 1) continue;
    GL_RETURN_IF_ERROR(homes_.Learn(*row));  // here, where no writer waits
    accounts.push_back(account);
  }
  const auto drop_stays = [&](Batch& batch, AccountId account) {
    return DropStays(batch, account, horizon, homes_);
  };
  GL_RETURN_IF_ERROR(InTurn(accounts, drop_stays));
  const auto drop_versions = [horizon](Batch& batch, std::uint64_t license) {
    return DropLicenseVersions(batch, license, horizon);
  };
  GL_RETURN_IF_ERROR(InTurn(chunk.licenses, drop_versions));
  store_.NoteDropped(Family::kState, chunk.spent_tokens.size());
  return InTurn(chunk.spent_tokens, [](Batch& batch, Lsn lsn) { return DropTokenUse(batch, lsn); });
}

/// Where the stays begin that the accounts of the chunk still have.
Result<std::set<Lsn>> Dropper::StillStays(const Chunk& chunk) {
  std::set<Lsn> begun;
  for (const AccountId account : chunk.accounts) {
    GL_ASSIGN_OR_RETURN(const auto row,
                        FindTable<fb::AccountT>(store_, Family::kState, AccountKey(account)));
    if (!row) continue;
    for (const auto& stay : row->stays) begun.insert(stay->from);
  }
  return begun;
}

Status Dropper::DeleteRecord(Lsn lsn) {
  ++dropped_records_;
  store_.NoteDropped(Family::kLog, 1);
  return writer_.Delete(Family::kLog, LogKey(lsn));
}

Status Dropper::DropRecords(const Chunk& chunk, Lsn to) {
  GL_ASSIGN_OR_RETURN(const std::set<Lsn> begun, StillStays(chunk));
  for (const Lsn lsn : chunk.kept_tokens) {
    GL_RETURN_IF_ERROR(writer_.Put(Family::kBase, KeptTokenKey(lsn), ""));
  }
  for (const Lsn lsn : chunk.records) {
    GL_RETURN_IF_ERROR(DeleteRecord(lsn));
  }
  for (const Lsn lsn : chunk.entries) {
    if (begun.contains(lsn)) continue;
    GL_RETURN_IF_ERROR(DeleteRecord(lsn));
  }
  GL_ASSIGN_OR_RETURN(auto row, CopyTable<fb::HorizonT>(store_, Family::kBase, HorizonKey()));
  row.dropped = to;
  GL_RETURN_IF_ERROR(writer_.Put(Family::kBase, HorizonKey(), Pack(row)));
  return writer_.Flush();
}

}  // namespace grantledger
