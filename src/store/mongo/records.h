#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/model.h"
#include "mongo/document.h"

namespace demo::mongo {

/// Users and orders as documents (collections.h names the members). Reading fails with Internal, and the name of what
/// is wrong, where a member is missing or of another type. Pure.
Document ToDocument(const User& user, std::string_view seq);
Document ToDocument(const Order& order, std::string_view seq);
struct UserName {
  std::string user_id;
  std::string name;
};

Result<User> ToUser(const View& document);
/// Of a document that has no more.
Result<UserName> ToUserName(const View& document);
/// Without `user_name`, which is no part of an order's document.
Result<Order> ToOrder(const View& document);

}  // namespace demo::mongo
