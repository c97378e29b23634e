#!/bin/sh
# Runs the tests in a virtual environment that holds the wheel and pytest, nothing else.
#   run.sh PYTHON WHEEL FOLDER [pytest's arguments]
# PYTHON makes the environment, in FOLDER.  pytest is linked in from the interpreter that
# PYTEST_FROM names (Debian's, which has python3-pytest) or, where that is "pypi", installed.
# OVER is a folder whose package is tested in the wheel's place, PRELOAD a library that it needs.
# All that pytest says is shown when a test fails or arguments are given; else its last line.
set -e
python=$1
wheel=$2
folder=$3
shift 3
here=$(dirname "$0")

rm -rf "$folder"
mkdir -p "$folder"
"$python" -m venv "$folder/venv"
venv=$folder/venv/bin/python
"$venv" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "$wheel"
if [ "${PYTEST_FROM:=/usr/bin/python3}" = pypi ]; then
  "$venv" -m pip install --quiet --disable-pip-version-check pytest
else
  into=$("$venv" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  "$PYTEST_FROM" - "$into" <<'LINK'
import importlib.util, os, sys

for name in "pytest _pytest py pluggy iniconfig packaging attr exceptiongroup tomli".split():
    spec = importlib.util.find_spec(name)
    if spec is not None:
        place = os.path.dirname(spec.origin) if spec.submodule_search_locations else spec.origin
        os.symlink(place, os.path.join(sys.argv[1], os.path.basename(place)))
    elif name in ("pytest", "pluggy", "iniconfig"):
        sys.exit(f"{sys.executable} has no {name}: see make deps")
LINK
fi

unset PYTHONPATH PYTHONHOME EPOCHLOG_DIR EPOCHLOG_COMMAND
export EPOCHLOG_WHEEL="$wheel" PYTHONDONTWRITEBYTECODE=1
[ -z "$OVER" ] || export PYTHONPATH="$OVER" PYTHONMALLOC=malloc
tests() {
  env ${PRELOAD:+LD_PRELOAD="$PRELOAD"} "$venv" -m pytest -q --basetemp="$folder/tmp" "$@" \
    --ignore="$here/frameworks" "$here"
}
if [ $# -gt 0 ]; then
  tests "$@"
elif tests >"$folder/log" 2>&1; then
  "$venv" -c 'import sys; print("pytest, Python %d.%d:" % sys.version_info[:2])'
  tail -n 1 "$folder/log"
else
  cat "$folder/log"
  exit 1
fi
