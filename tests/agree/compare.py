"""Compares report.json with what scikit-learn says; stops at the first difference.

    compare.py EXPECTED.json REPORT.json
"""

import json
import sys

TOLERANCE = 1e-9


def number(value):
    return float(value) if value is not None else float("nan")


def fail(where, want, got):
    sys.exit(f"{where}: scikit-learn has {want!r}, the report {got!r}")


def same(want, got):
    want, got = number(want), number(got)
    return want == got or abs(want - got) <= TOLERANCE * max(1, abs(want)) or (want != want and got != got)


def compare_list(where, want, got):
    if len(want) != len(got):
        fail(f"{where}: number of points", len(want), len(got))
    for i, (a, b) in enumerate(zip(want, got)):
        if not same(a, b):
            fail(f"{where}[{i}]", a, b)


def compare_curves(want, got):
    for name, kinds in want.items():
        for kind, columns in kinds.items():
            shown = got[kind][name]
            if kind == "calibration":  # scikit-learn leaves out empty bins
                keep = [i for i, x in enumerate(shown["x"]) if x is not None]
                shown = {key: [shown[key][i] for i in keep] for key in ("x", "y")}
            for column, values in columns.items():
                compare_list(f"curves.{kind}.{name}.{column}", values, shown[column])


def compare(want, got):
    """One evaluation: what scikit-learn says, and its part of report.json."""
    if got["type"] != want["type"]:
        fail("type", want["type"], got["type"])
    for name, value in want["scalars"].items():
        if not same(value, got["scalars"].get(name)):
            fail(name, value, got["scalars"].get(name))
    if "confusion" in want:
        for i, row in enumerate(want["confusion"]):
            compare_list(f"confusion[{i}]", row, got["confusion"]["matrix"][i])
        compare_curves(want["curves"], got["curves"])


def main(expected_file, report_file):
    with open(expected_file) as file:
        want = json.load(file)
    with open(report_file) as file:
        (got,) = json.load(file)["evaluations"].values()
    compare(want, got)


if __name__ == "__main__":
    main(*sys.argv[1:3])
