#!/bin/sh
# Who may include whom.  A folder, then the folders whose headers it may include
# beside its own; `logger` stands for the four headers that writer and reader share.
set -e
cd "$(dirname "$0")/.."

layers='
report/stats     stats parallel
report/chart     chart
report/reader    reader parallel
report/recover   recover reader main_log block series record chunk
report/analysis  analysis reader stats pool parallel
report/page      page analysis reader stats chart pool json parallel
report/import    import json
'
status=0

echo "$layers" | while read -r folder allowed; do
  [ -n "$folder" ] || continue
  for file in "$folder"/*.[ch]; do
    sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file" | while read -r header; do
      case $header in
      epochlog.h) # The public interface: importing is logging; the page names the version.
        case $folder in report/import | report/page) continue ;; esac
        from=$header ;;
      */*) from=${header%%/*} ;;
      crc32c.h | codec.h | frame.h | format.h)
        [ "$folder" = report/reader ] || [ "$folder" = report/recover ] && continue
        from=$header ;;
      *.h) from=${header%.h} ;;
      *) from=$header ;;
      esac
      # What a module has beside itself in its own folder.
      [ -f "$folder/$header" ] && continue
      case " $allowed " in
      *" $from "*) ;;
      *) echo "$file may not include \"$header\"" ;;
      esac
    done
  done
done >"${TMPDIR:-/tmp}/layers.$$"

# The extension module: one half logs through the public header, the other reads through
# the reader's; module.c alone knows both.
for file in logger/python/src/*.[ch]; do
  sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file" | while read -r header; do
    case ${file##*/}:$header in
    read*:reader/run.h | arrow*:reader/run.h) continue ;;
    *:*/*) ;;
    read*:module.h | read*:read*.h | read*:arrow*.h) continue ;;
    arrow*:module.h | arrow*:read*.h | arrow*:arrow*.h) continue ;;
    read*:* | arrow*:*) ;;
    module.c:*) [ -f "logger/python/src/$header" ] && continue ;;
    *:read*.h | *:arrow*.h) ;;
    *:epochlog.h) continue ;;
    *) [ -f "logger/python/src/$header" ] && continue ;;
    esac
    echo "$file may not include \"$header\""
  done
done >>"${TMPDIR:-/tmp}/layers.$$"

# One place that knows each library.
only() {
  grep -rlE "^#include <$1" logger report | grep -vxE "$2" |
    while read -r file; do echo "$file may not include <$1>" | tr -d '\\'; done || true
}
{
  only 'cairo' 'report/chart/(canvas_cairo|cairo_drawing|glyphs|glyph_faces).c'
  only '(ft2build|freetype)' 'report/chart/(glyphs|glyph_faces|font_set).c'
  only 'raqm' 'report/chart/shaping.c'
  only 'png\.h' 'report/chart/png.c'
  only 'cmark' 'report/page/prose.c'
  only 'jansson' 'report/json.c|report/analysis/aggregated.c'
  only 'zlib' 'logger/[a-z_]*\.c'
  only 'Python\.h' 'logger/python/src/module\.h'
  grep -rnE --exclude-dir=python '^#include "(reader|page|chart|stats)/' logger | sed 's/$/ (the logger knows nothing of the report)/' || true
} >>"${TMPDIR:-/tmp}/layers.$$"

if [ -s "${TMPDIR:-/tmp}/layers.$$" ]; then
  cat "${TMPDIR:-/tmp}/layers.$$"
  status=1
else
  echo "layers: each folder includes what it may"
fi
rm -f "${TMPDIR:-/tmp}/layers.$$"
exit $status
