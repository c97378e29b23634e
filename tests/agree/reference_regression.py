"""Regression: scikit-learn, scipy and statsmodels; Azure's bins by their rules."""

import math
from fractions import Fraction

import numpy as np
from scipy import special, stats
from sklearn import metrics
from statsmodels.stats.diagnostic import het_breuschpagan

from reference_binary import wilson
from reference_calibration import type7

long = np.longdouble
SIZED = {"mean_absolute_error", "median_absolute_error", "root_mean_squared_error", "max_error", "mean_error"}


def scale_of(*arrays):
    return max([float(np.abs(a).max()) for a in arrays if len(a)] + [0.0])


def normalized(value, span):
    """Azure's: clipped to 0..1; without a range 0 for exact and else 1."""
    if not span > 0:
        return 1.0 if value > 0 else 0.0
    return min(1.0, value / span)


def explained(y, q, w):
    """R2 and explained variance, by long doubles; scikit-learn's answer for constant y."""
    w = np.ones(len(y), long) if w is None else w.astype(long)
    y, q = y.astype(long), q.astype(long)
    error = y - q
    about = error - (w * error).sum() / w.sum()
    total = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    constant = y.min() == y.max()
    if constant:
        total = long(0)

    def one(part):
        return float(1 - part / total) if total > 0 else 0.0 if part > 0 else 1.0
    exact = bool((error == error[0]).all())
    return one((w * error ** 2).sum()), one(long(0) if exact else (w * about ** 2).sum())


def percentages(y, q, w):
    w = np.ones(len(y)) if w is None else w
    error, used, both = np.abs(y - q), np.abs(y) > 1e-10, np.abs(y) + np.abs(q)
    mape = 100 * (w * error / np.abs(y))[used].sum() / w[used].sum() if used.any() else np.nan
    ratio = np.where(both > 0, error / np.where(both > 0, both, 1), 0)
    return mape, 200 * (w * ratio).sum() / w.sum()


def spearman(y, q):
    if y.min() == y.max() or q.min() == q.max():
        return -1.0  # Azure's answer where there is none
    return stats.spearmanr(y, q)[0]


def scalars(y, q, w, span_of):
    kw = {"sample_weight": w}
    low, high = span_of if span_of is not None else (y.min(), y.max())
    span = high - low
    r2, explained_variance = explained(y, q, w)
    mape, smape = percentages(y, q, w)
    out = {"r2_score": max(-1.0, r2), "r2_score_unclipped": r2, "explained_variance": explained_variance,
           "spearman_correlation": spearman(y, q),
           "mean_absolute_error": metrics.mean_absolute_error(y, q, **kw),
           "median_absolute_error": metrics.median_absolute_error(y, q, **kw),
           "root_mean_squared_error": math.sqrt(metrics.mean_squared_error(y, q, **kw)),
           "max_error": metrics.max_error(y, q), "mean_error": float(np.average((q - y).astype(long), weights=w)),
           "mean_absolute_percentage_error": mape, "symmetric_mean_absolute_percentage_error": smape}
    for name in ("mean_absolute", "median_absolute", "root_mean_squared"):
        out[f"normalized_{name}_error"] = normalized(out[f"{name}_error"], span)
    rmsle = nrmsle = np.nan
    if min(y.min(), q.min()) >= 0:
        # By long doubles: scikit-learn's difference of logarithms has few digits for values near one another.
        rmsle = float(np.sqrt(np.average((np.log1p(y.astype(long)) - np.log1p(q.astype(long))) ** 2, weights=w)))
        if low > -1 and high > -1:
            nrmsle = normalized(rmsle, float(np.log1p(long(high)) - np.log1p(long(low))))
    return out | {"root_mean_squared_log_error": rmsle, "normalized_root_mean_squared_log_error": nrmsle}


def decimals_for(size):
    return math.trunc(max(2, 3 - math.log10(size)))


def residual_edges(sigma):
    wide = 2 * sigma
    scale = 10.0 ** decimals_for(wide)
    whole = round(wide * scale)
    if abs(wide * scale - whole) > 1e-12 * whole:  # A rounding error adds no hundredth.
        whole = math.ceil(wide * scale)
    bound = whole / scale
    return np.round(np.linspace(-bound, bound, 9), decimals_for(bound / 9))


def residual_bins(check, got, r, sigma):
    """Ten bins of Azure: see the rule in report/stats/residuals.h."""
    inner = residual_edges(sigma if sigma > 0 else 1)
    width = inner[1] - inner[0]
    edges = np.r_[r.min() if r.min() < inner[0] else inner[0] - width, inner,
                  r.max() if r.max() >= inner[-1] else inner[-1] + width]
    check.near("edges", edges, got["edges"], floor=1e-12 * sigma)
    place = np.searchsorted(np.array(got["edges"])[1:-1], r, side="right")
    check.near("counts", np.bincount(place, minlength=10), got["counts"], floor=0)
    moments_near(check, got, r)


def moments_near(check, got, r):
    precise = r.astype(long)
    check.near("mean", precise.mean(), got["mean"], floor=1e-15 * scale_of(r))
    check.near("stddev", np.sqrt(((precise - precise.mean()) ** 2).mean()), got["stddev"], floor=1e-15 * scale_of(r))


def round_up(width):
    power = 10.0 ** math.floor(math.log10(width))
    return next((n * power for n in (1, 2, 2.5, 5, 10) if n * power >= width * (1 - 1e-12)))


def histogram(check, got, r):
    """Equal bins of a round width with an edge at 0, 8 to 80 of them."""
    edges = np.array(got["edges"])
    inside = r[(r >= edges[0]) & (r <= edges[-1])]
    check.near("counts", np.histogram(inside, edges)[0], got["counts"], floor=0)
    check.same("below, above", [int((r < edges[0]).sum()), int((r > edges[-1]).sum())],
               [int(got["below"]), int(got["above"])])
    if r.min() == r.max():
        check.same("bins", 1, len(edges) - 1)
        return
    ordered = np.sort(r)
    q1, q3 = (type7(ordered, Fraction(k * (len(r) - 1), 4)) for k in (1, 3))
    reach = 5 * (q3 - q1)
    body = ordered[(ordered >= q1 - reach) & (ordered <= q3 + reach)] if reach > 0 else ordered
    span = body[-1] - body[0]
    sturges, freedman = span / (math.log2(len(r)) + 1), 2 * (q3 - q1) / len(r) ** (1 / 3)
    wished = min(sturges, freedman) if freedman > 0 else sturges
    width = round_up(max(wished, span / 78))
    while len(r) >= 16 and span / width < 8:
        width = round_up(width / 2.4)
    check.near("width", np.full(len(edges) - 1, width), np.diff(edges), relative=1e-7)
    check.same("an edge at 0", True, bool(np.any(edges == 0)) or edges[0] > 0 or edges[-1] < 0)
    check.same("at most 80 bins", True, len(edges) - 1 <= 80)
    check.same("covers the body", True, bool(edges[0] <= body[0] and edges[-1] >= body[-1]))


def shape(check, got, r, q):
    moments_near(check, got, r)
    precise = r.astype(long)
    centred = precise - precise.mean()
    variance = (centred ** 2).mean()
    skew, kurtosis = (centred ** 3).mean() / variance ** 1.5, (centred ** 4).mean() / variance ** 2 - 3
    # Residuals that differ in their last digits only have no more digits to compare.
    blur = 1e-15 * scale_of(r) / float(np.sqrt(variance))
    if blur > 1e-6:
        return
    floor = 1e-12 + 100 * blur
    check.fields({"skewness": skew, "excess_kurtosis": kurtosis}, got, floor=floor)
    jarque_bera = len(r) / 6 * (skew ** 2 + kurtosis ** 2 / 4)
    check.near("jarque_bera", jarque_bera, got["jarque_bera"], floor=floor * len(r))
    if len(r) >= 2 and blur < 1e-13:
        check.near("jarque_bera of scipy", stats.jarque_bera(r)[0], got["jarque_bera"], floor=1e-10)
    check.near("jarque_bera_p", np.exp(-np.longdouble(got["jarque_bera"]) / 2), got["jarque_bera_p"], floor=0)
    breusch_pagan(check, got, r, q)


def breusch_pagan(check, got, r, q):
    squares = r.astype(long) ** 2
    x, s = q.astype(long) - q.astype(long).mean(), squares - squares.mean()
    if q.min() == q.max() or (r ** 2).min() == (r ** 2).max():
        check.undefined(got, "breusch_pagan", "breusch_pagan_p")
        return
    blur = 1e-15 * max(scale_of(q) / float(np.sqrt((x ** 2).mean())), float(squares.max() / np.sqrt((s ** 2).mean())))
    if blur > 1e-9:
        return
    want = len(r) * (x * s).sum() ** 2 / (x ** 2).sum() / (s ** 2).sum()
    check.near("breusch_pagan", want, got["breusch_pagan"], floor=1e-12 + 1e3 * blur)
    check.near("breusch_pagan_p", special.erfc(math.sqrt(got["breusch_pagan"] / 2)), got["breusch_pagan_p"], floor=0)
    if blur < 1e-13 and len(r) > 3:
        theirs = het_breuschpagan(r, np.column_stack([np.ones(len(q)), (q - q.mean()) / q.std()]))
        check.near("breusch_pagan of statsmodels", theirs[0], got["breusch_pagan"], floor=1e-10)


def qq(check, got, r, level):
    r = np.sort(r)
    n = len(r)
    if n < 2 or r[0] == r[-1]:
        check.same("has a reason", True, got["reason"] is not None)
        return
    i = np.arange(1, n + 1)
    a = 3 / 8 if n <= 10 else 1 / 2  # R's ppoints
    x = special.ndtri((i - a) / (n + 1 - 2 * a))
    check.near("theoretical", x, got["theoretical"], floor=1e-14)
    check.near("sample", r, got["sample"], floor=0)
    q1, q3 = (type7(r, Fraction(k * (n - 1), 4)) for k in (1, 3))
    slope, middle = (q3 - q1) / (2 * special.ndtri(0.75)), (q1 + q3) / 2
    scale = scale_of(r)
    check.near("slope", slope, got["slope"], floor=1e-15 * scale)
    check.near("intercept", middle, got["intercept"], floor=1e-15 * scale)
    alpha = 1 - level
    lo = special.ndtri(special.betaincinv(i, n + 1 - i, alpha / 2))
    hi = -special.ndtri(special.betaincinv(n + 1 - i, i, alpha / 2))
    check.near("band_lo", middle + slope * lo, got["band_lo"], floor=1e-12 * scale)
    check.near("band_hi", middle + slope * hi, got["band_hi"], floor=1e-12 * scale)
    if np.ptp(r) > 1e-8 * scale:
        check.near("correlation", np.corrcoef(x, r)[0, 1], got["correlation"])


def rounded(value, decimals, how):
    """To decimals that may be negative, by exact powers of ten."""
    scale = 10.0 ** abs(decimals)
    return how(value * scale) / scale if decimals >= 0 else how(value / scale) * scale


def predicted_edges(y):
    """None where the last digit of an edge is decided by rounding errors."""
    ordered = np.sort(y)
    n = len(ordered)

    def percentile(parts, of):
        return type7(ordered, Fraction(parts * (n - 1), of))
    low, high = percentile(1, 100), percentile(99, 100)
    bins = min(100, max(1, math.ceil(math.sqrt(n))))
    if low == high:
        other_low, other_high = low, high
        for halved in (200, 400, 800, 1600, 3200, None):
            if other_low != other_high:
                break
            other_low = percentile(1, halved) if halved else ordered[0]
            other_high = percentile(halved - 1, halved) if halved else ordered[-1]
        low, high = 0.95 * low + 0.05 * other_low, 0.95 * high + 0.05 * other_high
        bins = 3
    width = (high - low) / bins
    decimals = 2 - math.trunc(math.log10(width))
    even = [low + (high - low) * (k / (bins - 2) if bins > 2 else 0) for k in range(bins - 1)]
    inner_decimals = 2 if width >= 1 else decimals
    if any(abs(e * 10.0 ** inner_decimals % 1 - 0.5) < 1e-6 for e in even):
        return None
    inner = [rounded(e, inner_decimals, np.rint) for e in even]
    edges = [rounded(ordered[0], decimals, math.floor)]
    for edge in [*inner, rounded(ordered[-1], decimals, math.ceil)]:
        if edge > edges[-1]:
            edges.append(edge)
    return np.array(edges if len(edges) > 1 else edges * 2)


def predicted_bins(check, got, y, q):
    edges = np.array([y[0], y[0]]) if y.min() == y.max() else predicted_edges(y)
    if edges is not None:
        check.near("edges", edges, got["edges"], floor=1e-13 * scale_of(y))
    edges = np.array(got["edges"])
    place = np.searchsorted(edges[1:-1], y, side="left")
    bins = len(edges) - 1
    count = np.bincount(place, minlength=bins)
    check.near("counts", count, got["counts"], floor=0)
    groups = [(q[place == k].astype(long), y[place == k].astype(long)) for k in range(bins)]
    floor = 1e-14 * scale_of(q, y)
    check.near("averages", [a.mean() if len(a) else 0 for a, _ in groups], got["averages"], floor=floor)
    check.near("errors", [a.std() if len(a) else 0 for a, _ in groups], got["errors"], floor=floor)
    check.near("true_averages", [b.mean() if len(b) else np.nan for _, b in groups], got["true_averages"], floor=floor)


def coverage(check, got, y, lower, upper, nominal, level):
    keep = np.isfinite(y) & np.isfinite(lower) & np.isfinite(upper) & (lower <= upper)
    check.same("dropped", int((~keep).sum()), got["dropped"])
    y, lower, upper = y[keep], lower[keep], upper[keep]
    if len(y) == 0:
        check.undefined(got, "share", "mean_width", "interval_score")
        return
    inside = int(((y >= lower) & (y <= upper)).sum())
    score = (upper - lower) + 2 / (1 - nominal) * (np.maximum(lower - y, 0) + np.maximum(y - upper, 0))

    def pinball(quantile, level_of):
        return metrics.mean_pinball_loss(y, quantile, alpha=level_of)
    check.near("pinball", [pinball(lower, (1 - nominal) / 2), pinball(upper, (1 + nominal) / 2)],
               [got["pinball_lower"], got["pinball_upper"]], floor=1e-13 * scale_of(upper, lower, y))
    check.near("share_interval", wilson(inside, len(y), level), got["share_interval"])
    check.fields({"inside": inside, "below": (y < lower).sum(), "above": (y > upper).sum(), "share": inside / len(y),
                  "mean_width": (upper - lower).mean(), "median_width": np.median(upper - lower),
                  "interval_score": score.mean()}, got, floor=1e-13 * scale_of(upper, lower, y))
