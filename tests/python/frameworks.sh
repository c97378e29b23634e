#!/bin/sh
# The tests against the real frameworks, in an environment of their own.
#   frameworks.sh PYTHON WHEEL FOLDER [pytest's arguments]
# All that pytest says is shown when a test fails or arguments are given; else its last line.
# The frameworks come from PyPI; FOLDER is kept for as long as the same ones are asked for.
set -e
python=$1
wheel=$2
folder=$3
shift 3
tests=$(dirname "$0")/frameworks
venv=$folder/bin/python
pip() { "$venv" -m pip --disable-pip-version-check "$@"; }

if ! cat "$tests/requirements.txt" "$tests/torch_without_cuda.py" | cmp -s - "$folder/asked"; then
  "$python" -m venv --clear "$folder"
  # torch alone first, since what it asks for is 4 GB of CUDA.
  pip install --quiet --no-deps "$(grep '^torch==' "$tests/requirements.txt")"
  "$venv" "$tests/torch_without_cuda.py"
  pip install --quiet -r "$tests/requirements.txt"
  cat "$tests/requirements.txt" "$tests/torch_without_cuda.py" >"$folder/asked"
fi
pip install --quiet --no-index --no-deps --force-reinstall "$wheel"
unset PYTHONPATH PYTHONHOME EPOCHLOG_DIR EPOCHLOG_COMMAND
tests() {
  PYTHONDONTWRITEBYTECODE=1 "$venv" -m pytest -q --basetemp="$folder/tmp" -W default "$@" "$tests"
}
if [ $# -gt 0 ]; then
  tests "$@"
elif tests >"$folder/log" 2>&1; then
  echo "pytest, with the frameworks:"
  tail -n 1 "$folder/log"
else
  cat "$folder/log"
  exit 1
fi
