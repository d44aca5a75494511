#include "store/mongo/records.h"

#include <utility>

#include "mongo/collections.h"
#include "mongo/fields.h"

namespace demo::mongo {

Document ToDocument(const User& user, std::string_view seq) {
  Document document;
  document.Add("_id", user.user_id).Add("seq", seq);
  document.Add("name", user.name).Add("email", user.email).Add("country", user.country);
  if (user.created_at) document.Add("created_at", Date{*user.created_at});
  if (user.schema_version) document.Add("schema_version", std::int32_t{*user.schema_version});
  return document;
}

Document ToDocument(const Order& order, std::string_view seq) {
  Document document;
  document.Add("_id", order.order_id).Add("user_id", order.user_id).Add("seq", seq);
  document.Add("amount", order.amount).Add("created_at", Date{order.created_at});
  return document;
}

Result<User> ToUser(const View& document) {
  Fields fields(kUsers, document);
  User user{fields.Text("_id"),     fields.Text("name"), fields.Text("email"),
            fields.Text("country"), std::nullopt,        std::nullopt};
  user.created_at = fields.DateIfAny("created_at");
  if (const auto version = fields.IntIfAny("schema_version")) user.schema_version = static_cast<int>(*version);
  return fields.Done(std::move(user));
}

Result<UserName> ToUserName(const View& document) {
  Fields fields(kUsers, document);
  UserName user{fields.Text("_id"), fields.Text("name")};
  return fields.Done(std::move(user));
}

Result<Order> ToOrder(const View& document) {
  Fields fields(kOrders, document);
  Order order{fields.Text("_id"), fields.Text("user_id"), {}, fields.Amount("amount"), fields.Date("created_at")};
  return fields.Done(std::move(order));
}

}  // namespace demo::mongo
