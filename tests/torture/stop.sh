#!/bin/sh
# Reads runs whose writers are stopped in the middle or flat out (see stop.c).
#   stop.sh short|long BUILD-FOLDER
set -e
runs=12
[ "$1" = long ] && runs=200
exec "$2/tests/torture/stop" "$runs" 1
