#include "http/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <string>

#include "http/error_map.h"

namespace demo::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Pair;

Request RequestTo(std::string_view path) {
  Request request;
  request.path = path;
  request.id = 0xABCD;
  return request;
}

boost::json::object BodyOf(const Response& response) { return boost::json::parse(response.body).as_object(); }

Services& NoServices() {
  static char none = 0;
  return reinterpret_cast<Services&>(none);  // as JSON, the explanation needs none of them
}

TEST(Problem, HasTheMembersOfTheContract) {
  const Response response = Problem(RequestTo("/api/users/x"), 404, "No such user.");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto body = BodyOf(response);
  EXPECT_EQ(body.at("type"), "/problems/not-found");
  EXPECT_EQ(body.at("status"), 404);
  EXPECT_EQ(body.at("detail"), "No such user.");
  EXPECT_EQ(body.at("error"), "No such user.");
  EXPECT_EQ(body.at("instance"), "/api/users/x");
  EXPECT_FALSE(body.contains("errors"));
}

TEST(Problem, NamesEveryWrongField) {
  const Error error{ErrorCode::kInvalid,
                    "Two fields are wrong.",
                    {{"name", "must have 1 to 200 characters"}, {"email", "must have one \"@\""}}};
  const auto body = BodyOf(Problem(RequestTo("/api/users"), 422, error));
  const auto& errors = body.at("errors").as_array();
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[1].at("field"), "email");
  EXPECT_EQ(errors[1].at("reason"), "must have one \"@\"");
  EXPECT_FALSE(body.contains("more_errors"));
}

TEST(Problem, NamesTwentyFieldsAndCountsTheOthers) {
  std::vector<FieldError> fields;
  for (int i = 0; i < 30; ++i) fields.push_back({"field_" + std::to_string(i), "is not known here"});
  const Error error = FailFields(std::move(fields), 5).error();
  const auto body = BodyOf(Problem(RequestTo("/api/users"), 422, error));
  EXPECT_EQ(body.at("errors").as_array().size(), 20U);
  EXPECT_EQ(body.at("more_errors"), 15);
  EXPECT_TRUE(std::string_view(body.at("detail").as_string()).ends_with("field_19 is not known here; and 15 more."));
}

TEST(Problem, AnyBytesInADetailAreStillJson) {
  const std::string hostile = "a \"quote\", a \\, a \n, a \x01, half a code point \xC3 and \xFF";
  EXPECT_THAT(BodyOf(Problem(RequestTo("/x\xFF"), 400, hostile)).at("detail").as_string().c_str(),
              HasSubstr("\"quote\""));
}

TEST(Problem, SaysWhenToComeBack) {
  for (const int status : {429, 503}) {
    EXPECT_THAT(Problem(RequestTo("/"), status, "Not now.").headers, testing::Contains(Pair("Retry-After", "1")));
  }
  EXPECT_TRUE(Problem(RequestTo("/"), 404, "Nothing.").headers.empty());
}

TEST(Problem, WithoutARequestThereIsNoInstance) { EXPECT_FALSE(BodyOf(Problem(400, "Broken.")).contains("instance")); }

TEST(Problem, EveryKindOfTheContractIsExplainedOnce) {
  std::set<int> statuses;
  std::set<std::string_view> names;
  for (const ProblemKind& kind : ProblemKinds()) {
    statuses.insert(kind.status);
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    for (const std::string_view text : {kind.title, kind.explanation, kind.title_fr, kind.explanation_fr}) {
      EXPECT_FALSE(text.empty()) << kind.name;
      EXPECT_EQ(text.find_first_of("<&"), std::string_view::npos) << text;
    }
  }
  for (const int status :
       {400, 401, 403, 404, 405, 408, 409, 412, 413, 414, 415, 417, 422, 429, 431, 500, 501, 503, 505, 507}) {
    EXPECT_TRUE(statuses.contains(status)) << status;
  }
  EXPECT_EQ(KindOf(418).status, 500);
}

TEST(ExplainProblem, IsJsonForPrograms) {
  Request request = RequestTo("/problems/unavailable");
  request.params[0] = "unavailable";
  const auto response = ExplainProblem(request, NoServices());
  ASSERT_TRUE(response);
  EXPECT_EQ(BodyOf(*response).at("status"), 503);
  EXPECT_EQ(BodyOf(*response).at("type"), "/problems/unavailable");
}

TEST(ExplainProblem, AnUnknownKindIsNotFound) {
  Request request = RequestTo("/problems/none");
  request.params[0] = "none";
  const auto response = ExplainProblem(request, NoServices());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kNotFound);
}

TEST(ErrorMap, EachCodeHasItsStatus) {
  EXPECT_EQ(StatusOf(ErrorCode::kNotFound), 404);
  EXPECT_EQ(StatusOf(ErrorCode::kConflict), 409);
  EXPECT_EQ(StatusOf(ErrorCode::kInvalid), 422);
  EXPECT_EQ(StatusOf(ErrorCode::kUnavailable), 503);
  EXPECT_EQ(StatusOf(ErrorCode::kTimeout), 503);
  EXPECT_EQ(StatusOf(ErrorCode::kInternal), 500);
}

TEST(ErrorMap, WhatAFaultSaysStaysInside) {
  const Response response =
      ToProblem(RequestTo("/api/users"), {ErrorCode::kInternal, "SELECT failed at sqlite_store.cpp:12", {}});
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, Not(HasSubstr("SELECT")));
  EXPECT_THAT(response.body, HasSubstr("000000000000abcd"));
}

TEST(ErrorMap, OtherErrorsKeepTheirSentenceAndFields) {
  const Response response =
      ToProblem(RequestTo("/api/orders"), {ErrorCode::kInvalid, "Wrong.", {{"amount", "must be above 0"}}});
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(BodyOf(response).at("error"), "Wrong.");
  EXPECT_EQ(BodyOf(response).at("errors").at(0).at("field"), "amount");
}

}  // namespace
}  // namespace demo::http
