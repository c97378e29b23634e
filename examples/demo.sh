#!/bin/sh
# Trains the three examples, writes their reports and says where they are.
#   demo.sh EPOCHLOG FOLDER-OF-EXAMPLES
set -e
epochlog=$1
examples=$2

say() { printf '\n%s\n' "$1"; }

set --
for name in digits breast_cancer diabetes; do
  say "Training $name ..."
  folder=$("$examples/$name" | tee /dev/stderr | tail -1)
  case $folder in
  *" "*) folder=${folder##* } ;;
  esac
  "$epochlog" report "$folder" >/dev/null
  set -- "$@" "$folder"
done 2>&1
say "The runs:"
"$epochlog" ls
say "Open a report in a browser; it needs no network:"
for folder; do echo "  $folder/report/report.html"; done
