"""Random small regressions: constant values, exact predictions, large offsets, values
of very different sizes, rows to drop, weights."""

import numpy as np

import reference_regression as regression
from cases_binary import size, weights


def truths(random, n):
    kinds = {
        "normal": lambda: random.normal(size=n) * 10.0 ** random.integers(-3, 4),
        "counts": lambda: random.integers(0, 12, n).astype(float),
        "offset": lambda: 1e6 + random.normal(size=n),
        "lognormal": lambda: np.exp(random.normal(size=n) * 2),
        "heavy": lambda: random.standard_t(1.2, n),
        "tenths": lambda: random.integers(-20, 21, n) / 10,
        "constant": lambda: np.full(n, random.choice([0, 0.1, 3, -7.7])),
        "mostly one": lambda: np.where(random.random(n) < 0.03, random.normal(size=n), 2.5),
        "tiny": lambda: random.normal(size=n) * 1e-9,
        "large": lambda: random.normal(size=n) * 1e9,
    }
    return kinds[random.choice(list(kinds), p=[.3, .12, .08, .12, .08, .1, .06, .05, .04, .05])]()


def predictions(random, y):
    n, spread = len(y), np.std(y) + 1e-9 * (np.abs(y).max() if len(y) else 0) + 1e-12
    kinds = {
        "noise": lambda: y + random.normal(size=n) * spread * random.choice([0.01, 0.5, 2]),
        "shrunk": lambda: 0.8 * y + 0.2 * y.mean() if n else y,
        "rounded": lambda: np.round(y + random.normal(size=n) * spread * 0.5, 1),
        "exact": lambda: y.copy(),
        "shifted": lambda: y + 1e3 * spread + random.normal(size=n) * spread,
        "constant": lambda: np.full(n, y.mean() if n else 0.0),
        "reversed": lambda: -y,
        "wider with size": lambda: y + random.normal(size=n) * np.abs(y) * 0.3,
        "positive": lambda: np.abs(y + random.normal(size=n) * spread),
    }
    return kinds[random.choice(list(kinds), p=[.35, .08, .1, .06, .07, .06, .06, .12, .1])]()


def make(random):
    n = size(random)
    y = truths(random, n) + 0.0
    q = predictions(random, y) + 0.0
    arrays = {"actual": y, "predicted": q, "weight": weights(random, n),
              "level": random.choice([0.5, 0.9, 0.95, 0.95, 0.99])}
    if n and random.random() < 0.1:
        (y if random.random() < 0.5 else q)[random.integers(0, n, 1 + n // 10)] = random.choice(
            [np.nan, np.inf, -np.inf])
    if n and random.random() < 0.15:
        low = float(np.nan_to_num(y, posinf=0, neginf=0).min()) - random.choice([0, 1.5])
        arrays["range"] = [low, low + random.choice([0.5, 10, 1e4])]
    if random.random() < 0.3:
        half = np.abs(random.normal(size=n)) * (np.nanstd(np.nan_to_num(y, posinf=0, neginf=0)) + 0.1)
        arrays |= {"lower": q - half, "upper": q + half * random.choice([1, 2, -0.1]),
                   "nominal": random.choice([0.5, 0.8, 0.95])}
    return "regression", arrays


def compare(check, arrays, got):
    y, q, w = arrays["actual"], arrays["predicted"], arrays["weight"]
    finite = np.isfinite(q - y)
    keep = finite if w is None else finite & (w > 0)
    check.same("rows", int(keep.sum()), got["rows"])
    check.same("dropped", int((~keep).sum()), got["dropped"])
    if keep.any():
        span = arrays.get("range")
        want = regression.scalars(y[keep], q[keep], None if w is None else w[keep],
                                  None if span is None or span == [0, 0] else span)
        check.same("names", sorted(want), sorted(got["scalars"]))
        with check.at("scalars"):
            sized = {name: want.pop(name) for name in list(want) if name in regression.SIZED}
            check.fields(sized, got["scalars"], floor=1e-15 * regression.scale_of(y[keep], q[keep]))
            check.fields(want, got["scalars"])
    y, q = y[finite], q[finite]
    if len(y) == 0:
        check.same("has a reason", True, got["residual_bins"]["reason"] is not None)
        return
    with check.at("residual_bins"):
        regression.residual_bins(check, got["residual_bins"], q - y, float(np.std(y.astype(np.longdouble)))
                                 if y.min() != y.max() else 0)
    with check.at("histogram"):
        regression.histogram(check, got["histogram"], q - y)
    with check.at("shape"):
        if (q - y).min() == (q - y).max():
            check.same("has a reason", True, got["shape"]["reason"] is not None)
        else:
            regression.shape(check, got["shape"], q - y, q)
    with check.at("qq"):
        regression.qq(check, got["qq"], q - y, arrays["level"])
    with check.at("predicted_bins"):
        regression.predicted_bins(check, got["predicted_bins"], y, q)
    if "lower" in arrays:
        with check.at("coverage"):
            regression.coverage(check, got["coverage"], arrays["actual"], arrays["lower"], arrays["upper"],
                                arrays["nominal"], arrays["level"])
