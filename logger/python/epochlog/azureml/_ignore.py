"""Which files of a folder a snapshot leaves out: patterns as git has them.

A folder's .amlignore counts, and where it has none its .gitignore; those of subfolders count for
what is below them.  As with git the last pattern that fits decides, and what lies in a folder
that is left out cannot be taken in again.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

FILES = (".amlignore", ".gitignore")


class Pattern(NamedTuple):
    """A line of such a file."""

    fits: re.Pattern[str]
    """Matches paths relative to the folder that the file is in, with "/" between parts."""
    is_negated: bool
    folders_only: bool


def parse(text: str) -> list[Pattern]:
    """The patterns of a file, in its order."""
    patterns = (_pattern(line) for line in text.splitlines())
    return [pattern for pattern in patterns if pattern is not None]


def of_folder(path: str) -> list[Pattern]:
    """The patterns of the file in a folder; none where there is no file or it cannot be read."""
    for name in FILES:
        try:
            with open(os.path.join(path, name), encoding="utf-8", errors="replace") as file:
                return parse(file.read())
        except FileNotFoundError:
            continue
        except OSError:
            break
    return []


def is_left_out(levels: list[tuple[str, list[Pattern]]], path: str, is_folder: bool) -> bool:
    """Whether the patterns leave out `path`, whose folders are not left out themselves.

    levels: from the outermost folder in: its path with "/" behind it, "" for the top, and its
    patterns.
    path: relative to the top, with "/" between parts.
    """
    for base, patterns in reversed(levels):
        below = path[len(base) :]
        for pattern in reversed(patterns):
            if pattern.folders_only and not is_folder:
                continue
            if pattern.fits.fullmatch(below):
                return not pattern.is_negated
    return False


def _pattern(line: str) -> Pattern | None:
    line = re.sub(r"(?<!\\)[ \t]+$", "", line.rstrip("\r\n"))
    if not line or line.startswith("#"):
        return None
    is_negated = line.startswith("!")
    body = line[1:] if is_negated else line
    folders_only = body.endswith("/")
    body = body.rstrip("/")
    if not body:
        return None
    # A slash within ties the pattern to its folder; without one it fits at any depth.
    expression = _expression(body.lstrip("/"))
    if "/" not in body:
        expression = "(?:.*/)?" + expression
    try:
        return Pattern(re.compile(expression, re.DOTALL), is_negated, folders_only)
    except re.error:  # [z-a], say: fits nothing
        return None


def _expression(body: str) -> str:
    """A glob as a regular expression."""
    out, at = "", 0
    while at < len(body):
        if body.startswith("**/", at) and (at == 0 or body[at - 1] == "/"):
            out, at = out + "(?:.*/)?", at + 3
        elif body[at:] == "**" and at > 0 and body[at - 1] == "/":
            out, at = out + ".+", at + 2
        elif body[at] == "*":
            out, at = out + "[^/]*", at + 1
        elif body[at] == "?":
            out, at = out + "[^/]", at + 1
        elif body[at] == "[" and body.find("]", at + 2) > 0:
            end = body.find("]", at + 2)
            out, at = out + _set(body[at + 1 : end]), end + 1
        else:
            at += body[at] == "\\" and at + 1 < len(body)
            out, at = out + re.escape(body[at]), at + 1
    return out


def _set(inside: str) -> str:
    """The characters between [ and ]."""
    is_negated = inside[0] in "!^"
    inside = inside[1:] if is_negated else inside
    inside = inside.replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
    return f"(?!/)[{'^' if is_negated else ''}{inside}]"
