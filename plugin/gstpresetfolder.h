// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

/* Lets GStreamer find the presets that lie in the prefix of the plugin, where
 * that is not GStreamer's own. An application that has a folder of its own
 * keeps it. */
void gst_dae_offer_presets ();
