#!/bin/sh
# Installs the Debian packages that are missing, and says which.  Does nothing
# when all are there.  As root, or through sudo.
#
#   deps.sh            what building and testing need
#   deps.sh check      and what `make check` needs beside it
#   deps.sh mypy       what stands in for PyPI's mypy
set -e

build='pkg-config zlib1g-dev libpng-dev libcairo2-dev libfreetype-dev libraqm-dev libcmark-dev libjansson-dev
  libcmocka-dev python3 python3-fonttools fonts-inter python3-dev python3-setuptools python3-wheel
  python3-venv python3-pytest'
check='g++ strace clang-14 clang-format-14 libclang-rt-14-dev cppcheck mandoc python3-sklearn
  python3-statsmodels r-base-core r-cran-proc r-cran-labeling'
wanted=$build
[ "${1:-}" = check ] && wanted="$build $check"
[ "${1:-}" = mypy ] && wanted=python3-mypy

missing=
for package in $wanted; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [ "$status" = 'install ok installed' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || {
    echo "make deps: please install, as root:$missing" >&2
    exit 1
  }
  as_root=sudo
fi
echo "make deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 || {
  $as_root apt-get update -qq
  $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
