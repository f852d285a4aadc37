#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs pipelines with all elements to their end: launch.sh MAKE_MODELS, in the environment of the
# tests. The program MAKE_MODELS fills the folder of models. GST_TRACERS=leaks together with
# G_DEBUG=fatal-warnings makes leaked objects a failure.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$folder"
export DENOISEAE_MODEL_PATH="$folder"

run() {
  echo "$*"
  gst-launch-1.0 -q "$@"
}

for format in I420 NV12 GRAY8 RGB BGRx; do
  run videotestsrc num-buffers=5 ! video/x-raw,format=$format,width=101,height=57 ! \
    addnoise level=20 ! denoiseae post-messages=true ! sharpen3x3 ! fakesink
done
# Both ends have formats that the element does not process, and the converters find one between.
run videotestsrc num-buffers=5 ! video/x-raw,format=v210,width=64,height=48 ! videoconvert ! \
  videoscale ! denoiseae model=small ! videoconvert ! videoscale ! \
  video/x-raw,format=AYUV,width=20,height=10 ! fakesink
run videotestsrc num-buffers=5 ! video/x-raw,interlace-mode=interleaved ! denoiseae ! sharpen3x3 ! \
  fakesink
run videotestsrc num-buffers=60 ! video/x-raw,width=1920,height=1080 ! denoiseae strength=0 ! fakesink
