#!/bin/sh
# Speed and size of the Python package beside other loggers', in one environment.
#   run.sh PYTHON WHEEL FOLDER [quick]
# The others come from PyPI; FOLDER is kept for as long as the same ones are asked for.
set -e
python=$1
wheel=$2
folder=$3
quick=$4
here=$(dirname "$0")
without_cuda=$here/../../python/frameworks/torch_without_cuda.py
venv=$folder/bin/python
pip() { "$venv" -m pip --quiet --disable-pip-version-check "$@"; }

if ! cmp -s "$here/requirements.txt" "$folder/asked"; then
  "$python" -m venv --clear "$folder"
  pip install --no-deps "$(grep ^torch= "$here/requirements.txt")"
  "$venv" "$without_cuda" # What torch asks for beside itself is 4 GB of CUDA.
  pip install wheel
  pip install -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$folder/asked"
fi
pip install --no-index --no-deps --force-reinstall "$wheel"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PYTHONPATH PYTHONHOME EPOCHLOG_DIR
export DO_NOT_TRACK=1 MLFLOW_DISABLE_TELEMETRY=true DVC_NO_ANALYTICS=1
here=$(realpath "$here")
cd "$work" # Some of the others look for a git repository where they are, and add to it.
"$venv" "$here/bench.py" "$work" $quick
