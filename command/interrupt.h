// SPDX-License-Identifier: LGPL-2.1-or-later
// Ctrl-C and its relatives, which end the work without leaving half a file.
#pragma once

namespace command {

/// Makes SIGINT, SIGTERM and SIGHUP set a flag instead of ending the process. A pipe whose reader
/// has gone, and a file that may not grow, become errors of writing.
void watch_signals();
/// Returns the number of the signal that came, 0 = none. Any thread may ask.
int interrupted() noexcept;

/// Leaves the work on a film after a signal.
class Interruption {};

/// Throws Interruption after a signal.
void check_interruption();

}  // namespace command
