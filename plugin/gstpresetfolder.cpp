// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstpresetfolder.h"

#include <dlfcn.h>
#include <gst/gst.h>

#include <filesystem>
#include <system_error>

namespace fs = std::filesystem;

void
gst_dae_offer_presets () {
  Dl_info plugin{};
  std::error_code ec;
  if (gst_preset_get_app_dir () != nullptr ||
      dladdr (reinterpret_cast<const void*> (&gst_dae_offer_presets),
              &plugin) == 0)
    return;
  // The prefix may have been moved since it was configured.
  const fs::path folder =
      fs::canonical (plugin.dli_fname, ec).parent_path () /
      fs::path (DAE_PRESETS_DIR).lexically_relative (DAE_PLUGINS_DIR);
  const fs::path presets = folder.lexically_normal ();
  if (!ec && fs::is_directory (presets, ec))
    gst_preset_set_app_dir (presets.c_str ());
}
