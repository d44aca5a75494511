#pragma once

#include <optional>
#include <string_view>

#include "http/guard.h"
#include "http/request.h"

namespace demo::http {

/// Reads a header block that HeadGuard has passed, from its request line on, and points the views of `request` into it.
/// Sets everything but body, received_at and id. An absolute target loses its authority, which replaces the Host field.
/// Refuses what Boost.Beast's parser refuses, and a second field where one decides about access (Authorization...).
std::optional<Refusal> ReadHead(std::string_view head, Request& request);

/// Reads what the answer to an unsound or unfinished head depends on: its method, without which nobody knows whether a
/// body may follow, and what its client reads best. Everything else is cleared.
void GuessHead(std::string_view head, Request& request);

/// Leaves nothing of a head, and of its method that it is none.
void ClearHead(Request& request);

}  // namespace demo::http
