#include "store/sqlite/answer.h"

#include <fmt/format.h>

#include <charconv>

namespace demo::sqlite {
namespace {

class Encoder {
 public:
  Encoder& Add(std::string_view member) {
    fmt::format_to(std::back_inserter(text_), "{}:{},", member.size(), member);
    return *this;
  }
  Encoder& Add(std::int64_t number) { return Add(std::to_string(number)); }
  template <typename T>
  Encoder& Add(const std::optional<T>& value) {
    return value ? Add(*value) : Add(std::string_view());
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

/// Reads what Encoder wrote; after the first thing that does not fit, Complete() is false.
class Decoder {
 public:
  explicit Decoder(std::string_view text) : text_(text) {}

  std::string Text() {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
    const auto prefix = static_cast<std::size_t>(end - text_.data()) + 1;
    sound_ = sound_ && error == std::errc() && prefix <= text_.size() && text_[prefix - 1] == ':' &&
             size < text_.size() - prefix && text_[prefix + size] == ',';
    if (!sound_) return {};
    std::string member(text_.substr(prefix, size));
    text_.remove_prefix(prefix + size + 1);
    return member;
  }

  std::optional<std::int64_t> OptionalInt() {
    const std::string digits = Text();
    if (digits.empty()) return std::nullopt;
    std::int64_t number = 0;
    sound_ &= std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc();
    return number;
  }

  std::int64_t Int() {
    const auto number = OptionalInt();
    sound_ &= number.has_value();
    return number.value_or(0);
  }

  [[nodiscard]] bool Complete() const { return sound_ && text_.empty(); }

 private:
  std::string_view text_;
  bool sound_ = true;
};

template <typename T>
std::optional<T> IfComplete(const Decoder& decoder, T value) {
  return decoder.Complete() ? std::optional<T>(std::move(value)) : std::nullopt;
}

}  // namespace

std::string Encode(const User& user) {
  return Encoder()
      .Add(user.user_id)
      .Add(user.name)
      .Add(user.email)
      .Add(user.country)
      .Add(user.created_at)
      .Add(user.schema_version)
      .Take();
}

std::string Encode(const Order& order) {
  return Encoder()
      .Add(order.order_id)
      .Add(order.user_id)
      .Add(order.user_name)
      .Add(order.amount.cents())
      .Add(order.created_at)
      .Take();
}

std::string Encode(std::int64_t number) { return Encoder().Add(number).Take(); }

std::string Encode(const Nothing& /*nothing*/) { return {}; }

template <>
std::optional<User> Decode(std::string_view text) {
  Decoder decoder(text);
  User user;
  user.user_id = decoder.Text();
  user.name = decoder.Text();
  user.email = decoder.Text();
  user.country = decoder.Text();
  user.created_at = decoder.OptionalInt();
  if (const auto version = decoder.OptionalInt()) user.schema_version = static_cast<int>(*version);
  return IfComplete(decoder, std::move(user));
}

template <>
std::optional<Order> Decode(std::string_view text) {
  Decoder decoder(text);
  Order order;
  order.order_id = decoder.Text();
  order.user_id = decoder.Text();
  order.user_name = decoder.Text();
  order.amount = Money::FromCents(decoder.Int());
  order.created_at = decoder.Int();
  return IfComplete(decoder, std::move(order));
}

template <>
std::optional<std::int64_t> Decode(std::string_view text) {
  Decoder decoder(text);
  const std::int64_t number = decoder.Int();
  return IfComplete(decoder, number);
}

template <>
std::optional<Nothing> Decode(std::string_view text) {
  return IfComplete(Decoder(text), Nothing());
}

}  // namespace demo::sqlite
