#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Denoises photographs, and writes each as OUT_FOLDER/NAME.png.
#
#   ./dev run examples/post_process/photos.sh OUT_FOLDER PHOTO ...
#
# MODEL and STRENGTH replace the defaults of denoiseae.
set -euo pipefail

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '3,/^set/{/^#/s/^# \?//p}' "$0"
  exit
fi

die() {
  echo "$0: $*" >&2
  exit 2
}

(($# >= 2)) || die "takes a folder and photographs; --help explains them"
out=$1
shift
mkdir -p "$out"

for photo in "$@"; do
  [[ -f $photo ]] || die "no such file: $photo"
  name=$(basename "$photo")
  gst-launch-1.0 -q filesrc location="$photo" ! decodebin ! videoconvert \
    ! denoiseae model="${MODEL:-balanced}" strength="${STRENGTH:-1}" \
    ! sharpen3x3 amount=0.3 ! videoconvert ! pngenc snapshot=true \
    ! filesink location="$out/${name%.*}.png"
done
