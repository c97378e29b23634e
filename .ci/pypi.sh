#!/bin/sh
# Whether PyPI answers: 0, or 1 with a line that says what is left out.
#   pypi.sh PYTHON WHAT
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" -m venv "$folder/venv" &&
  "$folder/venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-cache-dir \
    --no-deps --retries 1 --timeout 20 -d "$folder" iniconfig >"$folder/said" 2>&1 && exit 0
echo "PyPI does not answer, so this is left out: $2"
exit 1
