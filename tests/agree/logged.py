"""The evaluations of a run as cases, read from its log by the independent reader."""

import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).parent.parent / "format"))

import elog_reader  # noqa: E402


def joined(batches):
    """The columns of all batches of one name, one after the other."""
    columns = {}
    for batch in batches:
        for column in batch["columns"]:
            columns.setdefault(column["name"], []).extend(column["values"])
    return {name: np.array(values, dtype=float) for name, values in columns.items()}


def classification(columns, names):
    classes = len(names)
    arrays = {"classes": classes, "actual": columns["true"], "weight": columns.get("weight"), "bins": 10, "positive": -1}
    for k in range(classes):
        arrays[f"score{k}"] = columns.get(f"score:{k}")
    if "score" in columns:  # of class 1
        arrays["score1"] = columns["score"]
    return "multiclass", arrays


def regression(columns, attributes):
    arrays = {"actual": columns["true"], "predicted": columns["predicted"], "weight": columns.get("weight"), "level": 0.95}
    if "lower" in columns:
        arrays |= {"lower": columns["lower"], "upper": columns["upper"], "nominal": float(attributes.get("interval_level", "nan"))}
    return "regression", arrays


def evaluations(folder):
    """Name, case and class names of each."""
    by_name = {}
    for log in sorted(pathlib.Path(folder).glob("*.elog")):
        for record in elog_reader.read(log)["records"]:
            if record["type"] == "BATCH" and record["kind"] in ("classification", "regression"):
                by_name.setdefault((record["kind"], record["name"]), []).append(record)
    if not by_name:
        sys.exit(f"{folder}: no evaluation was found")
    for (kind, name), batches in by_name.items():
        columns = joined(batches)
        if kind == "classification":
            names = batches[0]["names"]["classes"]
            yield name, classification(columns, names), names
        else:
            yield name, regression(columns, batches[0]["attributes"]), None
