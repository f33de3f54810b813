#include "tools/batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "tests/tools/fake_ledger.h"

namespace grantledger::tools {
namespace {

using testing::ElementsAre;

constexpr const char* kRead =
    R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},"Bind":{"r":"Roots.0.Id"}})";

/// A request for an OU of that name; its Bind keeps the id under `bind`.
std::string MakeUnit(const std::string& name, const std::string& bind = "",
                     const std::string& field = "OrganizationalUnit.Id") {
  Json request = {{"Operation", "CreateOrganizationalUnit"},
                  {"Caller", "111122223333"},
                  {"Input", {{"ParentId", "r-1234"}, {"Name", name}}}};
  if (!bind.empty()) request["Bind"] = {{bind, field}};
  return request.dump();
}

class BatcherTest : public testing::Test {
 protected:
  ~BatcherTest() override { close(fd_); }

  void Add(const std::string& text) { batcher_.Add({++line_, text}); }

  /// The answers that have arrived since the last call, each as what it tells: the name of an OU,
  /// the id of a root, or a message; or what it tells and the message of its BindError.
  std::vector<std::string> Answers() {
    std::array<char, 4096> bytes{};
    for (ssize_t count = 0; (count = pread(fd_, bytes.data(), bytes.size(), arrived_)) > 0;) {
      unread_.append(bytes.data(), static_cast<std::size_t>(count));
      arrived_ += count;
    }
    std::vector<std::string> answers;
    for (std::size_t end = 0; (end = unread_.find('\n')) != std::string::npos;) {
      answers.push_back(Gist(Json::parse(unread_.substr(0, end))));
      unread_.erase(0, end + 1);
    }
    return answers;
  }

  static std::string Gist(const Json& answer) {
    if (answer.contains("Error")) return answer["Error"]["Message"];
    const Json& output = answer["Output"];
    const std::string gist =
        output.contains("Roots") ? output["Roots"][0]["Id"] : output["OrganizationalUnit"]["Name"];
    if (!answer.contains("BindError")) return gist;
    return gist + " and " + answer["BindError"]["Message"].get<std::string>();
  }

  int fd_ = memfd_create("answers", MFD_CLOEXEC);
  off_t arrived_ = 0;
  std::string unread_;
  FakeLedger ledger_;
  JsonApi api_{ledger_};
  AnswerWriter writer_{fd_};
  Batcher batcher_{api_, writer_, false};
  std::uint64_t line_ = 0;
};

TEST_F(BatcherTest, GathersWritesUntilFlushed) {
  Add(MakeUnit("a"));
  Add("");
  Add(" \t\r");
  Add(MakeUnit("b"));
  EXPECT_TRUE(Answers().empty());
  batcher_.Flush();
  EXPECT_THAT(Answers(), ElementsAre("a", "b"));
  EXPECT_THAT(ledger_.commits(), ElementsAre(2));
  EXPECT_FALSE(batcher_.failed());
}

TEST_F(BatcherTest, AnswersReadsAtOnceWithAllBeforeThem) {
  Add(MakeUnit("a"));
  Add(kRead);
  EXPECT_THAT(Answers(), ElementsAre("a", "r-1"));
}

TEST_F(BatcherTest, FlushesWhereManyWait) {
  for (int i = 0; i < 1000; ++i) Add(MakeUnit("a"));
  EXPECT_EQ(Answers().size(), 1000U);
  EXPECT_THAT(ledger_.commits(), ElementsAre(1000));
  Add(MakeUnit(std::string(5'000'000, 'x')));
  EXPECT_THAT(ledger_.commits(), ElementsAre(1000, 1));
}

TEST_F(BatcherTest, NamesTheLineOfAnError) {
  Add(MakeUnit("a"));
  Add("{");
  Add(R"({"Operation":"LeaveOrganization","Caller":"111122223333","Input":{}})");
  Add(MakeUnit("b"));
  batcher_.Flush();
  const std::vector<std::string> answers = Answers();
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_TRUE(answers[1].starts_with("line 2: not a JSON value: ")) << answers[1];
  EXPECT_EQ(answers[2], "line 3: not now");
  EXPECT_EQ(answers[3], "b");
  EXPECT_THAT(ledger_.commits(), ElementsAre(3));
  EXPECT_TRUE(batcher_.failed());
  EXPECT_FALSE(batcher_.stopped());
}

TEST_F(BatcherTest, CutsWhereALineUsesWhatAWaitingLineBinds) {
  Add(MakeUnit("a", "first"));
  Add(MakeUnit("b"));
  Add(MakeUnit("under ${first}", "second"));
  EXPECT_THAT(Answers(), ElementsAre("a", "b"));
  Add(MakeUnit("again ${first}"));
  EXPECT_TRUE(Answers().empty());
  Add(MakeUnit("under ${second}"));
  EXPECT_THAT(Answers(), ElementsAre("under ou-1", "again ou-1"));
  batcher_.Flush();
  EXPECT_THAT(Answers(), ElementsAre("under ou-3"));
  EXPECT_THAT(ledger_.commits(), ElementsAre(2, 2, 1));
}

TEST_F(BatcherTest, BindsInOrder) {
  Add(MakeUnit("a", "id"));
  Add(MakeUnit("b", "id"));
  Add(MakeUnit("${id}", "id"));
  Add(MakeUnit("${id}"));
  batcher_.Flush();
  EXPECT_THAT(Answers(), ElementsAre("a", "b", "ou-2", "ou-3"));
}

TEST_F(BatcherTest, RefusesNamesThatAreNotBound) {
  Add(MakeUnit("${nobody}"));
  Add(R"({"Operation":"LeaveOrganization","Caller":"111122223333","Input":{},"Bind":{"x":"y"}})");
  Add(MakeUnit("${x}"));
  batcher_.Flush();
  EXPECT_THAT(Answers(),
              ElementsAre("line 1: ${nobody} is not bound, expected the name in a Bind of an "
                          "earlier line",
                          "line 2: not now",
                          "line 3: ${x} is not bound: line 2, which binds it, has no value for "
                          "it"));
  EXPECT_EQ(ledger_.commits().size(), 1U);
}

TEST_F(BatcherTest, KeepsTheAnswerWhoseBindFails) {
  Add(MakeUnit("a", "id", "OrganizationalUnit.Idd"));
  Add(R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},"Bind":{"r":"Rots"}})");
  EXPECT_THAT(
      Answers(),
      ElementsAre(
          R"(a and line 1: Bind.id is "OrganizationalUnit.Idd", but the answer has no "Idd", did )"
          "you mean Id?",
          R"(r-1 and line 2: Bind.r is "Rots", but the answer has no "Rots", did you mean Roots?)"));
  EXPECT_THAT(ledger_.commits(), ElementsAre(1));
  EXPECT_TRUE(batcher_.failed());
}

TEST_F(BatcherTest, ABindThatFailsIsAnErrorToStopOn) {
  Batcher stopping(api_, writer_, true);
  stopping.Add({1, MakeUnit("a", "id", "Nothing")});
  EXPECT_TRUE(stopping.stopped());
  EXPECT_TRUE(stopping.failed());
}

TEST_F(BatcherTest, RefusesAWrongBindBeforeItWrites) {
  Add(R"({"Operation":"CreateOrganizationalUnit","Caller":"111122223333",
          "Input":{"ParentId":"r-1234","Name":"a"},"Bind":{"x":7}})");
  batcher_.Flush();
  EXPECT_THAT(Answers(), ElementsAre("line 1: Bind.x is the number 7, expected a string"));
  EXPECT_TRUE(ledger_.commits().empty());
}

TEST_F(BatcherTest, StopsWhereAnswersGoNowhere) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> fds{};
  ASSERT_EQ(pipe(fds.data()), 0);
  close(fds[0]);
  AnswerWriter nowhere(fds[1]);
  Batcher batcher(api_, nowhere, false);
  batcher.Add({1, MakeUnit("a")});
  batcher.Flush();
  EXPECT_TRUE(batcher.stopped());
  EXPECT_EQ(nowhere.error(), EPIPE);
  EXPECT_EQ(batcher.last_done(), 1U);
  batcher.Add({2, kRead});
  EXPECT_THAT(ledger_.commits(), ElementsAre(1));
  close(fds[1]);
}

TEST_F(BatcherTest, StopsOnTheFirstError) {
  Batcher stopping(api_, writer_, true);
  stopping.Add({1, MakeUnit("a")});
  stopping.Add({2, MakeUnit("b")});
  EXPECT_FALSE(stopping.stopped());
  stopping.Add({3, "{}"});
  EXPECT_TRUE(stopping.stopped());
  stopping.Add({4, MakeUnit("c")});
  stopping.Flush();
  EXPECT_THAT(ledger_.commits(), ElementsAre(1, 1));
  EXPECT_EQ(Answers().size(), 3U);
}

}  // namespace
}  // namespace grantledger::tools
