#include "store/mongo/user_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/faults.h"

namespace demo::mongo {
namespace {

void AddToThisThread(const store_work::Work& more) {
  store_work::Work& work = store_work::work;
  work.commands += more.commands;
  work.retries += more.retries;
  work.reach = std::max(work.reach, more.reach);
  work.readers = std::max(work.readers, more.readers);
}

}  // namespace

Result<UserSummary> UserReader::Get(const std::string& user_id) {
  const SteadyTime now = SteadyClock::now();
  const auto request = std::make_shared<Request>(user_id, now + options_.deadline);
  std::unique_lock lock(mutex_);
  if (now < apart_until_) {
    request->alone = true;
  } else {
    queue_.push_back(request);
    if (!led_) {
      led_ = true;
      unawaited_ = now >= company_until_;
      if (!unawaited_) Gather(lock, options_.company);
      Lead(lock, request->deadline);
    } else {
      company_until_ = now + options_.remembered;
      if (gathering_) arrived_.notify_one();
      Await(lock, request);
    }
  }
  lock.unlock();
  AddToThisThread(request->work);
  if (request->alone) return FetchAlone(*request);
  if (!request->answer) return Fail(ErrorCode::kTimeout, "MongoDB is too slow for all that is asked.");
  return *std::move(request->answer);
}

void UserReader::Gather(std::unique_lock<std::mutex>& lock, std::chrono::microseconds patience) {
  const SteadyTime end = SteadyClock::now() + options_.longest_gathering;
  gathering_ = true;
  for (SteadyTime now = SteadyClock::now(); now < end && queue_.size() < options_.most; now = SteadyClock::now()) {
    const std::size_t before = queue_.size();
    arrived_.wait_until(lock, std::min(now + patience, end), [&] { return queue_.size() > before; });
    if (queue_.size() == before) break;
    patience = options_.next_of_burst;
  }
  gathering_ = false;
}

void UserReader::Lead(std::unique_lock<std::mutex>& lock, SteadyTime deadline) {
  const Queue batch = TakeBatch();
  std::vector<std::string> ids;
  for (const auto& request : batch) ids.push_back(request->user_id);
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());

  lock.unlock();
  const store_work::Work before = store_work::Take();
  const Result<Users> users = FetchOrFail(ids, deadline);
  store_work::Work work = std::exchange(store_work::work, before);
  work.readers = static_cast<int>(batch.size());
  lock.lock();

  for (const auto& request : batch) request->work = work;
  users ? Answer(batch, *users) : SendApart(batch, ids.size(), users.error());
  led_ = !queue_.empty();
  if (!led_) return;
  queue_.front()->leads = true;
  queue_.front()->wake.notify_one();
}

void UserReader::Answer(const Queue& batch, const Users& users) {
  for (const auto& request : batch) {
    if (const auto found = users.find(request->user_id); found != users.end()) {
      request->answer = found->second;
    } else {
      request->answer = Fail(ErrorCode::kNotFound, "No such user.");
    }
    request->wake.notify_one();
  }
}

void UserReader::SendApart(const Queue& batch, std::size_t users, const Error& error) {
  const bool may_be_one_shard = error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout;
  if (may_be_one_shard) {
    apart_until_ = SteadyClock::now() + options_.apart_after_failure;
    for (const auto& request : queue_) {
      request->alone = true;
      request->wake.notify_one();
    }
    queue_.clear();
  }
  for (const auto& request : batch) {
    request->alone = users > 1;
    if (!request->alone) request->answer = Fail(error);
    request->wake.notify_one();
  }
}

Result<UserSummary> UserReader::FetchAlone(const Request& request) {
  auto users = FetchOrFail({&request.user_id, 1}, request.deadline);
  if (!users) return Fail(users.error());
  const auto found = users->find(request.user_id);
  if (found == users->end()) return Fail(ErrorCode::kNotFound, "No such user.");
  return std::move(found->second);
}

Result<UserReader::Users> UserReader::FetchOrFail(std::span<const std::string> user_ids, SteadyTime deadline) {
  // The others wait for an answer, and the next for a leader.
  return OrFail([&] { return fetch_(user_ids, deadline); });
}

UserReader::Queue UserReader::TakeBatch() {
  Queue batch;
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.most));
  batch.splice(batch.begin(), queue_, queue_.begin(), std::next(queue_.begin(), count));
  return batch;
}

void UserReader::Await(std::unique_lock<std::mutex>& lock, const std::shared_ptr<Request>& request) {
  const auto is_over = [&] { return request->answer || request->leads || request->alone; };
  // Who leads is the first of the queue, so it fetches its own answer too; a leader's time is the fetch's to keep.
  if (request->wake.wait_until(lock, request->deadline, is_over)) {
    if (!request->leads) return;
    if (std::exchange(unawaited_, false)) Gather(lock, options_.next_of_burst);
    Lead(lock, request->deadline);
    return;
  }
  queue_.remove(request);  // It may be in a batch that is under way, and is then answered to nobody.
}

}  // namespace demo::mongo
