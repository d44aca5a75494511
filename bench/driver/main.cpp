// http_load: drives an HTTP/1.1 server on this machine and prints what it saw as one line of JSON.

#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "load.h"

namespace {

constexpr std::string_view kUsage =
    "usage: http_load --port N --plan FILE [--connections 64] [--seconds 3] [--requests N] [--rate PER_SECOND]\n"
    "                 [--key-prefix TEXT]\n"
    "FILE holds one request a line: 'GET /path' or 'POST /path {json}'. With --rate requests are begun on schedule "
    "and\n"
    "latency counts from when each was due; without, each connection sends its next request after the answer.\n";

struct Arguments {
  bench::LoadOptions load;
  std::string plan;
  std::string key_prefix = "bench-";
};

template <typename Number>
bool Read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<Arguments> Parse(int count, char** values) {
  Arguments arguments;
  for (int at = 1; at + 1 < count; at += 2) {
    const std::string_view name = values[at];
    const std::string_view value = values[at + 1];
    bool good = true;
    if (name == "--port")
      good = Read(value, arguments.load.port);
    else if (name == "--plan")
      arguments.plan = value;
    else if (name == "--connections")
      good = Read(value, arguments.load.connections) && arguments.load.connections > 0;
    else if (name == "--seconds")
      good = Read(value, arguments.load.seconds);
    else if (name == "--requests")
      good = Read(value, arguments.load.requests);
    else if (name == "--rate")
      good = Read(value, arguments.load.rate);
    else if (name == "--key-prefix")
      arguments.key_prefix = value;
    else
      good = false;
    if (!good) return std::nullopt;
  }
  if (count % 2 == 0 || arguments.load.port == 0 || arguments.plan.empty()) return std::nullopt;
  return arguments;
}

void PrintLatency(std::string_view name, std::vector<std::int64_t>& latencies) {
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double share) {
    if (latencies.empty()) return std::int64_t{0};
    const auto index = static_cast<std::size_t>(share * static_cast<double>(latencies.size()));
    return latencies[std::min(index, latencies.size() - 1)] / 1000;
  };
  std::cout << ",\"" << name << "\":{\"count\":" << latencies.size() << ",\"p50\":" << at(0.5)
            << ",\"p99\":" << at(0.99) << ",\"p999\":" << at(0.999) << ",\"max\":" << at(1) << '}';
}

void PrintByStatus(std::string_view name, const bench::LoadResult& result, auto value) {
  std::cout << ",\"" << name << "\":{";
  std::string_view comma;
  for (std::size_t status = 0; status < result.status.size(); ++status) {
    if (result.status[status] == 0) continue;
    std::cout << comma << '"' << status << "\":" << value(status);
    comma = ",";
  }
  std::cout << '}';
}

void Print(bench::LoadResult& result) {
  std::cout << "{\"seconds\":" << result.seconds << ",\"bytes\":" << result.bytes << ",\"broken\":" << result.broken
            << ",\"never_sent\":" << result.never_sent << ",\"unanswered\":" << result.unanswered;
  PrintByStatus("status", result, [&](std::size_t status) { return result.status[status]; });
  PrintByStatus("longest_gap_ms", result, [&](std::size_t status) { return result.longest_gap[status] / 1'000'000; });
  PrintLatency("latency_us", result.accepted);
  PrintLatency("rejected_us", result.rejected);
  std::cout << "}\n";
}

}  // namespace

int main(int count, char** values) {
  const auto arguments = Parse(count, values);
  if (!arguments) {
    std::cerr << kUsage;
    return 2;
  }
  bench::RequestPlan plan(arguments->plan, "127.0.0.1:" + std::to_string(arguments->load.port), arguments->key_prefix);
  auto result = bench::Drive(arguments->load, plan);
  Print(result);
  return 0;
}
