#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes a virtual camera, which shows a real one denoised. Video calls find it among their cameras,
# under the name "Denoised camera". Programs and browsers that know PipeWire see it at once:
#
#   ./dev run examples/virtual_camera.sh [/dev/videoN]
#
# The real camera, by default /dev/video0, is on while a program looks at the virtual one. For programs
# that know devices alone, the kernel's module v4l2loopback (package v4l2loopback-dkms) makes a device,
# which is written to all the time:
#
#   sudo modprobe v4l2loopback video_nr=10 exclusive_caps=1 card_label="Denoised camera"
#   ./dev run examples/virtual_camera.sh --v4l2loopback /dev/video10 [/dev/videoN]
#
# No test loads this module: what is written to the device is tested, but not how the module hands it
# on. SOURCE replaces the camera, by a part of a pipeline. Ctrl-C ends the virtual camera.
set -euo pipefail

denoise="denoiseae model=auto"

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
(($# <= 1)) || die "takes one camera; --help explains the arguments"
device=${1:-/dev/video0}
[[ ${SOURCE:-} || -e $device ]] ||
  die "there is no camera $device; name another one, or set SOURCE"

pipeline="${SOURCE:-v4l2src device=$device} ! decodebin ! videoconvert
  ! queue leaky=downstream max-size-buffers=2
  ! $denoise ! queue ! videoconvert"

if [[ $loopback ]]; then
  # YUY2 is what most programs for video calls take. The module has no buffers for the elements before
  # v4l2sink, which have to use their own.
  # shellcheck disable=SC2086
  exec gst-launch-1.0 -e $pipeline ! video/x-raw,format=YUY2 ! identity drop-allocation=true \
    ! v4l2sink device="$loopback"
fi
command -v virtual_camera >/dev/null ||
  die "the program virtual_camera is not found; start with ./dev run $0"
socket=${PIPEWIRE_RUNTIME_DIR:-${XDG_RUNTIME_DIR:-}}/${PIPEWIRE_REMOTE:-pipewire-0}
[[ -S $socket ]] || die "PipeWire does not run: there is no socket $socket"
exec virtual_camera "Denoised camera" "$pipeline"
