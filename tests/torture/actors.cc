#include "actors.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include <grantledger/backup.h>

#include "tests/model/normal_form.h"
#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using model::Random;
using model::State;

void Rest(Random& random, std::size_t most_us) {
  std::this_thread::sleep_for(std::chrono::microseconds(random.Below(most_us + 1)));
}

/// A read of any kind, of the latest as-of point or of one that was kept a moment ago.
Json ChooseRead(const Round& round, Random& random) {
  model::ReadChooser reads(round.profile, round.state, Random(random.Next()));
  Json request = random.Percent(25) ? reads.LongList() : reads.Next();
  request.erase("Time");
  if (!random.Percent(30)) return request;
  const Sight now = round.subject.Look();
  const std::uint64_t first = std::max(now.horizon, round.state.LastLsn());
  if (round.as_of.empty() || (random.Percent(40) && first <= now.lsn)) {
    request["AsOf"] = first + random.Below(now.lsn - first + 1);
    return request;
  }
  const std::uint64_t lsn = random.Pick(round.as_of);
  request["AsOf"] = lsn;
  const auto& times = round.state.times;
  // As of a time that names the same record whatever is written meanwhile.
  if (lsn != 0 && lsn < times.size() && times[lsn - 1] < times[lsn] && random.Percent(40)) {
    request["AsOf"] = model::FormatIsoTime(times[lsn - 1]);
  }
  return request;
}

bool IsList(const Json& request) {
  return !model::ListField(request.at("Operation")).empty() &&
         !request.at("Input").contains("MaxResults");
}

/// Fetches pages, and leaves some lists open for later rounds.
void ReadList(Round& round, Random& random, const Json& request, Seen* seen) {
  static constexpr std::array<std::size_t, 6> kPageSizes{1, 2, 3, 7, 25, 100};
  Walk walk;
  walk.page_size = kPageSizes[random.Below(kPageSizes.size())];
  Json first = request;
  first["Input"]["MaxResults"] = walk.page_size;
  walk.first = round.subject.Call(first);
  walk.first.request = request;
  if (walk.first.answer.contains("Error")) {
    seen->reads.push_back(std::move(walk.first));
    return;
  }
  const Json& output = walk.first.answer.at("Output");
  walk.rows = output.at(model::ListField(request.at("Operation")));
  walk.next = output.value("NextToken", "");
  const bool stays_open =
      random.Percent(30) && request.at("Operation") != "ListReceivedLicensesForOrganization";
  constexpr std::size_t kMostPages = 40;
  for (std::size_t page = 0; !walk.next.empty(); ++page) {
    if (page == kMostPages) return;  // says little
    if (stays_open && random.Percent(40)) {
      seen->open.push_back(std::move(walk));
      return;
    }
    if (random.Percent(20)) Rest(random, 3'000);
    if ((seen->violation = FetchPage(round.subject, &walk))) return;
  }
  if (!walk.rows.is_null()) seen->walks.push_back(std::move(walk));
}

std::unique_ptr<Ledger> OpenToRead(const Round& round, const std::string& directory, Seen* seen) {
  Options options = round.subject.options();
  options.read_only = true;
  auto opened = Ledger::Open(directory, options);
  if (opened) return *std::move(opened);
  seen->violation = Violation{"opening read-only: " + opened.error().message(), {}, {}, 0};
  return nullptr;
}

/// Of a ledger that nobody else uses, and that is as it was when it was opened or refreshed.
void ReadOnce(Ledger& ledger, const Round& round, Random& random, Seen* seen) {
  Json request = model::ReadChooser(round.profile, round.state, Random(random.Next())).Next();
  request.erase("Time");
  const auto look = [&] { return Sight{ledger.LastLsn(), ledger.Horizon(), round.subject.now()}; };
  Observed read{request, {}, look(), {}};
  read.answer = tools::JsonApi(ledger).Execute(request);
  read.after = look();
  if (read.answer.contains(Json::json_pointer("/Output/NextToken"))) return;
  seen->reads.push_back(std::move(read));
}

/// The last record of what was backed up, beside the writer, and is restored.
Result<Lsn> BackUpAndRestore(const Round& round, const fs::path& store, const fs::path& copy) {
  const auto backup = BackupLedger(round.subject.directory(), store.string(), {});
  if (!backup) return backup.error();
  const auto restored = RestoreLedger(store.string(), copy.string(), {});
  if (!restored) return restored.error();
  return backup->last_lsn;
}

}  // namespace

std::optional<Violation> FetchPage(Subject& subject, Walk* walk) {
  Json request = walk->first.request;
  request["Input"]["MaxResults"] = walk->page_size;
  request["Input"]["NextToken"] = walk->next;
  const Observed page = subject.Call(request);
  const std::string field = model::ListField(request.at("Operation"));
  if (page.answer.contains("Error")) {
    // The first page's hold, and that does not keep the horizon from where the policy would have
    // had it max_hold ago. Both are counted in periods of a 64th.
    const Millis max_hold = subject.options().max_hold.count();
    const Millis period = max_hold / 64 + 1;
    const Millis held_until = walk->first.before.time + max_hold - period;
    const Lsn overdue = subject.WantedBy(page.after.time - max_hold + period);
    walk->next.clear();
    walk->rows = nullptr;
    const bool is_held = page.after.time < held_until && page.after.horizon > overdue;
    if (!is_held && page.after.horizon > 0) return std::nullopt;
    return Violation{"a later page fails", page, "held until " + std::to_string(held_until), 0};
  }
  const Json& output = page.answer.at("Output");
  const Json& rows = output.at(field);
  const bool last = !output.contains("NextToken");
  if (rows.size() > walk->page_size || (rows.empty() && !last)) {
    return Violation{"a bad page", page, {}, 0};
  }
  walk->rows.insert(walk->rows.end(), rows.begin(), rows.end());
  walk->next = output.value("NextToken", "");
  return std::nullopt;
}

void WriteSome(Round& round, Random random, std::size_t calls, Seen* seen) {
  constexpr std::size_t kLargestBatch = 8;
  for (std::size_t i = 0; i < calls; ++i) {
    std::vector<Json> writes(random.Percent(75) ? 1 : 2 + random.Below(kLargestBatch - 1));
    for (Json& write : writes) {
      write = model::WriteChooser(round.profile, round.state, Random(random.Next())).Next();
      write.erase("Time");
    }
    const Turns::Keys keys = Turns::KeysOf(writes);
    round.turns.Take(keys);
    std::vector<Observed> calls_made = round.subject.CallAll(writes);
    round.turns.Leave(keys);
    std::ranges::move(calls_made, std::back_inserter(seen->writes));
    if (random.Percent(50)) {
      round.subject.Tick(static_cast<Millis>(random.Below(random.Percent(20) ? 60'000 : 50)));
    }
    if (random.Percent(10)) Rest(random, 2'000);
  }
}

void ReadOn(Round& round, Random random, std::size_t most, Seen* seen) {
  for (std::size_t i = 0; i < most && !round.stop && !seen->violation; ++i) {
    const Json request = ChooseRead(round, random);
    if (IsList(request)) {
      ReadList(round, random, request, seen);
    } else {
      seen->reads.push_back(round.subject.Call(request));
    }
    if (random.Percent(20)) Rest(random, 3'000);
  }
}

void CompactOn(Round& round, Random random, Seen* seen) {
  while (!round.stop) {
    const std::uint64_t most = random.Percent(30) ? ~std::uint64_t{0} : random.Below(8);
    std::uint64_t batches = 0;
    const auto report = round.subject.ledger().Compact(
        [&](std::uint64_t, std::uint64_t) { return batches++ < most; });
    if (!report) {
      seen->violation = Violation{"compacting: " + report.error().message(), {}, {}, 0};
      return;
    }
    Rest(random, 20'000);
  }
}

void HoldOn(Round& round, Random random, Seen* seen) {
  while (!round.stop) {
    const Sight before = round.subject.Look();
    const Lsn lsn = before.horizon + random.Below(before.lsn - before.horizon + 1);
    const auto hold = round.subject.ledger().Hold(lsn);
    if (!hold) {
      if (round.subject.Look().horizon > lsn) continue;
      seen->violation = Violation{"holding: " + hold.error().message(), {}, {}, lsn};
      return;
    }
    Rest(random, 10'000);
    const Lsn horizon = round.subject.Look().horizon;
    const bool is_over =
        round.subject.now() >= before.time + round.subject.options().max_hold.count();
    if (horizon > lsn && !is_over) {
      seen->violation = Violation{"the horizon passed what is held", {}, horizon, lsn};
      return;
    }
  }
}

void ReadBeside(Round& round, Random random, Seen* seen) {
  const auto beside = OpenToRead(round, round.subject.directory(), seen);
  if (beside == nullptr) return;
  for (std::size_t reads = 2 + random.Below(8); reads > 0 && !round.stop; --reads) {
    ReadOnce(*beside, round, random, seen);
    Rest(random, 5'000);
    if (!random.Percent(30)) continue;
    const Lsn least = round.subject.Look().lsn;
    const Status refreshed = beside->Refresh();
    ++seen->refreshes;
    if (!refreshed.ok() || beside->LastLsn() < least) {
      seen->violation = Violation{"refreshing: " + refreshed.message(), {}, least, least};
      return;
    }
  }
}

void CopyBeside(Round& round, Random random, Seen* seen) {
  const fs::path store = round.subject.directory() + "-store";
  const fs::path copy = round.subject.directory() + "-copy";
  constexpr std::uint64_t kMostCopies = 2;
  while (!round.stop && !seen->violation && seen->copies < kMostCopies) {
    fs::remove_all(store);
    fs::remove_all(copy);
    const Lsn least = round.subject.Look().lsn;
    const Result<Lsn> end = random.Percent(60) ? round.subject.ledger().Checkpoint(copy.string())
                                               : BackUpAndRestore(round, store, copy);
    const Lsn most = round.subject.Look().lsn;
    if (!end || *end < least || *end > most) {
      const std::string why = end ? "it ends at " + std::to_string(*end) : end.error().message();
      seen->violation = Violation{"copying: " + why, {}, most, least};
      break;
    }
    const auto copied = OpenToRead(round, copy.string(), seen);
    if (copied == nullptr) break;
    ++seen->copies;
    if (copied->LastLsn() != *end) {
      seen->violation =
          Violation{"a copy ends elsewhere than it was said", {}, copied->LastLsn(), *end};
      break;
    }
    for (int reads = 0; reads < 5; ++reads) ReadOnce(*copied, round, random, seen);
    const std::string found = random.Percent(10) ? FindDeep(copy.string()) : std::string();
    if (!found.empty())
      seen->violation = Violation{"verify of a copy finds\n" + found, {}, {}, *end};
    Rest(random, 20'000);
  }
  fs::remove_all(store);
  fs::remove_all(copy);
}

void VerifyBeside(Round& round, Seen* seen) {
  const std::string found = round.subject.Verify();
  if (found.empty()) return;
  seen->violation = Violation{"verify beside writers finds\n" + found, {}, {}, 0};
}

}  // namespace grantledger::torture
