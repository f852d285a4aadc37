#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shows a camera, denoised. On a machine that is too slow for all frames the picture stays live: the
# queue in front keeps the newest frames and drops the others, the denoiser tells the screen how long
# its frames take, and the queue behind lets the screen wait while the next frame is computed.
#
#   ./dev run examples/camera.sh [/dev/videoN]
#
# The camera is by default /dev/video0. SOURCE and SINK replace the camera and the screen, by parts of
# a pipeline. This is how it looks where there is no camera:
#
#   SOURCE="videotestsrc is-live=true ! addnoise level=25" ./dev run examples/camera.sh
set -euo pipefail

denoise="denoiseae model=auto"

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '3,/^set/{/^#/s/^# \?//p}' "$0"
  exit
fi

die() {
  echo "$0: $*" >&2
  exit 2
}

(($# <= 1)) || die "takes one camera; --help explains the arguments"
device=${1:-/dev/video0}
sink=${SINK:-autovideosink}
[[ ${SOURCE:-} || -e $device ]] ||
  die "there is no camera $device; name another one, or set SOURCE"
source=${SOURCE:-v4l2src device=$device}

# These are parts of a pipeline, which the shell has to split into words.
# shellcheck disable=SC2086
exec gst-launch-1.0 -e $source ! decodebin ! videoconvert \
  ! queue leaky=downstream max-size-buffers=2 \
  ! $denoise ! sharpen3x3 amount=0.3 \
  ! queue ! videoconvert ! $sink
