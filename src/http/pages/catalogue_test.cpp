#include "http/pages/catalogue.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <stdexcept>

#include "http/pages/assets.h"

namespace demo::http::pages {
namespace {

constexpr const char* kTemplates[] = {"actions",     "confirm",    "dashboard",  "docs",     "home",   "home_about",
                                      "home_events", "home_facts", "home_hosts", "home_map", "layout", "orders",
                                      "problem",     "read_at",    "receipt",    "user"};

std::map<std::string, std::string> TextsOf(Language language) {
  const auto texts = AllTexts(language);
  return {texts.begin(), texts.end()};
}

std::set<std::string> Matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) found.insert((*at)[1]);
  return found;
}

TEST(Catalogue, BothLanguagesHaveTheSameKeys) {
  const auto english = TextsOf(Language::kEnglish);
  const auto french = TextsOf(Language::kFrench);
  ASSERT_FALSE(english.empty());
  for (const auto& [key, text] : english) EXPECT_TRUE(french.contains(key)) << key << " is missing in fr.json";
  for (const auto& [key, text] : french) EXPECT_TRUE(english.contains(key)) << key << " is missing in en.json";
}

TEST(Catalogue, BothLanguagesFillTheSamePlaces) {
  const std::regex places(R"(\{(\w+)\})");
  const auto french = TextsOf(Language::kFrench);
  for (const auto& [key, text] : TextsOf(Language::kEnglish)) {
    EXPECT_EQ(Matches(text, places), Matches(french.at(key), places)) << key;
  }
}

TEST(Catalogue, HasEveryTextThatTheTemplatesName) {
  const auto english = TextsOf(Language::kEnglish);
  for (const char* name : kTemplates) {
    const std::string source(WebFile("templates/" + std::string(name) + ".mustache"));
    for (const auto& key : Matches(source, std::regex(R"(\[\[(.+?)\]\])"))) {
      EXPECT_TRUE(english.contains(key)) << key << " in " << name;
    }
  }
}

TEST(Catalogue, HasEveryTextThatTheScriptNames) {
  const auto english = TextsOf(Language::kEnglish);
  const auto keys = Matches(std::string(WebFile("app.js")), std::regex(R"re(text\("([\w.]+)")re"));
  ASSERT_GT(keys.size(), 10U);
  for (const auto& key : keys) EXPECT_TRUE(english.contains("js." + key)) << key;
}

TEST(Catalogue, HasBothFormsOfWhatTheScriptCounts) {
  const auto english = TextsOf(Language::kEnglish);
  const auto keys = Matches(std::string(WebFile("app.js")), std::regex(R"re(countText\("([\w.]+)")re"));
  ASSERT_GT(keys.size(), 3U);
  for (const auto& key : keys) {
    for (const char* form : {".one", ".other"}) EXPECT_TRUE(english.contains("js." + key + form)) << key << form;
  }
}

TEST(Catalogue, CountsNothingInAFormThatFitsOnlySomeNumbers) {
  // These are never said of fewer than two, or put a word between that counts nothing.
  const std::set<std::string> fixed{"countries.first",  "tile.revenue.partial", "js.work.readers",
                                    "js.times",         "js.times.once",        "js.times.read",
                                    "js.burst.running", "state.members_down",   "state.members_starting"};
  const std::regex counted(R"(\{(n|entries|all|count)\} (?!of |sur )[^ \d{.,:]{3,})");
  for (const Language language : {Language::kEnglish, Language::kFrench}) {
    for (const auto& [key, text] : AllTexts(language)) {
      if (key.ends_with(".one") || key.ends_with(".other") || fixed.contains(key)) continue;
      if (key.starts_with("fact.cache.")) continue;  // What they count is a text of its own.
      EXPECT_FALSE(std::regex_search(text, counted)) << key << ": " << text;
    }
  }
}

TEST(Catalogue, FillsItsPlacesOnceAndCountsAsTheLanguageDoes) {
  EXPECT_EQ(Text(Language::kEnglish, "unknown", {{"time", "{time} 12:03:10"}}), "unknown since {time} 12:03:10");
  EXPECT_EQ(CountText(Language::kEnglish, "count.orders", 0), "0 orders");
  EXPECT_EQ(CountText(Language::kFrench, "count.orders", 0), "0 commande");
  EXPECT_EQ(CountText(Language::kEnglish, "count.orders", 1), "1 order");
  EXPECT_EQ(CountText(Language::kFrench, "count.orders", 1), "1 commande");
  EXPECT_EQ(CountText(Language::kEnglish, "event.chunks", 1, {{"where", "rs-shard {n}"}}),
            "rs-shard {n} holds 1 chunk");
  EXPECT_EQ(CountText(Language::kFrench, "count.orders", 1200), "1\u202f200 commandes");
}

TEST(Catalogue, AnUnknownKeyIsAFaultOfTheProgram) {
  EXPECT_THROW(Text(Language::kEnglish, "no.such.text"), std::out_of_range);
}

TEST(Assets, AddressesFollowFromTheBytesAndFindThemAgain) {
  const std::string& url = AssetUrl("app.css");
  ASSERT_TRUE(std::regex_match(url, std::regex("/assets/app\\.[0-9a-f]{16}\\.css"))) << url;
  const auto asset = FindAsset(std::string_view(url).substr(8));
  ASSERT_TRUE(asset);
  EXPECT_EQ(asset->bytes, WebFile("app.css"));
  EXPECT_EQ(asset->content_type, "text/css; charset=utf-8");
  EXPECT_FALSE(FindAsset("app.css"));
  EXPECT_FALSE(FindAsset("app.0000000000000000.css"));
  EXPECT_FALSE(FindAsset("../en.json"));
  EXPECT_FALSE(FindAsset(""));
}

}  // namespace
}  // namespace demo::http::pages
