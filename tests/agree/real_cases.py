"""Real models on real data sets: every statistic against the references, and report.json
of the imported predictions against the same numbers; then the runs of the examples, read
from their logs by the independent reader.

    real_cases.py EPOCHLOG EXAMPLES NUMBERS
"""

import concurrent.futures
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np

import cases_multiclass
import cases_regression
import logged
import real_data
import report_json
from harness import Check, Difference, run, text_of

MODULES = {"multiclass": cases_multiclass, "regression": cases_regression}
TYPES = {"multiclass": "classification", "regression": "regression"}


def class_names(case):
    return [f"c{k:02d}" for k in range(case[1]["classes"])]


def write_csv(path, case):
    kind, arrays = case
    columns = {"true": arrays["actual"], "predicted": arrays.get("predicted")}
    if kind == "multiclass":
        names = class_names(case)
        columns = {"true": [names[int(k)] for k in arrays["actual"]]}
        columns |= {name: arrays[f"score{k}"] for k, name in enumerate(names)}
    if arrays["weight"] is not None:
        columns["weight"] = arrays["weight"]
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([value if isinstance(value, str) else repr(float(value)) for value in row]
                         for row in zip(*columns.values()))


def report_of(epochlog, run_folder, folder):
    subprocess.run([epochlog, "report", run_folder, "-o", folder], check=True, stdout=subprocess.DEVNULL)
    return json.loads((folder / "report.json").read_text())["evaluations"]


def imported(epochlog, folder, name, case):
    """The evaluation of report.json that importing the predictions gives."""
    path = folder / f"{name}.csv"
    write_csv(path, case)
    done = subprocess.run([epochlog, "import", path, "--type", TYPES[case[0]], "--run", name, "--eval", name, "--root",
                           folder / "runs"], check=True, capture_output=True, text=True)
    return report_of(epochlog, done.stdout.strip(), folder / f"report-{name}")[name]


def compare(check, name, case, want, got, names=None):
    try:
        with check.at(name):
            MODULES[case[0]].compare(check, case[1], want)
            with check.at("report.json"):
                report_json.evaluation(check, want, got, TYPES[case[0]], names or class_names(case)
                                       if case[0] == "multiclass" else None)
    except Difference as difference:
        sys.exit(f"agree: {difference}\n{text_of(case)}")


def models(check, epochlog, numbers, folder):
    (folder / "sets").mkdir()
    named = list(real_data.cases(folder / "sets"))
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        shown = list(pool.map(lambda pair: imported(epochlog, folder, *pair), named))
    for (name, case), want, got in zip(named, run(numbers, [case for _, case in named]), shown, strict=True):
        compare(check, name, case, want, got)
    sets = {name.split("-")[0] for name, _ in named}
    print(f"agree: {len(named)} models on {len(sets)} real data sets, {check.numbers} numbers")


def example_runs(check, epochlog, examples, numbers, folder):
    for example in ("digits", "breast_cancer", "diabetes"):
        done = subprocess.run([examples / example], check=True, capture_output=True, text=True,
                              env={**os.environ, "EPOCHLOG_DIR": str(folder / "examples")})
        run_folder = pathlib.Path(done.stdout.strip())
        report = report_of(epochlog, run_folder, folder / example)
        found = list(logged.evaluations(run_folder))
        for (name, case, names), want in zip(found, run(numbers, [case for _, case, _ in found]), strict=True):
            compare(check, f"{example}.{name}", case, want, report[name], names)


def main(epochlog, examples, numbers):
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        models(Check(), epochlog, numbers, folder)
        check = Check()
        example_runs(check, epochlog, pathlib.Path(examples), numbers, folder)
        print(f"agree: the runs of the examples, {check.numbers} numbers")


if __name__ == "__main__":
    main(*sys.argv[1:])
