#include "http/server_loop.h"

#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/clock.h"

namespace demo::http {
namespace {

/// A bijection (the finalizer of SplitMix64): different counts give different ids, and neighbours look unlike.
std::uint64_t Scramble(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

}  // namespace

ServerLoop::ServerLoop(ServerState& state, int index)
    : state_(state),
      memory_(*state.options.memory),
      next_id_(state.id_seed + (static_cast<std::uint64_t>(index) << 48)) {}

ServerLoop::~ServerLoop() = default;

void ServerLoop::HandOver(UniqueFd socket) {
  auto connection = std::make_unique<Connection>(*this, std::move(socket));
  open_.fetch_add(1, std::memory_order_relaxed);
  events_.Deliver(*connection.release());
}

void ServerLoop::Adopt(Connection& connection) {
  connection.index = connections_.size();
  connections_.emplace_back(&connection);
  while (!memory_.Take(kConnectionCost, MemoryBudget::Need::kSmall)) {
    if (Shed(1) > 0) continue;
    memory_.TakeAnyway(kConnectionCost);
    break;
  }
  waiting_.MoveToEnd(connection);
  if (static_cast<std::size_t>(open()) > state_.max_connections_of_loop) Shed(1);
}

int ServerLoop::Shed(int count) {
  int closed = 0;
  for (; closed < count && waiting_.first() != nullptr; ++closed) static_cast<Connection*>(waiting_.first())->Cut();
  return closed;
}

int ServerLoop::ShedSome() {
  constexpr int kAtOnce = 16;
  return Shed(std::min(kAtOnce, open() / 2));
}

void ServerLoop::RequestShedding() {
  if (shedding_requested_.exchange(true)) return;
  events_.Post([this] {
    shedding_requested_ = false;
    ShedSome();
  });
}

bool ServerLoop::MakeRoom(InputBuffer& buffer, std::size_t most, Connection& asking) {
  // A request that begins now has not waited: it is not the one to go for its own room.
  if (buffer.capacity == 0) waiting_.MoveToEnd(asking);
  while (!inputs_.MakeRoom(buffer, most)) {
    if (waiting_.first() == nullptr || waiting_.first() == &asking) return false;
    Shed(1);
  }
  return true;
}

void ServerLoop::RequestRelief() {
  if (relief_requested_.exchange(true)) return;
  events_.Post([this] {
    relief_requested_ = false;
    Relieve();
  });
}

void ServerLoop::Relieve() {
  // Long for a client that reads, and short for all others that wait for the memory.
  constexpr std::chrono::milliseconds kPatience{250};
  const SteadyTime before = SteadyClock::now() - kPatience;
  WaitingLink* next = waiting_.first();
  while (next != nullptr && state_.options.memory->IsTight()) {
    auto& connection = *static_cast<Connection*>(next);
    next = waiting_.after(connection);
    if (connection.HoldsSince(before)) connection.Cut();
  }
  // A copy: a stream that is cut leaves the table.
  for (Connection* stream : std::vector(streams_)) {
    if (state_.options.memory->IsTight() && stream->HoldsSince(before)) stream->Cut();
  }
}

void ServerLoop::AddStream(Connection& connection) {
  streams_.push_back(&connection);
  state_.event_streams.fetch_add(1, std::memory_order_relaxed);
}

void ServerLoop::RemoveStream(Connection& connection) {
  std::erase(streams_, &connection);
  state_.event_streams.fetch_sub(1, std::memory_order_relaxed);
}

void ServerLoop::SendToStreams(std::string_view event) {
  if (streams_.empty() || event.empty()) return;
  PutChunk(event, stream_frame_);
  // A copy: a stream that does not keep up leaves the table.
  for (Connection* stream : std::vector(streams_)) stream->SendEvent(stream_frame_.view(), event);
}

void ServerLoop::NoteClosed() {
  memory_.Give(kConnectionCost);
  const int left = open_.fetch_sub(1, std::memory_order_relaxed) - 1;
  if (stopping_ && left == 0) events_.Quit();
}

void ServerLoop::Bury(Connection& connection) {
  const bool is_in_table =
      connection.index < connections_.size() && connections_[connection.index].get() == &connection;
  if (!is_in_table) {  // There was no memory to adopt it.
    const std::unique_ptr<Connection> unadopted(&connection);
    return;
  }
  std::unique_ptr<Connection>& place = connections_[connection.index];
  std::swap(place, connections_.back());
  place->index = connection.index;
  connections_.pop_back();
}

void ServerLoop::BeginStop(std::chrono::milliseconds deadline) {
  stopping_ = true;
  events_.timers().Schedule(stop_timer_, SteadyClock::now() + deadline);
  for (std::size_t i = 0; i < connections_.size(); ++i) connections_[i]->Retire();
  if (open() == 0) events_.Quit();
}

void ServerLoop::CutAll() {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    if (!connections_[i]->is_open()) continue;
    ++cut_;
    connections_[i]->Cut();
  }
  events_.Quit();
}

std::uint64_t ServerLoop::NextRequestId() { return Scramble(next_id_++); }

std::string_view ServerLoop::DateText() {
  if (const SteadyTime now = events_.now(); now >= date_until_) {
    const UnixMillis wall = WallClockNow();
    date_text_ = HttpDate(static_cast<std::time_t>(wall / 1000));
    date_until_ = now + std::chrono::milliseconds(1000 - wall % 1000);
  }
  return {date_text_.data(), date_text_.size()};
}

}  // namespace demo::http
