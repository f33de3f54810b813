#include "ledger/threads.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include <rocksdb/env.h>

namespace grantledger {

Status StartThreads(const rocksdb::DBOptions& options) {
  using rocksdb::Env;
  // As RocksDB divides max_background_jobs.
  const int flushes = std::max(1, options.max_background_jobs / 4);
  const int compactions = std::max(1, options.max_background_jobs - flushes);
  for (const auto& [priority, count] :
       {std::pair(Env::Priority::HIGH, flushes), std::pair(Env::Priority::LOW, compactions)}) {
    const int before = options.env->GetBackgroundThreads(priority);
    try {
      options.env->IncBackgroundThreadsIfNeeded(count, priority);
    } catch (const std::system_error& error) {
      // Else it would take the missing ones for started.
      options.env->SetBackgroundThreads(before, priority);
      return {Code::kIoError, std::string("no thread can be started, expected ") +
                                  std::to_string(flushes + compactions) +
                                  " to work in the background (" + error.what() + ")"};
    }
  }
  return {};
}

}  // namespace grantledger
