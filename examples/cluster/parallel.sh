#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Denoises a film in parts with GNU parallel, one part at a time on each machine.
#
#   ./dev run examples/cluster/parallel.sh FILM OUT.mkv [OPTIONS of cluster.py split]
#
# HOSTS names the machines, as HOSTS=:,anna,user@berta, where : is this one; without it the parts run here.
# They are reached by ssh without a password, see the film and the folder OUT.mkv.parts under the same
# paths, and have this folder, too. PYTHON is another python3. Run again after a failure, it denoises the parts
# that are missing.
set -euo pipefail

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '3,/^set/{/^#/s/^# \?//p}' "$0"
  exit
fi
(($# >= 2)) || {
  echo "$0: takes a film and the file to write; --help explains them" >&2
  exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-python3}
film=$1 out=$2 folder=$2.parts
shift 2
count=$("$python" "$here/cluster.py" split "$@" "$film" "$folder")
# A part whose machine fails is tried on another one.
parallel --quote --sshlogin "${HOSTS:-:}" --jobs 1 --workdir "$PWD" --retries 3 --joblog "$folder/parallel.log" \
  "$python" "$here/cluster.py" part "$folder" ::: $(seq "$count")
"$python" "$here/cluster.py" join "$folder" "$out"
