"""Areas, DeLong's variances and tests, shares, quantiles and ticks against R: pROC, base
R and labeling, on random cases and on the aSAH data that pROC ships.

    r_cases.py NUMBERS
"""

import csv
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from harness import Check, Difference, run, text_of

SEED = 20260102
SCRIPT = str(pathlib.Path(__file__).parent / "reference.R")


def table_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def numbers_of(rows):
    names = rows[0].keys()
    return [{name: float("nan" if row[name] == "NA" else row[name]) for name in names} for row in rows]


def ask(folder, what, header=None, rows=None):
    """The answer of reference.R to a table."""
    source, answer = folder / f"{what}-in.csv", folder / f"{what}-out.csv"
    arguments = [what, answer]
    if rows is not None:
        with open(source, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows([map(repr, map(float, row)) for row in rows])
        arguments = [what, source, answer]
    subprocess.run(["Rscript", "--vanilla", SCRIPT, *map(str, arguments)], check=True)
    return table_of(answer)


def random_pair(random):
    """Scores of two classifiers, from coarse grids to hardly a tie; no neighbours a last
    bit apart, between which pROC finds no threshold."""
    n = int(random.integers(4, 60))
    y = (random.random(n) < random.choice([0.2, 0.5, 0.8])).astype(float)
    y[:4] = 0, 1, 0, 1
    a = np.round(random.normal(size=n) + random.uniform(-1, 4) * y, int(random.integers(0, 6)))
    b = np.round(a * random.random() + random.normal(size=n), int(random.integers(0, 6)))
    if random.random() < 0.05:
        a = np.full(n, 0.5)
    return y, a + 0.0, b + 0.0


def compare_pair(check, want, got):
    paired, delong = got["paired"], got["delong"]
    for name in ("auc_a", "auc_b"):
        check.near(name, want[name], paired[name])
    for name in ("variance_a", "variance_b", "covariance"):
        check.near(name, want[name], paired[name], floor=1e-16)
    check.near("auc", want["auc_a"], got["roc"]["auc"])
    check.near("variance", want["variance_a"], delong["variance"], floor=1e-16)
    if want["variance_a"] > 1e-14:
        check.near("wald", [want["low"], want["high"]], delong["wald"])
    check.near("partial_auc_raw", want["partial_raw"], got["partial_auc_raw"])
    if want["partial"] == want["partial"]:  # pROC gives none for areas below chance.
        check.near("partial_auc", want["partial"], got["partial_auc"])
    if want["variance_a"] + want["variance_b"] - 2 * want["covariance"] > 1e-14:
        check.near("z", want["z"], paired["z"])
        check.near("p", want["p"], paired["p"], floor=0)
        check.near("difference", [want["difference_low"], want["difference_high"]], paired["difference"])


def compare_proc(check, program, folder, count):
    random = np.random.default_rng(SEED)
    real = numbers_of(ask(folder, "asah"))
    pairs = [np.array([[row[name] for row in real if row["case"] == case] for name in ("y", "a", "b")])
             for case in (1, 2, 3)]
    pairs += [random_pair(random) for _ in range(count)]
    rows = [(case, *row) for case, pair in enumerate(pairs) for row in zip(*pair)]
    wants = sorted(numbers_of(ask(folder, "proc", ("case", "y", "a", "b"), rows)), key=lambda want: want["case"])
    cases = [("binary", {"actual": y, "score": a, "score_b": b, "max_fpr": 0.1}) for y, a, b in pairs]
    for case, want, got in zip(cases, wants, run(program, cases), strict=True):
        with check.at(f"pROC {int(want['case'])}"):
            attempt(case, compare_pair, check, want, got)
    return len(cases)


def attempt(case, function, *arguments):
    try:
        function(*arguments)
    except Difference as difference:
        sys.exit(f"agree: {difference}\n{text_of(case)}")


def compare_share(check, want, wilson, tests, functions, band):
    check.near("wilson", [want["low"], want["high"]], wilson["wilson"])
    exact, mid = tests["p"]
    x, n = int(want["x"]), int(want["n"])
    check.near("exact", want["exact"], exact, floor=0)
    check.near("mid-p", want["exact"] - want["point"] if 2 * x != n else 1 - want["point"] / 2, mid, floor=0)
    i = min(x, n - 1)
    check.near("position", want["position"], functions["positions"][i])
    if n < 2:
        return
    qq = band["qq"]
    check.near("theoretical", want["theoretical"], qq["theoretical"][i])
    # A band of residuals 0 .. n - 1, turned back into one of standard values.
    ends = [(qq[name][i] - qq["intercept"]) / qq["slope"] for name in ("band_lo", "band_hi")]
    check.near("band", [want["band_low"], want["band_high"]], ends)


def compare_base(check, program, folder, count):
    random = np.random.default_rng(SEED + 1)
    rows = [(int(random.integers(0, n + 1)), n) for n in map(int, random.integers(1, 120, count))]
    wants = numbers_of(ask(folder, "base", ("x", "n"), rows))
    cases = [(("wilson", {"successes": x, "trials": n}), ("mcnemar", {"b": x, "c": n - x}), ("functions", {"n": n}),
              ("regression", {"actual": np.zeros(n), "predicted": np.arange(n)})) for x, n in rows]
    got = run(program, [case for four in cases for case in four])
    for k, (want, four) in enumerate(zip(wants, cases, strict=True)):
        with check.at(f"base R {k}"):
            attempt(four[0], compare_share, check, want, *got[4 * k:4 * k + 4])
    return len(cases)


def random_range(random):
    low = random.choice([0, random.normal() * 10.0 ** random.integers(-6, 7), round(random.normal() * 10)])
    high = low + random.choice([random.random() * 10.0 ** random.integers(-5, 7), round(1 + random.random() * 100)])
    if high - low < 1e-4 * max(abs(low), abs(high)):  # R's seq() then loses the last label to rounding.
        return random_range(random)
    return low, high, int(random.integers(2, 11)), int(random.random() < 0.3)


def compare_ticks(check, program, folder, count):
    random = np.random.default_rng(SEED + 2)
    rows = [random_range(random) for _ in range(count)]
    names = ("low", "high", "wanted", "loose")
    cases = [("ticks", dict(zip(names, row))) for row in rows]
    for case, want, got in zip(cases, ask(folder, "ticks", names, rows), run(program, cases), strict=True):
        with check.at("labeling"):
            wanted = np.array(want["labels"].split(), dtype=float)
            attempt(case, check.near, "extended", wanted, got["extended"], 1e-9, 1e-12 * abs(case[1]["high"]))
    return len(cases)


def main(program):
    check = Check()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        cases = (compare_proc(check, program, folder, 1500) + compare_base(check, program, folder, 300)
                 + compare_ticks(check, program, folder, 400))
    print(f"agree: {cases} cases with pROC, base R and labeling, {check.numbers} numbers")


if __name__ == "__main__":
    main(*sys.argv[1:])
