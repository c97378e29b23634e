#!/bin/sh
# Damages logs in every place (see damage.c): the good vectors, and the log of a
# real run.
#   run.sh DAMAGE EXAMPLES [STRIDE]
# With STRIDE only every STRIDE-th place of the real log is tried.
set -e
damage=$1 examples=$2 stride=${3:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! "$damage" "$(dirname "$0")"/../../format-spec/vectors/good/*.elog >"$folder/vectors"; then
  cat "$folder/vectors"
  exit 1
fi
echo "damage: $(wc -l <"$folder/vectors") vectors, damaged in every place"
EPOCHLOG_DIR=$folder/runs "$examples/diabetes" >"$folder/example"
"$damage" -s "$stride" "$folder"/runs/*/*.elog >"$folder/real" || { cat "$folder/real"; exit 1; }
sed "s|^$folder/runs/[^/]*/|damage: |" "$folder/real"
