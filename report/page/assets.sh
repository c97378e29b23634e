#!/bin/sh
# Writes the files named as C data, and for page.js the hash that the content
# security policy allows it by: base64 of its SHA-256.
set -e
echo '/* Made by assets.sh from the files of template/. */'
echo '#include "page/assets.h"'
for file in "$@"; do
  name=$(basename "$file" | tr . _)
  echo "const unsigned char asset_$name[] = {"
  od -An -v -tu1 "$file" | sed 's/  */,/g; s/^,//; s/$/,/'
  echo '0};'
  case $file in
  *.js)
    # Hexadecimal to bytes in octal, which every printf takes.
    octal=$(sha256sum "$file" | cut -c 1-64 | sed 's/../0x& /g' | xargs printf '\\%03o')
    echo "const char asset_${name}_hash[] = \"sha256-$(printf "$octal" | base64)\";"
    ;;
  esac
done
