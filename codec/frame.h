// Frames: what stands around every payload so that damage is noticed before it is read.
//
// A log frame is a format version (1 byte), the XXH3 of (version, lsn, payload) (8 bytes), and the
// payload. Every later format keeps this, so that a newer record is told from a damaged one.
// A row of any other family is the low half of the XXH3 of (key, payload) (4 bytes), and the
// payload: a row that is found under another key is damage too. Numbers are little-endian.
#ifndef GRANTLEDGER_CODEC_FRAME_H_
#define GRANTLEDGER_CODEC_FRAME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <grantledger/types.h>

namespace grantledger {

/// The format that this version writes. Stored in every log frame; a newer one is refused.
inline constexpr std::uint8_t kFormatVersion = 1;

/// What stands in the frame of the record. As each record has a part of the checksum of the one
/// before it, it stands for the whole history up to there.
std::uint64_t RecordChecksum(Lsn lsn, std::string_view payload,
                             std::uint8_t version = kFormatVersion);
std::string FrameRecord(Lsn lsn, std::string_view payload, std::uint8_t version = kFormatVersion);
std::string FrameRow(std::string_view key, std::string_view payload);

/// The format version of a log frame; 0 where there is none. Says something of a frame that proves
/// itself only.
std::uint8_t FrameVersion(std::string_view frame);
/// The payload, a part of `frame`, whatever its version. Nullopt: it does not prove itself.
std::optional<std::string_view> UnframeRecord(Lsn lsn, std::string_view frame);
std::optional<std::string_view> UnframeRow(std::string_view key, std::string_view frame);

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_FRAME_H_
