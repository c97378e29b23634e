"""Compares two decodings exactly, and tells the first difference so that one can see it."""

import json
import math
import os
import subprocess


def parse(text):
    """JSON with the sign of a zero kept: -0 is not 0."""
    return json.loads(text, parse_int=lambda digits: -0.0 if digits == "-0" else int(digits))


def difference(want, got, where="decoding"):
    """None, or a line that tells where two JSON values first differ."""
    if isinstance(want, dict) and isinstance(got, dict):
        return _of_objects(want, got, where)
    if isinstance(want, list) and isinstance(got, list):
        for i, (a, b) in enumerate(zip(want, got)):
            found = difference(a, b, "%s[%d]" % (where, i))
            if found:
                return found
        if len(want) != len(got):
            return "%s: %d elements wanted, got %d" % (where, len(want), len(got))
        return None
    if _same(want, got):
        return None
    return "%s: wanted %s, got %s" % (where, _short(want), _short(got))


def _of_objects(want, got, where):
    for key in list(want) + [key for key in got if key not in want]:
        if key not in got:
            return "%s.%s: wanted, but is not there" % (where, key)
        if key not in want:
            return "%s.%s: not wanted, but is there: %s" % (where, key, _short(got[key]))
        found = difference(want[key], got[key], "%s.%s" % (where, key))
        if found:
            return found
    return None


def _same(a, b):
    if _is_number(a) and _is_number(b):
        return a == b and (a != 0 or math.copysign(1, a) == math.copysign(1, b))
    return type(a) is type(b) and a == b


def _is_number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def _short(value):
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + " ..."


def command():
    """The path of the command to be tested, or None."""
    return os.environ.get("EPOCHLOG")


def dumped(path):
    """What `epochlog dump --decoded` gives: exit status, standard output and error."""
    done = subprocess.run([command(), "dump", "--decoded", str(path)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def difference_to_command(want, path):
    """None, or how the command's answer differs from the decoding that is wanted."""
    status, out, err = dumped(path)
    if "error" in want:
        if status != 1:
            return "exit status 1 wanted for %r, got %d" % (want["error"], status)
        if err.count("\n") != 1 or not err.endswith("\n"):
            return "one line on standard error wanted for %r, got %r" % (want["error"], err)
        return None
    if status != 0:
        return "exit status %d: %s" % (status, err.strip())
    try:
        return difference(want, parse(out))
    except ValueError as error:
        return "no JSON: %s" % error
