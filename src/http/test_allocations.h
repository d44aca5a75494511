#pragma once

#include <cstddef>

namespace demo::http {

/// How often this thread has allocated with operator new, which the test program replaces by one that counts.
std::size_t AllocationsOfThisThread();

}  // namespace demo::http
