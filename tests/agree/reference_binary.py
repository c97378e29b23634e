"""One class against the rest: scikit-learn where it has the statistic, else the
stated rule written out with numpy.
"""

import functools

import numpy as np
from scipy import special, stats
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint

long = np.longdouble


def kept(y, s, w):
    """Rows whose score is finite and whose weight is not zero."""
    keep = np.isfinite(s) & (np.ones(len(s), bool) if w is None else w != 0)
    return y[keep], s[keep], None if w is None else w[keep]


class Sweep:
    """Weights of positives and negatives at or above each distinct score."""

    def __init__(self, y, s, w):
        self.y, self.s, self.w = y, s + 0.0, w
        order = np.argsort(-self.s, kind="stable")
        self.sorted = self.s[order]
        weight = np.ones(len(s), long) if w is None else w.astype(long)
        ends = np.r_[np.nonzero(np.diff(self.sorted))[0], len(s) - 1] if len(s) else np.zeros(0, int)
        self.threshold = self.sorted[ends]
        self.tp = np.cumsum(weight[order] * y[order])[ends]
        self.fp = np.cumsum(weight[order] * (1 - y[order]))[ends]
        self.rows = ends + 1
        self.p = self.tp[-1] if len(s) else long(0)
        self.n = self.fp[-1] if len(s) else long(0)
        self.total = self.p + self.n
        # Sums of weights that are multiples of 1/8 are exact, in any order.
        self.exact = w is None or bool(np.all(w * 8 == np.round(w * 8)))
        self.both = bool(len(s)) and self.p > 0 and self.n > 0

    @functools.cached_property
    def auc(self):
        return metrics.roc_auc_score(self.y, self.s, sample_weight=self.w)

    def groups(self):
        return np.diff(self.tp, prepend=long(0)), np.diff(self.fp, prepend=long(0))


def roc(check, got, sweep):
    check.near("auc", sweep.auc, got["auc"])
    j = sweep.tp * sweep.n - sweep.fp * sweep.p
    best = int(np.argmax(j))  # the highest threshold when several reach it
    tied = j >= j[best] - (0 if sweep.exact else 1e-15 * sweep.p * sweep.n)
    if tied.sum() == 1 or sweep.exact:
        check.near("best_threshold", sweep.threshold[best], got["best_threshold"], floor=0)
        check.near("best_fpr", sweep.fp[best] / sweep.n, got["best_fpr"])
        check.near("best_tpr", sweep.tp[best] / sweep.p, got["best_tpr"])
    check.near("best_j", j[best] / sweep.p / sweep.n, got["best_j"])
    check.near("positives", sweep.p, got["positives"])
    check.near("negatives", sweep.n, got["negatives"])
    check.same("thresholds", len(sweep.threshold), got["thresholds"])
    check.same("is_constant", len(sweep.threshold) == 1, got["is_constant"])
    roc_points(check, got["curve"], sweep)


def roc_points(check, got, sweep):
    if sweep.exact:
        points = metrics.roc_curve(sweep.y, sweep.s, sample_weight=sweep.w)
        points[2][0] = np.inf  # the rule since scikit-learn 1.3
        for name, column in zip(("x", "y", "threshold"), points):
            check.near(name, column, got[name], floor=0)
    else:  # Which points are corners is up to rounding: only whether they lie on the curve.
        place = np.searchsorted(-sweep.threshold, -np.array(got["threshold"][1:]))
        check.near("x", np.r_[0, (sweep.fp / sweep.n)[place]], got["x"])
        check.near("y", np.r_[0, (sweep.tp / sweep.p)[place]], got["y"])
    ends_exactly(check, got)


def ends_exactly(check, curve):
    """Both ends of a curve are 0 and 1, not nearly so."""
    check.same("end", [1, 1], [curve["x"][-1], curve["y"][-1]])


def roc_all(check, got, sweep):
    fpr, tpr, threshold = metrics.roc_curve(sweep.y, sweep.s, sample_weight=sweep.w, drop_intermediate=False)
    check.near("x", fpr, got["x"])
    check.near("y", tpr, got["y"])
    check.near("threshold", np.r_[np.inf, threshold[1:]], got["threshold"], floor=0)


def partial_auc(check, got, sweep, max_fpr):
    want = metrics.roc_auc_score(sweep.y, sweep.s, sample_weight=sweep.w, max_fpr=max_fpr)
    check.near("partial_auc", want, got["partial_auc"])
    low, high = max_fpr ** 2 / 2, max_fpr
    raw = want if max_fpr == 1 else low + (2 * want - 1) * (high - low)
    check.near("partial_auc_raw", raw, got["partial_auc_raw"])


def pr(check, got, sweep):
    precision, recall, threshold = metrics.precision_recall_curve(sweep.y, sweep.s, sample_weight=sweep.w)
    check.near("x", recall[::-1], got["curve"]["x"])
    check.near("y", precision[::-1], got["curve"]["y"])
    check.near("threshold", np.r_[np.inf, threshold[::-1]], got["curve"]["threshold"], floor=0)
    check.near("ap", metrics.average_precision_score(sweep.y, sweep.s, sample_weight=sweep.w), got["ap"])
    check.near("prevalence", sweep.p / sweep.total, got["prevalence"])
    f1 = 2 * sweep.tp / (sweep.tp + sweep.fp + sweep.p)
    best = int(np.argmax(f1.astype(float)))
    check.near("best_f1", f1[best], got["best_f1"])
    if sweep.exact:
        check.near("best_f1_threshold", sweep.threshold[best], got["best_f1_threshold"], floor=0)
        check.near("best_f1_precision", sweep.tp[best] / (sweep.tp + sweep.fp)[best], got["best_f1_precision"])
        check.near("best_f1_recall", sweep.tp[best] / sweep.p, got["best_f1_recall"])


def kolmogorov_p(distance, n1, n0):
    """The asymptotic tail with Stephens' correction."""
    root = np.sqrt(n1 * n0 / (n1 + n0))
    return special.kolmogorov(float((root + 0.12 + 0.11 / root) * distance))


def gain(check, got, sweep, has_p=True):
    x, y = (sweep.tp + sweep.fp) / sweep.total, sweep.tp / sweep.p
    check.near("gain.x", np.r_[0, x], got["gain"]["x"])
    check.near("gain.y", np.r_[0, y], got["gain"]["y"])
    check.near("gain.threshold", np.r_[np.inf, sweep.threshold], got["gain"]["threshold"], floor=0)
    check.near("lift.x", x, got["lift"]["x"])
    check.near("lift.y", y / x, got["lift"]["y"])
    ends_exactly(check, got["gain"])
    check.near("prevalence", sweep.p / sweep.total, got["prevalence"])
    check.near("highest_lift", sweep.total / sweep.p, got["highest_lift"])
    check.near("accuracy_ratio", 2 * sweep.auc - 1, got["accuracy_ratio"])
    distance = sweep.tp * sweep.n - sweep.fp * sweep.p
    far = int(np.argmax(np.abs(distance)))
    signed = distance[far] / sweep.p / sweep.n
    check.near("ks", abs(signed), got["ks"])
    if sweep.exact:
        check.near("ks_signed", signed, got["ks_signed"])
        check.near("ks_threshold", sweep.threshold[far], got["ks_threshold"], floor=0)
    if sweep.w is None and has_p:
        check.near("ks_p", kolmogorov_p(abs(signed), sweep.p, sweep.n), got["ks_p"], floor=0)
        if len(sweep.s) % 3 == 0:  # It takes long.
            check.near("ks", stats.ks_2samp(sweep.s[sweep.y == 1], sweep.s[sweep.y == 0], mode="asymp")[0],
                       got["ks"])
    else:
        check.undefined(got, "ks_p")
    deciles(check, got["deciles"], sweep)


def deciles(check, got, sweep):
    """Tenths of the weight, groups of equal scores shared out evenly."""
    reached, tenth = sweep.tp + sweep.fp, np.arange(1, 11).astype(long) / 10
    boundary = sweep.total * np.arange(1, 11).astype(long) / 10
    k = np.minimum(np.searchsorted(reached, boundary), len(reached) - 1)
    group_tp, group_fp = sweep.groups()
    share = (reached[k] - boundary) / (group_tp + group_fp)[k]
    tp, fp = sweep.tp[k] - group_tp[k] * share, sweep.fp[k] - group_fp[k] * share
    positives, rows = np.diff(tp, prepend=long(0)), sweep.total / 10
    want = {"rows": np.full(10, rows), "positives": positives, "rate": positives / rows,
            "lift": positives / rows / (sweep.p / sweep.total), "cumulative_gain": tp / sweep.p,
            "cumulative_lift": tp / sweep.p / tenth, "ks": tp / sweep.p - fp / sweep.n}
    # A rounding error of a boundary is one of all rows, seen from a rare class.
    scale = float(max(sweep.total, sweep.total / sweep.p, sweep.total / sweep.n))
    for name, values in want.items():
        check.near(f"deciles.{name}", values, [row[name] for row in got], floor=1e-12 + 1e-15 * scale)
    if sweep.exact:
        check.near("deciles.lowest_score", sweep.threshold[k], [row["lowest_score"] for row in got], floor=0)


def intervals(estimate, variance, level):
    z = -special.ndtri((1 - level) / 2)
    half = z * np.sqrt(variance)
    wald = [max(0, estimate - half), min(1, estimate + half)]
    if not 0 < estimate < 1:
        return wald, [np.nan, np.nan]
    middle, reach = special.logit(estimate), half / (estimate * (1 - estimate))
    return wald, [special.expit(middle - reach), special.expit(middle + reach)]


def placements(y, s):
    wins = np.sign(s[y == 1][:, None] - s[y == 0][None, :])  # Finite ones, not too far apart.
    wins = (wins + 1) / 2
    return wins.mean(1), wins.mean(0)


def delong(check, got, sweep, level):
    if sweep.w is not None or min(sweep.p, sweep.n) < 2:
        check.undefined(got, "variance")
        check.same("has a reason", True, got["reason"] is not None)
        return
    with np.errstate(over="ignore"):
        v10, v01 = placements(sweep.y, sweep.s)
    variance = v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01)
    auc = v10.mean()
    check.near("auc", auc, got["auc"])
    check.near("variance", variance, got["variance"], floor=1e-16)
    if len(np.unique(sweep.s)) == 1:
        check.near("wald", [np.nan, np.nan], got["wald"])
        check.near("logit", [np.nan, np.nan], got["logit"])
        check.same("reason", "all scores equal", got["reason"])
        return
    wald, logit = intervals(auc, variance, level)
    if 0 < auc < 1:
        wald, logit = intervals(auc, got["variance"], level)  # The root of a tiny variance enlarges errors.
    check.near("wald", wald, got["wald"])
    check.near("logit", logit, got["logit"])


def paired(check, got, y, a, b, level):
    """Two classifiers on the same rows."""
    if min(y.sum(), (1 - y).sum()) < 2:
        check.same("has a reason", True, got["reason"] is not None)
        return
    first, second = placements(y, a), placements(y, b)
    cov = [np.cov(u, v) / len(u) for u, v in zip(first, second)]
    total = cov[0] + cov[1]
    check.near("auc_a", first[0].mean(), got["auc_a"])
    check.near("auc_b", second[0].mean(), got["auc_b"])
    check.near("variance_a", total[0, 0], got["variance_a"], floor=1e-16)
    check.near("variance_b", total[1, 1], got["variance_b"], floor=1e-16)
    check.near("covariance", total[0, 1], got["covariance"], floor=1e-16)
    variance = total[0, 0] + total[1, 1] - 2 * total[0, 1]
    if variance < 1e-14:
        check.same("has a reason", True, got["reason"] is not None)
        return
    delta = first[0].mean() - second[0].mean()
    z, half = delta / np.sqrt(variance), -special.ndtri((1 - level) / 2) * np.sqrt(variance)
    check.near("z", z, got["z"])
    check.near("p", 2 * special.ndtr(-abs(z)), got["p"], floor=0)
    check.near("difference", [delta - half, delta + half], got["difference"])


def hanley_mcneil(auc, m, n):
    q1, q2 = auc / (2 - auc), 2 * auc ** 2 / (1 + auc)
    return np.sqrt((auc * (1 - auc) + (m - 1) * (q1 - auc ** 2) + (n - 1) * (q2 - auc ** 2)) / (m * n))


def wilson(positive, count, level=0.95):
    """statsmodels; the ends that rounding leaves outside 0..1 put back."""
    lo, hi = proportion_confint(np.asarray(positive, float), np.asarray(count, float), 1 - level, "wilson")
    return np.clip(np.stack([lo, hi], axis=-1), 0, 1)


def curves(check, got, sweep, level=0.95, has_delong=True, has_p=True):
    """Everything that hangs on one walk along the thresholds."""
    if not sweep.both:
        with check.at("roc"):
            check.undefined(got["roc"], "auc", "best_threshold", "best_j")
            check.same("points", 0, len(got["roc"]["curve"]["x"]))
        with check.at("pr"):
            check.undefined(got["pr"], "ap", "best_f1")
            check.same("points", 0, len(got["pr"]["curve"]["x"]))
        with check.at("gain"):
            check.undefined(got["gain"], "accuracy_ratio", "ks", "ks_p", "highest_lift")
            check.same("points", 0, len(got["gain"]["gain"]["x"]))
        return
    with check.at("roc"):
        roc(check, got["roc"], sweep)
    with check.at("pr"):
        pr(check, got["pr"], sweep)
    with check.at("gain"):
        gain(check, got["gain"], sweep, has_p)
    if has_delong:
        with check.at("delong"):
            delong(check, got["delong"], sweep, level)
