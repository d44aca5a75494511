#include "cluster/connection.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "mongo/driver.h"
#include "mongo/errors.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;

constexpr int kConnectMillis = 2000;

mongo::UriHandle UriOf(const std::string& address, const std::optional<Credentials>& credentials, int reply_millis) {
  mongo::UriHandle uri(mongoc_uri_new(fmt::format("mongodb://{}/", address).c_str()));
  if (!uri) throw std::invalid_argument("no address: " + address);
  mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_DIRECTCONNECTION, true);
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, kConnectMillis);
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, kConnectMillis);
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, reply_millis);
  mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_RETRYREADS, false);
  mongoc_uri_set_appname(uri.get(), "demo-app cluster");
  if (credentials) {
    mongoc_uri_set_username(uri.get(), credentials->user.c_str());
    mongoc_uri_set_password(uri.get(), credentials->password.c_str());
    mongoc_uri_set_auth_source(uri.get(), credentials->source.c_str());
    if (!credentials->mechanism.empty()) mongoc_uri_set_auth_mechanism(uri.get(), credentials->mechanism.c_str());
  }
  return uri;
}

/// "No suitable servers found (…): [connection refused calling hello on '127.0.0.1:27017']" says it in its brackets.
std::string Reason(std::string_view message) {
  const auto begin = message.find('[');
  const auto end = message.find(" calling ", begin == message.npos ? 0 : begin);
  if (begin == message.npos || end == message.npos) return std::string(message);
  return std::string(message.substr(begin + 1, end - begin - 1));
}

CommandError ToCommandError(const bson_error_t& error) {
  using enum CommandError::Kind;
  if (mongo::IsRefusedLogin(error)) {
    return {kRefused, 0, fmt::format("it refuses the login ({})", std::string_view(error.message))};
  }
  if (error.domain == MONGOC_ERROR_SERVER) return {kServer, static_cast<int>(error.code), error.message};
  return {kNoAnswer, 0, Reason(error.message)};
}

}  // namespace

Credentials SystemCredentials(const std::string& key) { return {"__system", key, "local", "SCRAM-SHA-1"}; }

Connection::Connection(const std::string& address, const std::optional<Credentials>& credentials,
                       std::chrono::milliseconds reply_deadline) {
  mongo::StartDriver();
  const auto uri = UriOf(address, credentials, static_cast<int>(reply_deadline.count()));
  client_.reset(mongoc_client_new_from_uri(uri.get()));
  if (!client_) throw std::invalid_argument("no client for " + address);
  mongoc_client_set_error_api(client_.get(), MONGOC_ERROR_API_VERSION_2);
}

CommandResult Connection::Run(const std::string& database, const json::object& command) {
  const std::string text = json::serialize(command);
  bson_error_t error{};
  const mongo::BsonHandle document(bson_new_from_json(reinterpret_cast<const std::uint8_t*>(text.data()),
                                                      static_cast<ssize_t>(text.size()), &error));
  if (!document) throw std::invalid_argument(fmt::format("no command: {}", std::string_view(error.message)));
  mongo::Reply reply;
  if (!mongoc_client_command_simple(client_.get(), database.c_str(), document.get(), nullptr, reply.Out(), &error)) {
    return std::unexpected(ToCommandError(error));
  }
  std::size_t length = 0;
  const mongo::TextHandle reply_text(bson_as_canonical_extended_json(reply.get(), &length));
  json::error_code wrong;
  json::value value;
  if (reply_text) value = json::parse({reply_text.get(), length}, wrong);
  if (!value.is_object()) return std::unexpected(CommandError{.message = "its reply cannot be read"});
  return std::move(value.get_object());
}

}  // namespace demo::cluster
