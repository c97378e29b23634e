#!/bin/sh
# What a power cut may leave of a log, by a model of the disk: see crash.c.
#   crash.sh short|long BUILD-FOLDER
set -e
crash=$2/tests/torture/crash
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

case $1 in
  short) set -- -r 8 -f 20 -d 1 ;;
  *) set -- -r 300 -f 60 -n 8 ;;
esac
if ! "$crash" "$@" >"$folder/said" 2>&1; then
  sed 's/^/crash: /' "$folder/said"
  exit 1
fi
sed ':again
  s/\([0-9]\)\([0-9]\{3\}\)\([^0-9]\)/\1,\2\3/; t again
  s/^/crash: /' "$folder/said"
