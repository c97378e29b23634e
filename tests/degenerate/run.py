#!/usr/bin/env python3
"""Input that no chart is made for: each case must give a report that says what
is the matter, pictures that explain themselves, and exit 0; with --strict 1.

    run.py EPOCHLOG LOGGED [-o FOLDER] [CASE ...]

EPOCHLOG is the command, LOGGED the program of logged.c.  With -o the reports are
kept in FOLDER/CASE, to be looked at (add --dark for dark charts).
"""
import argparse
import html
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

import picture
from cases import CASES

failures = []


def run(*words):
    return subprocess.run(words, capture_output=True, text=True)


def text_of(page):
    """What a reader sees of a page: words of the text and of the charts."""
    page = re.sub(r"<(style|script).*?</\1>", " ", page, flags=re.S)
    page = re.sub(r"<desc.*?</desc>", " ", page, flags=re.S)
    page = html.unescape(re.sub(r"<[^>]*>", " ", page))
    return re.sub(r"[ \u2009\u00a0\u202f\n]+", " ", page)


def value_at(report, path):
    """The value at "a/b/0/c" of a nested structure."""
    for key in path.split("/"):
        report = report[int(key)] if isinstance(report, list) else report[key]
    return report


def folder_of(case, options, work):
    """Makes the run and returns its folder."""
    if case.logged:
        made = run(options.logged, case.name, work)
    else:
        name = os.path.join(work, "input." + ("json" if case.type == "azureml" else "csv"))
        with open(name, "w", encoding="utf-8") as out:
            out.write(case.text())
        made = run(options.epochlog, "import", name, "--type", case.type, "--eval", "test", "--run",
                   case.name, "--root", work, *case.options)
    if made.returncode:
        raise AssertionError("the run was not made: " + made.stderr)
    return made.stdout.strip()


def check_pictures(case, report, out):
    for chart in report["charts"]:
        width, height, head, plot = picture.ink(os.path.join(out, chart["png"]))
        if width < 100 or height < 100 or head < 200 or plot < 200:
            yield "%s is as good as empty (%d and %d pixels)" % (chart["png"], head, plot)
        if not chart["title"] or not chart["alt"]:
            yield chart["id"] + " has no title or no description"
    if len(report["charts"]) < case.charts:
        yield "%d charts instead of at least %d" % (len(report["charts"]), case.charts)


def check_report(case, out):
    report = json.load(open(os.path.join(out, "report.json"), encoding="utf-8"))
    page = text_of(open(os.path.join(out, "report.html"), encoding="utf-8").read())
    yield from check_pictures(case, report, out)
    for sentence in case.says:
        if sentence not in page:
            yield "the page does not say: " + sentence
    for sentence in case.silent:
        if sentence in page:
            yield "the page says: " + sentence
    for path, want in case.json.items():
        try:
            got = value_at(report, path)
        except (KeyError, IndexError, TypeError):
            yield "report.json has no " + path
            continue
        if got != want and not (isinstance(want, float) and isinstance(got, (int, float)) and
                                abs(got - want) < 1e-9):
            yield "report.json: %s is %r, not %r" % (path, got, want)


def check_strict(case, options, folder, work):
    """Exit 1 and a line for each cause, the report written all the same."""
    out = os.path.join(work, "strict")
    strict = run(options.epochlog, "report", folder, "-o", out, "--strict")
    lines = [line for line in strict.stderr.splitlines() if line]
    if strict.returncode != (1 if case.causes else 0):
        yield "--strict: exit %d" % strict.returncode
    if not os.path.exists(os.path.join(out, "report.html")):
        yield "--strict: no report"
    for cause in case.causes:
        if not any(cause in line for line in lines):
            yield "--strict does not say: %s; it says: %s" % (cause, " | ".join(lines))
    if not case.causes and lines:
        yield "--strict complains: " + " | ".join(lines)


def check(case, options, work):
    folder = folder_of(case, options, work)
    out = os.path.join(options.out, case.name) if options.out else os.path.join(work, "report")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = run(options.epochlog, "report", folder, "-o", out,
               *(["--theme", "dark"] if options.dark else []))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    if made.returncode:
        yield "exit %d: %s" % (made.returncode, made.stderr.strip())
        return
    if made.stderr:
        yield "standard error: " + made.stderr.strip()
    if case.seconds and seconds > case.seconds:
        yield "%.1f s of processor time" % seconds
    if case.megabytes and after.ru_maxrss > case.megabytes * 1024:
        yield "%d MB at most so far" % (after.ru_maxrss // 1024)
    yield from check_report(case, out)
    if not options.out:
        yield from check_strict(case, options, folder, work)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("epochlog")
    parser.add_argument("logged")
    parser.add_argument("-o", dest="out")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_intermixed_args()
    options.epochlog = os.path.abspath(options.epochlog)
    options.logged = os.path.abspath(options.logged)
    chosen = [case for case in CASES if not options.cases or case.name in options.cases]
    failed = 0
    # Bounds on memory are of the largest child so far: the hungry ones come last.
    for case in sorted(chosen, key=lambda one: one.megabytes):
        work = tempfile.mkdtemp()
        try:
            problems = list(check(case, options, work))
        except AssertionError as error:
            problems = [str(error)]
        finally:
            shutil.rmtree(work)
        failed += bool(problems)
        for problem in problems:
            print("degenerate: %s: %s" % (case.name, problem), file=sys.stderr)
    print("degenerate: %d passed, %d failed" % (len(chosen) - failed, failed))
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
