// SPDX-License-Identifier: LGPL-2.1-or-later
// Symbol visibility. Everything is hidden unless marked.
#pragma once

#define DAE_API __attribute__((visibility("default")))
