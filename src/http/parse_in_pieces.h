#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_parser.h"

/// For tests and fuzzing: what the parser makes of bytes that arrive in pieces.
namespace demo::http {

inline constexpr std::size_t kMaxBody = 1024;

/// All that a parser says about some bytes, with copies of what it saw.
struct Outcome {
  std::optional<Refusal> refusal;
  RequestParser::State state = RequestParser::State::kHead;
  Method method = Method::kGet;
  std::string target;
  std::string path;
  std::string query;
  std::string host;
  std::string accept;
  std::string if_none_match;
  std::string body;
  std::string rest;  ///< What follows the request.
  bool operator==(const Outcome&) const = default;
};

/// Gives `bytes` to a parser in pieces that end at `cuts`.
inline Outcome ParseInPieces(std::string_view bytes, std::vector<std::size_t> cuts) {
  cuts.push_back(bytes.size());
  RequestParser parser(HeadLimits{}, kMaxBody);
  Request request;
  Outcome outcome;
  std::string buffer;
  std::size_t given = 0;
  for (const std::size_t cut : cuts) {
    buffer += bytes.substr(given, cut - given);
    given = cut;
    if (outcome.state == RequestParser::State::kComplete) continue;
    std::size_t size = buffer.size();
    const auto state = parser.Feed(buffer.data(), size, request);
    buffer.resize(size);
    if (!state) {
      Outcome refused;
      refused.refusal = state.error();
      return refused;
    }
    outcome.state = *state;
    if (*state != RequestParser::State::kComplete) continue;
    outcome.method = request.method;
    outcome.target = request.target;
    outcome.path = request.path;
    outcome.query = request.query;
    outcome.host = request.host;
    outcome.accept = request.accept;
    outcome.if_none_match = request.if_none_match;
    outcome.body = request.body;
  }
  if (outcome.state == RequestParser::State::kComplete) outcome.rest = buffer.substr(parser.consumed());
  return outcome;
}

}  // namespace demo::http
