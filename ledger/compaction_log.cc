#include "ledger/compaction_log.h"

#include <algorithm>
#include <unordered_map>

#include "ledger/record_subjects.h"

namespace grantledger {
namespace {

/// What the event does to a cell, whosever it is; empty: nothing that could happen to another
/// account, whose direct grants are others.
std::string ContentOf(const fb::BodyUnion& body) {
  std::string content;
  const auto add = [&content](const auto& part) {
    content.append(PackNumber(part.size())).append(part.begin(), part.end());
  };
  if (const auto* fact = body.AsGrantVersioned(); fact != nullptr && fact->account != 0) {
    content = "V" + PackNumber(fact->grant);
    const bool flags[] = {fact->has_name, fact->has_status};
    for (const bool flag : flags) content.push_back(flag ? 1 : 0);
    content.push_back(static_cast<char>(fact->status));
    content.push_back(static_cast<char>(fact->behavior));
    add(fact->name);
    add(fact->operations);
    add(fact->reason);
  } else if (const auto* accepted = body.AsGrantAccepted();
             accepted != nullptr && accepted->account != 0) {
    content = "A" + PackNumber(accepted->grant);
  }
  return content;
}

class TailReader {
 public:
  TailReader(const Rows& rows, Lsn from) : rows_(rows) { tail_.from = from; }

  [[nodiscard]] std::size_t products() const { return tail_.distributed.size(); }

  Status Add(const fb::RecordT& record) {
    ++tail_.records;
    GL_ASSIGN_OR_RETURN(const RecordSubjects subjects, SubjectsOf(rows_, record));
    const std::uint32_t happened = NumberOf(ContentOf(record.body));
    for (const auto& [grant, account] : subjects.grants) {
      GL_RETURN_IF_ERROR(AddGrant(grant, account, record.lsn, happened));
    }
    if (subjects.created_in != 0) {
      tail_.created[subjects.created_in].push_back(subjects.placed);
    } else if (subjects.placed != AccountId()) {
      tail_.placed.push_back(subjects.placed);
    }
    return {};
  }

  TouchedTail Take(Lsn to) {
    tail_.to = to;
    std::ranges::sort(tail_.cells);
    MergeCells();
    std::ranges::sort(tail_.placed);
    tail_.placed.erase(std::unique(tail_.placed.begin(), tail_.placed.end()), tail_.placed.end());
    return std::move(tail_);
  }

 private:
  /// What of a grant's head matters here.
  struct Head {
    std::uint64_t organization = 0;
    std::uint64_t product = 0;
    std::uint64_t grantee = 0;
  };

  Status AddGrant(std::uint64_t grant, std::uint64_t account, Lsn lsn, std::uint32_t happened) {
    auto known = heads_.find(grant);
    if (known == heads_.end()) {
      GL_ASSIGN_OR_RETURN(const auto row,
                          GetTable<fb::GrantHeadT>(rows_, Family::kState, GrantKey(grant)));
      known = heads_.emplace(grant, Head{row->organization, row->product, row->grantee}).first;
    }
    const Head& head = known->second;
    const AccountId holder(account != 0 ? account : head.grantee);
    if (holder == AccountId()) {
      tail_.distributed.emplace(head.organization, head.product);
    } else {
      tail_.cells.push_back({holder, head.product, lsn, happened});
    }
    return {};
  }

  /// Of the events of each cell, which follow one another, one is left: the last, for all of them.
  void MergeCells() {
    std::vector<TouchedCell>& cells = tail_.cells;
    std::size_t count = 0;
    for (const TouchedCell& next : cells) {
      TouchedCell* cell = count == 0 ? nullptr : &cells[count - 1];
      if (cell == nullptr || cell->account != next.account || cell->product != next.product) {
        cells[count++] = next;
        continue;
      }
      cell->last = next.last;
      const bool both = cell->happened != 0 && next.happened != 0;
      const std::string one_then_other =
          "T" + PackNumber(cell->happened) + PackNumber(next.happened);
      cell->happened = both ? NumberOf(one_then_other) : 0;
    }
    cells.resize(count);
  }

  /// The same for the same content; 0: there is none.
  std::uint32_t NumberOf(const std::string& content) {
    if (content.empty()) return 0;
    const auto next = static_cast<std::uint32_t>(numbers_.size() + 1);
    return numbers_.emplace(content, next).first->second;
  }

  const Rows& rows_;
  std::unordered_map<std::uint64_t, Head> heads_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  TouchedTail tail_;
};

}  // namespace

Result<TouchedTail> ReadTail(const Rows& rows, Lsn from, Lsn to, const TailLimits& limits,
                             const std::function<bool()>& stops) {
  TailReader reader(rows, from);
  const Lsn end = std::min(from + limits.records, to);
  RowIterator log = rows.Scan(Family::kLog, "");
  for (log.Seek(LogKey(from + 1));; log.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, log.AtRow());
    if (!at_row || !(ReadLogKey(log.key()) <= end)) break;
    if (stops && stops()) return Interrupted();
    if (reader.products() == limits.products) return reader.Take(ReadLogKey(log.key()) - 1);
    GL_ASSIGN_OR_RETURN(const std::string_view payload, log.payload());
    GL_ASSIGN_OR_RETURN(const auto record, ReadRecord(log.key(), payload));
    GL_RETURN_IF_ERROR(reader.Add(record));
  }
  return reader.Take(end);
}

Result<TouchedTail> ReadBase(const Rows& rows, Lsn from, Lsn to,
                             const std::function<bool()>& stops) {
  TouchedTail tail;
  tail.from = from;
  tail.to = to;
  const std::string distributions = AllBaseDistributionsPrefix();
  RowIterator row = rows.Scan(Family::kBase, distributions);
  for (;; row.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, row.AtRow());
    if (!at_row) break;
    KeyReader key(row.key().substr(distributions.size()));
    const std::uint64_t organization = key.Uint();
    tail.distributed.emplace(organization, key.Uint());
  }
  const std::string cells = FoldedCellsPrefix();
  for (row = rows.Scan(Family::kBase, cells);; row.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, row.AtRow());
    if (!at_row) break;
    if (stops && stops()) return Interrupted();
    KeyReader key(row.key().substr(cells.size()));
    const AccountId account = key.Account();
    GL_ASSIGN_OR_RETURN(const std::string_view payload, row.payload());
    GL_ASSIGN_OR_RETURN(const auto cell,
                        ReadTable<fb::FoldedCellT>(Family::kBase, row.key(), payload));
    tail.cells.push_back({account, key.Uint(), cell.lsn, 0});
  }
  return tail;
}

}  // namespace grantledger
