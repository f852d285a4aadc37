#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes a virtual camera, which shows a real one denoised. Video calls find it among their cameras,
# under the name "Denoised camera". Programs and browsers that know PipeWire see it at once:
#
#   ./dev run examples/virtual_camera.sh [/dev/videoN]
#
# For programs that know devices alone, the kernel's module v4l2loopback makes one to write to:
#
#   sudo apt-get install v4l2loopback-dkms
#   sudo modprobe v4l2loopback video_nr=10 exclusive_caps=1 card_label="Denoised camera"
#   ./dev run examples/virtual_camera.sh --v4l2loopback /dev/video10 [/dev/videoN]
#
# SOURCE replaces the camera, by a part of a pipeline. Ctrl-C ends the virtual camera.
set -euo pipefail

denoise="denoiseae"

die() {
  echo "$0: $*" >&2
  exit 2
}

loopback=
case ${1:-} in
  --help | -h)
    sed -n '3,/^set/{/^#/s/^# \?//p}' "$0"
    exit
    ;;
  --v4l2loopback)
    loopback=${2:-}
    [[ $loopback ]] || die "--v4l2loopback needs the device to write to"
    [[ -c $loopback ]] || die "$loopback is no device; load the module first, see --help"
    shift 2
    ;;
  -*) die "unknown option $1; --help lists them" ;;
esac
device=${1:-/dev/video0}
[[ ${SOURCE:-} || -e $device ]] ||
  die "there is no camera $device; name another one, or set SOURCE"
source=${SOURCE:-v4l2src device=$device}

if [[ $loopback ]]; then
  sink=("video/x-raw,format=YUY2" ! v4l2sink "device=$loopback")
else
  gst-inspect-1.0 pipewiresink >/dev/null 2>&1 ||
    die "GStreamer has no pipewiresink; install the package gstreamer1.0-pipewire"
  socket=${PIPEWIRE_RUNTIME_DIR:-${XDG_RUNTIME_DIR:-}}/${PIPEWIRE_REMOTE:-pipewire-0}
  [[ -S $socket ]] || die "PipeWire does not run: there is no socket $socket"
  properties="media.class=Video/Source,media.role=Camera,node.name=denoiseae"
  properties+=',node.description=\"Denoised camera\"'
  # The elements before pipewiresink need buffers of their own, because those of PipeWire may be empty.
  # YUY2 is what most programs for video calls take.
  sink=("video/x-raw,format=YUY2" ! identity drop-allocation=true
    ! pipewiresink mode=provide client-name=denoiseae "stream-properties=\"p,$properties\"")
fi

# These are parts of a pipeline, which the shell has to split into words.
# shellcheck disable=SC2086
exec gst-launch-1.0 -e $source ! decodebin ! videoconvert \
  ! queue leaky=downstream max-size-buffers=2 \
  ! $denoise ! queue ! videoconvert ! "${sink[@]}"
