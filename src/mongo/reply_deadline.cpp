#include "mongo/reply_deadline.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <span>
#include <utility>

#include "mongo/limits.h"

// How a client connects by itself, TLS included. The library exports it without declaring it in a public header.
extern "C" mongoc_stream_t* mongoc_client_default_stream_initiator(const mongoc_uri_t* uri,
                                                                   const mongoc_host_list_t* host, void* client,
                                                                   bson_error_t* error);

namespace demo::mongo {
namespace {

thread_local SteadyTime reply_deadline = SteadyTime::max();

/// `most` or what is left until the deadline, whichever is less; at least a little, for what is there already.
std::int32_t Left(std::int64_t most) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(reply_deadline - SteadyClock::now()).count();
  return static_cast<std::int32_t>(std::max<std::int64_t>(std::min<std::int64_t>(left, most), 1));
}

/// A stream of the driver that ends its waits at the deadline.
struct BoundedStream : mongoc_stream_t {
  mongoc_stream_t* base;
  /// Below the driver's buffer, which grows to the longest reply and keeps that: megabytes on each connection.
  mongoc_stream_t* source;
  std::array<char, 1024> ahead;  ///< Read, but not asked for yet.
  std::size_t ahead_begin;
  std::size_t ahead_end;
  bool is_plain;   ///< Not TLS: what can be read is at the socket, none of it decrypted already.
  bool has_asked;  ///< And read no reply since.
  /// The last read ended with the time. Said here, because the driver takes a wait of less than a millisecond that ends
  /// without a reply for a broken connection, and then the server for gone.
  bool is_late;
};

constexpr int kTypeOfNoOther = 1000;

mongoc_stream_t* BaseOf(mongoc_stream_t* stream) { return static_cast<BoundedStream*>(stream)->base; }

/// Sleeps until a reply comes to what was sent; false when none did in `timeout`. The driver tries to read first, which
/// right after a question is a system call for nothing.
bool AwaitReply(BoundedStream& stream, std::int32_t timeout) {
  const bool has_asked = std::exchange(stream.has_asked, false);
  if (!has_asked || !stream.is_plain) return true;
  mongoc_stream_poll_t wait{stream.base, POLLIN, 0};
  return mongoc_stream_poll(&wait, 1, timeout) != 0;
}

/// Fills `part` from what was read ahead. Returns how much that was.
std::size_t TakeAhead(BoundedStream& stream, mongoc_iovec_t& part) {
  const std::size_t count = std::min(part.iov_len, stream.ahead_end - stream.ahead_begin);
  std::memcpy(part.iov_base, stream.ahead.data() + stream.ahead_begin, count);
  stream.ahead_begin += count;
  part.iov_base = static_cast<char*>(part.iov_base) + count;
  part.iov_len -= count;
  return count;
}

/// Fills `part`, `least` bytes of it at least. Returns how much, or -1 as the driver's streams do.
ssize_t Fill(BoundedStream& stream, mongoc_iovec_t part, std::size_t least, std::int32_t timeout) {
  least = std::min(least, part.iov_len);
  std::size_t got = TakeAhead(stream, part);
  if (part.iov_len == 0 || (got > 0 && got >= least)) return static_cast<ssize_t>(got);
  const std::size_t missing = least - got;
  if (part.iov_len >= stream.ahead.size()) {
    const ssize_t read = mongoc_stream_read(stream.source, part.iov_base, part.iov_len, missing, timeout);
    return read < 0 ? read : static_cast<ssize_t>(got) + read;
  }
  const ssize_t read = mongoc_stream_read(stream.source, stream.ahead.data(), stream.ahead.size(), missing, timeout);
  if (read < 0) return read;
  stream.ahead_begin = 0;
  stream.ahead_end = static_cast<std::size_t>(read);
  got += TakeAhead(stream, part);
  return static_cast<ssize_t>(got);
}

mongoc_stream_t* Bound(mongoc_stream_t* base, bool is_plain) {
  auto* stream = new BoundedStream{};  // the driver's from here on: it calls destroy or failed
  stream->base = base;
  stream->source = mongoc_stream_get_base_stream(base);
  if (stream->source == nullptr) stream->source = base;
  stream->is_plain = is_plain;
  stream->type = kTypeOfNoOther;
  stream->destroy = [](mongoc_stream_t* each) {
    mongoc_stream_destroy(BaseOf(each));
    delete static_cast<BoundedStream*>(each);
  };
  stream->failed = [](mongoc_stream_t* each) {
    mongoc_stream_failed(BaseOf(each));
    delete static_cast<BoundedStream*>(each);
  };
  stream->close = [](mongoc_stream_t* each) { return mongoc_stream_close(BaseOf(each)); };
  stream->flush = [](mongoc_stream_t* each) { return mongoc_stream_flush(BaseOf(each)); };
  stream->writev = [](mongoc_stream_t* each, mongoc_iovec_t* parts, std::size_t count, std::int32_t timeout) {
    static_cast<BoundedStream*>(each)->has_asked = true;
    return mongoc_stream_writev(BaseOf(each), parts, count, Left(timeout));
  };
  stream->readv = [](mongoc_stream_t* each, mongoc_iovec_t* parts, std::size_t count, std::size_t least,
                     std::int32_t timeout) {
    auto& self = *static_cast<BoundedStream*>(each);
    self.is_late = !AwaitReply(self, Left(timeout));
    if (self.is_late) return ssize_t{-1};
    ssize_t all = 0;
    for (const mongoc_iovec_t& part : std::span(parts, count)) {
      const auto had = static_cast<std::size_t>(all);
      const ssize_t got = Fill(self, part, least - std::min(had, least), Left(timeout));
      self.is_late = got < 0 && SteadyClock::now() >= reply_deadline;
      if (got < 0) return got;
      all += got;
      if (static_cast<std::size_t>(got) < part.iov_len) break;
    }
    return all;
  };
  stream->setsockopt = [](mongoc_stream_t* each, int level, int name, void* value, mongoc_socklen_t size) {
    return mongoc_stream_setsockopt(BaseOf(each), level, name, value, size);
  };
  stream->get_base_stream = BaseOf;
  stream->check_closed = [](mongoc_stream_t* each) { return mongoc_stream_check_closed(BaseOf(each)); };
  stream->timed_out = [](mongoc_stream_t* each) {
    return static_cast<BoundedStream*>(each)->is_late || mongoc_stream_timed_out(BaseOf(each));
  };
  stream->should_retry = [](mongoc_stream_t* each) { return mongoc_stream_should_retry(BaseOf(each)); };
  return stream;
}

mongoc_stream_t* ConnectInTime(const mongoc_uri_t* uri, const mongoc_host_list_t* host, void* client,
                               bson_error_t* error) {
  if (SteadyClock::now() >= reply_deadline) {
    bson_set_error(error, MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_CONNECT, "too late to connect to %s",
                   host->host_and_port);
    return nullptr;
  }
  const UriHandle hurried(mongoc_uri_copy(uri));
  mongoc_uri_set_option_as_int32(hurried.get(), MONGOC_URI_CONNECTTIMEOUTMS, Left(limits::kConnect.count()));
  mongoc_stream_t* base = mongoc_client_default_stream_initiator(hurried.get(), host, client, error);
  return base == nullptr ? nullptr : Bound(base, !mongoc_uri_get_tls(uri));
}

}  // namespace

void AwaitRepliesUntil(SteadyTime deadline) { reply_deadline = deadline; }

void KeepDeadlines(mongoc_client_t* client) { mongoc_client_set_stream_initiator(client, ConnectInTime, client); }

}  // namespace demo::mongo
