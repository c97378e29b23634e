#!/bin/sh
# Damages logs in every place (see damage.c): the good vectors, the log of a real
# run, and one of about 200 kB in several blocks.
#   run.sh DAMAGE EXAMPLES EPOCHLOG [STRIDE]
# With STRIDE only every STRIDE-th place of the large log is tried.
set -e
damage=$1 examples=$2 epochlog=$3 stride=${4:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! "$damage" "$(dirname "$0")"/../../format-spec/vectors/good/*.elog >"$folder/vectors"; then
  cat "$folder/vectors"
  exit 1
fi
echo "damage: $(wc -l <"$folder/vectors") vectors, damaged in every place"

try() {
  "$damage" -s "$1" "$folder/$2"/*/*.elog >"$folder/said" || { cat "$folder/said"; exit 1; }
  sed "s|^$folder/$2/[^/]*/|damage: |" "$folder/said"
}

EPOCHLOG_DIR=$folder/real "$examples/diabetes" >/dev/null
try 1 real
awk 'BEGIN { srand(3); printf "step"; for (k = 0; k < 20; k++) printf ",metric_%d", k; print ""
  for (i = 0; i < 5000; i++) { printf "%d", i
    for (k = 0; k < 20; k++) printf ",%.6g", exp(-i / (500 + 100 * k)) + 0.2 * rand() * (k % 3)
    print "" } }' >"$folder/metrics.csv"
"$epochlog" import "$folder/metrics.csv" --type metrics --root "$folder/large" >/dev/null
try "$stride" large
