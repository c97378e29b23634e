"""Intervals of shares, distribution functions, McNemar's test, series."""

import numpy as np
from scipy import special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

import reference_binary as binary

DENORMAL = 1e-300  # below, numbers have fewer digits


def make_wilson(random):
    trials = int(random.choice([1, 2, 5, 10, 60, 1000, 10 ** 7]))
    share = random.choice([0, 1, random.random(), random.random() ** 8])
    return "wilson", {"successes": round(share * trials), "trials": trials,
                      "level": random.choice([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])}


def compare_wilson(check, arrays, got):
    successes, trials, level = arrays["successes"], arrays["trials"], arrays["level"]
    share = successes / trials
    check.near("wilson", binary.wilson(successes, trials, level), got["wilson"])
    wald, logit = binary.intervals(share, share * (1 - share) / trials, level)
    check.near("wald", wald, got["wald"])
    check.near("wald of statsmodels", proportion_confint(successes, trials, 1 - level, "normal"), got["wald"])
    check.near("logit", logit, got["logit"])


def make_functions(random):
    p = np.r_[10.0 ** random.uniform(-300, 0, 40), random.random(40), 0, 1, 0.5]
    return "functions", {"x": random.normal(size=80) * random.choice([1, 5, 12]), "p": p,
                         "chi": 10.0 ** random.uniform(-8, 2.8, 80), "level": random.random(20),
                         "n": int(random.integers(1, 80))}


def compare_functions(check, arrays, got):
    check.near("normal_cdf", special.ndtr(arrays["x"]), got["normal_cdf"], floor=0)
    check.near("normal_quantile", special.ndtri(arrays["p"]), got["normal_quantile"], floor=1e-15)
    check.near("chi_square_1", stats.chi2.sf(arrays["chi"], 1), got["chi_square_1"], floor=0)
    check.near("chi_square_2", stats.chi2.sf(arrays["chi"], 2), got["chi_square_2"], floor=0)
    check.near("z", stats.norm.isf((1 - arrays["level"]) / 2), got["z"])
    n = arrays["n"]
    a = 3 / 8 if n <= 10 else 1 / 2  # R's ppoints
    check.near("positions", (np.arange(1, n + 1) - a) / (n + 1 - 2 * a), got["positions"])


def make_mcnemar(random):
    most = int(random.choice([6, 30, 400, 10 ** 6]))
    return "mcnemar", {"b": random.integers(0, most, 10), "c": random.integers(0, most, 10)}


def compare_mcnemar(check, arrays, got):
    for b, c, exact, mid in zip(arrays["b"], arrays["c"], got["p"][::2], got["p"][1::2]):
        n, least = int(b + c), int(min(b, c))
        check.near(f"exact of {b}, {c}", mcnemar([[0, b], [c, 0]], exact=True).pvalue if n else 1, exact, floor=DENORMAL)
        point = stats.binom.pmf(least, n, 0.5)
        # Fagerland, Lydersen, Laake (2013): half the point probability where b equals c.
        want = 2 * stats.binom.cdf(least, n, 0.5) - point if b != c else 1 - point / 2 if n else 1
        check.near(f"mid-p of {b}, {c}", want, mid, floor=DENORMAL)


def make_series(random):
    n = int(random.integers(0, 300))
    value = random.normal(size=n) * 10.0 ** random.choice([0, 0, 3, 150]) + random.choice([0, 0, 1e6])
    if n and random.random() < 0.4:
        value[random.integers(0, n, 1 + n // 10)] = random.choice([np.nan, np.inf, -np.inf])
    return "series", {"value": value, "weight": random.choice([0, 0.3, 0.6, 0.9, 0.99, 0.999]),
                      "fractions": np.r_[random.random(8), 0, 0.5, 1]}


def smoothed(value, weight):
    """TensorBoard's debiased average, one value after the other."""
    last, count, out = 0.0, 0, []
    for x in value:
        if np.isfinite(x):
            last, count = last * weight + (1 - weight) * x, count + 1
            x = last / (1 - weight ** count)
        out.append(x)
    return out


def compare_series(check, arrays, got):
    value = arrays["value"]
    finite = value[np.isfinite(value)]
    scale = float(np.abs(finite).max()) if len(finite) else 0
    check.near("smooth", smoothed(value, arrays["weight"]), got["smooth"], floor=1e-13 * scale)
    if len(finite) == 0:
        return
    check.near("sorted", np.sort(finite), got["sorted"], floor=0)
    check.near("quantiles", np.quantile(finite, arrays["fractions"]), got["quantiles"], floor=1e-14 * scale)


def make_tests(random):
    trials = random.integers(1, 300, 2)
    n = int(random.integers(1, 400))
    b, c = random.multinomial(n, random.dirichlet([1, 1, 8]))[:2]
    p = random.random(random.integers(1, 9)) ** 4
    if random.random() < 0.3:
        p[random.integers(0, len(p))] = np.nan
    return "tests", {"b": b, "c": c, "n": n, "trials": trials, "successes": random.integers(0, trials + 1),
                     "auc": random.random(2), "variance": random.random(2) * 1e-3 + 1e-9,
                     "rows": random.integers(4, 500, 2), "p": np.round(p, int(random.integers(1, 8))),
                     "level": random.choice([0.8, 0.95, 0.99])}


def compare_tests(check, arrays, got):
    p, level = arrays["p"], arrays["level"]
    z = -special.ndtri((1 - level) / 2)
    want = np.full(len(p), np.nan)
    if np.isfinite(p).any():
        want[np.isfinite(p)] = multipletests(p[np.isfinite(p)], method="holm")[1]
    check.near("holm", want, got["holm"])
    b, c, n = (int(arrays[name]) for name in ("b", "c", "n"))
    if b + c > 0:
        half = z * np.sqrt(b + c - (b - c) ** 2 / n) / n
        check.near("paired", [(c - b) / n, (c - b) / n - half, (c - b) / n + half], got["paired"][:3])
    (x1, x2), (n1, n2) = arrays["successes"], arrays["trials"]
    ends = confint_proportions_2indep(x2, n2, x1, n1, method="newcomb", compare="diff", alpha=1 - level)
    check.near("shares", [x2 / n2 - x1 / n1, *ends], got["shares"][:3])
    if 0 < x1 + x2 < n1 + n2:
        check.near("shares.p", proportions_ztest([x1, x2], [n1, n2])[1], got["shares"][3], floor=0)
    (a1, a2), (v1, v2), (r1, r2) = arrays["auc"], arrays["variance"], arrays["rows"]
    se, df = np.sqrt(v1 + v2), (v1 + v2) ** 2 / (v1 ** 2 / (r1 - 1) + v2 ** 2 / (r2 - 1))
    check.near("areas.p", 2 * stats.t.sf(abs(a2 - a1) / se, df), got["areas"][3], floor=0)


MAKERS = [make_tests] * 6 + [make_wilson] * 8 + [make_series] * 6 + [make_mcnemar] * 5 + [make_functions]
COMPARERS = {"auc": compare_tests, "successes": compare_wilson, "value": compare_series, "b": compare_mcnemar, "chi": compare_functions}


def make(random):
    return MAKERS[random.integers(0, len(MAKERS))](random)


def compare(check, arrays, got):
    next(function for name, function in COMPARERS.items() if name in arrays)(check, arrays, got)
