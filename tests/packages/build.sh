#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds the packages of the tree that it lies in, in /packages of the system that it runs in:
# build.sh [PROFILES [ARCHITECTURE]]
set -euo pipefail

profiles=${1:-}
own=$(dpkg --print-architecture)
architecture=${2:-$own}
[[ $architecture == "$own" ]] || profiles=${profiles:+$profiles,}cross,nocheck
version=$(dpkg-parsechangelog -SVersion 2>/dev/null || sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
sources=/tmp/denoiseae-$version

export DEBIAN_FRONTEND=noninteractive DEB_BUILD_PROFILES=${profiles//,/ } LC_ALL=C.UTF-8
[[ $profiles != *nocheck* ]] || export DEB_BUILD_OPTIONS=nocheck
compiler=build-essential
if [[ $architecture != "$own" ]]; then
  dpkg --add-architecture "$architecture"
  compiler=crossbuild-essential-$architecture
fi
apt-get -q update
apt-get -q install -y --no-install-recommends "$compiler" dpkg-dev fakeroot lintian

rm -rf "$sources" /packages /tmp/*.deb /tmp/*.changes /tmp/*.buildinfo
mkdir -p "$sources" /packages
# The sources of the tree cannot be written to.
for entry in * .[!.]*; do
  case $entry in
    build* | out | runs | .git | .ci) ;;
    *) cp -a "$entry" "$sources/" ;;
  esac
done
cd "$sources"
apt-get -q build-dep -y --no-install-recommends --host-architecture "$architecture" ./
dpkg-buildpackage -us -uc -b --host-arch "$architecture"
mv ../*.deb ../*.changes ../*.buildinfo /packages/
# The lintian of Debian 12 does not know the tag that Debian 13's needs an override for.
lintian --fail-on error,warning --suppress-tags alien-tag --display-info --allow-root /packages/*.changes
