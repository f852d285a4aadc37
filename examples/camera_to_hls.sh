#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Takes the video of a network camera over RTSP or SRT, denoises it, and writes it as HLS: a playlist
# and segments of two seconds, which a web server can hand out as they are. It goes on until Ctrl-C,
# or until a camera over RTSP ends the stream. Over SRT a camera that goes away is waited for.
#
#   ./dev run examples/camera_to_hls.sh rtsp://CAMERA/PATH FOLDER
#   ./dev run examples/camera_to_hls.sh srt://CAMERA:PORT FOLDER
#
# FOLDER/playlist.m3u8 is the playlist, which gst-play-1.0 plays. It lists the last five segments; older
# ones are deleted after a while. The sound is left out.
set -euo pipefail

denoise="denoiseae model=auto"

die() {
  echo "$0: $*" >&2
  exit 2
}

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '3,/^set/{/^#/s/^# \?//p}' "$0"
  exit
fi
(($# == 2)) || die "takes an address and a folder; --help explains them"

case $1 in
  # The latency is the time that late packets are waited for. TCP loses none of them.
  rtsp://*) source=(rtspsrc "location=$1" protocols=tcp latency=200 ! "application/x-rtp,media=video") ;;
  srt://*) source=(srtsrc "uri=$1") ;;
  *) die "the address begins with rtsp:// or srt://, not as $1" ;;
esac
mkdir -p "$2" || die "cannot make the folder $2"

# Two seconds of frames may wait; a machine that is slower than the camera drops the oldest. The
# denoiser and its properties are words of their own.
# shellcheck disable=SC2086
exec gst-launch-1.0 -e "${source[@]}" ! decodebin ! video/x-raw ! videoconvert \
  ! queue leaky=downstream max-size-buffers=0 max-size-bytes=200000000 max-size-time=2000000000 \
  ! $denoise ! queue ! videoconvert ! video/x-raw,format=I420 \
  ! x264enc pass=qual quantizer=21 bitrate=20000 speed-preset=veryfast tune=zerolatency \
  ! h264parse ! hlssink2 target-duration=2 playlist-length=5 max-files=10 \
  location="$2/segment%05d.ts" playlist-location="$2/playlist.m3u8"
