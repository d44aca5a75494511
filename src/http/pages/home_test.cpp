#include "http/pages/home.h"

#include <gmock/gmock.h>

#include "service/host_info.h"

namespace demo::http::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr UnixMillis kTime = 1795435390123;  // 2026-11-23T12:03:10Z

Frame FrameIn(Language language, Theme theme = Theme::kAuto) {
  return {{language, theme}, "/?done=x", "local", "demo-1", "1.2.3", false};
}

HomeView ThreeBoxes() {
  HomeView view;
  MapNode reader{.id = "client", .kind = "client", .name = "your browser", .state = NodeState::kUnwatched};
  MapNode instance{.id = "instance:demo-1", .kind = "instance", .column = 1, .name = "demo-1"};
  instance.parts = {{"cache", "memory cache"}};
  MapNode file{.id = "store", .kind = "embedded", .column = 2, .name = "demo.db", .since = kTime};
  view.map.nodes = {reader, instance, file};
  view.map.edges = {{"client", "instance:demo-1"}, {"instance:demo-1", "store"}};
  view.hosts = std::vector<Host>{{"demo-1", "version 1.2.3"}};
  return view;
}

TEST(Home, DrawsEachBoxWithItsStateInWordsAndWhereItLeads) {
  const std::string page = RenderHome(ThreeBoxes(), FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("data-node=\"instance:demo-1\""));
  EXPECT_THAT(page, HasSubstr("answers since 12:03:10"));
  EXPECT_THAT(page, HasSubstr("Sends requests to demo.db."));
  EXPECT_THAT(page, HasSubstr("data-edge=\"client instance:demo-1\""));
  EXPECT_THAT(page, HasSubstr("data-part=\"cache\""));
  EXPECT_THAT(page, HasSubstr("id=\"about-instance-demo-1\""));
}

TEST(Home, DrawsAnyNumberOfBoxesInAColumn) {
  HomeView view = ThreeBoxes();
  view.map.nodes.push_back(
      {.id = "instance:demo-2", .kind = "instance", .column = 1, .name = "demo-2", .state = NodeState::kDraining});
  view.map.edges.push_back({"client", "instance:demo-2"});
  view.map.edges.push_back({"instance:demo-2", "store"});
  const std::string page = RenderHome(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("M0 50.0C50 50.0 50 75.0 100 75.0"));
  EXPECT_THAT(page, HasSubstr("draining"));
  EXPECT_THAT(page, HasSubstr("Sends requests to demo-1, demo-2."));
}

TEST(Home, DoesNotSayThatASilentPeerIsUp) {
  HomeView view = ThreeBoxes();
  const std::string info = WriteHostInfo({"1.2.3", 7, kTime - 60'000});
  view.now = kTime;
  view.hosts = std::vector<Host>{{"demo-1", info, false, std::chrono::seconds(20)},
                                 {"demo-2", info, false, std::chrono::seconds(12)}};
  const std::string hosts = RenderHomeParts(view, Language::kEnglish, "demo-1").at("hosts");
  EXPECT_THAT(hosts, HasSubstr("silent, last heard 12 s ago"));
  EXPECT_THAT(hosts, Not(HasSubstr("20 s ago"))) << "it drew this";
  EXPECT_THAT(hosts, HasSubstr("min, version 1.2.3"));
}

TEST(Home, SaysSinceWhenSomethingIsUnknown) {
  HomeView view = ThreeBoxes();
  view.hosts = std::unexpected(kTime);
  EXPECT_THAT(RenderHome(view, FrameIn(Language::kEnglish)), HasSubstr("unknown since 12:03:10"));
  EXPECT_THAT(RenderHome(view, FrameIn(Language::kFrench)), HasSubstr("inconnu depuis 12:03:10"));
}

TEST(Home, ShowsTheLastSecondAndLeavesOutWhatNobodyMeasured) {
  HomeView view = ThreeBoxes();
  view.live = {{100, 1, 0, 0.5, 2}, {1812, -1, 0, 0.97, 3}};
  const std::string page = RenderHome(view, FrameIn(Language::kFrench));
  EXPECT_THAT(page, HasSubstr("<span data-value>1\u202f812</span>"));
  EXPECT_THAT(page, HasSubstr("<span data-value>97\u202f%</span>"));
  EXPECT_THAT(page, HasSubstr("<span data-value>\u2013</span>"));
}

TEST(Home, GivesTheScriptTheMinuteThatItDraws) {
  HomeView view = ThreeBoxes();
  view.live = {{100.5, 1, 0, 0.5, 2}, {1812, -1, 0, 0.97, 3}};
  const std::string page = RenderHome(view, FrameIn(Language::kFrench));
  EXPECT_THAT(page, HasSubstr("data-stat=\"rps\" data-past=\"100.5 1812\""));
  EXPECT_THAT(page, HasSubstr("data-stat=\"p99\" data-past=\"1 -\""));
}

TEST(Home, DrawsItsPartsAsTheWholePageHasThem) {
  HomeView view = ThreeBoxes();
  view.events = {{kTime, "demo-1 started"}};
  view.facts = {{"fact.version", "1.2.3"}};
  const std::string page = RenderHome(view, FrameIn(Language::kFrench));
  const auto parts = RenderHomeParts(view, Language::kFrench, "demo-1");
  EXPECT_EQ(parts.size(), 5U);
  for (const auto& [name, part] : parts) {
    EXPECT_GT(part.size(), 20U) << name;
    EXPECT_THAT(page, HasSubstr(part.substr(0, part.find_last_not_of(' ') + 1))) << name;
  }
}

TEST(Home, SaysInTheReadersLanguageHowLongAHostIsUp) {
  HomeView view = ThreeBoxes();
  view.now = kTime + 3 * 3600 * 1000;
  view.hosts = std::vector<Host>{{"demo-1", "version 1.2.0, process 8139, since 2026-11-23T12:03:10.123Z"},
                                 {"demo-2", "an older one"}};
  const std::string english = RenderHome(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(english, HasSubstr("up 3\u00a0h 0\u00a0min, version 1.2.0"));
  EXPECT_THAT(english, HasSubstr("process 8139, since 23 Nov 2026, 12:03 UTC"));
  const std::string french = RenderHome(view, FrameIn(Language::kFrench));
  EXPECT_THAT(french, HasSubstr("en marche depuis 3\u00a0h 0\u00a0min, version 1.2.0"));
  EXPECT_THAT(french, HasSubstr("processus 8139, depuis le 23 nov. 2026, 12:03 UTC"));
  EXPECT_THAT(french, HasSubstr("<bdi lang=\"en\">an older one</bdi>"));
}

TEST(Home, SaysHowLongTheHostsAreCached) {
  HomeView view = ThreeBoxes();
  view.hosts_cached = 287;
  EXPECT_THAT(RenderHome(view, FrameIn(Language::kEnglish)), HasSubstr("HIT · 287 s left"));
  view.hosts_cached.reset();
  EXPECT_THAT(RenderHome(view, FrameIn(Language::kEnglish)), HasSubstr("MISS · not cached now"));
  view.hosts = std::unexpected(kTime);
  EXPECT_THAT(RenderHome(view, FrameIn(Language::kEnglish)), Not(HasSubstr("not cached now")));
  view.hosts_cached = -274;
  EXPECT_THAT(RenderHome(view, FrameIn(Language::kEnglish)), HasSubstr(">STALE · 274 s past its time</span>"));
}

TEST(Page, KeepsWhatTheReaderChose) {
  const std::string page = RenderHome(ThreeBoxes(), FrameIn(Language::kFrench, Theme::kDark));
  EXPECT_THAT(page, HasSubstr("<html lang=\"fr\" data-theme=\"dark\">"));
  EXPECT_THAT(page, HasSubstr("href=\"/?done=x&amp;lang=en\""));
  EXPECT_THAT(RenderHome(ThreeBoxes(), FrameIn(Language::kEnglish)), HasSubstr("<html lang=\"en\">"));
}

TEST(Page, HoldsNothingThatItsPolicyForbids) {
  const std::string page = RenderHome(ThreeBoxes(), FrameIn(Language::kEnglish));
  EXPECT_THAT(page, Not(HasSubstr("style=")));
  EXPECT_THAT(page, Not(HasSubstr("<style")));
  EXPECT_THAT(page, Not(HasSubstr(" onclick")));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
}

TEST(Page, NamesProductionAsSuch) {
  Frame frame = FrameIn(Language::kEnglish);
  frame.environment = "dev";
  EXPECT_THAT(RenderHome(ThreeBoxes(), frame), HasSubstr("PRODUCTION · dev"));
}

TEST(Page, ANameFromOutsideStaysText) {
  HomeView view = ThreeBoxes();
  view.map.nodes[1].name = "\"><script>alert(1)</script>";
  view.hosts = std::vector<Host>{{"<b>pod</b>", "'\"&"}};
  Frame frame = FrameIn(Language::kEnglish);
  frame.target = "/?done=\"><script>";
  frame.instance = "<i>";
  const std::string page = RenderHome(view, frame);
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<b>pod")));
  EXPECT_THAT(page, Not(HasSubstr("<i>")));
}

}  // namespace
}  // namespace demo::http::pages
