// What verify tells of the pages of the file ANCHOR.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "ledger/anchor.h"
#include "tests/inspect/damage_fixture.h"

namespace grantledger {
namespace {

using testing::HasSubstr;
using Kind = Finding::Kind;
namespace fs = std::filesystem;

class VerifiesAnchors : public DamageFixture {
 protected:
  static constexpr std::uintmax_t kPage = 4096;

  static void Overwrite(const std::string& directory, std::uintmax_t at, std::string_view bytes) {
    std::fstream file(directory + "/ANCHOR", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
  }
  std::string Only(Kind kind, const std::string& directory) {
    const auto findings = Verify(directory, false);
    EXPECT_EQ(findings.size(), 1U) << Sentences(findings);
    if (findings.empty()) return {};
    EXPECT_EQ(findings[0].kind, kind);
    return findings[0].what;
  }
};

/// The next opening to write, which writes it anew, mends it.
TEST_F(VerifiesAnchors, APageThatDoesNotProveItselfIsAFindingUntilItIsWritten) {
  TellStory();
  for (const std::uintmax_t page : {0, 1}) {
    SCOPED_TRACE(page);
    for (const std::string& bytes : {std::string("?"), std::string(kPage - 20, '\0')}) {
      Overwrite(directory_, page * kPage + 20, bytes);
      EXPECT_THAT(Only(Kind::kTornTail, directory_),
                  HasSubstr("page " + std::to_string(page + 1) + " of the file ANCHOR"));
    }
    Open();
    ledger_.reset();
    EXPECT_EQ(Sentences(Verify()), "");
  }
}

TEST_F(VerifiesAnchors, APageThatIsGoneIsAFinding) {
  TellStory();
  Overwrite(directory_, kPage, std::string(kPage, '\0'));
  EXPECT_THAT(Only(Kind::kTornTail, directory_), HasSubstr("page 2 of the file ANCHOR"))
      << "it was written";
  fs::resize_file(directory_ + "/ANCHOR", kPage);
  EXPECT_THAT(Only(Kind::kFile, directory_),
              HasSubstr("page 2 of the file ANCHOR is cut: that has 4096 bytes, expected 12288"));
}

/// As a session leaves it that made a ledger and claimed nothing more.
TEST_F(VerifiesAnchors, ASecondPageThatWasNeverWrittenIsNoDamage) {
  { ASSERT_TRUE(Anchor::Open(directory_, rocksdb::Env::Default(), AnchorClaim()).has_value()); }
  EXPECT_FALSE(FindBrokenPage(directory_, rocksdb::Env::Default()).has_value());
  Overwrite(directory_, kPage, "GLANCHOR");
  ASSERT_TRUE(FindBrokenPage(directory_, rocksdb::Env::Default()).has_value());
}

/// It is not synced, and may be torn for long.
TEST_F(VerifiesAnchors, TheThirdPageIsPassedOver) {
  TellStory();
  Overwrite(directory_, 2 * kPage, "the middle of a page");
  EXPECT_EQ(Sentences(Verify()), "");
}

/// What is wrong for a moment is being written.
TEST_F(VerifiesAnchors, APageThatIsBeingWrittenIsNoDamage) {
  TellStory();
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; !done; ++i) Overwrite(directory_, kPage + 20, std::to_string(i));
  });
  const auto findings = Verify();
  done = true;
  writer.join();
  EXPECT_EQ(Sentences(findings), "");
}

}  // namespace
}  // namespace grantledger
