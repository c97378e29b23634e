#!/bin/sh
# Speed and size as ratios, each beside its baseline in the same run.
#   run.sh EPOCHLOG BUILD-FOLDER [quick]
# PARTS names what to run (all, when it is not set): call spread quiet seal loop size
# memory predictions lines.
set -e
here=$(dirname "$0")
epochlog=$1
build=$2
quick=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

machine() {
  sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -1 | grep . || uname -m
}
echo "$(machine), $(nproc 2>/dev/null) processors, $(uname -sr)"
live=${EPOCHLOG_LIVE:+, EPOCHLOG_LIVE=$EPOCHLOG_LIVE}
echo "logs on $(df -T "$work" 2>/dev/null | awk 'NR == 2 { print $2 }')$live"

# Each in its own folder, removed at once: logs of millions of points are not small.
bench() {
  echo
  mkdir "$work/$1"
  case $1 in
  predictions | lines) sh "$here/$1.sh" "$epochlog" "$build" "$work/$1" $quick ;;
  *) "$build/tests/bench/bench_$1" "$work/$1" $quick ;;
  esac
  [ "$1" != quiet ] || sh "$here/trace.sh" "$build/tests/bench/bench_quiet" "$work/$1" $quick
  rm -r "${work:?}/$1"
}
for each in ${PARTS:-call spread quiet seal loop size memory predictions lines}; do bench "$each"; done
