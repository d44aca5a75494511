#pragma once

#include <string>

#include "http/request.h"

namespace demo::http {

/// A copy of a request without its body, with the bytes that it needs: for work that outlives the request's answer.
class KeptRequest {
 public:
  explicit KeptRequest(const Request& request);
  KeptRequest(const KeptRequest&) = delete;
  KeptRequest& operator=(const KeptRequest&) = delete;

  const Request& request() const { return request_; }

 private:
  std::string bytes_;
  Request request_;
};

}  // namespace demo::http
