#include "mongo/reply_deadline.h"

#include <algorithm>
#include <chrono>

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
};

constexpr int kTypeOfNoOther = 1000;

mongoc_stream_t* BaseOf(mongoc_stream_t* stream) { return static_cast<BoundedStream*>(stream)->base; }

mongoc_stream_t* Bound(mongoc_stream_t* base) {
  auto* stream = new BoundedStream{};  // the driver's from here on: it calls destroy or failed
  stream->base = base;
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
    return mongoc_stream_writev(BaseOf(each), parts, count, Left(timeout));
  };
  stream->readv = [](mongoc_stream_t* each, mongoc_iovec_t* parts, std::size_t count, std::size_t least,
                     std::int32_t timeout) {
    return mongoc_stream_readv(BaseOf(each), parts, count, least, Left(timeout));
  };
  stream->setsockopt = [](mongoc_stream_t* each, int level, int name, void* value, mongoc_socklen_t size) {
    return mongoc_stream_setsockopt(BaseOf(each), level, name, value, size);
  };
  stream->get_base_stream = BaseOf;
  stream->check_closed = [](mongoc_stream_t* each) { return mongoc_stream_check_closed(BaseOf(each)); };
  stream->timed_out = [](mongoc_stream_t* each) { return mongoc_stream_timed_out(BaseOf(each)); };
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
  return base == nullptr ? nullptr : Bound(base);
}

}  // namespace

void AwaitRepliesUntil(SteadyTime deadline) { reply_deadline = deadline; }

void KeepDeadlines(mongoc_client_t* client) { mongoc_client_set_stream_initiator(client, ConnectInTime, client); }

}  // namespace demo::mongo
