#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <optional>
#include <string>

#include "mongo/handles.h"

namespace demo::cluster {

/// Why a command was not done.
struct CommandError {
  enum class Kind {
    kNoAnswer,  ///< Nobody there, or gone in the middle: whether it was done is unknown.
    kRefused,   ///< The login.
    kServer,    ///< The server says no; `code` is its reason.
  };
  Kind kind = Kind::kNoAnswer;
  int code = 0;
  std::string message;  ///< One line, without a secret.
};

using CommandResult = std::expected<boost::json::object, CommandError>;

struct Credentials {
  std::string user;
  std::string password;
  std::string source;     ///< The database that knows the user.
  std::string mechanism;  ///< Empty: what the server knows of the user.
};

/// Whoever holds the key of a keyFile is the members' own user. An uninitialised member lets it in as well, and only
/// the older mechanism is derived from the key on every version (measured on 4.0.3).
Credentials SystemCredentials(const std::string& key);

/// A connection to one server and no other, whatever the server says about its set. For one thread at a time. A broken
/// one is not mended: the driver would wait some seconds before it looks again; make a new one.
class Connection {
 public:
  /// `reply_deadline` is for each reply. Opens nothing yet.
  Connection(const std::string& address, const std::optional<Credentials>& credentials,
             std::chrono::milliseconds reply_deadline);

  /// Runs `command` on `database`; the reply is canonical extended JSON. Blocks for 2 s to connect and the deadline.
  CommandResult Run(const std::string& database, const boost::json::object& command);

 private:
  mongo::ClientHandle client_;
};

}  // namespace demo::cluster
