#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <string>

#include "http/pages/assets.h"
#include "http/query.h"
#include "http/route.h"

namespace demo::http {
namespace {

namespace json = boost::json;

json::value ReadDescription() { return json::parse(pages::WebFile("openapi.json")); }

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::set<std::string> Described() {
  std::set<std::string> operations;
  const json::value description = ReadDescription();
  for (const auto& path : description.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      operations.insert(std::string(operation.key()) + " " + std::string(path.key()));
    }
  }
  return operations;
}

std::set<std::string> Routed() {
  std::set<std::string> operations;
  for (const Route& route : Routes())
    operations.insert(LowerCase(ToString(route.method)) + " " + std::string(route.path));
  return operations;
}

TEST(Routes, AreWhatOpenApiDescribes) {
  const auto described = Described();
  const auto routed = Routed();
  for (const auto& operation : routed) EXPECT_TRUE(described.contains(operation)) << operation << " is not described";
  for (const auto& operation : described) EXPECT_TRUE(routed.contains(operation)) << operation << " is not routed";
}

TEST(Routes, TakeTheParametersThatOpenApiDescribes) {
  const json::value description = ReadDescription();
  for (const Route& route : Routes()) {
    const auto& operation = description.at("paths").at(route.path).at(LowerCase(ToString(route.method))).as_object();
    std::set<std::string> described;
    if (const auto* parameters = operation.if_contains("parameters")) {
      for (const json::value& parameter : parameters->as_array()) {
        const auto* reference = parameter.as_object().if_contains("$ref");
        const json::value& found =
            reference ? description.at_pointer(std::string(reference->as_string()).substr(1)) : parameter;
        if (found.at("in").as_string() == "query") described.emplace(found.at("name").as_string());
      }
    }
    EXPECT_EQ(described, std::set<std::string>(route.query.begin(), route.query.end())) << route.path;
  }
}

TEST(Routes, EachMayAnswerAProblemThatItDoesNotList) {
  const json::value description = ReadDescription();
  for (const Route& route : Routes()) {
    const json::value& operation = description.at("paths").at(route.path).at(LowerCase(ToString(route.method)));
    EXPECT_EQ(operation.at("responses").at("default").at("$ref").as_string(), "#/components/responses/Problem")
        << route.path;
  }
}

TEST(Routes, OnlyReadsAreCachedAndOnlyWritesChange) {
  for (const Route& route : Routes()) {
    const bool changes = std::holds_alternative<Changes>(route.policy);
    EXPECT_EQ(changes, route.method != Method::kGet) << route.path;
    EXPECT_NE(route.method, Method::kHead) << "GET's row answers HEAD";
    EXPECT_TRUE(changes || !route.admin) << route.path;
  }
}

}  // namespace
}  // namespace demo::http
