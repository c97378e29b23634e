#!/bin/sh
# Trains the three examples, writes their reports and says where they are.
#   demo.sh EPOCHLOG FOLDER-OF-EXAMPLES
set -e
epochlog=$1
examples=$2
reports=

for name in digits breast_cancer diabetes; do
  printf 'Training %s ... ' "$name"
  folder=$("$examples/$name")
  echo "logged to $folder"
  reports="$reports  $("$epochlog" report "$folder")
"
done
printf '\nThe runs:\n'
"$epochlog" ls
printf '\nOpen a report in a browser; it needs no network:\n%s' "$reports"
