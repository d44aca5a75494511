#include "http/list_lines.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "http/text.h"

namespace demo::http {
namespace {

constexpr std::array<std::string_view, 9> kLists = {"accept",           "accept-encoding",  "accept-language",
                                                    "content-encoding", "cookie",           "if-match",
                                                    "if-none-match",    "x-forwarded-host", "x-forwarded-port"};

/// One line of a head, its CR LF included.
struct Line {
  std::size_t begin;
  std::size_t end;
  std::string_view name;
};

class Joiner {
 public:
  explicit Joiner(std::span<char> head) : head_(head), text_(head.data(), head.size()) {}

  void Join() {
    for (Line line = LineAt(text_.find('\n') + 1); line.end - line.begin > 2; line = LineAt(line.end)) {
      const auto names_line = [&line](std::string_view list) { return EqualsIgnoringCase(line.name, list); };
      const auto* const list = std::ranges::find_if(kLists, names_line);
      if (list != kLists.end()) line.end = JoinFollowing(line, *list);
    }
  }

 private:
  Line LineAt(std::size_t begin) const {
    const std::size_t end = std::min(text_.find('\n', begin), text_.size() - 1) + 1;
    const std::string_view line = text_.substr(begin, end - begin);
    return {begin, end, line.substr(0, line.find(':'))};
  }

  /// Moves every later line of `list` into `line`, and returns where that ends then.
  std::size_t JoinFollowing(const Line& line, std::string_view list) {
    std::size_t joined_end = line.end;
    for (Line later = LineAt(line.end); later.end - later.begin > 2; later = LineAt(later.end)) {
      if (!EqualsIgnoringCase(later.name, list)) continue;
      const auto at = [this](std::size_t place) { return head_.begin() + static_cast<std::ptrdiff_t>(place); };
      std::rotate(at(joined_end), at(later.begin), at(later.end));
      // "a\r\nAccept: b" becomes "a,        b".
      std::fill(at(joined_end - 2), at(joined_end + list.size() + 1), ' ');
      head_[joined_end - 2] = list == "cookie" ? ';' : ',';
      joined_end += later.end - later.begin;
    }
    return joined_end;
  }

  std::span<char> head_;
  std::string_view text_;
};

}  // namespace

void JoinListLines(std::span<char> head) { Joiner(head).Join(); }

}  // namespace demo::http
