"""Predictions of real models on the data sets scikit-learn ships, as CSV files
and with every expected number as JSON, computed by scikit-learn alone.

    predict.py FOLDER
"""

import csv
import json
import pathlib
import sys

import numpy as np
from sklearn import datasets, metrics
from sklearn.calibration import calibration_curve
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, label_binarize
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def roc_points(truth, score, weight):
    fpr, tpr, threshold = metrics.roc_curve(truth, score, sample_weight=weight)
    threshold = threshold.astype(float)
    threshold[0] = np.inf  # the rule since scikit-learn 1.3
    return {"x": fpr, "y": tpr, "threshold": threshold}


def pr_points(truth, score, weight):
    precision, recall, threshold = metrics.precision_recall_curve(truth, score, sample_weight=weight)
    return {"x": recall[::-1], "y": precision[::-1],
            "threshold": np.concatenate([[np.inf], threshold[::-1]])}


def gain_points(truth, score, weight):
    """Weighted counts at the end of each group of equal scores, by numpy alone."""
    order = np.argsort(-score, kind="stable")
    w = np.ones(len(truth)) if weight is None else weight
    w, y, s = w[order], truth[order], score[order]
    last = np.r_[np.where(np.diff(s))[0], len(s) - 1]
    rows, found = np.cumsum(w)[last] / w.sum(), np.cumsum(w * y)[last] / (w * y).sum()
    return {"x": np.r_[0, rows], "y": np.r_[0, found]}


def one_curve(truth, score, weight):
    gain = gain_points(truth, score, weight)
    return {"roc": roc_points(truth, score, weight), "pr": pr_points(truth, score, weight), "gain": gain,
            "lift": {"x": gain["x"][1:], "y": gain["y"][1:] / gain["x"][1:]}}


def macro_roc(curves):
    """The mean of the classes' curves on the union of their false positive rates."""
    grid = np.unique(np.concatenate([curve["roc"]["x"] for curve in curves]))
    return {"x": grid, "y": np.mean([np.interp(grid, c["roc"]["x"], c["roc"]["y"]) for c in curves], axis=0)}


def calibration_points(truth, score):
    y, x = calibration_curve(truth, score, n_bins=10)
    return {"x": x, "y": y}


def common_scalars(truth, predicted, classes, weight):
    out = {"accuracy": metrics.accuracy_score(truth, predicted, sample_weight=weight),
           "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted, sample_weight=weight),
           "matthews_correlation": metrics.matthews_corrcoef(truth, predicted, sample_weight=weight),
           "kappa": metrics.cohen_kappa_score(truth, predicted, sample_weight=weight)}
    chance = 1 / classes
    out["norm_macro_recall"] = max(0, (out["balanced_accuracy"] - chance) / (1 - chance))
    count = np.bincount(truth, minlength=classes)
    out["weighted_accuracy"] = metrics.accuracy_score(truth, predicted, sample_weight=count[truth] / len(truth))
    for name, function in (("precision", metrics.precision_score), ("recall", metrics.recall_score),
                           ("f1", metrics.f1_score)):
        for average in ("macro", "micro", "weighted"):
            out[f"{name}_score_{average}"] = function(truth, predicted, average=average,
                                                      sample_weight=weight, zero_division=0)
        if classes == 2:
            out[f"{name}_score_binary"] = function(truth, predicted, sample_weight=weight, zero_division=0)
    return out


def score_scalars(truth, scores, weight):
    classes = scores.shape[1]
    indicator = np.eye(classes)[truth]
    out = {"log_loss": metrics.log_loss(truth, scores, sample_weight=weight)}
    for average in ("macro", "micro", "weighted"):
        out[f"AUC_{average}"] = metrics.roc_auc_score(indicator, scores, average=average, sample_weight=weight)
        out[f"average_precision_score_{average}"] = metrics.average_precision_score(
            indicator, scores, average=average, sample_weight=weight)
    if classes == 2:
        out["AUC_binary"] = metrics.roc_auc_score(truth, scores[:, 1], sample_weight=weight)
        out["average_precision_score_binary"] = metrics.average_precision_score(
            truth, scores[:, 1], sample_weight=weight)
        out["brier_score"] = metrics.brier_score_loss(truth, scores[:, 1], sample_weight=weight)
    return out


def classification(truth, scores, names, weight=None):
    predicted = scores.argmax(axis=1)
    expected = {"confusion": metrics.confusion_matrix(truth, predicted, sample_weight=weight),
                "scalars": common_scalars(truth, predicted, len(names), weight), "curves": {}}
    expected["scalars"].update(score_scalars(truth, scores, weight))
    for k, name in enumerate(names):
        expected["curves"][name] = one_curve((truth == k).astype(int), scores[:, k], weight)
        if weight is None:
            expected["curves"][name]["calibration"] = calibration_points((truth == k).astype(int), scores[:, k])
    expected["curves"]["macro"] = {"roc": macro_roc(list(expected["curves"].values()))}
    flat_weight = None if weight is None else np.repeat(weight, len(names))
    expected["curves"]["micro"] = one_curve(label_binarize(truth, classes=range(len(names) + 1))
                                            [:, :len(names)].ravel(), scores.ravel(), flat_weight)
    return expected


def regression(truth, predicted, weight=None):
    from scipy.stats import spearmanr

    kw = {"sample_weight": weight}
    span = truth.max() - truth.min()
    out = {"explained_variance": metrics.explained_variance_score(truth, predicted, **kw),
           "r2_score": metrics.r2_score(truth, predicted, **kw),
           "spearman_correlation": spearmanr(truth, predicted)[0],
           "mean_absolute_error": metrics.mean_absolute_error(truth, predicted, **kw),
           "root_mean_squared_error": np.sqrt(metrics.mean_squared_error(truth, predicted, **kw)),
           "max_error": metrics.max_error(truth, predicted),
           "mean_absolute_percentage_error": 100 * metrics.mean_absolute_percentage_error(truth, predicted, **kw)}
    if weight is None:
        out["median_absolute_error"] = metrics.median_absolute_error(truth, predicted)
        out["normalized_median_absolute_error"] = out["median_absolute_error"] / span
    out["normalized_mean_absolute_error"] = out["mean_absolute_error"] / span
    out["normalized_root_mean_squared_error"] = out["root_mean_squared_error"] / span
    if min(truth.min(), predicted.min()) >= 0:
        out["root_mean_squared_log_error"] = np.sqrt(metrics.mean_squared_log_error(truth, predicted, **kw))
        out["normalized_root_mean_squared_log_error"] = out["root_mean_squared_log_error"] / (
            np.log1p(truth.max()) - np.log1p(truth.min()))
    return {"scalars": out}


def plain(value):
    """numpy to what JSON knows, non-finite numbers as in report.json."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    value = float(value)
    if np.isfinite(value):
        return value
    return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def write(folder, name, kind, header, columns, expected):
    with open(folder / f"{name}.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(header)
        rows.writerows(zip(*[[repr(float(v)) if isinstance(v, (float, np.floating)) else v for v in column]
                             for column in columns]))
    expected["type"] = kind
    (folder / f"{name}.json").write_text(json.dumps(plain({k: v for k, v in expected.items() if k != "type"})
                                                    | {"type": kind}))


def write_classes(folder, name, truth, scores, names, weight=None):
    columns = [[names[k] for k in truth], *scores.T]
    header = ["true", *names]
    if weight is not None:
        header.append("weight")
        columns.append(weight)
    write(folder, name, "classification", header, columns, classification(truth, scores, names, weight))


def classifiers(folder):
    models = {"logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
              "forest": RandomForestClassifier(20, random_state=0), "bayes": GaussianNB(),
              "tree": DecisionTreeClassifier(max_depth=4, random_state=0)}
    random = np.random.default_rng(7)
    for data in ("breast_cancer", "iris", "wine", "digits"):
        bunch = getattr(datasets, f"load_{data}")()
        names = [f"c{k:02d} {name}" for k, name in enumerate(bunch.target_names)]
        for model_name, model in models.items():
            a, b, ya, yb = train_test_split(bunch.data, bunch.target, test_size=0.5, random_state=0,
                                            stratify=bunch.target)
            scores = model.fit(a, ya).predict_proba(b)
            weight = random.integers(1, 5, len(yb)).astype(float) if model_name == "bayes" else None
            write_classes(folder, f"{data}-{model_name}", yb, scores, names, weight)


def regressors(folder):
    data = datasets.load_diabetes()
    body = datasets.load_linnerud()
    for name, x, y in (("diabetes", data.data, data.target), ("linnerud", body.data, body.target[:, 0])):
        a, b, ya, yb = train_test_split(x, y, test_size=0.5, random_state=0)
        for model_name, model in (("linear", LinearRegression()), ("tree", DecisionTreeRegressor(max_depth=3))):
            predicted = model.fit(a, ya).predict(b)
            write(folder, f"{name}-{model_name}", "regression", ["true", "predicted"],
                  [yb.astype(float), predicted], regression(yb, predicted))


def small_cases(folder, count):
    """Small cases with ties, weights and few distinct scores: where rules differ, they differ here."""
    random = np.random.default_rng(11)
    for case in range(count):
        classes = int(random.integers(2, 5))
        n = int(random.integers(2 * classes, 40))
        truth = np.r_[np.arange(classes), np.arange(classes), random.integers(0, classes, n - 2 * classes)]
        scores = random.integers(0, int(random.integers(2, 9)), (n, classes)) + 0.125
        scores = scores / scores.sum(axis=1, keepdims=True)
        if classes == 2:
            scores[:, 0] = 1 - scores[:, 1]
        weight = random.integers(1, 4, n).astype(float) if case % 3 == 0 else None
        write_classes(folder, f"small-{case:03d}", truth, scores, [f"k{k}" for k in range(classes)], weight)


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    classifiers(target)
    regressors(target)
    small_cases(target, 60)
