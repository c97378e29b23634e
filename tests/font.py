#!/usr/bin/python3
"""Makes a font for tests, of rectangles.

    font.py OUT.ttf

An em is 1000 units.  It has an ideograph that fills its em, an Arabic letter
with forms for the beginning and the end of a word, and a Devanagari letter that
is wider than any real one.
"""

import sys

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

# Name, character, width, rectangle.
GLYPHS = [
    (".notdef", None, 500, None),
    ("space", 0x20, 300, None),
    ("ideograph", 0x8BAD, 1000, (0, 0, 1000, 800)),
    ("beh", 0x0628, 600, (250, 0, 350, 100)),
    ("beh.init", None, 600, (0, 0, 600, 700)),
    ("beh.fina", None, 600, (0, 0, 600, 200)),
    ("ka", 0x0915, 2000, (0, 0, 2000, 700)),
]

FEATURES = """
languagesystem DFLT dflt;
languagesystem arab dflt;
feature init { script arab; sub beh by beh.init; } init;
feature fina { script arab; sub beh by beh.fina; } fina;
"""


def outline(rectangle):
    pen = TTGlyphPen(None)
    if rectangle:
        left, bottom, right, top = rectangle
        pen.moveTo((left, bottom))
        pen.lineTo((left, top))
        pen.lineTo((right, top))
        pen.lineTo((right, bottom))
        pen.closePath()
    return pen.glyph()


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([name for name, _, _, _ in GLYPHS])
    font.setupCharacterMap({c: name for name, c, _, _ in GLYPHS if c})
    font.setupGlyf({name: outline(rectangle) for name, _, _, rectangle in GLYPHS})
    font.setupHorizontalMetrics({name: (width, rectangle[0] if rectangle else 0)
                                 for name, _, width, rectangle in GLYPHS})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Rectangles", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    addOpenTypeFeaturesFromString(font.font, FEATURES)
    font.save(arguments[1])


main(sys.argv)
