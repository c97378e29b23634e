"""Accuracy tables of Azure Machine Learning and the curves read off them."""

from fractions import Fraction

import numpy as np

from reference_calibration import type7


def thresholds(pooled, m):
    ordered = np.sort(pooled)
    percentile = [type7(ordered, Fraction(i * (len(ordered) - 1), m - 1)) for i in range(m)]
    return np.linspace(0, 1, m), np.array(percentile)


def counts(rows, k, threshold):
    """TP, FP, TN, FN of class k where the score reaches each threshold."""
    weight = np.ones(rows.n) if rows.weight is None else rows.weight
    positive = rows.actual == k
    reaches = rows.scores[:, k][None, :] >= threshold[:, None]
    tp, fp = reaches @ (weight * positive), reaches @ (weight * ~positive)
    return np.column_stack([tp, fp, (~reaches) @ (weight * ~positive), (~reaches) @ (weight * positive)])


def has_curve(table):
    tp, fp, tn, fn = table[0]
    return tp + fn > 0 and fp + tn > 0


def rates(table):
    tp, fp, tn, fn = table.T
    called = tp + fp
    with np.errstate(invalid="ignore", divide="ignore"):
        return fp / (fp + tn), tp / (tp + fn), np.where(called > 0, tp / called, 1), called / table.sum(1)


def curves_of(columns, keep):
    """ROC, precision-recall, gain and lift from the highest threshold down."""
    fpr, recall, precision, x = (column[keep] for column in columns)
    some = x > 0
    return {"roc": (np.r_[0, fpr], np.r_[0, recall]), "pr": (np.r_[0, recall[some]], np.r_[1, precision[some]]),
            "gain": (np.r_[0, x[some]], np.r_[0, recall[some]]), "lift": (x[some], recall[some] / x[some])}


def close_at_one(curves, fpr, recall):
    if fpr < 1 or recall < 1:
        for name in ("roc", "gain"):
            curves[name] = np.r_[curves[name][0], 1], np.r_[curves[name][1], 1]


def compare_curves(check, got, curves):
    for name, (x, y) in curves.items():
        check.near(f"{name}.x", x, got[name]["x"])
        check.near(f"{name}.y", y, got[name]["y"])


def calibration_of(table, threshold, bins=10):
    """Differences of adjacent rows, regrouped into about ten; the last one closed."""
    intervals = len(table) - 1
    step = intervals // bins if intervals > bins else 1
    points = []
    for i in range(0, intervals, step):
        end = min(i + step, intervals)
        inside = table[i, :2] - (table[end, :2] if end < intervals else 0)
        if inside.sum() > 1e-9 * table[0].sum():
            points.append((threshold[i], (threshold[i] + threshold[end]) / 2, inside[0] / inside.sum(), inside.sum()))
    return np.array(points).reshape(-1, 4)


def compare_one(check, got, percentile, probability, threshold, exact):
    if not has_curve(percentile):
        check.undefined(got, "auc", "ap")
        return None
    distinct = np.r_[np.any(np.diff(percentile, axis=0) != 0, axis=1), True]
    keep = np.nonzero(distinct)[0][::-1]
    columns = rates(percentile)
    curves = curves_of(columns, keep)
    close_at_one(curves, columns[0][0], columns[1][0])
    points = calibration_of(probability, threshold)
    if exact:  # Else it is up to rounding which rows are equal.
        compare_curves(check, got, curves)
        check.near("calibration.x", points[:, 1], got["calibration"]["x"])
        check.near("calibration.y", points[:, 2], got["calibration"]["y"])
        check.near("calibration.count", points[:, 3], got["calibration_count"])
    x, y = curves["roc"]
    check.near("auc", np.trapz(y, x), got["auc"])
    x, y = curves["pr"]
    check.near("ap", (np.diff(x) * y[1:]).sum(), got["ap"])
    check.near("prevalence", percentile[0, [0, 3]].sum() / percentile[0].sum(), got["prevalence"])
    return points


def compare_macro(check, got, tables, parts, points, exact):
    used = [k for k, table in enumerate(tables) if has_curve(table)]
    if not used:
        check.same("has a reason", True, got["reason"] is not None)
        return
    for name in ("auc", "ap", "prevalence"):
        check.near(name, np.mean([parts[k][name] for k in used]), got[name])
    if not exact:
        return
    columns = np.mean([rates(tables[k]) for k in used], axis=0)
    compare_curves(check, got, curves_of(columns, np.arange(len(tables[0]))[::-1]))
    starts = np.unique(np.concatenate([points[k][:, 0] for k in used]))
    want = [[rows[rows[:, 0] == start][0] for rows in (points[k] for k in used) if start in rows[:, 0]]
            for start in starts]
    check.near("calibration.x", [np.mean(rows, axis=0)[1] for rows in want], got["calibration"]["x"])
    check.near("calibration.y", [np.mean(rows, axis=0)[2] for rows in want], got["calibration"]["y"])
    check.near("calibration.count", [np.sum(rows, axis=0)[3] for rows in want], got["calibration_count"])


def accuracy_table(check, got, rows, m):
    even, percentile = thresholds(rows.scores.ravel(), m)
    check.near("probability_thresholds", even, got["probability_thresholds"], floor=0)
    check.near("percentile_thresholds", percentile, got["percentile_thresholds"], floor=1e-300)
    tables = [counts(rows, k, percentile) for k in range(rows.classes)]
    even_tables = [counts(rows, k, even) for k in range(rows.classes)]
    scale = 1e-13 * float(tables[0][0].sum())
    check.near("percentile", np.ravel(tables), got["percentile"], floor=scale)
    check.near("probability", np.ravel(even_tables), got["probability"], floor=scale)
    points = []
    for k in range(rows.classes):
        with check.at(f"classes[{k}]"):
            points.append(compare_one(check, got["classes"][k], tables[k], even_tables[k], even, rows.exact))
    with check.at("micro"):
        compare_one(check, got["micro"], sum(tables), sum(even_tables), even, rows.exact)
    with check.at("macro"):
        compare_macro(check, got["macro"], tables, got["classes"], points, rows.exact)
