"""Runs build/…/tests/agree/numbers over cases and compares what it prints.

A case is (kind, {name: values}); see case_input.h for the text it becomes.
"""

import json
import subprocess

import numpy as np

RELATIVE = 1e-9  # how far numbers may lie apart, of the larger one
FLOOR = 1e-12    # and absolutely, where a number is a difference of numbers of size 1


class Difference(Exception):
    """The first number that differs."""


def text_of(case):
    kind, arrays = case
    lines = [f"case {kind}"]
    for name, values in arrays.items():
        if values is None:
            continue
        values = np.atleast_1d(np.asarray(values, dtype=float))
        lines.append(" ".join([name, str(len(values)), *map(repr, values.tolist())]))
    return "\n".join([*lines, "end", ""])


def run(program, cases):
    """What the program prints for each case, as dictionaries."""
    done = subprocess.run([program], input="".join(map(text_of, cases)), capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise Difference(f"{program} ended with {done.returncode}: {done.stderr.strip()}")
    for mark in ("NaN", "-Infinity", "Infinity"):
        done.stdout = done.stdout.replace(f'"{mark}"', mark)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Check:
    """Compares numbers, counts them, and knows where it is."""

    def __init__(self):
        self.numbers = 0
        self.place = []

    def at(self, name):
        self.place.append(str(name))
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.place.pop()

    def fail(self, where, want, got):
        raise Difference(f"{'.'.join([*self.place, str(where)])}: expected {want!r}, got {got!r}")

    def same(self, where, want, got):
        """Counts, texts, truth values: exactly."""
        self.numbers += 1
        if want != got:
            self.fail(where, want, got)

    def near(self, where, want, got, relative=RELATIVE, floor=FLOOR):
        """Numbers and arrays of them; NaN equals NaN, and None (null) is NaN."""
        want = np.asarray(np.nan if want is None else want, dtype=float)
        got = np.asarray(np.nan if got is None else got, dtype=float)
        if want.shape != got.shape:
            self.fail(f"{where} (shape)", want.shape, got.shape)
        self.numbers += want.size
        with np.errstate(invalid="ignore"):
            close = np.abs(want - got) <= np.maximum(relative * np.abs(want), floor)
        if close.all():
            return
        close |= (want == got) | (np.isnan(want) & np.isnan(got))
        if not close.all():
            at = np.unravel_index(np.argmin(close), close.shape)
            self.fail(f"{where}{list(map(int, at)) if at else ''}", float(want[at]), float(got[at]))

    def fields(self, want, got, relative=RELATIVE, floor=FLOOR):
        """Many numbers of one dictionary at once."""
        try:
            self.near("", [float(value) for value in want.values()], [got[name] for name in want], relative, floor)
        except Difference:
            for name, value in want.items():
                self.near(name, value, got[name], relative, floor)

    def undefined(self, got, *names):
        self.fields(dict.fromkeys(names, np.nan), got)
