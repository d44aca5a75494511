#include "request_plan.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace bench {
namespace {

constexpr std::size_t kKeyDigits = 16;

[[noreturn]] void Refuse(const std::string& reason) {
  std::cerr << "http_load: " << reason << '\n';
  std::exit(2);
}

}  // namespace

RequestPlan::RequestPlan(const std::string& file, std::string_view host, std::string_view key_prefix) {
  std::ifstream lines(file);
  if (!lines) Refuse("cannot read " + file);
  for (std::string line; std::getline(lines, line);) {
    const auto path_at = line.find(' ');
    if (path_at == std::string::npos) Refuse("a line of " + file + " is not 'METHOD /path [body]': " + line);
    const auto body_at = line.find(' ', path_at + 1);
    const std::string method = line.substr(0, path_at);
    const std::string path = line.substr(path_at + 1, body_at == std::string::npos ? body_at : body_at - path_at - 1);
    const std::string body = body_at == std::string::npos ? "" : line.substr(body_at + 1);

    Entry entry;
    entry.bytes = method + ' ' + path + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n";
    if (method == "POST") {
      entry.bytes += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
      entry.bytes += "Idempotency-Key: " + std::string(key_prefix);
      entry.key_digits = entry.bytes.size();
      entry.bytes += std::string(kKeyDigits, '0') + "\r\n";
    }
    entry.bytes += "\r\n" + body;
    entries_.push_back(std::move(entry));
  }
  if (entries_.empty()) Refuse(file + " holds no request");
}

std::string_view RequestPlan::Next() {
  Entry& entry = entries_[position_];
  position_ = position_ + 1 == entries_.size() ? 0 : position_ + 1;
  if (entry.key_digits != 0) {
    std::uint64_t number = ++keys_used_;
    for (std::size_t at = entry.key_digits + kKeyDigits; at-- > entry.key_digits; number /= 10) {
      entry.bytes[at] = static_cast<char>('0' + number % 10);
    }
  }
  return entry.bytes;
}

}  // namespace bench
