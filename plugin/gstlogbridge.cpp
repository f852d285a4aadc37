// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstlogbridge.h"

GstDebugCategory*
gst_dae_debug_category (void) {
  static GstDebugCategory* const category = _gst_debug_category_new (
      "denoiseae", 0, "denoising, sharpening and adding noise");
  return category;
}

namespace {

GstDebugLevel
debug_level (denoiseae::LogLevel level) {
  switch (level) {
    case denoiseae::LogLevel::error:
      return GST_LEVEL_ERROR;
    case denoiseae::LogLevel::warning:
      return GST_LEVEL_WARNING;
    case denoiseae::LogLevel::info:
      return GST_LEVEL_INFO;
    case denoiseae::LogLevel::debug:
      break;
  }
  return GST_LEVEL_DEBUG;
}

}  // namespace

denoiseae::LogCallback
gst_dae_log_callback (GstElement* element) {
  return [element] (denoiseae::LogLevel level, std::string_view text) {
    GST_CAT_LEVEL_LOG (gst_dae_debug_category (), debug_level (level), element,
                       "%.*s", static_cast<int> (text.size ()), text.data ());
  };
}
