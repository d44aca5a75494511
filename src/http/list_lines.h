#pragma once

#include <span>

namespace demo::http {

/// A list may be sent as several lines of one name (RFC 9110, section 5.3): each that the service reads becomes one
/// line, at the place of the first, with the order kept. Done in place, so that nothing is allocated and the block
/// keeps its size: the second line moves up, and its name makes way for the separator.
///
/// `head` is a block that HeadGuard has passed, from its request line on.
void JoinListLines(std::span<char> head);

}  // namespace demo::http
