#!/bin/sh
# What the library writes in real trainings, read by the independent reader.
#   test_written.sh EPOCHLOG EXAMPLES
set -e
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in digits breast_cancer diabetes quickstart; do
  EPOCHLOG_DIR=$work "$2/$name" >/dev/null
done
EPOCHLOG=$(realpath "$1") EPOCHLOG_EXAMPLE_LOGS=$(find "$work" -name '*.elog' | tr '\n' ':' | sed 's/:$//') \
  "${PYTHON:-python3}" "$here/test_writer.py"
