#include "base/secret_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/unique_fd.h"

namespace demo {

std::optional<std::string> ReadSecretFile(const std::string& path, std::size_t longest) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file) return std::nullopt;
  constexpr std::string_view kLineEnd = "\r\n";
  std::string text(longest + kLineEnd.size() + 1, '\0');
  const ssize_t length = read(file.get(), text.data(), text.size());
  if (length < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(length));
  if (text.ends_with('\n')) text.resize(text.size() - (text.ends_with(kLineEnd) ? 2 : 1));
  if (text.size() > longest) return std::nullopt;
  return text;
}

std::optional<std::string> ReadPasswordFile(const std::string& path) {
  constexpr std::size_t kLongest = 4096;
  auto password = ReadSecretFile(path, kLongest);
  const auto is_control = [](unsigned char c) { return std::iscntrl(c) != 0; };
  if (!password || password->empty() || std::ranges::any_of(*password, is_control)) return std::nullopt;
  return password;
}

bool IsSurelyPath(const std::string& name) {
  return name.starts_with('/') || name.starts_with("./") || name.starts_with("../") || access(name.c_str(), F_OK) == 0;
}

}  // namespace demo
