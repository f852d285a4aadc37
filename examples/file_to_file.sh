#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Denoises a video file of any kind into an MP4 file and keeps its sound.
#
#   ./dev run examples/file_to_file.sh IN OUT.mp4
set -euo pipefail

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '3,/^set/{/^#/s/^# \?//p}' "$0"
  exit
fi

die() {
  echo "$0: $*" >&2
  exit 2
}

(($# == 2)) || die "takes a file and the MP4 file to write; --help explains them"
[[ -f $1 ]] || die "no such file: $1"

sound=()
if [[ $(gst-discoverer-1.0 "$1") == *"audio #"* ]]; then
  # Sound waits here for as long as the video encoder looks ahead.
  sound=(in. ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0
    ! audioconvert ! audioresample ! avenc_aac ! aacparse ! out.)
fi

exec gst-launch-1.0 -e filesrc location="$1" ! decodebin name=in \
  in. ! queue ! videoconvert ! denoiseae ! sharpen3x3 amount=0.3 ! queue ! videoconvert \
  ! video/x-raw,format=I420 ! x264enc pass=qual quantizer=18 bitrate=20000 \
  ! h264parse ! mp4mux name=out ! filesink location="$2" \
  "${sound[@]}"
