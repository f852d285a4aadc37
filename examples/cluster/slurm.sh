#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Denoises a film in parts with Slurm: one job for each part, and one that joins them.
#
#   ./dev run examples/cluster/slurm.sh FILM OUT.mkv [OPTIONS of cluster.py split]
#
# The film and the folder OUT.mkv.parts lie where all machines see them. SBATCH holds options for sbatch,
# as SBATCH="--cpus-per-task=8 --time=60"; PYTHON is another python3. Ends when the film is there. Run again
# after a failure, it denoises the parts that are missing.
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
read -ra options <<<"${SBATCH:-}"
count=$("$python" "$here/cluster.py" split "$@" "$film" "$folder")
array=$(sbatch --parsable --array="1-$count" --output="$folder/%a.log" "${options[@]}" \
  "$here/slurm_part.sbatch" "$here" "$folder")
echo "$0: job ${array%%;*} has $count parts; $folder/NUMBER.log are its logs" >&2
printf -v join '%q ' "$python" "$here/cluster.py" join "$folder" "$out"
# When a part has failed, the join is cancelled, which sbatch does not always tell.
sbatch --wait --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes --job-name=denoiseae-join \
  --output="$folder/join.log" "${options[@]}" --wrap="$join" >&2 || true
[[ $out -nt $folder/plan.json ]] || {
  echo "$0: not all jobs succeeded, see $folder/*.log; run again to make what is missing" >&2
  exit 1
}
