// Frames: every damage is noticed.
#include "codec/frame.h"

#include <gtest/gtest.h>

#include "tests/codec/bytes.h"

namespace grantledger {
namespace {

constexpr Lsn kLsn = 1234;
const std::string kRowKey = "g\x01\x07";

static_assert(kFormatVersion == 1, "a new format needs its own golden bytes");

std::string Payload(std::size_t size) {
  model::Random random(size + 1);
  return RandomBytes(&random, size);
}

TEST(FrameTest, PayloadsOfAnySizeAreReadAgain) {
  for (const std::size_t size : {0, 1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 1024, 70'000}) {
    const std::string payload = Payload(size);
    const std::string record = FrameRecord(kLsn, payload);
    EXPECT_EQ(record.size(), size + 9);
    EXPECT_EQ(FrameVersion(record), 1);
    EXPECT_EQ(UnframeRecord(kLsn, record), payload);
    const std::string row = FrameRow(kRowKey, payload);
    EXPECT_EQ(row.size(), size + 4);
    EXPECT_EQ(UnframeRow(kRowKey, row), payload);
  }
}

TEST(FrameTest, ThePayloadIsPartOfTheFrame) {
  const std::string record = FrameRecord(kLsn, "payload");
  EXPECT_EQ(UnframeRecord(kLsn, record)->data(), record.data() + 9);
  const std::string row = FrameRow(kRowKey, "payload");
  EXPECT_EQ(UnframeRow(kRowKey, row)->data(), row.data() + 4);
}

TEST(FrameTest, EverySingleBitFlipIsNoticed) {
  for (const std::size_t size : {0, 1, 16, 64, 200, 600}) {
    std::string record = FrameRecord(kLsn, Payload(size));
    std::string row = FrameRow(kRowKey, Payload(size));
    for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
      record[bit / 8] = static_cast<char>(record[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(UnframeRecord(kLsn, record)) << size << " bytes, bit " << bit;
      record[bit / 8] = static_cast<char>(record[bit / 8] ^ 1 << bit % 8);
    }
    for (std::size_t bit = 0; bit < row.size() * 8; ++bit) {
      row[bit / 8] = static_cast<char>(row[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(UnframeRow(kRowKey, row)) << size << " bytes, bit " << bit;
      row[bit / 8] = static_cast<char>(row[bit / 8] ^ 1 << bit % 8);
    }
    EXPECT_TRUE(UnframeRecord(kLsn, record));
    EXPECT_TRUE(UnframeRow(kRowKey, row));
  }
}

TEST(FrameTest, EveryCutIsNoticed) {
  const std::string record = FrameRecord(kLsn, Payload(40));
  for (std::size_t size = 0; size < record.size(); ++size) {
    EXPECT_FALSE(UnframeRecord(kLsn, std::string_view(record).substr(0, size))) << size;
  }
  const std::string row = FrameRow(kRowKey, Payload(40));
  for (std::size_t size = 0; size < row.size(); ++size) {
    EXPECT_FALSE(UnframeRow(kRowKey, std::string_view(row).substr(0, size))) << size;
  }
  EXPECT_FALSE(UnframeRecord(kLsn, record + '\0'));
  EXPECT_FALSE(UnframeRow(kRowKey, row + '\0'));
}

TEST(FrameTest, ARecordOfAnotherLsnIsNoticed) {
  for (const std::size_t size : {0, 1, 40, 600}) {
    const std::string record = FrameRecord(kLsn, Payload(size));
    for (int bit = 0; bit < 64; ++bit) {
      EXPECT_FALSE(UnframeRecord(kLsn ^ Lsn{1} << bit, record)) << size << " bytes, bit " << bit;
    }
  }
}

TEST(FrameTest, ARowOfAnotherKeyIsNoticed) {
  for (const std::size_t size : {0, 1, 40, 600}) {
    const std::string row = FrameRow(kRowKey, Payload(size));
    for (std::size_t bit = 0; bit < kRowKey.size() * 8; ++bit) {
      std::string other = kRowKey;
      other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(UnframeRow(other, row)) << size << " bytes, bit " << bit;
    }
    EXPECT_FALSE(UnframeRow(kRowKey + '\0', row));
    EXPECT_FALSE(UnframeRow("", row));
  }
}

TEST(FrameTest, AnotherVersionIsToldFromADamagedOne) {
  std::string damaged = FrameRecord(kLsn, "payload");
  for (int version = 0; version < 256; ++version) {
    damaged[0] = static_cast<char>(version);
    EXPECT_EQ(FrameVersion(damaged), version);
    EXPECT_EQ(UnframeRecord(kLsn, damaged).has_value(), version == 1) << version;
    const std::string other = FrameRecord(kLsn, "payload", static_cast<std::uint8_t>(version));
    EXPECT_EQ(FrameVersion(other), version);
    EXPECT_EQ(UnframeRecord(kLsn, other), "payload") << version;
  }
  EXPECT_EQ(FrameVersion(""), 0);
}

TEST(FrameTest, GarbageNeverCrashes) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = RandomBytes(&random, random.Below(64));
    (void)UnframeRow(kRowKey, bytes);
    EXPECT_FALSE(UnframeRecord(kLsn, bytes));
    if (!bytes.empty()) bytes[0] = static_cast<char>(kFormatVersion);
    EXPECT_FALSE(UnframeRecord(kLsn, bytes));
  }
}

}  // namespace
}  // namespace grantledger
