#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.h"

/// What a thread throws ends the process, and all that it serves. So no thread lets anything out of its turns.
namespace demo {

/// Says in the log what `thread` threw, once a second at most for all.
void TellFault(std::string_view thread, std::string_view cause) noexcept;

/// What `call` returns, a Result; what it throws is an Internal error.
template <typename Call>
std::invoke_result_t<Call> OrFail(Call&& call) {
  try {
    return std::forward<Call>(call)();
  } catch (const std::exception& fault) {
    return Fail(ErrorCode::kInternal, fault.what());
  } catch (...) {
    return Fail(ErrorCode::kInternal, "an exception of unknown type");
  }
}

/// One turn of `thread`: what `work` throws is told in the log, and over. True where nothing was thrown.
template <typename Work>
bool Survive(std::string_view thread, Work&& work) noexcept {
  try {
    std::forward<Work>(work)();
    return true;
  } catch (const std::exception& fault) {
    TellFault(thread, fault.what());
  } catch (...) {
    TellFault(thread, "an exception of unknown type");
  }
  return false;
}

}  // namespace demo
