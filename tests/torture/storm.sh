#!/bin/sh
# Kills writers with several threads at random instants (see storm.c).
#   storm.sh short|long BUILD-FOLDER
# The seed is fixed, so that a failure comes again as far as instants can.
set -e
kills=240
[ "$1" = long ] && kills=2000
exec "$2/tests/torture/storm" "$kills" 1
