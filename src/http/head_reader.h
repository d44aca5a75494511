#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "http/guard.h"
#include "http/request.h"

namespace demo::http {

/// Reads a header block that HeadGuard has passed, from its request line on, and points the views of `request` into it.
/// Sets everything but body, received_at and id. An absolute target loses its authority, which replaces the Host field;
/// "OPTIONS http://host" is "OPTIONS *". Refuses what Boost.Beast's parser refuses, and a second field where one
/// decides about access (Authorization...). May rewrite `head`, in the same size: read again, it gives the same.
std::optional<Refusal> ReadHead(std::span<char> head, Request& request);

/// Reads what the answer to an unsound or unfinished head depends on: whether it is to a HEAD, whose client would take
/// a body for its next answer, and what that client reads best. Everything else is cleared.
void GuessHead(std::string_view head, Request& request);

/// Leaves nothing of a head, and of its method that it is none.
void ClearHead(Request& request);

}  // namespace demo::http
