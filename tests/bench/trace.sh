#!/bin/sh
# Counts the system calls of the thread that logs, between the marks of bench_quiet.
#   trace.sh BENCH_QUIET FOLDER [quick]
set -e
program=$1
shift
if ! command -v strace >/dev/null; then
  echo "  system calls                       not counted: strace is not installed"
  exit 0
fi
if ! strace -f -o "$1/trace" "$program" "$@" >/dev/null 2>&1; then
  echo "  system calls                       not counted: strace may not trace here"
  exit 0
fi
# The thread that asked first for its parent is the one; a call that was interrupted
# has two lines, of which the second says "resumed".
awk '
  /getppid\(/ { if (thread == "") thread = $1; if ($1 == thread) { marks++; next } }
  $1 == thread && $2 != "<..." && $2 != "---" && marks % 2 == 1 {
    calls[marks]++; name = $2; sub(/\(.*/, "", name)
    if (index(" " names[marks] " ", " " name " ") == 0) names[marks] = names[marks] " " name
  }
  function line(what, mark) {
    printf "  %-34s %8d calls %s  bar 0: %s\n", what, calls[mark],
      names[mark] == "" ? "" : "(" substr(names[mark], 2) ")", calls[mark] ? "MISSED" : "ok"
  }
  END {
    if (marks != 4) {
      print "  system calls                       not counted: the trace is not whole"
      exit
    }
    line("system calls, paced scalars", 1)
    line("system calls, paced rows of ten", 3)
  }' "$1/trace"
