#!/bin/sh
# The libraries that the wheel carries, and the licences of all that is in it.
#   bundle.sh OUT LINKED... -- [COMMAND]
# LINKED are lists of the files that the linker took, one a line.  COMMAND's shared
# libraries, but for the C library, go to OUT/epochlog/lib; OUT/licenses gets a file for
# each package that a library is of, the licences that these name, and LIBRARIES.txt,
# which says what came from where.
set -e
out=$1
shift
mkdir -p "$out/licenses"
list=$out/licenses/LIBRARIES.txt

# The package of a library: its source, version and copyright file.
package_of() {
  real=$(readlink -f "$1")
  for file in "$real" "${real#/usr}" "$1" "/usr$1"; do
    package=$(dpkg-query -S "$file" 2>/dev/null | sed 's/: .*//; q')
    [ -z "$package" ] || return 0
  done
  echo "bundle: no package is known for $1, so its licence cannot be given" >&2
  return 1
}

# Whether a library is of the base platform: the C library and the compiler's.
is_base() {
  case ${1##*/} in lib*_nonshared.a | libgcc* | libc.* | libm.* | libpthread.* | libdl.* | librt.*) return 0 ;; esac
  return 1
}

# licence LIBRARY HOW: notes the library, and keeps its package's copyright file.
licence() {
  command -v dpkg-query >/dev/null || {
    echo "bundle: without dpkg the licence of $1 is not found: do not pass this wheel on" >&2
    echo "$2" >>"$out/libraries"
    return 0
  }
  package_of "$1"
  source=$(dpkg-query -W -f='${source:Package}' "$package")
  version=$(dpkg-query -W -f='${source:Version}' "$package")
  cp -L "/usr/share/doc/${package%%:*}/copyright" "$out/licenses/$source.txt"
  echo "$2: $source $version, licence in $source.txt" >>"$out/libraries"
}

: >"$out/libraries"
while [ "$1" != -- ]; do
  sed -n 's/(.*//; /\.a$/p' "$1" | grep '^/' | sort -u >"$out/archives"
  while read -r archive; do
    is_base "$archive" || licence "$archive" "$(basename "$archive"), linked in"
  done <"$out/archives"
  shift
done
shift
if [ -n "${1:-}" ]; then
  mkdir -p "$out/epochlog/lib"
  ldd "$1" | sed -n 's/.*=> \(\/.*\) (.*/\1/p' >"$out/shared"
  while read -r library; do
    is_base "$library" && continue
    name=$(basename "$library")
    licence "$library" "lib/$name"
    cp -L "$library" "$out/epochlog/lib/$name"
    chmod 644 "$out/epochlog/lib/$name"
  done <"$out/shared"
fi
{
  echo "Libraries of other projects in this wheel.  Each is Debian's build, unchanged, of the"
  echo "source package and version named here, which Debian has for everyone."
  echo
  sort -u "$out/libraries"
} >"$list"
# Debian's files name the texts of common licences by where they are on Debian.
grep -oh '/usr/share/common-licenses/[A-Za-z0-9.-]*[A-Za-z0-9]' "$out"/licenses/* | sort -u |
  while read -r text; do [ ! -f "$text" ] || cp -L "$text" "$out/licenses/$(basename "$text").txt"; done
rm -f "$out/libraries" "$out/archives" "$out/shared"
