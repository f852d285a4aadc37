#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds the packages of the tree that it lies in, in /packages of the system that it runs in: build.sh [PROFILES]
set -euo pipefail

profiles=${1:-}
version=$(dpkg-parsechangelog -SVersion 2>/dev/null || sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
sources=/tmp/denoiseae-$version

export DEBIAN_FRONTEND=noninteractive DEB_BUILD_PROFILES=${profiles//,/ } LC_ALL=C.UTF-8
[[ $profiles != *nocheck* ]] || export DEB_BUILD_OPTIONS=nocheck
apt-get -q update
apt-get -q install -y --no-install-recommends build-essential dpkg-dev fakeroot lintian

rm -rf "$sources" /packages
mkdir -p "$sources" /packages
# The sources of the tree cannot be written to.
for entry in * .[!.]*; do
  case $entry in
    build* | out | runs | .git | .ci) ;;
    *) cp -a "$entry" "$sources/" ;;
  esac
done
cd "$sources"
apt-get -q build-dep -y --no-install-recommends ./
dpkg-buildpackage -us -uc -b
mv ../*.deb ../*.changes ../*.buildinfo /packages/
lintian --fail-on error,warning --display-info --allow-root /packages/*.changes
