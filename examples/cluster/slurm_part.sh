#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Is the job of a Slurm array that denoises one part; slurm.sh submits it.
#
#   sbatch --array=1-N slurm_part.sh FOLDER_OF_CLUSTER_PY FOLDER
#SBATCH --job-name=denoiseae
#SBATCH --ntasks=1
set -euo pipefail
exec "${PYTHON:-python3}" "$1/cluster.py" part "$2" "$SLURM_ARRAY_TASK_ID"
