#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Denoises photographs, and writes each as OUT_FOLDER/NAME.png.
#
#   ./dev run examples/post_process/photos.sh OUT_FOLDER PHOTO ...
#
# MODEL and STRENGTH replace the defaults of denoiseae.
set -euo pipefail

(($# >= 2)) || {
  echo "usage: $0 OUT_FOLDER PHOTO ..." >&2
  exit 2
}
out=$1
shift
mkdir -p "$out"

for photo in "$@"; do
  name=$(basename "$photo")
  gst-launch-1.0 -q filesrc location="$photo" ! decodebin ! videoconvert \
    ! denoiseae model="${MODEL:-balanced}" strength="${STRENGTH:-1}" \
    ! sharpen3x3 amount=0.3 ! videoconvert ! pngenc snapshot=true \
    ! filesink location="$out/${name%.*}.png"
done
