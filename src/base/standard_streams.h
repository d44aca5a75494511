#pragma once

namespace demo {

/// Opens /dev/null for standard input, output and error, each that is closed: else the next file or connection becomes
/// one of them, and gets what is printed and logged. First in main, before any other thread and any other file.
/// Throws std::system_error where /dev/null cannot be opened.
void OpenStandardStreams();

}  // namespace demo
