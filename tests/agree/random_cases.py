"""Thousands of random small cases, each with every statistic against scikit-learn,
scipy, statsmodels, or the stated rule in numpy; stops at the first difference and
prints the case, so that it can be given to the program again.

    random_cases.py NUMBERS [KIND NUMBER]

NUMBERS is the program of numbers.c.  KIND and NUMBER, as printed with a
difference, do one case only.
"""

import multiprocessing
import os
import sys
import warnings

import numpy as np
import sklearn

import cases_binary
import cases_function
import cases_multiclass
import cases_regression
from harness import Check, Difference, run, text_of

SEED = 20260101
KINDS = {"binary": (cases_binary, 3000), "multiclass": (cases_multiclass, 1500),
         "regression": (cases_regression, 3000), "function": (cases_function, 2500)}
CHUNK = 200


def make(kind, number):
    module = KINDS[kind][0]
    return module.make(np.random.default_rng([SEED, list(KINDS).index(kind), number]))


def compare(kind, number, case, got, check):
    try:
        KINDS[kind][0].compare(check, case[1], got)
    except Exception as difference:
        if isinstance(difference, Difference):
            return f"{kind} {number}: {difference}\n{text_of(case)}"
        raise RuntimeError(f"{kind} {number}\n{text_of(case)}") from difference
    return None


def chunk(job):
    program, kind, numbers = job
    warnings.simplefilter("ignore")
    sklearn.set_config(assume_finite=True)
    np.seterr(all="ignore")
    cases = [make(kind, number) for number in numbers]
    check = Check()
    for number, case, got in zip(numbers, cases, run(program, cases)):
        if difference := compare(kind, number, case, got, check):
            return 0, 0, difference
    return len(cases), check.numbers, None


def jobs(program):
    for kind, (_, count) in KINDS.items():
        for first in range(0, count, CHUNK):
            yield program, kind, range(first, min(first + CHUNK, count))


def main(program, kind=None, number=None):
    if kind:
        *_, difference = chunk((program, kind, [int(number)]))
        sys.exit(difference)
    cases = numbers = 0
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        for done, compared, difference in pool.imap(chunk, jobs(program)):
            if difference:
                sys.exit(f"agree: {difference}")
            cases, numbers = cases + done, numbers + compared
    print(f"agree: {cases} random cases, {numbers} numbers")


if __name__ == "__main__":
    main(*sys.argv[1:])
