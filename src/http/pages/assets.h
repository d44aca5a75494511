#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace demo::http::pages {

/// The bytes of a file of web/, as built into the program ("templates/home.mustache"). They live for ever.
/// Throws std::out_of_range for a name that is none: a fault of this program.
std::string_view WebFile(std::string_view name);

/// Where browsers fetch an asset: "app.css" is "/assets/app.1f0c62b9d0a4e377.css". The number follows from the bytes,
/// so that what is at one address never changes. Throws std::out_of_range for a name that is no asset.
const std::string& AssetUrl(std::string_view name);

struct Asset {
  std::string_view content_type;
  std::string_view bytes;
};

/// The asset whose address ends in `file` ("app.1f0c62b9d0a4e377.css"), or nothing.
std::optional<Asset> FindAsset(std::string_view file);

}  // namespace demo::http::pages
