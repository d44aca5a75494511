#include "http/pages/assets.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "cache/hash.h"

extern "C" {
struct DemoWebFile {
  const char* name;
  const char* data;
  std::uint64_t size;
};
// Both are laid out by cmake/EmbedWeb.cmake.
extern const DemoWebFile kDemoWebFiles[];
extern const std::uint64_t kDemoWebFileCount;
}

namespace demo::http::pages {
namespace {

struct PublicFile {
  std::string_view name;
  std::string_view stem;
  std::string_view extension;
  std::string_view content_type;
};

constexpr std::array kPublicFiles{
    PublicFile{"app.css", "app", "css", "text/css; charset=utf-8"},
    PublicFile{"app.js", "app", "js", "text/javascript; charset=utf-8"},
    PublicFile{"icon.svg", "icon", "svg", "image/svg+xml"},
};

const std::array<std::string, kPublicFiles.size()>& Urls() {
  static const auto urls = [] {
    std::array<std::string, kPublicFiles.size()> made;
    for (std::size_t i = 0; i < made.size(); ++i) {
      const PublicFile& file = kPublicFiles.at(i);
      made.at(i) = fmt::format("/assets/{}.{:016x}.{}", file.stem, HashBytes(WebFile(file.name)), file.extension);
    }
    return made;
  }();
  return urls;
}

}  // namespace

std::string_view WebFile(std::string_view name) {
  for (const DemoWebFile& file : std::span(kDemoWebFiles, kDemoWebFileCount)) {
    if (name == file.name) return {file.data, file.size};
  }
  throw std::out_of_range("no such file in web/: " + std::string(name));
}

const std::string& AssetUrl(std::string_view name) {
  for (std::size_t i = 0; i < kPublicFiles.size(); ++i) {
    if (kPublicFiles.at(i).name == name) return Urls().at(i);
  }
  throw std::out_of_range("no such asset: " + std::string(name));
}

std::optional<Asset> FindAsset(std::string_view file) {
  constexpr std::string_view kFolder = "/assets/";
  for (std::size_t i = 0; i < kPublicFiles.size(); ++i) {
    if (std::string_view(Urls().at(i)).substr(kFolder.size()) != file) continue;
    return Asset{kPublicFiles.at(i).content_type, WebFile(kPublicFiles.at(i).name)};
  }
  return std::nullopt;
}

}  // namespace demo::http::pages
