// SPDX-License-Identifier: LGPL-2.1-or-later
// Marks what the library exports. Everything else is hidden.
#pragma once

#define DAE_API __attribute__((visibility("default")))
