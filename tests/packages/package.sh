#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds the Debian packages in a system that has nothing but what they need, looks at them with lintian, installs
# them in a second such system, and tests them there as a user without rights.
#
#   ./dev package [RELEASE] [--profiles LIST]
#
# RELEASE is debian12 (default) or debian13. The packages come to out/packages/RELEASE. LIST is one of build
# profiles: pkg.denoiseae.notorch leaves out the training, which takes most of the time.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(cd "$here/../.." && pwd)
run_in_root=$here/../platforms/run_in_root.sh
release=debian12
profiles=

die() {
  echo "package.sh: $*" >&2
  exit 1
}

while (($#)); do
  case $1 in
    --help | -h)
      sed -n '3,/^set/{/^#/s/^# \?//p}' "${BASH_SOURCE[0]}"
      exit
      ;;
    --profiles)
      (($# >= 2)) || die "--profiles needs a list"
      profiles=$2
      shift
      ;;
    debian12 | debian13) release=$1 ;;
    *) die "expected debian12, debian13 or --profiles LIST, found $1" ;;
  esac
  shift
done

out=$tree/out/packages/$release
rm -rf "$out"
mkdir -p "$out"

# The packages stay in the root that they were built in, from where they are copied.
"$run_in_root" "$release" tests/packages/build.sh "$profiles"
cp "$tree/out/roots/$release"/packages/* "$out"

# A root that was never used knows nothing but what the packages ask for.
clean=$release-clean
rm -rf "$tree/out/roots/$clean"
RUN_IN_ROOT_SHOW=$out "$run_in_root" "$clean" tests/packages/check.sh
rm -rf "$tree/out/roots/$clean"
echo "the packages for $release are in $out"
