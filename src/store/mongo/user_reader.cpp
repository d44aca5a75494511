#include "store/mongo/user_reader.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace demo::mongo {

Result<UserSummary> UserReader::Get(const std::string& user_id) {
  const auto request = std::make_shared<Request>(user_id);
  std::unique_lock lock(mutex_);
  queue_.push_back(request);
  if (!led_) {
    led_ = true;
    Gather(lock);
    Lead(lock);
  } else {
    if (gathering_) arrived_.notify_one();
    Await(lock, request);
  }
  if (!request->answer) return Fail(ErrorCode::kTimeout, "MongoDB is too slow for all that is asked.");
  return *std::move(request->answer);
}

void UserReader::Gather(std::unique_lock<std::mutex>& lock) {
  const SteadyTime end = SteadyClock::now() + options_.longest_gathering;
  gathering_ = true;
  std::chrono::microseconds patience = options_.company;
  for (SteadyTime now = SteadyClock::now(); now < end && queue_.size() < options_.most; now = SteadyClock::now()) {
    const std::size_t before = queue_.size();
    arrived_.wait_until(lock, std::min(now + patience, end), [&] { return queue_.size() > before; });
    if (queue_.size() == before) break;
    patience = options_.next_of_burst;
  }
  gathering_ = false;
}

void UserReader::Lead(std::unique_lock<std::mutex>& lock) {
  const Queue batch = TakeBatch();
  std::vector<std::string> ids;
  for (const auto& request : batch) ids.push_back(request->user_id);
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());

  lock.unlock();
  const Result<Users> users = FetchOrFail(ids);
  lock.lock();

  for (const auto& request : batch) {
    if (!users) {
      request->answer = Fail(users.error());
    } else if (const auto found = users->find(request->user_id); found != users->end()) {
      request->answer = found->second;
    } else {
      request->answer = Fail(ErrorCode::kNotFound, "No such user.");
    }
    request->wake.notify_one();
  }
  led_ = !queue_.empty();
  if (!led_) return;
  queue_.front()->leads = true;
  queue_.front()->wake.notify_one();
}

Result<UserReader::Users> UserReader::FetchOrFail(std::span<const std::string> user_ids) {
  try {
    return fetch_(user_ids);
  } catch (const std::exception& fault) {  // the others wait for an answer, and the next for a leader
    return Fail(ErrorCode::kInternal, fault.what());
  }
}

UserReader::Queue UserReader::TakeBatch() {
  Queue batch;
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.most));
  batch.splice(batch.begin(), queue_, queue_.begin(), std::next(queue_.begin(), count));
  return batch;
}

void UserReader::Await(std::unique_lock<std::mutex>& lock, const std::shared_ptr<Request>& request) {
  const auto is_over = [&] { return request->answer || request->leads; };
  // Who leads is the first of the queue, so it fetches its own answer too; a leader's time is the fetch's to keep.
  if (request->wake.wait_until(lock, SteadyClock::now() + options_.deadline, is_over)) {
    if (request->leads) Lead(lock);
    return;
  }
  queue_.remove(request);  // It may be in a batch that is under way, and is then answered to nobody.
}

}  // namespace demo::mongo
