#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// The requests to send, in turn, as bytes made ready before the clock starts.
class RequestPlan {
 public:
  /// Reads one request a line from `file`: "GET /path" or "POST /path {json}". Exits with a reason when it cannot.
  /// Each POST carries an Idempotency-Key that begins with `key_prefix` and is never used twice.
  RequestPlan(const std::string& file, std::string_view host, std::string_view key_prefix);

  /// The bytes of the next request; valid until the next call.
  std::string_view Next();

 private:
  struct Entry {
    std::string bytes;
    std::size_t key_digits = 0;  ///< Where the key's counter stands; 0 where there is no key.
  };
  std::vector<Entry> entries_;
  std::size_t position_ = 0;
  std::uint64_t keys_used_ = 0;
};

}  // namespace bench
