#!/usr/bin/env python3
"""Makes format-spec/vectors: files byte by byte, and beside each the decoding it must have.

    python3 make_vectors.py            writes all vectors and their README
    python3 make_vectors.py --list     prints their names

A vector is a function; its name is the file's, its first words say what it is for. The decoding is
what the maker knows that it has put in, less what it has damaged.
"""

import json
import pathlib
import sys

import vectors_good
import vectors_torn
import vectors_damaged
import vectors_contradicting
import vectors_future
import vectors_live
from vector_parts import ALL, FOLDERS

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "format-spec" / "vectors"
MODULES = (vectors_good, vectors_torn, vectors_damaged, vectors_contradicting, vectors_future,
           vectors_live)
assert {folder for folder, *_ in ALL} == set(FOLDERS)


def to_json(decoding):
    """JSON with one line per series, record and skipped range."""

    def value(v):
        if isinstance(v, list) and v and isinstance(v[0], dict):
            return "[\n  " + ",\n  ".join(map(json.dumps, v)) + "\n ]"
        return json.dumps(v)

    lines = ",\n ".join("%s: %s" % (json.dumps(k), value(v)) for k, v in decoding.items())
    return "{\n " + lines + "\n}\n"


def files():
    """Every file of format-spec/vectors: {path below it: bytes}."""
    made = {"README.md": readme().encode()}
    for folder, name, _, maker in ALL:
        vector = maker()
        made["%s/%s.elog" % (folder, name)] = vector.data
        made["%s/%s.json" % (folder, name)] = to_json(vector.decoding).encode()
        if vector.live is not None:
            made["%s/%s.live" % (folder, name)] = vector.live
    return made


def readme():
    text = """# Test vectors of the epochlog format

Each vector is a main log, `NAME.elog`, with its live file `NAME.live` where it is about that, and its
decoding `NAME.json` as section 12 of [FORMAT.md](../FORMAT.md) tells it. A file that a reader must
refuse has `{"error": KIND}` there, with a KIND of `empty`, `not a log`, `newer version` or
`unknown feature`. A reader is right when it gives these decodings, both by footer and index and by
scanning; numbers are compared as numbers, with the sign of a zero.

`tests/format/make_vectors.py` makes them; the files are never changed by hand.
"""
    for folder in FOLDERS:
        text += "\n## %s\n\n| vector | what it is for |\n|---|---|\n" % folder
        text += "".join("| `%s` | %s |\n" % (n, p.rstrip(".")) for f, n, p, _ in ALL if f == folder)
    return text


def main(arguments):
    made = files()
    if "--list" in arguments:
        print("\n".join(sorted(made)))
        return
    for old in VECTORS.glob("*/*.*"):
        if str(old.relative_to(VECTORS)) not in made:
            old.unlink()
    for path, data in made.items():
        (VECTORS / path).parent.mkdir(parents=True, exist_ok=True)
        (VECTORS / path).write_bytes(data)
    print("%d files, %d bytes" % (len(made), sum(map(len, made.values()))))


if __name__ == "__main__":
    main(sys.argv[1:])
