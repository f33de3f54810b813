#include "tests/torture/campaign.h"

#include <array>

#include "tests/torture/concurrent.h"
#include "tests/torture/damage.h"
#include "tests/torture/faults.h"
#include "tests/torture/feed.h"
#include "tests/torture/full_disk.h"
#include "tests/torture/growth.h"
#include "tests/torture/histories.h"
#include "tests/torture/kill.h"
#include "tests/torture/power.h"

namespace grantledger::torture {

// One line for each, from its own header.
std::span<const Campaign> Campaigns() {
  static constexpr std::array kAll{
      Campaign{"concurrent", "writers, readers, compaction, retention and holds at once",
               RunConcurrent},
      Campaign{"damage", "a file altered, cut, lost or old: right, Corruption, or a refusal",
               RunDamage},
      Campaign{"fault-pairs", "a call to the machine fails, and one of another kind soon after it",
               RunFaultPairsCampaign},
      Campaign{"faults", "every call to the machine fails, once or from then on; memory too",
               RunFaultsCampaign},
      Campaign{"feed", "tens of thousands of bulk changes beside background compaction", RunFeed},
      Campaign{"full-disk", "a disk is full for a while, under a process that goes on",
               RunFullDisk},
      Campaign{"growth", "millions of writes with a retention: memory, files and disk stay flat",
               RunGrowth},
      Campaign{"histories", "one call after another: every answer is the model's to the letter",
               RunHistories},
      Campaign{"kill", "SIGKILL at random: what was answered is there", RunKill},
      Campaign{"power", "disks as power loss leaves them: what was answered is there", RunPower},
  };
  return kAll;
}

}  // namespace grantledger::torture
