"""Random small cases of 2 to 12 classes: absent classes, unknown labels, scores that
do not sum to 1 or are no probabilities, labels only, one column of two."""

import numpy as np

import reference_classes as classes_of
import reference_tables as tables
from cases_binary import size, weights


def probabilities(random, actual, classes):
    n = len(actual)
    logits = random.normal(size=(n, classes)) * 1.5
    inside = (actual >= 0) & (actual < classes)
    logits[np.nonzero(inside)[0], actual[inside].astype(int)] += random.uniform(0, 3)
    exponent = np.exp(logits)
    return exponent / exponent.sum(axis=1, keepdims=True)


def scores(random, actual, classes):
    p = probabilities(random, actual, classes)
    n = len(actual)
    kinds = {
        "model": lambda: p,
        "rounded": lambda: np.round(p, int(random.integers(1, 4))),
        "grid": lambda: np.round(p * 8) / 8,
        "votes": lambda: random.multinomial(5, np.full(classes, 1 / classes), n) / 5,
        "certain": lambda: np.eye(classes)[p.argmax(1)],
        "extreme": lambda: random.choice([0, 1, 1e-300, 1e-17, 0.5], (n, classes)),
        "constant": lambda: np.full((n, classes), 1 / classes),
        "no sum": lambda: random.random((n, classes)),
        "logits": lambda: np.log(p + 1e-9),
        "integers": lambda: random.integers(-3, 4, (n, classes)).astype(float),
    }
    return kinds[random.choice(list(kinds), p=[.28, .14, .12, .1, .06, .06, .04, .08, .07, .05])]() + 0.0


def labels(random, n, classes):
    used = classes if random.random() < 0.6 else int(random.integers(1, classes + 1))
    pick = random.permutation(classes)[:used]
    share = random.dirichlet(np.full(used, random.choice([0.5, 5])))
    actual = random.choice(pick, n, p=share).astype(float)
    if n and random.random() < 0.08:
        actual[random.integers(0, n, 1 + n // 8)] = random.choice([-1, classes, classes + 3, 100000])
    return actual


def make(random):
    classes = int(random.choice([2, 2, 2, 3, 3, 4, 5, 7, 12]))
    n = min(size(random), 60)
    actual = labels(random, n, classes)
    arrays = {"classes": classes, "actual": actual, "weight": weights(random, n),
              "bins": int(random.choice([5, 10, 10, 15])),
              "positive": int(random.integers(-1, classes)) if random.random() < 0.3 else -1}
    pick = random.random()
    if pick < 0.1:
        arrays["only_labels"] = 1
        arrays["predicted"] = labels(random, n, classes)
        return "multiclass", arrays
    s = scores(random, actual, classes)
    if n and random.random() < 0.1:
        s[random.integers(0, n, 1 + n // 10), random.integers(0, classes)] = random.choice([np.nan, np.inf, -np.inf])
    if pick < 0.2:
        arrays["predicted"] = random.integers(0, classes, n).astype(float)
    for k in range(classes):
        arrays[f"score{k}"] = s[:, k]
    if classes == 2 and random.random() < 0.2:
        arrays[f"score{random.integers(0, 2)}"] = None
    if random.random() < 0.25:
        arrays["thresholds"] = int(random.choice([2, 5, 11, 34, 50, 100]))
    return "multiclass", arrays


def compare(check, arrays, got):
    count = arrays["classes"]
    columns = None if "only_labels" in arrays else [arrays[f"score{k}"] for k in range(count)]
    rows = classes_of.Rows(count, arrays["actual"], columns, arrays.get("predicted"), arrays["weight"])
    positive = 1 if arrays["positive"] < 0 and count == 2 else arrays["positive"]
    check.same("rows", rows.n, got["rows"])
    if len(arrays["actual"]):
        check.same("dropped", list(rows.dropped), [got[name] for name in
                                                  ("dropped_scores", "dropped_classes", "weightless")])
    check.same("has a reason", rows.n == 0, got["reason"] is not None)
    check.same("has_probabilities", rows.is_probability, got["has_probabilities"])
    with check.at("confusion"):
        classes_of.confusion(check, got["confusion"], rows)
    areas = {}
    if rows.n and rows.scores is not None:
        areas = classes_of.all_curves(check, got, rows, arrays["bins"])
    with check.at("scalars"):
        classes_of.scalars(check, got, rows, positive, areas)
    if "accuracy_table" in got:
        with check.at("accuracy_table"):
            tables.accuracy_table(check, got["accuracy_table"], rows, arrays["thresholds"])
