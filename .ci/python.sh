#!/bin/sh
# The Python package's types, those of the extension as it is, and what its wheel asks of a
# machine.
#   python.sh PYTHON WHEEL FOLDER
# The tools come from PyPI into FOLDER; where it does not answer, mypy comes from Debian.
set -e
python=$1
wheel=$2
folder=$3
cd "$(dirname "$0")/.."

if ! cmp -s .ci/tools.txt "$folder/tools.txt"; then
  if sh .ci/pypi.sh "$python" "auditwheel, and Debian's mypy is taken"; then
    "$python" -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r .ci/tools.txt
    cp .ci/tools.txt "$folder/"
  fi
fi
if [ -f "$folder/tools.txt" ]; then
  mypy=$folder/bin/mypy
  shown=$("$folder/bin/auditwheel" show "$wheel" | tr '\n' ' ')
  tag=$(basename "$wheel" .whl | sed 's/.*-//')
  case $shown in
  *"consistent with the following platform tag: \"$tag\""*) echo "auditwheel: $tag, as the wheel's name says" ;;
  *)
    echo "auditwheel does not agree with $wheel: $shown" >&2
    exit 1
    ;;
  esac
else
  sh .ci/deps.sh mypy
  mypy='/usr/bin/python3 -m mypy'
fi
if [ -f "$folder/tools.txt" ]; then
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --force-reinstall "$wheel"
  (cd "$folder" && bin/stubtest --concise epochlog._native) || {
    echo "stubtest: _native.pyi and the extension differ" >&2
    exit 1
  }
fi
$mypy --config-file logger/python/pyproject.toml --cache-dir="$folder/types" logger/python/epochlog
