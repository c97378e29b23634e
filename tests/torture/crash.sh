#!/bin/sh
# What a power cut may leave of a log, by a model of the disk: see crash.c.
#   crash.sh short|long BUILD-FOLDER
# Long also breaks the writer, one promise at a time, in a copy of the tree: the model
# must notice each.
set -e
mode=$1 crash=$2/tests/torture/crash
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

run() { # CRASH ARGUMENTS...
  "$@" >"$folder/said" 2>&1 && return
  sed 's/^/crash: /' "$folder/said" | tail -60
  exit 1
}

tell() {
  sed ':again
    s/\([0-9]\)\([0-9]\{3\}\)\([^0-9]\)/\1,\2\3/; t again
    s/^/crash: /' "$folder/said"
}

# ---- writers that break a promise

build_copy() {
  make -s -C "$folder/tree" B=build/mutant MAKELEVEL=1 CFLAGS=-O1 \
    build/mutant/tests/torture/crash >"$folder/built" 2>&1 && return
  echo "crash: a copy of the tree does not build${1:+, $1}"
  tail -20 "$folder/built"
  exit 1
}

copy_tree() {
  mkdir "$folder/tree"
  (cd "$root" && git ls-files -z | tar --null --files-from=- --create --file=-) |
    tar -C "$folder/tree" --extract --file=-
  build_copy
}

# mutant WHAT FILE SED-SCRIPT ARGUMENTS...
mutant() {
  what=$1 file=$folder/tree/$2 script=$3
  shift 3
  cp "$file" "$folder/original"
  sed "$script" "$folder/original" >"$file"
  if cmp -s "$file" "$folder/original"; then
    echo "crash: no place was found to break: $what"
    exit 1
  fi
  build_copy "$what"
  if "$folder/tree/build/mutant/tests/torture/crash" "$@" >"$folder/said" 2>&1; then
    echo "crash: not noticed: $what"
    exit 1
  fi
  if ! grep -Eq 'was promised and is lost|no log in this folder' "$folder/said"; then
    echo "crash: noticed for another reason: $what"
    head -20 "$folder/said"
    exit 1
  fi
  mutants=$((mutants + 1))
  cp "$folder/original" "$file"
}

break_writers() {
  mutants=0
  copy_tree
  run "$folder/tree/build/mutant/tests/torture/crash" -r 10
  mutant 'nothing is synced after a call' logger/append.c \
    's/(after & EPOCHLOG__THEN_SYNC) != 0/(after \& EPOCHLOG__THEN_SYNC) == UINT32_MAX/' \
    -r 10 -w always
  mutant 'a segment is used again before its block is durable' logger/seal.c \
    '/^static bool sync_sealed/,/^}/s/if (run->sync == EPOCHLOG_SYNC_NONE && .*) return true;/if (segment != NULL) return true;/' \
    -r 2 -w 'interval, reuse between syncs'
  mutant 'the same, of records made durable by epochlog_sync' logger/seal.c \
    '/^static bool sync_sealed/,/^}/s/ && segment->first_seq >= run->durable_seq//' \
    -r 10 -w 'sync, then reuse'
  mutant 'the folder is not synced' logger/writer.c \
    's/epochlog__folder_sync(run->folder_fd)/(run->folder_fd * 0)/' -r 10 -w always
  mutant 'the main log is not synced' logger/flush.c \
    '/^int epochlog__writer_sync_pair/,/^}/s/epochlog__datasync(run->log.fd)/(run->log.fd * 0)/' \
    -r 10 -w always
  mutant 'the live file is not synced' logger/flush.c \
    '/^int epochlog__writer_sync_pair/,/^}/s/epochlog__datasync(run->ring.fd)/(run->ring.fd * 0)/' \
    -r 10 -w interval
  mutant 'what stands in the live file is not flushed first' logger/flush.c \
    's/const int error = flush_live(run);/const int error = durable ? 0 : flush_live(run);/' \
    -r 10 -w 'interval, written'
}

case $mode in
  short) run "$crash" -r 5 -f 16 -d 0 && tell ;;
  *)
    break_writers
    run "$crash" -r 300 -f 60 -n 8
    sed -i "s/\$/; each of $mutants broken writers noticed/" "$folder/said"
    tell
    ;;
esac
