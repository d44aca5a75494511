#include "http/pages/dashboard.h"

#include <gmock/gmock.h>

#include "http/pages/charts.h"

namespace demo::http::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr UnixMillis kTime = 1795435390123;  // 2026-11-23T12:03:10Z

Frame FrameIn(Language language) {
  return {{language, Theme::kAuto}, "/user-dashboard", "local", "demo-1", "1", false};
}

UserSummary Someone(std::string id, std::string name) {
  UserSummary summary;
  summary.user = {std::move(id), std::move(name), "a@b", "France", std::nullopt, std::nullopt};
  summary.order_count = 2;
  summary.total_spent = Money::FromCents(12025);
  return summary;
}

DashboardView SampleView() {
  DashboardView view;
  view.totals = Totals{5, 4, false};
  view.days = EveryDay({{"2026-11-22", 4, Money::FromCents(27100)}}, 90);
  view.countries = std::vector<CountrySpending>{{"France", 1, 2, Money::FromCents(12025)},
                                                {"Germany", 1, 2, Money::FromCents(15075)}};
  view.countries_limit = 1000;
  view.users = Page<UserSummary>{{Someone("user_1", "Alice Dupont")}, "nextU"};
  view.orders = Page<Order>{{{"order_1", "user_1", "Alice Dupont", Money::FromCents(7525), kTime}}, "nextO"};
  return view;
}

TEST(Dashboard, AddsUpExactly) {
  const std::string page = RenderDashboard(SampleView(), FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("<dd>271.00</dd>"));
  EXPECT_THAT(page, HasSubstr("<dd>67.75</dd>"));
  EXPECT_THAT(page, HasSubstr("counted exactly"));
  EXPECT_THAT(RenderDashboard(SampleView(), FrameIn(Language::kFrench)), HasSubstr("<dd>271,00</dd>"));
}

TEST(Dashboard, CountsWhatItAddsUpInsteadOfEstimating) {
  DashboardView view = SampleView();
  view.totals = Totals{7, 6, true};
  const std::string exact = RenderDashboard(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(exact, HasSubstr("<dd>4</dd>"));
  EXPECT_THAT(exact, HasSubstr("<dd>67.75</dd>"));
  EXPECT_THAT(exact, Not(HasSubstr("estimated")));
  view.countries_limit = 2;
  const std::string partial = RenderDashboard(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(partial, HasSubstr("<dd>6</dd>"));
  EXPECT_THAT(partial, HasSubstr("estimated"));
}

TEST(Dashboard, SaysWhenNotAllCountriesAreInTheSum) {
  DashboardView view = SampleView();
  view.countries_limit = 2;
  EXPECT_THAT(RenderDashboard(view, FrameIn(Language::kEnglish)), HasSubstr("of the 2 countries that spent most"));
}

TEST(Dashboard, InvitesToLoadTheSampleWhenThereIsNothing) {
  DashboardView view = SampleView();
  view.totals = Totals{};
  view.users = Page<UserSummary>{};
  view.orders = Page<Order>{};
  view.days = std::vector<DayOrders>{};
  view.countries = std::vector<CountrySpending>{};
  const std::string page = RenderDashboard(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("Nothing here yet"));
  EXPECT_THAT(page, HasSubstr("action=\"/actions/load-sample-data\""));
  EXPECT_THAT(page, Not(HasSubstr("id=\"users\"")));
}

TEST(Dashboard, OffersTheIdsOfThoseWhomItShows) {
  DashboardView view = SampleView();
  view.orders->items.push_back({"order_2", "user_7", "Eve <Chen>", Money::FromCents(100), kTime});
  const std::string page = RenderDashboard(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("<option value=\"user_1\">Alice Dupont</option>"
                              "<option value=\"user_7\">Eve &lt;Chen&gt;</option>"));
}

TEST(Dashboard, SaysSinceWhenItCannotRead) {
  DashboardView view = SampleView();
  view.totals = std::unexpected(kTime);
  view.days = std::unexpected(kTime);
  view.countries = std::unexpected(kTime);
  view.users = std::unexpected(kTime);
  view.orders = std::unexpected(kTime);
  const std::string page = RenderDashboard(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("unknown since 12:03:10"));
  EXPECT_THAT(page, Not(HasSubstr("Nothing here yet")));
}

TEST(Dashboard, PagesEachTableAndKeepsThePlaceInTheOther) {
  DashboardView view = SampleView();
  view.orders_cursor = "atO";
  const std::string page = RenderDashboard(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("href=\"/user-dashboard?orders=atO&amp;users=nextU#users\""));
  EXPECT_THAT(page, HasSubstr("href=\"/user-dashboard?orders=nextO#orders\""));
  EXPECT_THAT(page, HasSubstr("href=\"/user-dashboard#orders\""));
}

TEST(Dashboard, FiltersByUserAndKeepsTheFilterWhilePaging) {
  DashboardView view = SampleView();
  view.filter = "user_1";
  const std::string page = RenderDashboard(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("Orders of user_1"));
  EXPECT_THAT(page, HasSubstr("/user-dashboard?user=user_1&amp;orders=nextO"));
  view.no_such_user = true;
  EXPECT_THAT(RenderDashboard(view, FrameIn(Language::kEnglish)), HasSubstr("No user has the id “user_1”"));
}

TEST(Dashboard, WhatPeopleTypedStaysText) {
  DashboardView view = SampleView();
  view.filter = "\"><script>alert(1)</script>";
  view.no_such_user = true;
  view.users = Page<UserSummary>{{Someone("user_9", "<script>alert(2)</script>\u202Egnp.exe")}, "\"><script>"};
  const std::string page = RenderDashboard(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  // What turns the direction of writing is shown, and ends with its element.
  EXPECT_THAT(page, HasSubstr("<bdi class=\"clip\">&lt;script&gt;alert(2)&lt;/script&gt;[U+202E]gnp.exe</bdi>"));
  EXPECT_THAT(page, Not(HasSubstr("style=")));
}

TEST(Dashboard, NothingOnItTurnsTheDirectionOfWriting) {
  const std::string name = "a\u061Cb\u200Ec\u200Fd\u202Ae\u202Bf\u202Cg\u202Dh\u202Ei\u2066j\u2067k\u2068l\u2069m";
  DashboardView view = SampleView();
  view.filter = name;
  view.no_such_user = true;
  view.users = Page<UserSummary>{{Someone(name, name)}, name};
  view.orders = Page<Order>{{{name, name, name, Money::FromCents(7525), kTime}}, name};
  view.countries = std::vector<CountrySpending>{{name, 1, 2, Money::FromCents(12025)}};
  UserView user{Someone(name, name), *view.orders, name};
  user.user.user.email = user.user.user.country = name;
  EXPECT_THAT(RenderUser(user, FrameIn(Language::kEnglish)), HasSubstr("<title>&#x2068;a[U+061C]b"));
  for (const std::string& page :
       {RenderDashboard(view, FrameIn(Language::kFrench)), RenderUser(user, FrameIn(Language::kEnglish))}) {
    EXPECT_THAT(page, HasSubstr("m</bdi>"));
    for (const char* control : {"\u061C", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                                "\u2066", "\u2067", "\u2068", "\u2069"}) {
      EXPECT_THAT(page, Not(HasSubstr(control)));
    }
  }
}

TEST(Dashboard, SaysWhatAFormsActionDidAndNothingElse) {
  DashboardView view = SampleView();
  view.done = {"run-migration", 1, ""};
  EXPECT_THAT(RenderDashboard(view, FrameIn(Language::kEnglish)), HasSubstr("The migration changed 1 user."));
  view.done = {"<b>your data is lost</b>", 1, ""};
  EXPECT_THAT(RenderDashboard(view, FrameIn(Language::kEnglish)), Not(HasSubstr("your data is lost")));
}

TEST(UserPage, ShowsAnOldRecordAsNotMigrated) {
  UserView view{Someone("user_1", "Zoë <b>"), Page<Order>{{}, ""}, ""};
  const std::string page = RenderUser(view, FrameIn(Language::kEnglish));
  EXPECT_THAT(page, HasSubstr("Zoë &lt;b&gt;"));
  EXPECT_THAT(page, HasSubstr("not migrated"));
  EXPECT_THAT(page, HasSubstr("<dd>120.25</dd>"));
  EXPECT_THAT(page, HasSubstr("No order."));
}

TEST(Confirm, NamesWhatWillBeLost) {
  for (const char* action : {"clear-data", "load-sample-data"}) {
    const auto render = [&](const Loss& loss) { return RenderConfirm(action, loss, FrameIn(Language::kEnglish)); };
    const std::string page = render({Totals{1, 20'000, false}});
    EXPECT_THAT(page, HasSubstr("<p id=\"loss\" data-loses>This deletes 1 user, 20,000 orders and every cached copy"));
    EXPECT_THAT(page, HasSubstr("name=\"confirm\" value=\"yes\""));
    EXPECT_THAT(page, HasSubstr(std::string("action=\"/actions/") + action));
    EXPECT_THAT(render({Totals{5, 4, true}}), HasSubstr("This deletes about 5 users, about 4 orders"));
    EXPECT_THAT(render({std::unexpected(kTime)}), HasSubstr("This deletes all users, all orders"));
    EXPECT_THAT(render({Totals{}, true}), HasSubstr("<p id=\"loss\">The store holds no user"));
  }
}

}  // namespace
}  // namespace demo::http::pages
