#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace demo::cluster::reply {

// How a server's reply is read, in canonical extended JSON ({"$numberInt": "1"}), plain numbers too. A server may say
// anything: what is absent or of another type is nothing, "", false or empty. All pure.

std::optional<std::int64_t> Int(const boost::json::object& reply, std::string_view name);
std::string Text(const boost::json::object& reply, std::string_view name);
/// True for the boolean and for every number but 0.
bool Truth(const boost::json::object& reply, std::string_view name);
std::optional<UnixMillis> Date(const boost::json::object& reply, std::string_view name);
const boost::json::object& Object(const boost::json::object& reply, std::string_view name);
const boost::json::array& Array(const boost::json::object& reply, std::string_view name);
/// What a cursor's first batch holds: all of it for the lists that are read here, which fit into one.
const boost::json::array& Batch(const boost::json::object& reply);

/// The same document with plain numbers in place of {"$numberInt": …}: keys and options, so that two can be compared.
boost::json::object Plain(const boost::json::object& document);
/// {"_id": "hashed"} as "_id hashed", {"a": 1, "b": -1} as "a 1, b -1".
std::string KeyText(const boost::json::object& key);

}  // namespace demo::cluster::reply
