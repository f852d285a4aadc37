#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs a command at the top of this tree, in another release of Debian: run_in_root.sh NAME COMMAND ...
# by the user root. RUN_IN_ROOT_SHOW names a folder that it sees as /packages. The first call unpacks the
# release in out/roots/NAME, with the mirror and the proxy of this system's apt. The release stays there, with
# the packages and the build folders that commands add to it. Commands see the sources of this tree, and
# cannot write to them.
set -euo pipefail

# The other roots of a release are for what must not see what commands have added to the first, or would add too
# much to it. Systems for arm64 run under emulation, where the kernel has been told how.
declare -A suites=(
  [debian12]=bookworm [debian12-clean]=bookworm [debian12-cross]=bookworm [debian12-arm64-clean]=bookworm
  [debian13]=trixie [debian13-clean]=trixie [debian13-cross]=trixie [debian13-arm64-clean]=trixie
)
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Each root has the sources here, so that a build folder is still good after the checkout has moved.
inside=/src/denoiseae

die() {
  echo "run_in_root.sh: $*" >&2
  exit 1
}

(($# >= 2)) || die "usage: run_in_root.sh NAME COMMAND ..."
[[ -n ${suites[$1]:-} ]] || die "no such release: $1; there are ${!suites[*]}"
((EUID == 0)) || die "only root can make a system within this one"

# Mounts and processes of these namespaces are gone when the first process in them ends.
mounts=${RUN_IN_ROOT_MOUNTS:-}
if [[ -z $mounts ]]; then
  if unshare --mount true 2>/dev/null; then
    RUN_IN_ROOT_MOUNTS=yes \
      exec unshare --mount --pid --fork --kill-child --mount-proc "${BASH_SOURCE[0]}" "$@"
  fi
  echo "run_in_root.sh: this system lets nothing be mounted; the sources are copied" >&2
  mounts=no
fi

name=$1
shift
root=$tree/out/roots/$name
architecture=$(dpkg --print-architecture)
[[ $name != *-arm64-* ]] || architecture=arm64

# Prints the mirror that this system takes Debian's packages from, where it does.
mirror() {
  apt-get indextargets --format '$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n 's/^Debian|main|//p' | head -n 1
}

unpack() {
  local part=$root.part proxy='' mirrors
  rm -rf "$part"
  mkdir -p "$part"
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  [[ -z $proxy ]] || local -x http_proxy=$proxy
  # Without a mirror debootstrap takes its own.
  mapfile -t mirrors < <(mirror)
  debootstrap --arch="$architecture" --variant=minbase --include=ca-certificates "${suites[$name]}" "$part" \
    "${mirrors[@]}" >&2 ||
    die "debootstrap could not unpack ${suites[$name]}; see $part/debootstrap/debootstrap.log"
  apt-config dump | grep -E '^Acquire::(Check-|Retries|https?::|[a-z]+::Proxy)' \
    >"$part/etc/apt/apt.conf.d/90-as-outside" || true
  # The services of packages are not for tests.
  printf '#!/bin/sh\nexit 101\n' >"$part/usr/sbin/policy-rc.d"
  chmod +x "$part/usr/sbin/policy-rc.d"
  mv "$part" "$root"
}

# Shows a file or folder of this system in the root.
show() {
  local from=$1 to=$root$2
  if [[ $mounts == no ]]; then
    rm -rf "$to"
    cp -a "$from" "$to"
    return
  fi
  if [[ -d $from ]]; then
    mkdir -p "$to"
  else
    touch "$to"
  fi
  mount --bind -o ro "$from" "$to"
}

show_sources() {
  local entry
  mkdir -p "$root$inside"
  # Entries that have gone from the tree since the last call have left mount points or copies.
  for entry in "$root$inside"/*; do
    [[ -e $tree/${entry##*/} || ${entry##*/} == build* ]] || rm -rf "$entry"
  done
  for entry in "$tree"/* "$tree"/.[!.]*; do
    case ${entry##*/} in
      build* | out | runs | data | .git) ;;
      *) show "$entry" "$inside/${entry##*/}" ;;
    esac
  done
}

show_system() {
  [[ -z ${RUN_IN_ROOT_SHOW:-} ]] || show "$RUN_IN_ROOT_SHOW" /packages
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  [[ $mounts == yes ]] || return 0
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  # The tests find these data beside the tree, where there are any. They are too large to copy.
  [[ -d $tree/../shared/data ]] || return 0
  mkdir -p "$root/src/shared"
  show "$tree/../shared/data" /src/shared/data
}

[[ -d $root ]] || unpack
show_system
show_sources
# The variables of this system name folders that are not there.
chroot "$root" /usr/bin/env -i --chdir="$inside" HOME=/root TERM="${TERM:-dumb}" CI="${CI:-}" \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
