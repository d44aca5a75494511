#include "mongo/errors.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "mongo/document.h"

namespace demo::mongo {
namespace {

bson_error_t ErrorOf(std::uint32_t domain, std::uint32_t code, const char* message = "said so") {
  bson_error_t error{};
  bson_set_error(&error, domain, code, "%s", message);
  return error;
}

ErrorCode CodeOf(std::uint32_t domain, std::uint32_t code) { return ToError(ErrorOf(domain, code)).code; }

TEST(ToError, NamesWhatTheServerSays) {
  for (const std::uint32_t code : {6u, 13u, 18u, 64u, 91u, 189u, 9001u, 10107u, 11600u, 11602u, 13435u, 13436u}) {
    EXPECT_EQ(CodeOf(MONGOC_ERROR_SERVER, code), ErrorCode::kUnavailable) << code;
  }
  EXPECT_EQ(CodeOf(MONGOC_ERROR_SERVER, 50), ErrorCode::kTimeout);
  EXPECT_EQ(CodeOf(MONGOC_ERROR_SERVER, 202), ErrorCode::kTimeout);
  EXPECT_EQ(CodeOf(MONGOC_ERROR_SERVER, 262), ErrorCode::kTimeout);
  EXPECT_EQ(CodeOf(MONGOC_ERROR_SERVER, 407), ErrorCode::kTimeout);
  EXPECT_EQ(CodeOf(MONGOC_ERROR_SERVER, 11000), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(MONGOC_ERROR_SERVER, 2), ErrorCode::kInternal);
  EXPECT_EQ(ToError(ErrorOf(MONGOC_ERROR_SERVER, 2)).message, "MongoDB: said so (code 2)");
}

/// What routers say while a shard or the config servers elect, move chunks or stop: never a fault of the service.
TEST(ToError, TakesWhatRoutersSayInElectionsForUnavailable) {
  for (const std::uint32_t code : {7u,   24u,  46u,  63u,  70u,  71u,  83u,  89u,  90u,  112u, 133u, 134u,  145u,
                                   149u, 150u, 187u, 199u, 203u, 211u, 216u, 227u, 239u, 246u, 249u, 250u,  251u,
                                   267u, 272u, 281u, 290u, 314u, 343u, 355u, 363u, 384u, 402u, 433u, 13388u}) {
    EXPECT_EQ(CodeOf(MONGOC_ERROR_SERVER, code), ErrorCode::kUnavailable) << code;
  }
}

TEST(ToError, KnowsAnIndexThatIsMissing) {
  const char* said = "error processing query: planner returned error :: caused by :: bad hint";
  EXPECT_TRUE(IsMissingIndex(ToError(ErrorOf(MONGOC_ERROR_SERVER, 2, said))));
  EXPECT_FALSE(IsMissingIndex(ToError(ErrorOf(MONGOC_ERROR_SERVER, 2))));
}

TEST(ToError, NamesWhatTheDriverSays) {
  for (const std::uint32_t domain : {MONGOC_ERROR_STREAM, MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_WRITE_CONCERN,
                                     MONGOC_ERROR_CLIENT, MONGOC_ERROR_SCRAM, MONGOC_ERROR_PROTOCOL}) {
    EXPECT_EQ(CodeOf(domain, 1), ErrorCode::kUnavailable) << domain;
  }
  EXPECT_EQ(CodeOf(MONGOC_ERROR_BSON, 1), ErrorCode::kInternal);
  EXPECT_EQ(CodeOf(MONGOC_ERROR_COMMAND, 1), ErrorCode::kInternal);
}

TEST(ToError, KeepsTheReasonWhyNoServerDoes) {
  const auto error =
      ToError(ErrorOf(MONGOC_ERROR_SERVER_SELECTION, 13053,
                      "No suitable servers found: `serverSelectionTimeoutMS` expired: [connection refused "
                      "calling hello on 'a:1']. Topology type: Single"));
  EXPECT_EQ(error.message, "No MongoDB server can be used: [connection refused calling hello on 'a:1']");
}

TEST(IsBetweenPrimaries, TellsWhatPassesByItself) {
  for (const std::uint32_t code : {91u, 133u, 189u, 202u, 10107u, 11600u, 11602u, 13435u}) {
    EXPECT_TRUE(IsBetweenPrimaries(ErrorOf(MONGOC_ERROR_SERVER, code))) << code;
    EXPECT_TRUE(IsBetweenPrimaries(ErrorOf(MONGOC_ERROR_WRITE_CONCERN, code))) << code;
  }
  EXPECT_TRUE(IsBetweenPrimaries(ErrorOf(MONGOC_ERROR_STREAM, 4)));
  EXPECT_TRUE(IsBetweenPrimaries(ErrorOf(MONGOC_ERROR_CLIENT, MONGOC_ERROR_CLIENT_AUTHENTICATE)));
  EXPECT_TRUE(IsBetweenPrimaries(ErrorOf(MONGOC_ERROR_SERVER, kAuthenticationFailed)));
  EXPECT_TRUE(IsBetweenPrimaries(ErrorOf(MONGOC_ERROR_SASL, 1)));
  for (const std::uint32_t code : {2u, 13u, 50u, 64u, 11000u}) {
    EXPECT_FALSE(IsBetweenPrimaries(ErrorOf(MONGOC_ERROR_SERVER, code))) << code;
  }
  EXPECT_FALSE(IsBetweenPrimaries(ErrorOf(MONGOC_ERROR_SERVER_SELECTION, 91)));
}

TEST(OfWrite, PutsADoubtBeforeARefusal) {
  const auto duplicate = ErrorOf(MONGOC_ERROR_SERVER, 11000);
  const Document sure = Document::FromJson(R"({"writeErrors":[{"code":11000}],"writeConcernErrors":[]})");
  EXPECT_EQ(ToError(OfWrite(sure.get(), duplicate)).code, ErrorCode::kConflict);
  const Document unsure =
      Document::FromJson(R"({"writeErrors":[{"code":11000}],"writeConcernErrors":[{"code":91,"errmsg":"stopping"}]})");
  const auto doubt = OfWrite(unsure.get(), duplicate);
  EXPECT_EQ(ToError(doubt).code, ErrorCode::kUnavailable);
  EXPECT_TRUE(IsBetweenPrimaries(doubt));
  EXPECT_FALSE(IsDuplicateKey(doubt));
}

TEST(IsDuplicateKey, TellsItApart) {
  EXPECT_TRUE(IsDuplicateKey(ErrorOf(MONGOC_ERROR_SERVER, 11000)));
  EXPECT_FALSE(IsDuplicateKey(ErrorOf(MONGOC_ERROR_SERVER, 64)));
  EXPECT_FALSE(IsDuplicateKey(ErrorOf(MONGOC_ERROR_STREAM, 11000)));
}

TEST(HasOnlyDuplicateKeys, TakesNoOtherErrorAlong) {
  const auto only = [](const char* json) { return HasOnlyDuplicateKeys(Document::FromJson(json).get()); };
  EXPECT_TRUE(only(R"({"writeErrors":[{"code":11000},{"code":11000}],"writeConcernErrors":[]})"));
  EXPECT_FALSE(only(R"({"writeErrors":[{"code":11000},{"code":14031}]})"));
  EXPECT_FALSE(only(R"({"writeErrors":[{"code":11000}],"writeConcernErrors":[{"code":64}]})"));
  EXPECT_FALSE(only(R"({"writeErrors":[]})"));
  EXPECT_FALSE(only("{}"));
}

}  // namespace
}  // namespace demo::mongo
