// Tables to bytes and back: what is absent stays absent, and bytes that are no table are refused.
#include "codec/tables.h"

#include <gtest/gtest.h>

#include <limits>

#include "codec/schema/record_generated.h"
#include "codec/schema/state_generated.h"
#include "tests/codec/bytes.h"
#include "tests/codec/golden_values.h"

namespace grantledger {
namespace {

fb::RecordT Record() {
  fb::RecordT record;
  record.lsn = 5;
  record.caller = 111122223333;
  fb::LicenseCreatedT fact;
  fact.license = 1;
  fact.product_sku = "sku";
  fact.terms = GoldenTerms();
  record.body.Set(std::move(fact));
  return record;
}

TEST(TablesTest, AnEmptyTableIsReadAgain) {
  const auto account = Unpack<fb::AccountT>(Pack(fb::AccountT()));
  ASSERT_TRUE(account);
  EXPECT_EQ(account->created_lsn, 0U);
  EXPECT_TRUE(account->stays.empty());
  EXPECT_TRUE(account->own.empty());
}

TEST(TablesTest, WhatIsAbsentStaysAbsent) {
  fb::EntitlementT least;
  least.name = "use";
  const auto read = Unpack<fb::EntitlementT>(Pack(least));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->has_value);
  EXPECT_FALSE(read->max_count.has_value());
  EXPECT_FALSE(read->overage.has_value());
  EXPECT_FALSE(read->allow_check_in.has_value());
}

TEST(TablesTest, ZeroIsNotAbsent) {
  fb::EntitlementT zeros;
  zeros.max_count = 0;
  zeros.overage = false;
  zeros.allow_check_in = false;
  const auto read = Unpack<fb::EntitlementT>(Pack(zeros));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->max_count, 0);
  EXPECT_EQ(read->overage, false);
  EXPECT_EQ(read->allow_check_in, false);
}

TEST(TablesTest, EdgesOfNumbersAndTextAreReadAgain) {
  fb::CountersT counters;
  counters.lsn = ~std::uint64_t{0};
  counters.time_ms = std::numeric_limits<std::int64_t>::min();
  const auto read = Unpack<fb::CountersT>(Pack(counters));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->lsn, counters.lsn);
  EXPECT_EQ(read->time_ms, counters.time_ms);
  fb::ProductT product;
  product.issuer_name = std::string("a\0b", 3);
  product.sku = std::string(70'000, 'x');
  const auto named = Unpack<fb::ProductT>(Pack(product));
  ASSERT_TRUE(named);
  EXPECT_EQ(named->issuer_name, product.issuer_name);
  EXPECT_EQ(named->sku, product.sku);
}

TEST(TablesTest, SizesAroundTheSmallBufferAreReadAgain) {
  for (std::size_t size = 400; size < 600; ++size) {
    fb::ProductT product;
    product.sku = std::string(size, 'n');
    const auto read = Unpack<fb::ProductT>(Pack(product));
    ASSERT_TRUE(read) << size;
    EXPECT_EQ(read->sku, product.sku);
  }
}

TEST(TablesTest, BytesAtAnyAddressAreRead) {
  const std::string bytes = Pack(Record(), kIdentifier);
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const std::string shifted = std::string(shift, 'x') + bytes;
    const auto read = Unpack<fb::RecordT>(std::string_view(shifted).substr(shift), kIdentifier);
    ASSERT_TRUE(read) << shift;
    EXPECT_EQ(read->body.AsLicenseCreated()->terms->license_name, "license");
  }
}

TEST(TablesTest, TheIdentifierIsAskedFor) {
  const std::string bytes = Pack(Record(), kIdentifier);
  EXPECT_EQ(bytes.substr(4, 4), kIdentifier);
  EXPECT_TRUE(Unpack<fb::RecordT>(bytes, kIdentifier));
  EXPECT_FALSE(Unpack<fb::RecordT>(bytes, "GLXX"));
  EXPECT_FALSE(Unpack<fb::RecordT>(Pack(Record()), kIdentifier));
}

TEST(TablesTest, PackingTwiceGivesTheSameBytes) {
  EXPECT_EQ(Pack(Record(), kIdentifier), Pack(Record(), kIdentifier));
}

TEST(TablesTest, CutsAreRefusedOrRead) {
  const std::string bytes = Pack(Record(), kIdentifier);
  EXPECT_FALSE(Unpack<fb::RecordT>("", kIdentifier));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // The frame tells what was cut; here nothing must be read that is not there.
    (void)Unpack<fb::RecordT>(std::string_view(bytes).substr(0, size), kIdentifier);
    if (size < 16) {
      EXPECT_FALSE(Unpack<fb::RecordT>(std::string_view(bytes).substr(0, size), kIdentifier));
    }
  }
}

TEST(TablesTest, DamageNeverCrashes) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const std::string good = Pack(Record(), kIdentifier);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good;
    for (std::size_t spoilt = 1 + random.Below(8); spoilt > 0; --spoilt) {
      bytes[random.Below(bytes.size())] = static_cast<char>(random.Next() & 0xff);
    }
    (void)Unpack<fb::RecordT>(bytes, kIdentifier);
    (void)Unpack<fb::RecordT>(bytes);
  }
  for (int round = 0; round < 20'000; ++round) {
    (void)Unpack<fb::AccountT>(RandomBytes(&random, random.Below(64)));
  }
}

}  // namespace
}  // namespace grantledger
