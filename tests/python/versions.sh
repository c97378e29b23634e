#!/bin/sh
# The tests on the other interpreters that this machine has: the wheel itself from 3.11 on,
# for older ones a wheel that pip makes of the sources.
#   versions.sh WHEEL FOLDER
# An interpreter is a python3.N on the PATH or in pyenv's folder.  pytest, and for older
# ones setuptools, come from PyPI.
set -e
wheel=$1
folder=$2
here=$(dirname "$0")

# interpreter VERSION: prints where it is.
interpreter() {
  for python in "python$1" $(pyenv root 2>/dev/null | sed "s|\$|/versions/$1.*/bin/python$1|"); do
    "$python" -c "import ensurepip, sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null || continue
    command -v "$python"
    return 0
  done
  return 1
}

for version in 3.9 3.10 3.12 3.13 3.14; do
  python=$(interpreter $version) || {
    echo "Python $version: skipped, it is not on this machine"
    continue
  }
  tested=$wheel
  case $version in 3.9 | 3.10)
    tools=$folder/tools-$version
    [ -x "$tools/bin/python" ] || "$python" -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade setuptools wheel
    "$tools/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps \
      -w "$folder/wheel-$version" "$here/../../logger/python"
    tested=$(echo "$folder/wheel-$version"/*.whl)
    ;;
  esac
  PYTEST_FROM=pypi sh "$here/run.sh" "$python" "$tested" "$folder/$version"
done
