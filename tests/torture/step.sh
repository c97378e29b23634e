#!/bin/sh
# Kills a writer after every instruction of a logging call (see step.c).
#   step.sh short|long BUILD-FOLDER
# `short` makes of long calls only the instructions near system calls one by one.
set -e
exec "$2/tests/torture/step" "$1"
