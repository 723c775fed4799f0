#!/bin/bash
# GNU parallel: the parts of a folder, several at a time, here or on other machines.
#
#   docs/cluster/parallel.sh /data/photos /data/results 64            # as many at a time as there are cores
#   JOBS=2 THREADS=8 docs/cluster/parallel.sh /data/photos /data/results 64
#   HOSTS=node1,node2,: docs/cluster/parallel.sh …                    # by ssh; ':' is this machine
#   labelroom merge /data/results/libraries/*.db --into library.db
#
# Run again after a kill, it does what has not ended, and parts go on where they stopped.
set -euo pipefail
export PHOTOS=${1:?the folder with the photos} RESULTS=${2:?a folder for the results} SHARDS=${3:?how many parts}
export LABELROOM=${LABELROOM:-labelroom} THREADS=${THREADS:-1} LOCAL=${LOCAL:-/tmp} MODEL=${MODEL:-}
mkdir -p "$RESULTS/libraries"

label_part() {
  set -euo pipefail
  work=$LOCAL/labelroom-$SHARDS-$1
  mkdir -p "$work"
  export LABELROOM_HOME=$work/home
  # Exit code 2: some photos failed; their rows say why.
  $LABELROOM label "$PHOTOS" --shard "$1/$SHARDS" --library "$work/shard.db" --parquet "$RESULTS/labels" \
    --threads "$THREADS" ${MODEL:+--model "$MODEL"} || [ $? -eq 2 ]
  part=$RESULTS/libraries/$1
  cp "$work/shard.db" "$part.part" && mv "$part.part" "$part.db"
  rm -rf "$work"
}
export -f label_part

seq "$SHARDS" | parallel --will-cite --jobs "${JOBS:-100%}" ${HOSTS:+--sshlogin "$HOSTS"} \
  --env label_part --env PHOTOS --env RESULTS --env SHARDS --env LABELROOM --env THREADS --env LOCAL --env MODEL \
  --joblog "$RESULTS/parallel-$SHARDS.log" --resume-failed --line-buffer label_part {}
