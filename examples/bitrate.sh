#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Prints how many bytes x264 saves on a noisy video at equal CRF when the video is denoised first, and
# the luma PSNR of both encodes against the video without noise.
#
#   ./dev run examples/bitrate.sh [FILE [LEVEL [CRF]]]
#
# FILE is a clean video, by default the shipped clip; its first 250 frames are taken. LEVEL is the
# standard deviation of the noise that is added to it, in 8-bit code values (5). CRF is the constant
# quality of x264 (23).
set -euo pipefail

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '3,/^set/{/^#/s/^# \?//p}' "$0"
  exit
fi

die() {
  echo "$0: $*" >&2
  exit 2
}

file=${1:-$(dirname "$0")/media/clip.mp4}
level=${2:-5}
crf=${3:-23}
(($# <= 3)) || die "takes three arguments at most; --help explains them"
[[ -f $file ]] || die "no such file: $file"
[[ $level =~ ^[0-9]+(\.[0-9]+)?$ ]] || die "LEVEL is a number of code values, not \"$level\""
[[ $crf =~ ^[0-9]+$ ]] || die "CRF is a whole number, not \"$crf\""
((10#$crf <= 50)) || die "CRF is at most 50"
for program in gst-launch-1.0 psnr_raw; do
  command -v "$program" >/dev/null || die "$program is not found; start with ./dev run $0"
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

launch() {
  gst-launch-1.0 -q "$@" >"$folder/log" || die "GStreamer failed: $(cat "$folder/log")"
}

# The noise has a fixed seed, so that both encodes see the same noisy frames.
input=(filesrc "location=$file" ! decodebin ! video/x-raw ! identity eos-after=251 ! queue
  ! videoconvert ! "video/x-raw,format=I420")
noise=(! addnoise "level=$level")
# The bitrate is a limit for the constant quality, and this one is never reached.
encode=(! x264enc pass=qual "quantizer=$crf" bitrate=1000000
  ! "video/x-h264,stream-format=byte-stream" ! filesink)

launch "${input[@]}" ! filesink location="$folder/clean.yuv"
launch "${input[@]}" "${noise[@]}" "${encode[@]}" location="$folder/noisy.h264"
launch "${input[@]}" "${noise[@]}" ! denoiseae "${encode[@]}" location="$folder/denoised.h264"

[[ $(gst-discoverer-1.0 -v "$file") =~ Width:\ ([0-9]+).*Height:\ ([0-9]+) ]] ||
  die "gst-discoverer-1.0 finds no video in $file"
width=${BASH_REMATCH[1]} height=${BASH_REMATCH[2]}

for name in noisy denoised; do
  launch filesrc location="$folder/$name.h264" ! h264parse ! avdec_h264 ! videoconvert \
    ! video/x-raw,format=I420 ! filesink location="$folder/$name.yuv"
  bytes=$(stat -c %s "$folder/$name.h264")
  psnr=$(psnr_raw "$width" "$height" "$folder/clean.yuv" "$folder/$name.yuv")
  printf '%-9s %10d bytes  %6.2f dB\n' "$name" "$bytes" "$psnr"
  declare "${name}_bytes=$bytes"
done
# shellcheck disable=SC2154
echo "saved     $((100 - 100 * denoised_bytes / noisy_bytes)) % of the bytes at CRF $crf"
