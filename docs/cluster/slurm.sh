#!/bin/bash
# A Slurm array: each task labels one part of a folder.
#
#   PHOTOS=/data/photos RESULTS=/data/results sbatch --array=1-64 docs/cluster/slurm.sh
#   labelroom merge /data/results/libraries/*.db --into library.db        # when all tasks have ended
#
# Some tasks again, by their numbers of before, which start at 1 then:
#
#   SHARDS=64 PHOTOS=/data/photos RESULTS=/data/results sbatch --array=3,7 docs/cluster/slurm.sh
#
# A task that was killed or requeued goes on where it stopped if it comes back to its node, and else begins its part again.
#SBATCH --job-name=labelroom
#SBATCH --cpus-per-task=8
#SBATCH --mem=8G
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
: "${PHOTOS:?the folder with the photos, which every node sees}" "${RESULTS:?a folder that every node can write}"
labelroom=${LABELROOM:-labelroom}

# On a disk of the node: neither the library nor Labelroom's own files belong on a network drive.
work=${LOCAL:-/tmp}/labelroom-$SLURM_ARRAY_JOB_ID-$SLURM_ARRAY_TASK_ID
mkdir -p "$work" "$RESULTS/libraries"
export LABELROOM_HOME=$work/home

shard=auto
[ -z "${SHARDS:-}" ] || shard=$SLURM_ARRAY_TASK_ID/$SHARDS

# Exit code 2: some photos failed; their rows say why.
$labelroom label "$PHOTOS" --shard "$shard" --library "$work/shard.db" --parquet "$RESULTS/labels" \
  --threads "${SLURM_CPUS_PER_TASK:-1}" ${MODEL:+--model "$MODEL"} || [ $? -eq 2 ]

part=$RESULTS/libraries/$SLURM_ARRAY_TASK_ID
cp "$work/shard.db" "$part.part" && mv "$part.part" "$part.db"
rm -rf "$work"
