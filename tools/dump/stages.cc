#include "tools/dump/stages.h"

#include <memory>
#include <string>
#include <utility>

#include "tools/interrupted.h"
#include "tools/progress.h"

namespace grantledger::tools {

StageProgress ShownOn(std::FILE* terminal) {
  return [terminal, progress = std::make_shared<std::pair<std::string, Progress>>(
                        std::string(), Progress(nullptr, 0))](
             std::string_view stage, std::uint64_t done, std::uint64_t all) {
    if (progress->first != stage) {
      progress->second.Clear();
      progress->first = stage;
      progress->second = Progress(terminal, all, std::string(stage));
    }
    progress->second.Update(done);
    if (done >= all) progress->second.Clear();
    return !Interrupted();
  };
}

}  // namespace grantledger::tools
