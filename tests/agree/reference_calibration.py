"""Calibration: bins, isotonic curve, decompositions of the Brier score."""

from fractions import Fraction

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.isotonic import isotonic_regression

from reference_binary import long, wilson

NAMES = ("ece", "mce", "rms", "brier", "prevalence", "unc", "rel", "res", "brier_skill")


def uniform_edges(bins):
    return np.linspace(0, 1, bins + 1)


def type7(ordered, place):
    """The order statistic at a place between 0 and n - 1, by straight lines."""
    below = int(place)
    if below >= len(ordered) - 1:
        return ordered[-1]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * float(place - below)


def quantile_edges(s, bins):
    """Quantiles of type 7 at exact places, equal ones merged."""
    ordered = np.sort(s)
    edges = [type7(ordered, Fraction(k * (len(s) - 1), bins)) for k in range(bins + 1)]
    distinct = [edges[0]]
    for edge in edges[1:]:
        if edge != distinct[-1]:
            distinct.append(edge)
    return np.array(distinct if len(distinct) > 1 else distinct * 2)


def bins_of(y, s, w, edges):
    """Per bin: weight, rows, mean score, fraction of positives, Wilson's interval."""
    place = np.searchsorted(edges[1:-1], s)
    weight = np.ones(len(s), long) if w is None else w.astype(long)
    bins = len(edges) - 1
    inside = (place[None, :] == np.arange(bins)[:, None]) * weight
    rows = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = inside.sum(1)
        mean, fraction = inside @ s.astype(long) / total, inside @ y.astype(long) / total
    bounds = wilson((fraction * rows).astype(float), rows)
    return np.column_stack([edges[:-1], edges[1:], total, rows, mean, fraction, bounds]), place, weight


def decomposition(y, s, table, place, weight):
    total = weight.sum()
    prevalence = (weight * y).sum() / total
    share = table[:, 2] / total
    gap = np.nan_to_num(table[:, 5] - table[:, 4])
    inside_s, inside_y = s - table[place, 4], y - table[place, 5]
    unc = prevalence * ((weight * (1 - y)).sum() / total)
    brier = (weight * (s - y) ** 2).sum() / total
    return {"ece": (share * np.abs(gap)).sum(), "mce": np.abs(gap).max(),
            "rms": np.sqrt((share * gap ** 2).sum()), "rel": (share * gap ** 2).sum(),
            "res": (share * np.nan_to_num(table[:, 5] - prevalence) ** 2).sum(),
            "wbv": (weight * inside_s ** 2).sum() / total, "wbc": 2 * (weight * inside_s * inside_y).sum() / total,
            "brier": brier, "prevalence": prevalence, "unc": unc,
            "brier_skill": 1 - brier / unc if unc > 0 else np.nan}


def compare_bins(check, got, table):
    got = np.array(got["bins"], dtype=float).reshape(len(got["bins"]), 8)
    check.near("bins", table.astype(float), got)


def isotonic(check, got, y, s, weight, want):
    score, group = np.unique(s, return_inverse=True)
    total = np.bincount(group, weight.astype(float))
    mean = np.bincount(group, (weight * y).astype(float)) / total
    fitted = isotonic_regression(mean, sample_weight=total)
    step = np.array(got["steps"], dtype=float)
    place = np.searchsorted(step[:, 1], score)
    check.near("steps.value", fitted, step[place, 2])
    check.near("steps.lo", [score[place == k].min() for k in range(len(step))], step[:, 0], floor=0)
    check.near("steps.hi", [score[place == k].max() for k in range(len(step))], step[:, 1], floor=0)
    check.near("steps.weight", np.bincount(place, total), step[:, 3])
    check.same("steps ascend", True, bool(np.all(np.diff(step[:, 2]) > 0)))
    best = (weight * (fitted[group].astype(long) - y) ** 2).sum() / weight.sum()
    check.near("mcb", want["brier"] - best, got["mcb"])
    check.near("dsc", want["unc"] - best, got["dsc"])
    check.near("mcb - dsc + unc", got["brier"], got["mcb"] - got["dsc"] + got["unc"])


def with_scikit_learn(check, got, y, s, bins, strategy, edges):
    """calibration_curve leaves out empty bins, and wants both classes."""
    if strategy == "quantile":
        theirs = np.percentile(s, np.linspace(0, 1, bins + 1) * 100)
        if not np.array_equal(np.unique(np.searchsorted(theirs[1:-1], s), return_inverse=True)[1],
                              np.unique(np.searchsorted(edges[1:-1], s), return_inverse=True)[1]):
            return  # An edge that is exactly a score was rounded past it there.
    true, predicted = calibration_curve(y, s, n_bins=bins, strategy=strategy)
    table = np.array(got["bins"], dtype=float)
    table = table[table[:, 3] > 0]
    check.near("scikit-learn.predicted", predicted, table[:, 4])
    check.near("scikit-learn.true", true, table[:, 5])


def calibration(check, got, sweep, bins, strategy="uniform"):
    y, s, w = sweep.y, sweep.s, sweep.w
    if len(s) == 0 or s.min() < 0 or s.max() > 1:
        check.undefined(got, *NAMES)
        check.same("has a reason", True, got["reason"] is not None)
        return
    edges = uniform_edges(bins) if strategy == "uniform" else quantile_edges(s, bins)
    table, place, weight = bins_of(y, s, w, edges)
    want = decomposition(y, s, table, place, weight)
    compare_bins(check, got, table)
    check.same("rows", len(s), got["rows"])
    check.fields(want, got)
    check.near("brier", metrics.brier_score_loss(y, s, sample_weight=w, pos_label=1), got["brier"])
    check.near("rel - res + unc + wbv - wbc", got["brier"],
               got["rel"] - got["res"] + got["unc"] + got["wbv"] - got["wbc"])
    if strategy == "uniform":
        isotonic(check, got, y, s, weight, want)
    if w is None and sweep.both:
        with_scikit_learn(check, got, y, s, bins, strategy, edges)


def merged(check, got, parts):
    """micro: the bins of all classes summed."""
    if any(part["reason"] for part in parts):
        check.undefined(got, *NAMES)
        return
    tables = [np.array(part["bins"], dtype=float) for part in parts]
    weight = sum(t[:, 2] for t in tables)
    rows = sum(t[:, 3] for t in tables)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sum(np.nan_to_num(t[:, 4]) * t[:, 2] for t in tables) / weight
        fraction = sum(np.nan_to_num(t[:, 5]) * t[:, 2] for t in tables) / weight
    bounds = wilson(fraction * rows, rows)
    check.near("bins", np.column_stack([tables[0][:, :2], weight, rows, mean, fraction, bounds]), got["bins"])
    total, gap = weight.sum(), np.nan_to_num(fraction - mean)
    prevalence = np.nansum(fraction * weight) / total
    unc = prevalence * (1 - prevalence)
    brier = sum(part["brier"] * t[:, 2].sum() for part, t in zip(parts, tables)) / total
    want = {"ece": (weight * abs(gap)).sum() / total, "mce": abs(gap).max(), "prevalence": prevalence,
            "rms": np.sqrt((weight * gap ** 2).sum() / total), "rel": (weight * gap ** 2).sum() / total,
            "res": np.nansum(weight * (fraction - prevalence) ** 2) / total, "unc": unc, "brier": brier,
            "brier_skill": 1 - brier / unc if unc > 0 else np.nan}
    check.fields(want, got)


def averaged(check, got, parts):
    """macro: plain means of the classes that have curves."""
    if not parts or any(part["reason"] for part in parts):
        check.undefined(got, *NAMES)
        return
    names = (*NAMES, "mcb", "dsc", "wbv", "wbc")
    check.fields({name: np.mean([part[name] for part in parts]) for name in names}, got)
    tables = np.array([part["bins"] for part in parts], dtype=float)
    used = (tables[:, :, 3] > 0).sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nan_to_num(tables[:, :, 4:6]).sum(0) / used[:, None]
    got = np.array(got["bins"], dtype=float)
    check.near("bins.weight", tables[:, :, 2].sum(0), got[:, 2])
    check.near("bins.mean", mean, got[:, 4:6])
