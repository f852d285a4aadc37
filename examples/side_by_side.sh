#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shows a video file with added noise on the left, and the result of denoising it on the right.
#
#   ./dev run examples/side_by_side.sh [FILE [LEVEL]]
#
# LEVEL is the standard deviation of the noise in 8-bit code values. A file that is noisy already
# needs 0. The file is by default the shipped clip. SINK replaces the screen, by a part of a pipeline.
set -euo pipefail

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '3,/^set/{/^#/s/^# \?//p}' "$0"
  exit
fi

file=${1:-$(dirname "$0")/media/clip.mp4}
level=${2:-25}
sink=${SINK:-autovideosink}
[[ -f $file ]] || {
  echo "$0: no such file: $file" >&2
  exit 2
}

# The sink is a part of a pipeline, which the shell has to split into words.
# shellcheck disable=SC2086
exec gst-launch-1.0 filesrc location="$file" ! decodebin ! videoconvert ! videoscale \
  ! video/x-raw,format=I420,width=640,height=360,pixel-aspect-ratio=1/1 \
  ! addnoise level="$level" ! tee name=noisy \
  compositor name=both sink_1::xpos=640 ! videoconvert ! $sink \
  noisy. ! queue max-size-buffers=10 ! both.sink_0 \
  noisy. ! queue ! denoiseae ! sharpen3x3 amount=0.3 ! both.sink_1
