#include "ledger/compaction_log.h"

#include <algorithm>
#include <unordered_map>

#include "ledger/record_subjects.h"

namespace grantledger {
namespace {

class TailReader {
 public:
  explicit TailReader(const Rows& rows) : rows_(rows) {}

  Status Add(const fb::RecordT& record) {
    ++tail_.records;
    GL_ASSIGN_OR_RETURN(const RecordSubjects subjects, SubjectsOf(rows_, record));
    for (const auto& [grant, account] : subjects.grants) {
      GL_RETURN_IF_ERROR(AddGrant(grant, account, record.lsn));
    }
    if (subjects.placed != AccountId()) tail_.placed.push_back(subjects.placed);
    return {};
  }

  TouchedTail Take() {
    // Of a cell's events the last comes first then, and stays.
    std::ranges::sort(tail_.cells, [](const TouchedCell& a, const TouchedCell& b) {
      return std::tuple(a.account, a.product, b.last) < std::tuple(b.account, b.product, a.last);
    });
    const auto same_cell = [](const TouchedCell& a, const TouchedCell& b) {
      return a.account == b.account && a.product == b.product;
    };
    tail_.cells.erase(std::unique(tail_.cells.begin(), tail_.cells.end(), same_cell),
                      tail_.cells.end());
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

  Status AddGrant(std::uint64_t grant, std::uint64_t account, Lsn lsn) {
    auto known = heads_.find(grant);
    if (known == heads_.end()) {
      GL_ASSIGN_OR_RETURN(const auto row,
                          GetTable<fb::GrantHeadT>(rows_, Family::kState, GrantKey(grant)));
      known = heads_.emplace(grant, Head{row.organization, row.product, row.grantee}).first;
    }
    const Head& head = known->second;
    const AccountId holder(account != 0 ? account : head.grantee);
    if (holder == AccountId()) {
      tail_.distributed.emplace(head.organization, head.product);
    } else {
      tail_.cells.push_back({holder, head.product, lsn});
    }
    return {};
  }

  const Rows& rows_;
  std::unordered_map<std::uint64_t, Head> heads_;
  TouchedTail tail_;
};

}  // namespace

Result<TouchedTail> ReadTail(const Rows& rows, Lsn from, Lsn to) {
  TailReader reader(rows);
  RowIterator log = rows.Scan(Family::kLog, "");
  for (log.Seek(LogKey(from + 1)); log.Valid() && ReadLogKey(log.key()) <= to; log.Next()) {
    GL_ASSIGN_OR_RETURN(const std::string_view payload, log.payload());
    GL_ASSIGN_OR_RETURN(const auto record, ReadRecord(log.key(), payload));
    GL_RETURN_IF_ERROR(reader.Add(record));
  }
  GL_RETURN_IF_ERROR(log.status());
  return reader.Take();
}

Result<TouchedTail> ReadBase(const Rows& rows) {
  TouchedTail tail;
  const std::string distributions = AllBaseDistributionsPrefix();
  RowIterator row = rows.Scan(Family::kBase, distributions);
  for (; row.Valid(); row.Next()) {
    KeyReader key(row.key().substr(distributions.size()));
    const std::uint64_t organization = key.Uint();
    tail.distributed.emplace(organization, key.Uint());
  }
  GL_RETURN_IF_ERROR(row.status());
  const std::string cells = FoldedCellsPrefix();
  for (row = rows.Scan(Family::kBase, cells); row.Valid(); row.Next()) {
    KeyReader key(row.key().substr(cells.size()));
    const AccountId account = key.Account();
    GL_ASSIGN_OR_RETURN(const std::string_view payload, row.payload());
    GL_ASSIGN_OR_RETURN(const auto cell,
                        ReadTable<fb::FoldedCellT>(Family::kBase, row.key(), payload));
    tail.cells.push_back({account, key.Uint(), cell.lsn});
  }
  GL_RETURN_IF_ERROR(row.status());
  return tail;
}

}  // namespace grantledger
