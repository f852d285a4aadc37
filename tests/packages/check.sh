#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs the packages of /packages, and runs the tests of debian/tests as a user without rights.
set -euo pipefail

export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get -q update
mapfile -t packages < <(find /packages -name '*.deb' ! -name '*-dbgsym_*')
apt-get -q install -y --no-install-recommends "${packages[@]}"

# Tests name what they need beside the packages; those come from the archive.
depends=$(sed -n 's/^Depends: //p' debian/tests/control | tr ', ' '\n\n' | sort -u | grep -v denoiseae)
# shellcheck disable=SC2086
apt-get -q install -y --no-install-recommends $depends

useradd --create-home visitor
passed=0
for test in $(sed -n 's/^Tests: //p' debian/tests/control); do
  echo "== $test"
  runuser -u visitor -- env -i HOME=/home/visitor PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C.UTF-8 \
    sh -e "debian/tests/$test"
  passed=$((passed + 1))
done
echo "$passed tests of the packages passed"
