#pragma once

#include <string>
#include <string_view>

#include "domain/model.h"
#include "mongo/document.h"

namespace demo::mongo {

/// Users and orders as documents (collections.h names the members). Pure.
Document ToDocument(const User& user, std::string_view seq);
Document ToDocument(const Order& order, std::string_view seq);
User ToUser(const View& document);
/// `user_name` is no part of an order's document; the answer that a request's record keeps has it.
Order ToOrder(const View& document);

}  // namespace demo::mongo
