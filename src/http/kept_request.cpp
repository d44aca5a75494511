#include "http/kept_request.h"

#include <cstddef>
#include <string_view>

namespace demo::http {
namespace {

constexpr std::string_view Request::* kViews[] = {
    &Request::target,
    &Request::path,
    &Request::query,
    &Request::body,
    &Request::accept,
    &Request::accept_encoding,
    &Request::accept_language,
    &Request::authorization,
    &Request::content_encoding,
    &Request::content_type,
    &Request::cookie,
    &Request::host,
    &Request::idempotency_key,
    &Request::if_match,
    &Request::if_none_match,
    &Request::origin,
    &Request::sec_fetch_site,
    &Request::traceparent,
    &Request::x_forwarded_host,
    &Request::x_forwarded_port,
};
// All of them, or a view would go on pointing into the connection's buffer.
static_assert(offsetof(Request, received_at) - offsetof(Request, target) ==
              sizeof(std::string_view) * std::size(kViews));

}  // namespace

KeptRequest::KeptRequest(const Request& request) : request_(request) {
  request_.body = {};
  std::size_t size = 0;
  for (const auto view : kViews) size += (request_.*view).size();
  bytes_.reserve(size);  // so that no view moves
  for (const auto view : kViews) {
    const std::size_t begin = bytes_.size();
    bytes_ += request_.*view;
    request_.*view = std::string_view(bytes_).substr(begin);
  }
}

}  // namespace demo::http
