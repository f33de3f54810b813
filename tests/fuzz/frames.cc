// Frames: a frame proves itself or not, and one that was made does.
#include "codec/frame.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {

void FuzzFrames(std::string_view input) {
  InputReader in(input);
  constexpr int kBytes = 2;
  const Lsn lsn = in.Number(kBytes);
  const std::uint64_t flipped = in.Number(kBytes);
  const std::string_view key = in.Block();
  const std::string_view rest = in.rest();
  (void)FrameVersion(rest);
  if (const auto payload = UnframeRecord(lsn, rest)) {
    Check(FrameRecord(lsn, *payload, FrameVersion(rest)) == rest, "a record has one frame");
  }
  if (const auto payload = UnframeRow(key, rest)) {
    Check(FrameRow(key, *payload) == rest, "a row has one frame");
  }
  std::string record = FrameRecord(lsn, rest);
  Check(UnframeRecord(lsn, record) == rest, "the frame of a record proves itself");
  Check(!UnframeRecord(lsn + 1, record), "a record stands under its own LSN");
  std::string row = FrameRow(key, rest);
  Check(UnframeRow(key, row) == rest, "the frame of a row proves itself");
  const auto mask = static_cast<char>(1U << flipped % 8U);
  record[flipped / 8 % record.size()] ^= mask;
  Check(!UnframeRecord(lsn, record), "a flipped bit of a record is noticed");
  row[flipped / 8 % row.size()] ^= mask;
  Check(!UnframeRow(key, row), "a flipped bit of a row is noticed");
}

}  // namespace grantledger::fuzz
