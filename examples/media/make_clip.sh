#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes clip.mp4 from two photographs of the Debian package lomiri-wallpapers-16.04: a slow pan and
# zoom over the first, with the second as a moving inset. Needs that package and ffmpeg.
set -euo pipefail
cd "$(dirname "$0")"

photos=${PHOTOS:-/usr/share/backgrounds}
frames=60
# This rises from 0 to 1 over the clip, and is at rest at both ends.
ease="(0.5-0.5*cos(PI*in/($frames-1)))"
# These are the size of the camera's window, as a part of the picture, and its top left corner.
size="(0.82+0.18*$ease)"
left="(W*0.10*(1-$ease))"
top="(H*0.18*(1-$ease))"

# The camera works at twice the size of the clip, and averaging happens before and after it, so that
# neither the compression of the photographs nor the interpolation is left in the clip.
ffmpeg -v error -y \
  -loop 1 -framerate 25 -i "$photos/friends_by_Aitzol_Berasategi.jpg" \
  -loop 1 -framerate 25 -i "$photos/Picture_0B_by_freespace.jpg" \
  -filter_complex "
    [0:v]crop=2056:1156:0:705,scale=1280:720:flags=area,format=yuv444p,
      perspective=eval=frame:sense=source:interpolation=cubic:
        x0='$left':y0='$top':x1='$left+W*$size':y1='$top':
        x2='$left':y2='$top+H*$size':x3='$left+W*$size':y3='$top+H*$size'[pan];
    [1:v]scale=320:216:flags=area,format=yuv444p,
      pad=328:224:4:4:color=0xe8e8e8[inset];
    [pan][inset]overlay=format=yuv444:x='W-w-24-t*20':y='60+t*100',
      scale=640:360:flags=area,setsar=1,format=yuv420p" \
  -frames:v "$frames" -c:v libx264 -preset veryslow -crf "${CRF:-12}" -pix_fmt yuv420p \
  -threads 1 -bitexact -movflags +faststart clip.mp4
