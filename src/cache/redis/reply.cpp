#include "cache/redis/reply.h"

#include <hiredis/hiredis.h>

#include <new>
#include <utility>

namespace demo::redis {
namespace {

constexpr int kMaxItems = 1024;

/// Where the reader wants its next object: the root, or a place in the list around it.
Reply* PlaceFor(const redisReadTask* task) {
  if (task->parent == nullptr) return new (std::nothrow) Reply;
  return &static_cast<Reply*>(task->parent->obj)->items[static_cast<std::size_t>(task->idx)];
}

void* CreateString(const redisReadTask* task, char* text, std::size_t length) {
  Reply* reply = PlaceFor(task);
  if (reply == nullptr) return nullptr;
  reply->kind = task->type == REDIS_REPLY_ERROR    ? Reply::Kind::kError
                : task->type == REDIS_REPLY_STATUS ? Reply::Kind::kStatus
                                                   : Reply::Kind::kText;
  reply->text.assign(text, length);
  return reply;
}

// Refused before anything is allocated for it: the count is the server's word alone.
void* CreateArray(const redisReadTask* task, int count) {
  if (count > kMaxItems) return nullptr;
  Reply* reply = PlaceFor(task);
  if (reply == nullptr) return nullptr;
  reply->kind = Reply::Kind::kList;
  reply->items.resize(static_cast<std::size_t>(count));
  return reply;
}

void* CreateInteger(const redisReadTask* task, long long number) {
  Reply* reply = PlaceFor(task);
  if (reply == nullptr) return nullptr;
  reply->kind = Reply::Kind::kNumber;
  reply->number = number;
  return reply;
}

void* CreateNil(const redisReadTask* task) { return PlaceFor(task); }

void FreeReply(void* reply) { delete static_cast<Reply*>(reply); }

redisReplyObjectFunctions functions = {CreateString, CreateArray, CreateInteger, CreateNil, FreeReply};

}  // namespace

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader(std::size_t max_bytes)
    : max_bytes_(max_bytes), reader_(redisReaderCreateWithFunctions(&functions)) {
  if (!reader_) throw std::bad_alloc();
}

void ReplyReader::Feed(std::string_view bytes) {
  fed_ += bytes.size();
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

Result<std::optional<Reply>> ReplyReader::Next() {
  void* raw = nullptr;
  if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
    return Fail(ErrorCode::kUnavailable, "what it sends is not Redis' protocol, or more than is taken");
  }
  if (raw == nullptr) {
    if (fed_ > max_bytes_) return Fail(ErrorCode::kUnavailable, "it sends more than is taken");
    return std::nullopt;
  }
  fed_ = 0;
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(raw));
  return std::move(*reply);
}

Commands& Commands::Add(const std::vector<std::string_view>& words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  char* formatted = nullptr;
  const int length = redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), texts.data(), lengths.data());
  if (length < 0) throw std::bad_alloc();
  bytes_.append(formatted, static_cast<std::size_t>(length));
  redisFreeCommand(formatted);
  ++count_;
  return *this;
}

}  // namespace demo::redis
