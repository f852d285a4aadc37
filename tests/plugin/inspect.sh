#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Compares what gst-inspect-1.0 says about an element with a checked-in file:
# inspect.sh ELEMENT FILE. With --update as a third argument it writes the file.
set -eu

found=$(mktemp)
trap 'rm -f "$found"' EXIT
# Lines that differ between machines and releases are left out.
gst-inspect-1.0 --no-colors "$1" |
  sed -e '/^  Filename /d' -e '/^  Version /d' -e '/^  Documentation /d' -e 's/ *$//' >"$found"

if [ "${3-}" = --update ]; then
  cp "$found" "$2"
else
  diff -u "$2" "$found" || {
    echo "inspect.sh: if the change is meant: ./dev run $0 $1 $2 --update" >&2
    exit 1
  }
fi
