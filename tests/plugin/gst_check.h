// SPDX-License-Identifier: LGPL-2.1-or-later
// GStreamer's Check without its macro fail, which breaks the standard headers that follow.
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#undef fail
