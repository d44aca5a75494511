#include "mongo/uri.h"

#include <gtest/gtest.h>

namespace demo::mongo {
namespace {

std::string Refusal(const std::string& text) {
  const auto uri = ReadUri(text);
  if (uri) return "accepted";
  EXPECT_EQ(uri.error().code, ErrorCode::kInvalid);
  return uri.error().message;
}

TEST(ReadUri, SetsWhatTheServicePromises) {
  const auto uri = ReadUri("mongodb://a:1,b:2");
  ASSERT_TRUE(uri.has_value()) << uri.error().message;
  EXPECT_EQ(DatabaseOf(uri->get()), "demoDB");
  EXPECT_EQ(std::string(mongoc_uri_get_appname(uri->get())), "demo-app");
  const auto* writes = mongoc_uri_get_write_concern(uri->get());
  EXPECT_TRUE(mongoc_write_concern_get_wmajority(writes));
  EXPECT_TRUE(mongoc_write_concern_get_journal(writes));
  EXPECT_EQ(mongoc_write_concern_get_wtimeout_int64(writes), 5000);
  EXPECT_STREQ(mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri->get())), "majority");
  const auto number = [&](const char* option) { return mongoc_uri_get_option_as_int32(uri->get(), option, -1); };
  EXPECT_EQ(number(MONGOC_URI_SERVERSELECTIONTIMEOUTMS), 3000);
  EXPECT_EQ(number(MONGOC_URI_CONNECTTIMEOUTMS), 2000);
  EXPECT_EQ(number(MONGOC_URI_SOCKETTIMEOUTMS), 6000);
  EXPECT_EQ(number(MONGOC_URI_WAITQUEUETIMEOUTMS), 3000);
  EXPECT_EQ(number(MONGOC_URI_HEARTBEATFREQUENCYMS), 1000);
  EXPECT_TRUE(mongoc_uri_get_option_as_bool(uri->get(), MONGOC_URI_RETRYWRITES, false));
  EXPECT_TRUE(mongoc_uri_get_option_as_bool(uri->get(), MONGOC_URI_RETRYREADS, false));
  EXPECT_TRUE(mongoc_uri_has_option(uri->get(), MONGOC_URI_DIRECTCONNECTION));
  EXPECT_FALSE(mongoc_uri_get_option_as_bool(uri->get(), MONGOC_URI_DIRECTCONNECTION, true));
}

TEST(ReadUri, KeepsWhatTheUriSays) {
  const auto uri = ReadUri("mongodb://user:p%40ss@a/other?replicaSet=rs0&authSource=admin&appName=mine&tls=true");
  ASSERT_TRUE(uri.has_value()) << uri.error().message;
  EXPECT_EQ(DatabaseOf(uri->get()), "other");
  EXPECT_STREQ(mongoc_uri_get_replica_set(uri->get()), "rs0");
  EXPECT_STREQ(mongoc_uri_get_password(uri->get()), "p@ss");
  EXPECT_STREQ(mongoc_uri_get_appname(uri->get()), "mine");
}

// The specification's rules: what the URI says, else its database, else admin; some mechanisms know no database.
TEST(ReadUri, LogsInWhereTheSpecificationSays) {
  const std::pair<const char*, const char*> sources[] = {
      {"mongodb://u:p@a", "admin"},
      {"mongodb://u:p@a/", "admin"},
      {"mongodb://u:p@a/?authMechanism=SCRAM-SHA-256", "admin"},
      {"mongodb://u:p@a/demoDB", "demoDB"},
      {"mongodb://u:p@a/other", "other"},
      {"mongodb://u:p@a/?authSource=users", "users"},
      {"mongodb://u:p@a/other?authSource=admin", "admin"},
      {"mongodb://u:p@a/?authMechanism=PLAIN", "$external"},
      {"mongodb://u:p@a/other?authMechanism=PLAIN", "other"},
      {"mongodb://u@a/?authMechanism=MONGODB-X509", "$external"},
      {"mongodb://u@a/other?authMechanism=MONGODB-X509", "$external"},
      {"mongodb://u@a/other?authMechanism=GSSAPI", "$external"},
      {"mongodb://a/?authMechanism=MONGODB-AWS", "$external"},
      {"mongodb://u:p@a/other?authMechanism=MONGODB-AWS", "$external"},
      {"mongodb+srv://u:p@routers.demo.local", "admin"},
  };
  for (const auto& [text, source] : sources) {
    const auto uri = ReadUri(text);
    ASSERT_TRUE(uri.has_value()) << text << ": " << uri.error().message;
    EXPECT_STREQ(mongoc_uri_get_auth_source(uri->get()), source) << text;
    const UriHandle patient = WithPatience(uri->get(), std::chrono::seconds(60));
    EXPECT_STREQ(mongoc_uri_get_auth_source(patient.get()), source) << text;
  }
}

TEST(ReadUri, TakesOptionsWithoutASlash) {
  const auto uri = ReadUri("mongodb://u:p@a:1,b?replicaSet=x");
  ASSERT_TRUE(uri.has_value()) << uri.error().message;
  EXPECT_EQ(HostsOf(uri->get()), "a:1,b:27017");
  EXPECT_STREQ(mongoc_uri_get_replica_set(uri->get()), "x");
  EXPECT_EQ(DatabaseOf(uri->get()), "demoDB");
  EXPECT_EQ(Refusal("mongodb+srv://mongo.demo.local?tls=false"), "accepted");
}

TEST(ReadUri, TellsWhatIsReallyWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {"mongodb://a:0/", "host or port"},
      {"mongodb://a:x/", "host or port"},
      {"mongodb://a,,b/", "host or port"},
      {"mongodb://a, b/", "white space"},
      {"mongodb://a#b/", "white space, '#' or '['"},
      {"mongodb://[", "'['"},
      {"mongodb://a/?tls=true&tlsCAFile=/tmp", "tlsCAFile"},
      {"mongodb://a/?tls=true&tlsCAFile=/dev/null", "tlsCAFile"},
      {"mongodb://u:p@ss@a/", "%40"},
      {"mongodb://u:p/w@a/", "%2F"},
      {"mongodb://u:p:w@a/", "percent-encoded"},
      {"mongodb://u:p%zz@a/", "encodes no character"},
      {"mongodb://a/demoDB%0A", "control character"},
      {"mongodb://a/demoDB\n", "control character"},
      {"mongodb://a/x.y", "one of / \\ ."},
      {"mongodb://a/?replicaSet=", "option replicaset"},
      {"mongodb://a/?replicaSet", "option replicaSet"},
      {"mongodb://u:p@a/?authSource=", "empty authSource"},
      {"mongodb://u@a/?authMechanism=MONGODB-X509&authSource=x", "$external"},
      {"mongodb://u@a/?authMechanism=MONGODB-AWS&authSource=x", "$external"},
      {"mongodb://u@a/", "without a password"},
      {"mongodb://u:p\xff@a/", "not UTF-8"},
  };
  for (const auto& [text, named] : wrong) {
    EXPECT_NE(Refusal(text).find(named), std::string::npos) << text << ": " << Refusal(text);
  }
  EXPECT_NE(Refusal("mongodb://a/" + std::string(64, 'x')).find("too long"), std::string::npos);
}

TEST(ReadUri, TakesWhatItWouldSetItself) {
  for (const char* options : {"w=majority", "journal=true", "readConcernLevel=majority", "readPreference=primary",
                              "retryWrites=true&retryReads=true", "directConnection=false", "socketTimeoutMS=0"}) {
    EXPECT_EQ(Refusal(std::string("mongodb://a/?") + options), "accepted");
  }
}

TEST(ReadUri, RefusesWhatBreaksThePromises) {
  const std::pair<const char*, const char*> wrong[] = {
      {"directConnection=true", "directConnection"},
      {"readPreference=secondary", "readPreference"},
      {"readPreference=primaryPreferred", "readPreference"},
      {"readPreference=nearest", "readPreference"},
      {"w=0", "value of w"},
      {"w=1", "value of w"},
      {"w=2", "value of w"},
      {"w=my-tag", "value of w"},
      {"journal=false", "journal"},
      {"readConcernLevel=local", "readConcernLevel"},
      {"readConcernLevel=linearizable", "readConcernLevel"},
      {"retryWrites=false", "retryWrites"},
      {"retryReads=false", "retryReads"},
      {"loadBalanced=true", "loadBalanced"},
      {"tlss=true", "tlss"},
      {"w=0&w=majority", "value of w"},
      {"W=0;journal=true", "value of w"},
      {"safe=false", "safe"},
      {"authMechanism=FOO", "authMechanism"},
      {"tls=true&tlsCAFile=/no/such/file", "tlsCAFile"},
      {"tls=true&tlsCertificateKeyFile=/no/such/file", "tlsCertificateKeyFile"},
  };
  for (const auto& [options, named] : wrong) {
    const std::string line = Refusal(std::string("mongodb://user:secret@a/?") + options);
    EXPECT_TRUE(line.starts_with("MONGODB_URI: got ")) << line;
    EXPECT_NE(line.find(named), std::string::npos) << options << ": " << line;
    EXPECT_NE(line.find(", wants "), std::string::npos) << line;
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }
}

TEST(ReadUri, RefusesMongosOwnDatabases) {
  for (const char* database : {"admin", "config", "local"}) {
    const std::string line = Refusal(std::string("mongodb://a/") + database);
    EXPECT_NE(line.find(std::string("got database ") + database), std::string::npos) << line;
  }
  EXPECT_EQ(Refusal("mongodb://a/locals?authSource=admin"), "accepted");
}

TEST(ReadUri, TellsAServiceNameThatIsTooShort) {
  for (const char* text : {"mongodb+srv://mongo", "mongodb+srv://user:secret@mongo.local/x?tls=false"}) {
    EXPECT_NE(Refusal(text).find("less than three parts"), std::string::npos) << Refusal(text);
  }
  EXPECT_EQ(Refusal("mongodb+srv://mongo.demo.local/x?tls=false"), "accepted");
}

TEST(ReadUri, NeverShowsAPassword) {
  for (const char* text : {"", "x", "mongodb://", "mongodb:///", "http://user:secret@a", "mongodb://user:secret@",
                           "mongodb://user:@secret@a", "mongodb://user:a:secret", "mongodb://user:secret",
                           "mongodb://user:1?secret=x@a/", "mongodb://user:se/secret@a", "mongodb://user:%zzsecret@a",
                           "mongodb://a:99999999secret", "mongodb://user:secret@a/?=", "mongodb://a/?x=secret",
                           "mongodb+srv://user:secret@a,b/", "mongodb+srv://user:secret@a:1/"}) {
    const std::string line = Refusal(text);
    EXPECT_TRUE(line.starts_with("MONGODB_URI: got ")) << text << ": " << line;
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
  }
}

TEST(HostsOf, NamesNoUser) { EXPECT_EQ(HostsOf(ReadUri("mongodb://user:secret@a:1,b:2/x")->get()), "a:1,b:2"); }

}  // namespace
}  // namespace demo::mongo
