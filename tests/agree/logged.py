"""The evaluations of a run, read from its log by the independent reader, computed
by scikit-learn, and compared with the run's report.

    logged.py RUN-FOLDER REPORT.json
"""

import json
import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).parent.parent / "format"))

import compare  # noqa: E402
import elog_reader  # noqa: E402
import predict  # noqa: E402


def joined(batches):
    """The columns of all batches of one name, one after the other."""
    columns = {}
    for batch in batches:
        for column in batch["columns"]:
            columns.setdefault(column["name"], []).extend(column["values"])
    return {name: np.array(values, dtype=float) for name, values in columns.items()}


def scores_of(columns, classes):
    if "score" in columns:  # of class 1
        return np.column_stack([1 - columns["score"], columns["score"]])
    return np.column_stack([columns[f"score:{k}"] for k in range(classes)])


def expected(kind, batches):
    columns = joined(batches)
    weight = columns.get("weight")
    if kind == "regression":
        return predict.regression(columns["true"], columns["predicted"], weight)
    names = batches[0]["names"]["classes"]
    return predict.classification(columns["true"].astype(int), scores_of(columns, len(names)), names,
                                  weight)


def main(folder, report_file):
    with open(report_file) as file:
        report = json.load(file)["evaluations"]
    by_name = {}
    for log in sorted(pathlib.Path(folder).glob("*.elog")):
        for record in elog_reader.read(log)["records"]:
            if record["type"] == "BATCH" and record["kind"] in ("classification", "regression"):
                by_name.setdefault((record["kind"], record["name"]), []).append(record)
    for (kind, name), batches in by_name.items():
        want = predict.plain(expected(kind, batches)) | {"type": kind}
        compare.compare(want, report[name])
    if not by_name:
        sys.exit(f"{folder}: no evaluation was found")


if __name__ == "__main__":
    main(*sys.argv[1:3])
