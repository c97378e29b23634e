#!/usr/bin/env python3
"""Checks the charts of a report against the rules of its style.

    page_style.py REPORT_FOLDER...

For every chart in report.html and every charts/*.svg: it is well-formed, named
for those who cannot see it, coloured only through theme variables that the style
sheet defines, set only in the sizes of the style, written with short numbers,
and inside its canvas.  The page has no id twice and asks for nothing from
elsewhere.  Prints every violation; the exit code is 1 if there is one.
"""

import glob
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {10.5, 11, 12, 13, 15, 24}
DEFAULT_SIZE = 11

# What an element may carry; colours are not among it, they are classes.
COMMON = {"class", "style", "stroke-width", "stroke-opacity", "fill-opacity"}
ATTRIBUTES = {
    "svg": {"class", "viewBox", "width", "height", "role", "aria-labelledby"},
    "title": {"id"},
    "desc": {"id"},
    "style": set(),
    "g": {"data-kind", "clip-path"},
    "clipPath": {"id"},
    "polyline": COMMON | {"points"},
    "polygon": COMMON | {"points"},
    "rect": COMMON | {"x", "y", "width", "height"},
    "circle": COMMON | {"cx", "cy", "r"},
    "text": {"class", "style", "x", "y", "textLength", "lengthAdjust"},
    "tspan": {"class"},
}
NUMBER = re.compile(r"-?(\d+(\.\d{1,2})?|\.\d{1,2})")

problems = []


def complain(where, what):
    problems.append("%s: %s" % (where, what))


class Sheet:
    """What a style sheet defines."""

    def __init__(self, css):
        self.variables = set(re.findall(r"--([a-z0-9-]+):", css))
        self.classes = set(re.findall(r"\.ec \.([a-z0-9]+)", css))
        self.sizes = {name: float(size)
                      for name, size in re.findall(r"\.ec \.(f\d+)\{font-size:([\d.]+)px\}", css)}
        # A class names no colour but a variable, and each variable exists.
        for value in re.findall(r"\.ec [^{]*\{[^}]*?(?:fill|stroke):([^;}]+)", css):
            if value != "none" and not re.fullmatch(r"var\(--[a-z0-9-]+\)", value):
                complain("style sheet", "a colour that is no variable: " + value)
        for name in re.findall(r"var\(--([a-z0-9-]+)", css):
            if name not in self.variables:
                complain("style sheet", "--%s is not defined" % name)


def check_style(where, style, sheet):
    """Returns the font size it sets, if any."""
    size = re.fullmatch(r"font-size:(\d+(?:\.\d+)?)px", style)
    stroke = re.fullmatch(r"stroke:var\(--([a-z0-9]+)\)", style)
    if stroke and stroke.group(1) not in sheet.variables:
        complain(where, "--%s is not defined" % stroke.group(1))
    if not size and not stroke:
        complain(where, "a style that is neither size nor variable: " + style)
    return float(size.group(1)) if size else None


def check_numbers(where, element):
    for name in ("x", "y", "width", "height", "cx", "cy", "r", "stroke-width", "stroke-opacity", "textLength",
                 "fill-opacity"):
        value = element.get(name)
        if value is not None and value != "100%" and not NUMBER.fullmatch(value):
            complain(where, "%s is not a short number: %s" % (name, value))
    places = 1 if element.tag == SVG + "polyline" else 2
    for value in re.split(r"[ ,]", element.get("points", "0")):
        if not re.fullmatch(r"-?(\d+(\.\d{1,%d})?|\.\d{1,%d})" % (places, places), value):
            complain(where, "a point is not a short number: " + value)


def check_place(where, element, width, height, clipped):
    """Marks in a clip are cut to it; all else stays on the canvas."""
    points = []
    if element.get("points") and not clipped:
        points = [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]
    elif element.tag == SVG + "circle" and not clipped:
        points = [(float(element.get("cx")), float(element.get("cy")))]
    elif element.tag == SVG + "rect" and element.get("x") and not clipped:
        x, y = float(element.get("x")), float(element.get("y"))
        points = [(x, y), (x + float(element.get("width")), y + float(element.get("height")))]
    elif element.tag == SVG + "text":
        points = [(float(element.get("x")), float(element.get("y")))]
    for x, y in points:
        if not (-1 <= x <= width + 1 and -1 <= y <= height + 1):
            complain(where, "%s at %g, %g is outside of %g x %g"
                     % (element.tag[len(SVG):], x, y, width, height))
            return


def check_element(where, element, sheet, ids):
    name = element.tag[len(SVG):] if element.tag.startswith(SVG) else element.tag
    if name not in ATTRIBUTES:
        complain(where, "an element <%s>" % name)
        return
    for attribute in set(element.keys()) - ATTRIBUTES[name]:
        complain(where, "<%s> has %s" % (name, attribute))
    size = DEFAULT_SIZE
    for word in element.get("class", "").split():
        if word not in sheet.classes and not (name == "svg" and word == "ec"):
            complain(where, "class %s is not in the style sheet" % word)
        size = sheet.sizes.get(word, size)
    if element.get("style"):
        size = check_style(where, element.get("style"), sheet) or size
    if name == "text" and size not in SIZES:
        complain(where, "text of %g px" % size)
    clip = element.get("clip-path")
    if clip and not (re.fullmatch(r"url\(#[\w-]+\)", clip) and clip[5:-1] in ids):
        complain(where, "a clip that is not there: " + clip)
    check_numbers(where, element)


def walk(where, element, sheet, ids, canvas, clipped):
    check_element(where, element, sheet, ids)
    check_place(where, element, canvas[0], canvas[1], clipped)
    clipped = clipped or bool(element.get("clip-path")) or element.tag == SVG + "clipPath"
    for child in element:
        walk(where, child, sheet, ids, canvas, clipped)


def check_svg(where, text, sheet):
    """Returns its ids."""
    try:
        svg = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        complain(where, "not well-formed: %s" % error)
        return []
    ids = [element.get("id") for element in svg.iter() if element.get("id")]
    for tag in ("title", "desc"):
        element = svg.find(SVG + tag)
        if element is None or not (element.text or "").strip():
            complain(where, "no <%s>" % tag)
        elif element.get("id") not in svg.get("aria-labelledby", "").split():
            complain(where, "<%s> is not what names it" % tag)
    if svg.get("role") != "img":
        complain(where, "its role is not img")
    view = [float(number) for number in svg.get("viewBox").split()]
    if view != [0, 0, float(svg.get("width")), float(svg.get("height"))]:
        complain(where, "viewBox and size differ")
    walk(where, svg, sheet, set(ids), view[2:], False)
    return ids


def check_sources(where, text):
    for source in re.findall(r"""(?:\ssrc|\shref|\sxlink:href)="([^"]*)\"""", text):
        if not re.match(r"#|data:", source):
            complain(where, "asks for " + source)
    for source in re.findall(r"url\(([^)]*)\)", text):
        if not source.startswith("#"):
            complain(where, "asks for " + source)
    if "@import" in text or "@font-face" in text:
        complain(where, "loads a style sheet or a font")


def check_page(folder):
    where = os.path.join(folder, "report.html")
    with open(where, encoding="utf-8") as file:
        page = file.read()
    # Links that the user wrote into notes may go anywhere.
    check_sources(where, re.sub(r'<section id="notes".*?</section>', "", page, flags=re.S))
    sheet = Sheet("".join(re.findall(r"<style>(.*?)</style>", page, flags=re.S)))
    ids = re.findall(r'\sid="([^"]*)"', page)
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        complain(where, "id %s stands twice" % twice)
    charts = re.findall(r"<svg .*?</svg>", page, flags=re.S)
    for number, chart in enumerate(charts):
        check_svg("%s, chart %d" % (where, number + 1), chart, sheet)
    return len(charts)


def check_files(folder):
    paths = sorted(glob.glob(os.path.join(folder, "charts", "*.svg")))
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        check_sources(path, text)
        sheet = Sheet("".join(re.findall(r"<style>(.*?)</style>", text, flags=re.S)))
        ids = check_svg(path, text.encode(), sheet)
        if len(ids) != len(set(ids)):
            complain(path, "an id stands twice")
    return len(paths)


def main(folders):
    if not folders:
        sys.exit(__doc__)
    for folder in folders:
        charts, files = check_page(folder), check_files(folder)
        if charts == 0 or files == 0:
            complain(folder, "no charts to check")
    for problem in problems[:40]:
        print(problem)
    sys.exit(1 if problems else 0)


main(sys.argv[1:])
