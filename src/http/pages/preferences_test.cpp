#include "http/pages/preferences.h"

#include <gtest/gtest.h>

namespace demo::http::pages {
namespace {

Request Asking(std::string_view accept_language, std::string_view cookie = {}, std::string_view query = {}) {
  Request request;
  request.path = "/user-dashboard";
  request.accept_language = accept_language;
  request.cookie = cookie;
  request.query = query;
  return request;
}

TEST(Preferences, TakeTheLanguageWithTheHighestWeight) {
  EXPECT_EQ(PreferencesOf(Asking("fr-BE,fr;q=0.9,en;q=0.8")).language, Language::kFrench);
  EXPECT_EQ(PreferencesOf(Asking("nl,en;q=0.3,FR;q=0.7")).language, Language::kFrench);
  EXPECT_EQ(PreferencesOf(Asking("en-GB, fr;q=0.9")).language, Language::kEnglish);
  EXPECT_EQ(PreferencesOf(Asking("fr, en")).language, Language::kFrench) << "of the same weight, the first";
  EXPECT_EQ(PreferencesOf(Asking("de, *;q=0.5, en;q=0.1")).language, Language::kFrench);
  EXPECT_EQ(PreferencesOf(Asking("fr;q=0.5, *")).language, Language::kEnglish);
}

TEST(Preferences, AreEnglishAndAutomaticWhenNothingFits) {
  EXPECT_EQ(PreferencesOf(Asking("")), Preferences{});
  EXPECT_EQ(PreferencesOf(Asking("nl-BE,de;q=0.5")), Preferences{});
  EXPECT_EQ(PreferencesOf(Asking("fr;q=0,;;,q=9,fr;q=nan,fr;q=0x1p3,fr;q=1.1,fr;q=0.0001", "theme=<script>; lang=xx")),
            Preferences{});
}

TEST(Preferences, CookiesWinOverTheBrowser) {
  const auto preferences = PreferencesOf(Asking("en", "a=b; lang=fr; theme=dark"));
  EXPECT_EQ(preferences, (Preferences{Language::kFrench, Theme::kDark}));
}

TEST(Preferences, EachAppearanceHasItsOwnNumber) {
  EXPECT_EQ(AppearanceOf(Asking("en")), 0);
  EXPECT_EQ(AppearanceOf(Asking("fr", "theme=dark")), 5);
  EXPECT_NE(AppearanceOf(Asking("fr")), AppearanceOf(Asking("en", "theme=dark")));
}

TEST(Switch, KeepsTheRestOfTheAddressAndSetsOneCookie) {
  const auto change = SwitchOf(Asking("", "", "user=user_1&lang=fr&orders=abc"));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->location, "/user-dashboard?user=user_1&orders=abc");
  EXPECT_TRUE(change->set_cookie.starts_with("lang=fr; Path=/;")) << change->set_cookie;
}

TEST(Switch, IgnoresValuesThatAreNoneOfItsOwn) {
  EXPECT_FALSE(SwitchOf(Asking("", "", "lang=de")));
  EXPECT_FALSE(SwitchOf(Asking("", "", "theme=dark%0d%0aSet-Cookie:x")));
  EXPECT_FALSE(SwitchOf(Asking("", "", "")));
}

}  // namespace
}  // namespace demo::http::pages
