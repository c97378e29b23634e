#!/usr/bin/python3
"""Makes font_data.c: the typeface of the charts, as C.

    subset.py OUT.c REGULAR.otf SEMIBOLD.otf

Run by the build with python3-fonttools and Inter (fonts-inter).  Both weights
are cut down to the characters below, their digits are replaced by the tabular
ones, and hinting and layout tables are dropped, because the charts place glyphs
one by one and do not hint.  The same fonts give the same bytes.

Only the licence texts stay in the name table (SIL Open Font License 1.1).
"""

import io
import sys

from fontTools import subset
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

RANGES = [
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x017F),  # Latin-1 and Latin Extended-A
    (0x0218, 0x021B),  # Romanian
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x045F),  # Cyrillic
    (0x0490, 0x0491),
    (0x1E9E, 0x1E9E),
    (0x2000, 0x206F),  # spaces and punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x218F),  # letter-like signs and fractions
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x25A0, 0x25FF),  # shapes
    (0x2600, 0x27BF),  # signs: check mark, ballot x, warning
    (0xFFFD, 0xFFFD),
]

# What the charts and the page themselves write; a font without one of these is
# not the font we want.
NEEDED = "0123456789.,:%()+-\u2212\u00d7\u00b1\u2265\u2264\u2260\u2248\u221e\u0394\u03a3\u221a\u03bc" \
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b\u2190\u2192\u2191\u2193" \
    "\u2713\u2717\u25b2\u25bc\u2009\u202f\u2013\u2014\u2026\u00b7\u03c7\u03c1\u03c6\u03b2"

# The characters whose ink gives the height of a line of text.
LINE_INK = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789()%"

DIGITS = range(ord("0"), ord("9") + 1)


def single_substitutions(font, tag):
    """Glyph -> glyph of the first feature `tag`."""
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != tag:
            continue
        mapping = {}
        for index in record.Feature.LookupListIndex:
            for part in table.LookupList.Lookup[index].SubTable:
                part = getattr(part, "ExtSubTable", part)
                mapping.update(getattr(part, "mapping", {}))
        return mapping
    return {}


def freeze_tabular_digits(font):
    tabular = single_substitutions(font, "tnum")
    for table in font["cmap"].tables:
        for codepoint in DIGITS:
            glyph = table.cmap.get(codepoint)
            if glyph in tabular:
                table.cmap[codepoint] = tabular[glyph]


def cut_down(path):
    # Time stamps are kept as they are in the source font.
    font = TTFont(path, recalcTimestamp=False)
    missing = [c for c in NEEDED if ord(c) not in font.getBestCmap()]
    if missing:
        sys.exit("%s: lacks %s" % (path, " ".join("U+%04X" % ord(c) for c in missing)))
    freeze_tabular_digits(font)

    options = subset.Options()
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG"]
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = False
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    options.name_languages = [0x0409]
    options.recalc_timestamp = False
    options.canonical_order = True

    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    subsetter.subset(font)
    return font


def advances(font):
    cmap = font.getBestCmap()
    table = {c: font["hmtx"][glyph][0] for c, glyph in cmap.items()}
    # The tabular digits of Inter 3.19 SemiBold are 1885 to 1888 units wide.
    # Ours are of one width, to the unit.
    widest = max(table[c] for c in DIGITS)
    for c in DIGITS:
        table[c] = widest
    return sorted(table.items())


def line_ink(font):
    glyphs = font.getGlyphSet()
    cmap = font.getBestCmap()
    top, bottom = 0, 0
    for c in LINE_INK:
        pen = BoundsPen(glyphs)
        glyphs[cmap[ord(c)]].draw(pen)
        top = max(top, pen.bounds[3])
        bottom = min(bottom, pen.bounds[1])
    return round(top), round(-bottom)


def lines(items, width):
    """Comma-separated items in lines of at most `width` characters."""
    line = ""
    for item in items:
        if len(line) + len(item) + 1 > width:
            yield line
            line = ""
        line += item + ","
    if line:
        yield line


def write_weight(out, name, font):
    ascent, descent = line_ink(font)
    table = advances(font)
    data = io.BytesIO()
    font.save(data, reorderTables=True)

    out.append("static const uint8_t %s_file[] = {" % name)
    out.extend(lines((str(byte) for byte in data.getvalue()), 100))
    out.append("};\n")
    out.append("static const struct font_advance %s_advances[] = {" % name)
    out.extend(lines(("{%d,%d}" % pair for pair in table), 100))
    out.append("};\n")
    out.append("const struct font_data font_%s = {" % name)
    out.append("    %s_file, sizeof %s_file, %s_advances, %d, %d, %d, %d};\n"
               % (name, name, name, len(table), font["head"].unitsPerEm, ascent, descent))


def main(arguments):
    if len(arguments) != 4:
        sys.exit(__doc__)
    out = ["/* Made by subset.py; do not edit.  Inter, SIL Open Font License 1.1. */",
           '#include "chart/font/font_data.h"\n']
    for name, path in (("regular", arguments[2]), ("semibold", arguments[3])):
        write_weight(out, name, cut_down(path))
    with open(arguments[1], "w", encoding="ascii", newline="\n") as file:
        file.write("\n".join(out))


main(sys.argv)
