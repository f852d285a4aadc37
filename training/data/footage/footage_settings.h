// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// How often packed samples are footage, and what footage carries beside noise. Shares are
/// probabilities, 0 ... 1; all but the first are those of footage.
struct FootageSettings {
  double share = 0;           ///< share of the packed samples
  double light = 0.35;        ///< light that changes, or other content than photographs
  double gain = 0.15;         ///< noise that grows stronger or weaker from one frame on
  double sensor = 0.3;        ///< noise that sensors have beside that of their pixels
  double camera = 0.4;        ///< noise reduction, sharpening and scaling by the camera
  double composition = 0.25;  ///< bars, insets, titles
  double timing = 0.25;       ///< repeated and dropped frames
  double coded = 0.6;         ///< compression by a video encoder
  double clean = 0.1;         ///< samples without noise, whose target is what they are
};

}  // namespace denoiseae
