#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "mongo/handles.h"

namespace demo::mongo {

/// Reads MONGODB_URI and holds it against what the service promises: majority writes with journal, majority reads from
/// the primary, retries, every router or member reachable. What it leaves open is set here: concerns, retries, the
/// timeouts of limits.h (which win over the URI's).
///
/// What cannot work is refused as well: a database of MongoDB's own, an unknown mechanism, a file that cannot be read.
///
/// Errors: Invalid, one line that names MONGODB_URI and the option, and never shows the password. Resolves no name and
/// opens no connection.
Result<UriHandle> ReadUri(const std::string& text);

/// The database that `uri` names, else demoDB. It is never set in the URI: the driver would log in against it, where
/// the connection string specification says admin.
std::string DatabaseOf(const mongoc_uri_t* uri);

/// The same for commands that may take as long as `patience`.
UriHandle WithPatience(const mongoc_uri_t* uri, std::chrono::milliseconds patience);

/// "mongo-0:27017,mongo-1:27017", or the name of an SRV record: for people. Holds no user and no password.
std::string HostsOf(const mongoc_uri_t* uri);

}  // namespace demo::mongo
