"""Random small binary cases: ties, weights, one class, constant scores, rows to drop."""

import numpy as np
from scipy import special

import reference_binary as binary
import reference_calibration as calibration
import reference_thresholds as thresholds


def size(random):
    if random.random() < 0.03:
        return int(random.integers(0, 4))
    return 200 if random.random() < 0.05 else int(random.integers(2, 61))


def weights(random, n):
    pick = random.random()
    if pick < 0.55:
        return None
    if pick < 0.85:  # multiples of 1/8, zeros among them
        return random.integers(0, 24, n) / 8
    return 10.0 ** random.uniform(-6, 6, n)  # very different sizes


def labels(random, n):
    if random.random() < 0.06:
        return np.full(n, float(random.integers(0, 2)))
    return (random.random(n) < random.choice([0.05, 0.3, 0.5, 0.9])).astype(float)


def scores(random, y):
    n = len(y)
    informed = 1 / (1 + np.exp(-(random.normal(size=n) * 1.5 + random.uniform(-1, 4) * (y - 0.5))))
    kinds = {
        "informed": lambda: informed,
        "grid": lambda: np.round(informed * (g := random.integers(1, 12))) / g,
        "tenths": lambda: random.integers(0, 11, n) / 10,
        "constant": lambda: np.full(n, random.choice([0, 1, 0.5, 0.1, -3])),
        "logits": lambda: random.normal(size=n) * 3 + y,
        "signed grid": lambda: random.integers(-4, 5, n) * 1.0 * random.choice([1, -0.0, 0.25]),
        "last bit": lambda: 0.5 + random.integers(-4, 5, n) * 2.0 ** -53,
        "denormal": lambda: random.integers(0, 6, n) * 5e-324,
        "extreme": lambda: random.choice([0, 1, 1e-300, 1e-17, 1 - 2.0 ** -53, 0.5], n),
        "huge": lambda: random.choice([-1e300, 1e300, 1e-300, 0, -1e-300, 1.7e308, -1.7e308], n),
        "edges": lambda: np.linspace(0, 1, 11)[random.integers(0, 11, n)],
        "separate": lambda: y * 0.5 + random.random(n) * 0.4,
    }
    return kinds[random.choice(list(kinds), p=[.26, .2, .08, .06, .08, .06, .05, .03, .06, .04, .05, .03])]() + 0.0


def make(random):
    n = size(random)
    y, w = labels(random, n), weights(random, n)
    s = scores(random, y)
    arrays = {"actual": y, "score": s, "weight": w, "bins": int(random.choice([1, 2, 5, 10, 10, 15, 20])),
              "level": random.choice([0.5, 0.9, 0.95, 0.95, 0.99]),
              "max_fpr": random.choice([0.01, 0.1, 0.1, 0.2, 0.5, 1]), "ap": random.random(),
              "cost_fp": random.choice([0, 0, 1]), "cost_fn": random.choice([0, 0, 1, 5])}
    if n and random.random() < 0.1:
        arrays["score"] = s = s.copy()
        s[random.integers(0, n, 1 + n // 10)] = random.choice([np.nan, np.inf, -np.inf])
    elif w is None and random.random() < 0.5 and np.all(np.abs(s) < 1e100):
        arrays["score_b"] = np.round(s + random.normal(size=n) * 0.3, int(random.integers(1, 9)))
    return "binary", arrays


def compare_ap_interval(check, arrays, got, positives):
    """Boyd, Eng, Page 2013: on the logit scale, from the number of positives."""
    ap, level = arrays["ap"], arrays["level"]
    half = -special.ndtri((1 - level) / 2) / np.sqrt(positives * ap * (1 - ap))
    check.near("ap_interval", special.expit([special.logit(ap) - half, special.logit(ap) + half]), got["ap_interval"])


def compare(check, arrays, got):
    y, s, w = binary.kept(arrays["actual"], arrays["score"], arrays["weight"])
    sweep = binary.Sweep(y, s, w)
    check.same("rows", len(s), got["rows"])
    check.same("dropped", int((~np.isfinite(arrays["score"])).sum()), got["dropped"])
    check.same("has a reason", not sweep.both, got["reason"] is not None)
    binary.curves(check, got, sweep, arrays["level"])
    if sweep.both:
        with check.at("roc_all"):
            binary.roc_all(check, got["roc_all"], sweep)
        binary.partial_auc(check, got, sweep, arrays["max_fpr"])
    if sweep.both and w is None:
        check.near("hanley_mcneil", binary.hanley_mcneil(got["roc"]["auc"], float(sweep.p), float(sweep.n)),
                   got["hanley_mcneil"])
    with check.at("det"):
        thresholds.det(check, got["det"], sweep)
    with check.at("threshold_table"):
        thresholds.threshold_table(check, got["threshold_table"], sweep, arrays["cost_fp"], arrays["cost_fn"])
    with check.at("score_histogram"):
        thresholds.histogram(check, got["score_histogram"], sweep)
    if sweep.both:
        compare_ap_interval(check, arrays, got, float(sweep.p))
    for key, strategy in (("calibration", "uniform"), ("quantile", "quantile")):
        with check.at(key):
            calibration.calibration(check, got[key], sweep, arrays["bins"], strategy)
    if "score_b" in arrays:
        with check.at("paired"):
            binary.paired(check, got["paired"], y, arrays["score"], arrays["score_b"], arrays["level"])
