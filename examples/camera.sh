#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shows a camera, denoised. The queue in front drops frames when the denoiser cannot keep up, so that
# the picture stays live; the one behind lets the screen wait while the next frame is computed.
#
#   ./dev run examples/camera.sh [/dev/videoN]
#
# SOURCE and SINK replace the camera and the screen.
set -euo pipefail

source=${SOURCE:-v4l2src device=${1:-/dev/video0}}
sink=${SINK:-autovideosink}

# Both are parts of a pipeline, which the shell has to split into words.
# shellcheck disable=SC2086
exec gst-launch-1.0 -e $source ! decodebin ! videoconvert \
  ! queue leaky=downstream max-size-buffers=2 \
  ! denoiseae model=auto ! sharpen3x3 amount=0.3 \
  ! queue ! videoconvert ! $sink
