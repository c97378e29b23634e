#!/bin/sh
# Power cuts on a real ext4: everything acknowledged as durable is there (replay.py).
#   replay.sh short|long BUILD-FOLDER
# Needs root, FUSE and loop devices.
set -e
name=replay here=$(dirname "$0")
. "$here/fuse/ground.sh"

[ "$1" = long ] || skip 'long only'
need python3 mkfs.ext4 pkg-config
[ -c /dev/fuse ] || skip 'no /dev/fuse'
pkg-config --exists fuse3 || skip 'no libfuse3-dev'
own_mounts "$0" "$@"
make_ground
loop_mount "$ground/trial" 4 2>/dev/null || skip 'no loop devices'
umount "$ground/trial"
${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -o "$ground/capture" "$here/fuse/capture.c" \
  $(pkg-config --cflags --libs fuse3)
mkdir "$ground/work"
python3 "$here/replay.py" "${SEEDS:-30}" "$ground/capture" "$2/tests/torture/filesystem_log" \
  "$2/tests/torture/filesystem_check" "$ground/work"
