#!/bin/sh
# What a log must survive: each script here is one way to lose points.
#   run.sh short|long BUILD-FOLDER
# A script gets the same arguments, prints one line for what held, and fails when
# something was lost.  It says "skipped: WHY" where the machine cannot do it.
set -e
here=$(dirname "$0")
status=0

for script in "$here"/[a-z]*.sh; do
  [ "$script" = "$here/run.sh" ] && continue
  sh "$script" "$1" "$2" || { echo "torture: ${script##*/} failed"; status=1; }
done
exit $status
