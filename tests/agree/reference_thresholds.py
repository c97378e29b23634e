"""Error tradeoff, threshold table and score histogram of a binary classifier."""

import numpy as np
from sklearn import metrics

from reference_binary import long, wilson

FIXED, MAX_F1, MAX_J, BALANCED, FPR_1, COST = range(6)


def det(check, got, sweep):
    if not sweep.both:
        check.same("points", 0, len(got["curve"]["x"]))
        return
    x, y = np.r_[0, sweep.fp / sweep.n], np.r_[1, (sweep.p - sweep.tp) / sweep.p]
    check.near("x", x, got["curve"]["x"])
    check.near("y", y, got["curve"]["y"])
    check.near("threshold", np.r_[np.inf, sweep.threshold], got["curve"]["threshold"], floor=0)
    # Since scikit-learn 1.7 the point at +inf takes part in the choice of the ends.
    first = int(np.nonzero(np.r_[0, sweep.fp] == 0)[0][-1])
    last = int(np.nonzero(np.r_[0, sweep.tp] == sweep.p)[0][0])
    check.same("first, count", [first, last + 1 - first], [got["first"], got["count"]])
    if sweep.exact and sweep.fp[0] == 0:
        fpr, fnr, threshold = metrics.det_curve(sweep.y, sweep.s, sample_weight=sweep.w)
        check.near("scikit-learn.fpr", fpr[::-1], x[first:last + 1])
        check.near("scikit-learn.fnr", fnr[::-1], y[first:last + 1])
        check.near("scikit-learn.threshold", threshold[::-1], np.r_[np.inf, sweep.threshold][first:last + 1], floor=0)
    check.near("eer", equal_error(x.astype(float), y.astype(float)), got["eer"])


def equal_error(fpr, fnr):
    """Where the line between points crosses fpr = fnr."""
    k = int(np.argmax(fpr >= fnr))
    before, after = fnr[k - 1] - fpr[k - 1], fpr[k] - fnr[k]
    share = before / (before + after)
    return fpr[k - 1] + share * (fpr[k] - fpr[k - 1])


def counts_at(sweep, threshold):
    weight = np.ones(len(sweep.s), long) if sweep.w is None else sweep.w.astype(long)
    called = sweep.s >= threshold
    return np.array([(weight * part).sum() for part in (
        called & (sweep.y == 1), called & (sweep.y == 0), ~called & (sweep.y == 0), ~called & (sweep.y == 1))])


def ratio(part, whole):
    return part / whole if whole > 0 else np.nan


def best_of(sweep, value):
    """The highest threshold with the largest value."""
    return sweep.threshold[int(np.argmax(value.astype(float)))]


def wanted_thresholds(sweep, cost_fp, cost_fn):
    """Kind and threshold of each row, in order."""
    called = sweep.tp + sweep.fp
    if sweep.threshold[-1] >= 0 and sweep.threshold[0] <= 1:
        fixed = [k / 10 for k in range(1, 10)]
    else:  # The highest thresholds that call so much of the weight.
        fixed = sorted({sweep.threshold[int(np.argmax(called >= sweep.total * long(k) / 10))] for k in range(1, 10)})
    rows = [(FIXED, value) for value in fixed]
    rows.append((MAX_F1, best_of(sweep, 2 * sweep.tp / (called + sweep.p))))
    rows.append((MAX_J, best_of(sweep, sweep.tp * sweep.n - sweep.fp * sweep.p)))
    if cost_fp > 0 or cost_fn > 0:
        cost = np.r_[sweep.p * cost_fn, sweep.fp * cost_fp + (sweep.p - sweep.tp) * cost_fn]
        rows.append((COST, np.r_[np.inf, sweep.threshold][int(np.argmin(cost.astype(float)))]))
    return rows


def threshold_table(check, got, sweep, cost_fp, cost_fn):
    if not sweep.both:
        check.same("rows", 0, len(got))
        return
    for i, row in enumerate(got):
        counts = counts_at(sweep, row["threshold"])
        tp, fp, tn, fn = counts
        with check.at(i):
            check.near("counts", counts, row["counts"], floor=1e-14 * float(sweep.total))
            shares = [ratio(tp, tp + fp), tp / sweep.p, 2 * tp / (2 * tp + fp + fn), tn / sweep.n, ratio(tn, tn + fn),
                      (tp + fp) / sweep.total]
            # What is not called is a difference, whose digits weights of very different sizes use up.
            blur = 0 if sweep.exact else 1e-14 * float(sweep.total)
            wholes = np.array([tp + fp, sweep.p, 2 * tp + fp + fn, sweep.n, tn + fn, sweep.total], dtype=float)
            if sweep.exact or wholes[4] > 1e3 * blur:
                check.near("shares", np.array(shares, dtype=float), row["shares"],
                           floor=1e-12 + (blur / wholes[wholes > 0].min() if blur else 0))
            if sweep.w is None:
                check.near("recall_interval", wilson(float(tp), float(tp + fn)), row["recall_interval"])
                if tp + fp > 0:
                    check.near("precision_interval", wilson(float(tp), float(tp + fp)), row["precision_interval"])
            if cost_fp > 0 or cost_fn > 0:
                check.near("cost", fp * cost_fp + fn * cost_fn, row["cost"],
                           floor=1e-12 + 1e-13 * float(sweep.total))
    if not sweep.exact:
        return
    shown = {(row["kind"], row["threshold"]) for row in got}
    for kind, threshold in wanted_thresholds(sweep, cost_fp, cost_fn):
        check.same(f"row of kind {kind} at {threshold}", True, (kind, float(threshold)) in shown)
    special(check, got, sweep)


def special(check, got, sweep):
    """The rows whose threshold is the highest of several that do as well."""
    of_kind = {row["kind"]: row["threshold"] for row in got}
    found = np.where(sweep.fp <= sweep.n * long("0.01"), sweep.tp, -1)
    best = int(np.argmax(found.astype(float)))
    want = sweep.threshold[best] if found[best] > 0 else np.inf  # Else none is called.
    check.near("fpr_1", want, of_kind[FPR_1], floor=0)


def histogram(check, got, sweep):
    edges = np.array(got["edges"], dtype=float)
    if got["reason"]:
        return
    if len(sweep.s) and sweep.s.min() >= 0 and sweep.s.max() <= 1:
        bins = 40 if len(sweep.s) >= 1000 else 20
        check.near("edges", np.linspace(0, 1, bins + 1), edges)
    for name, value in (("positive", 1), ("negative", 0)):
        here = sweep.y == value
        # numpy's own histogram of weights is a difference of sums, which loses small ones.
        # (-1e-300 among scores of 1e308 lies outside by less than there are numbers for.)
        place = np.clip(np.searchsorted(edges, sweep.s[here], side="right") - 1, 0, len(edges) - 2)
        weight = None if sweep.w is None else sweep.w[here]
        check.near(name, np.bincount(place, weight, len(edges) - 1), got[name])
