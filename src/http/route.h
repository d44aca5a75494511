#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cache/tag.h"
#include "http/request.h"
#include "http/response.h"

namespace demo {
struct Services;
}

namespace demo::http {

using Handler = Result<Response> (*)(const Request&, Services&);

/// The handler runs on a worker; its 200 is kept for `ttl`, or until one of `tags` changes. GET only.
struct Cached {
  std::chrono::seconds ttl;
  std::vector<Tag> tags;
  bool by_language = false;  ///< One copy for each language of the pages.
};

/// The handler runs on a worker and changes what `tags` name; their generations rise before it is acknowledged.
struct Changes {
  std::vector<Tag> tags;
};

/// The handler runs on a worker, each time.
struct Fresh {};

/// The handler looks at this process only, and for longer than a loop may: on a worker of its own, each time. It
/// answers also when all others are stuck, or too many requests wait for them.
struct Apart {};

/// The handler runs on the loop itself and never blocks: it answers also when every worker is stuck.
struct Immediate {};

/// The answer is the head of an event stream.
struct EventStream {};

using Policy = std::variant<Cached, Changes, Fresh, Apart, Immediate, EventStream>;

/// What becomes of a parameter that a row does not take. The API names it; a link to a page may have been marked by
/// whoever passed it on.
enum class Others : std::uint8_t { kRefused, kIgnored };

/// One line of the whole policy of the service.
struct Route {
  Method method;
  std::string_view path;  ///< "/api/users/{user_id}": a segment in braces stands for any one segment.
  Handler handler;
  Policy policy;
  bool admin = false;                        ///< Needs the admin token where one is set.
  std::vector<std::string_view> query = {};  ///< The parameters it takes.
  Others others = Others::kRefused;
};

/// Every route of the service; the position of a row is its index in metrics and logs.
std::span<const Route> Routes();

}  // namespace demo::http
