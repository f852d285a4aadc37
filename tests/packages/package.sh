#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds the Debian packages in a system that has nothing but what they need, looks at them with lintian, installs
# them in a second such system, and tests them there as a user without rights.
#
#   ./dev package [RELEASE] [--arch ARCHITECTURE] [--profiles LIST]
#
# RELEASE is debian12 (default) or debian13. The packages come to out/packages/RELEASE. ARCHITECTURE is that of
# this system (default) or arm64, for which compilers of this system build, without the training; these packages
# come to out/packages/RELEASE-arm64, and are tested under emulation. LIST is one of build profiles:
# pkg.denoiseae.notorch leaves out the training, which takes most of the time.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(cd "$here/../.." && pwd)
run_in_root=$here/../platforms/run_in_root.sh
release=debian12
profiles=
architecture=$(dpkg --print-architecture)

die() {
  echo "package.sh: $*" >&2
  exit 1
}

# The kernel gives programs for Arm to QEMU, in other roots too, where this was registered.
emulate_arm64() {
  local registered=/proc/sys/fs/binfmt_misc/qemu-aarch64
  [[ -e $registered ]] || update-binfmts --enable qemu-aarch64 || true
  # With the flag F the emulator need not be in the other root.
  { grep -q '^enabled' "$registered" && grep -q '^flags:.*F' "$registered"; } 2>/dev/null ||
    die "$registered does not give programs for arm64 to QEMU, with the flag F; in a container, register it outside"
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
    --arch)
      [[ ${2:-} == "$architecture" || ${2:-} == arm64 ]] ||
        die "--arch takes $architecture or arm64, not ${2:-nothing}"
      architecture=$2
      shift
      ;;
    debian12 | debian13) release=$1 ;;
    *) die "expected debian12, debian13, --arch ARCHITECTURE or --profiles LIST, found $1" ;;
  esac
  shift
done

name=$release
builder=$release
if [[ $architecture != "$(dpkg --print-architecture)" ]]; then
  emulate_arm64
  name=$release-arm64
  builder=$release-cross
fi
out=$tree/out/packages/$name
rm -rf "$out"
mkdir -p "$out"

# The packages stay in the root that they were built in, from where they are copied.
"$run_in_root" "$builder" tests/packages/build.sh "$profiles" "$architecture"
cp "$tree/out/roots/$builder"/packages/* "$out"

# A root that was never used knows nothing but what the packages ask for.
clean=$name-clean
rm -rf "$tree/out/roots/$clean"
RUN_IN_ROOT_SHOW=$out "$run_in_root" "$clean" tests/packages/check.sh
rm -rf "$tree/out/roots/$clean"
echo "the packages for $name are in $out"
