#pragma once

#include <mongoc/mongoc.h>

#include <memory>
#include <utility>

/// Every handle of libmongoc and libbson that this program owns is owned by one of these from the line it is born on.
namespace demo::mongo {

template <auto destroy>
struct DestroyedBy {
  template <typename T>
  void operator()(T* handle) const {
    destroy(handle);
  }
};

using UriHandle = std::unique_ptr<mongoc_uri_t, DestroyedBy<mongoc_uri_destroy>>;
using PoolHandle = std::unique_ptr<mongoc_client_pool_t, DestroyedBy<mongoc_client_pool_destroy>>;
/// A client of no pool. Those of a pool go back to it: see ClientLease.
using ClientHandle = std::unique_ptr<mongoc_client_t, DestroyedBy<mongoc_client_destroy>>;
using CollectionHandle = std::unique_ptr<mongoc_collection_t, DestroyedBy<mongoc_collection_destroy>>;
using CursorHandle = std::unique_ptr<mongoc_cursor_t, DestroyedBy<mongoc_cursor_destroy>>;
using BulkHandle = std::unique_ptr<mongoc_bulk_operation_t, DestroyedBy<mongoc_bulk_operation_destroy>>;
using FindAndModifyHandle =
    std::unique_ptr<mongoc_find_and_modify_opts_t, DestroyedBy<mongoc_find_and_modify_opts_destroy>>;
using ReadConcernHandle = std::unique_ptr<mongoc_read_concern_t, DestroyedBy<mongoc_read_concern_destroy>>;
using WriteConcernHandle = std::unique_ptr<mongoc_write_concern_t, DestroyedBy<mongoc_write_concern_destroy>>;
using CallbacksHandle = std::unique_ptr<mongoc_apm_callbacks_t, DestroyedBy<mongoc_apm_callbacks_destroy>>;
using ServerHandle = std::unique_ptr<mongoc_server_description_t, DestroyedBy<mongoc_server_description_destroy>>;
/// Text that libbson allocated.
using TextHandle = std::unique_ptr<char, DestroyedBy<bson_free>>;

/// A document on the heap. Not a unique_ptr: gcc warns of any template over bson_t, whose alignment it would drop.
class BsonHandle {
 public:
  BsonHandle() = default;
  explicit BsonHandle(bson_t* bson) : bson_(bson) {}
  BsonHandle(BsonHandle&& other) noexcept : bson_(std::exchange(other.bson_, nullptr)) {}
  BsonHandle& operator=(BsonHandle&& other) noexcept {
    std::swap(bson_, other.bson_);
    return *this;
  }
  ~BsonHandle() { bson_destroy(bson_); }

  [[nodiscard]] bson_t* get() const { return bson_; }
  explicit operator bool() const { return bson_ != nullptr; }

 private:
  bson_t* bson_ = nullptr;
};

/// A document that a function of the driver fills: it is destroyed whether or not the call succeeds.
class Reply {
 public:
  Reply() { bson_init(&bson_); }
  ~Reply() { bson_destroy(&bson_); }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  /// For the driver, which initialises it again: what an earlier call filled it with is gone.
  bson_t* Out() {
    bson_destroy(&bson_);
    return &bson_;
  }
  [[nodiscard]] const bson_t* get() const { return &bson_; }

 private:
  bson_t bson_;
};

}  // namespace demo::mongo
