#!/bin/sh
# Every call of the system fails in turn under a training run: see faults.c.
#   faults.sh short|long BUILD-FOLDER
set -e
faults=$2/tests/torture/faults
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

case $1 in
  short) set -- -d 3 ;;
  *) set -- -a -d 60 ;;
esac
if ! "$faults" -j 6 "$@" >"$folder/said" 2>&1; then
  sed 's/^/faults: /' "$folder/said"
  exit 1
fi
sed ':again
  s/\([0-9]\)\([0-9]\{3\}\)\([^0-9]\)/\1,\2\3/; t again
  s/^/faults: /' "$folder/said"
