#!/bin/sh
# Every system call of a logging program failing in turn (syscalls.py).
#   syscalls.sh short|long BUILD-FOLDER
# Needs strace and the right to trace one's own processes.
set -e
name=syscalls here=$(dirname "$0") children=
. "$here/fuse/ground.sh"

need strace python3
strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed here'
make_ground
strace -o /dev/null -e inject=openat:error=EIO:when=999 true 2>/dev/null ||
  skip 'this strace cannot inject'
# The library as it is shipped: without the replaceable calls of the tests.  One that a
# sanitizer watches cannot be linked so, and is taken as it is.
${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -I"$here/../../logger" -o "$ground/training" \
  "$here/filesystem_log.c" "$2/libepochlog.a" -lz -lpthread 2>/dev/null ||
  cp "$2/tests/torture/filesystem_log" "$ground/training"
mkdir "$ground/work"
python3 "$here/syscalls.py" "$1" "$ground/training" "$2/tests/torture/filesystem_check" \
  "$ground/work"
