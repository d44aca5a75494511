#pragma once

namespace demo {

/// How far threads that may take long step back behind the loops. A thread that steps back has a tenth of a loop's
/// weight, and of any other process' beside it: docs/adr/0004 has the figures.
inline constexpr int kBehindLoops = 10;

/// Lowers the priority of the calling thread alone: its niceness grows by `by`, up to 19.
void StepBack(int by = kBehindLoops);

}  // namespace demo
