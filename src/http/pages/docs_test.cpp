#include "http/pages/docs.h"

#include <gmock/gmock.h>

#include "http/pages/assets.h"

namespace demo::http::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Frame kFrame{{Language::kEnglish, Theme::kAuto}, "/docs", "local", "demo-1", "1", false};

constexpr std::string_view kSmall = R"({
  "info": {"title": "small", "version": "1", "description": "An `example`."},
  "paths": {"/things/{id}": {"post": {
    "summary": "Make a <thing>",
    "parameters": [{"$ref": "#/components/parameters/Id"}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
    "responses": {"201": {"description": "Made.", "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}},
                  "404": {"$ref": "#/components/responses/None"}}}}},
  "components": {
    "parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}},
    "responses": {"None": {"description": "There is none."}},
    "schemas": {"Thing": {"required": ["size"], "properties": {"size": {"type": "integer", "description": "How large."}}}}}})";

TEST(Docs, FollowReferencesAndShowEveryPart) {
  const std::string page = RenderDocs(kSmall, kFrame);
  EXPECT_THAT(page, HasSubstr("<span class=\"method post\">POST</span> <code>/things/{id}</code>"));
  EXPECT_THAT(page, HasSubstr("Make a &lt;thing&gt;"));
  EXPECT_THAT(page, HasSubstr("<code>id</code> <span class=\"chip\">required</span>"));
  EXPECT_THAT(page, HasSubstr("How large."));
  EXPECT_THAT(page, HasSubstr("Made. <code>Thing[]</code>"));
  EXPECT_THAT(page, HasSubstr("There is none."));
  EXPECT_THAT(page, HasSubstr("An example."));
}

TEST(Docs, MarkTheDescriptionsAsEnglish) {
  Frame frame = kFrame;
  frame.preferences.language = Language::kFrench;
  const std::string page = RenderDocs(kSmall, frame);
  for (const char* text : {"An example.", "Make a &lt;thing&gt;", "How large.", "Made.", "There is none."}) {
    EXPECT_THAT(page, HasSubstr(std::string(" lang=\"en\">") + text)) << text;
  }
}

TEST(Docs, ReferencesThatLeadNowhereAreEmpty) {
  const std::string page = RenderDocs(R"({"paths": {"/a": {"get": {"parameters": [{"$ref": "#/x/y"}, {"$ref": "#/"}, 7],
    "responses": {"200": {"$ref": "https://elsewhere"}}}}}})",
                                      kFrame);
  EXPECT_THAT(page, HasSubstr("<code>/a</code>"));
}

TEST(Docs, ShowTheServicesOwnDescription) {
  const std::string page = RenderDocs(WebFile("openapi.json"), kFrame);
  EXPECT_THAT(page, HasSubstr("<code>/api/users/{user_id}</code>"));
  EXPECT_THAT(page, HasSubstr("<code>confirm</code>")) << "of a form";
  EXPECT_THAT(page, Not(HasSubstr("style=")));
}

}  // namespace
}  // namespace demo::http::pages
