"""Several classes: confusion matrix, scalars, averages of curves."""

import numpy as np
from sklearn import metrics

import reference_binary as binary
import reference_calibration as calibration


class Rows:
    """The rows that count: finite scores, known classes, a weight that is not zero."""

    def __init__(self, classes, actual, columns, predicted, weight):
        n = len(actual)
        finite = np.ones(n, bool)
        for column in columns or []:
            if column is not None:
                finite &= np.isfinite(column)
        known = (actual >= 0) & (actual < classes)
        if predicted is not None:
            known &= (predicted >= 0) & (predicted < classes)
        heavy = np.ones(n, bool) if weight is None else weight != 0
        keep = finite & known & heavy
        self.dropped = int((~finite).sum()), int((finite & ~known).sum()), int((finite & known & ~heavy).sum())
        self.classes, self.n = classes, int(keep.sum())
        self.actual = actual[keep].astype(int)
        self.weight = None if weight is None else weight[keep]
        self.scores = self.complete(columns, keep) if columns else None
        self.is_probability = self.scores is not None and self.n > 0 and bool(
            ((self.scores >= 0) & (self.scores <= 1)).all())
        if predicted is not None:
            self.predicted = predicted[keep].astype(int)
        else:
            self.predicted = self.scores.argmax(1) if self.n else np.zeros(0, int)
        self.exact = self.weight is None or bool(np.all(self.weight * 8 == np.round(self.weight * 8)))

    @staticmethod
    def complete(columns, keep):
        """A column that is missing for one of two classes: 1 - s, or -s of scores that are no probabilities."""
        columns = [None if column is None else column[keep] for column in columns]
        given = next(column for column in columns if column is not None)
        other = 1 - given if ((given >= 0) & (given <= 1)).all() else -given
        return np.column_stack([other if column is None else column for column in columns])

    def sweep(self, k):
        return binary.Sweep((self.actual == k).astype(float), self.scores[:, k], self.weight)

    def micro(self):
        indicator = (self.actual[:, None] == np.arange(self.classes)).astype(float)
        weight = None if self.weight is None else np.repeat(self.weight, self.classes)
        return binary.Sweep(indicator.ravel(), self.scores.ravel(), weight)


def label_scalars(rows):
    y, q, w, classes = rows.actual, rows.predicted, rows.weight, rows.classes
    kw = {"sample_weight": w}
    present = len(np.unique(y))
    count = np.bincount(y, minlength=classes)
    balanced = metrics.balanced_accuracy_score(y, q, **kw)
    # Azure: chance is 1/2 for two classes, else one over the classes that occur.
    chance = 0.5 if classes == 2 else 1 / present
    out = {"accuracy": metrics.accuracy_score(y, q, **kw), "balanced_accuracy": balanced,
           "weighted_accuracy": metrics.accuracy_score(y, q, sample_weight=count[y]),
           "norm_macro_recall": max(0, (balanced - chance) / (1 - chance)) if chance < 1 else np.nan,
           "matthews_correlation": metrics.matthews_corrcoef(y, q, **kw),
           "kappa": metrics.cohen_kappa_score(y, q, **kw)}
    for average in ("macro", "micro", "weighted"):
        three = metrics.precision_recall_fscore_support(y, q, average=average, zero_division=0, **kw)
        for name, value in zip(("precision", "recall", "f1"), three):
            out[f"{name}_score_{average}"] = value
    return out


def agreement_floor(rows):
    """Matthews and kappa lose digits, here and there, when one class has nearly all the weight."""
    matrix = metrics.confusion_matrix(rows.actual, rows.predicted, sample_weight=rows.weight)
    matrix = matrix / matrix.sum()
    spread = (1 - (matrix.sum(0) ** 2).sum()) * (1 - (matrix.sum(1) ** 2).sum())
    return 1e-12 + 2e-15 / np.sqrt(max(spread, 1e-30))


def confusion(check, got, rows):
    classes = rows.classes
    check.same("rows", rows.n, got["rows"])
    if rows.n == 0:
        return
    labels = list(range(classes))
    kw = {"labels": labels, "sample_weight": rows.weight}
    check.near("cell", metrics.confusion_matrix(rows.actual, rows.predicted, **kw).ravel(), got["cell"])
    table = metrics.precision_recall_fscore_support(rows.actual, rows.predicted, zero_division=0, **kw)
    weight = np.ones(rows.n) if rows.weight is None else rows.weight
    called = np.bincount(rows.predicted, weight, minlength=classes)
    check.near("per_class", np.column_stack([*table, called]), got["per_class"])
    check.same("present", len(np.unique(rows.actual)), got["present"])


def averages(check, got, rows, sweeps):
    """AUC and AP: means over the classes that have both kinds of rows; micro over all."""
    used = [k for k, sweep in enumerate(sweeps) if sweep.both]
    out = {}
    for name, key, function in (("AUC", "auc", metrics.roc_auc_score),
                                ("average_precision_score", "ap", metrics.average_precision_score)):
        values = [got["classes"][k]["roc" if key == "auc" else "pr"][key] for k in used]
        support = [float(sweeps[k].p) for k in used]
        out[f"{name}_macro"] = np.mean(values) if used else np.nan
        out[f"{name}_weighted"] = np.average(values, weights=support) if used else np.nan
        out[f"{name}_micro"] = got["micro"]["roc" if key == "auc" else "pr"][key]
        if len(used) == rows.classes > 2:
            indicator = (rows.actual[:, None] == np.arange(rows.classes)).astype(int)
            for average in ("macro", "weighted", "micro"):
                theirs = function(indicator, rows.scores, average=average, sample_weight=rows.weight)
                check.near(f"{name}_{average} of scikit-learn", theirs, out[f"{name}_{average}"])
    check.near("areas", list(out[name] for name in (
        "AUC_macro", "AUC_weighted", "AUC_micro", "average_precision_score_macro",
        "average_precision_score_weighted", "average_precision_score_micro")), got["areas"])
    return out


def probability_scores(rows, positive):
    if not rows.is_probability:
        return {"log_loss": np.nan, "brier_score": np.nan}
    out = {"log_loss": metrics.log_loss(rows.actual, rows.scores, labels=range(rows.classes),
                                        sample_weight=rows.weight)}
    if rows.classes == 2 and positive >= 0:
        out["brier_score"] = metrics.brier_score_loss((rows.actual == positive).astype(int), rows.scores[:, positive],
                                                      sample_weight=rows.weight, pos_label=1)
    else:
        squares = (rows.scores - (rows.actual[:, None] == np.arange(rows.classes))) ** 2
        out["brier_score"] = np.average(squares.sum(1), weights=rows.weight)
    return out


def scalars(check, got, rows, positive, areas):
    table = got["scalars"]
    if rows.n == 0:
        check.undefined(table, *table)
        return
    want = label_scalars(rows)
    if 0 <= positive < rows.classes:
        three = got["confusion"]["per_class"][positive]
        for name, value in zip(("precision", "recall", "f1"), three):
            want[f"{name}_score_binary"] = value
    if rows.scores is not None:
        want.update(areas)
        want.update(probability_scores(rows, positive))
        if 0 <= positive < rows.classes:
            curves = got["classes"][positive]
            want["AUC_binary"] = curves["roc"]["auc"]
            want["average_precision_score_binary"] = curves["pr"]["ap"]
    check.same("names", sorted(want), sorted(table))
    agreement = {name: want.pop(name) for name in ("matthews_correlation", "kappa")}
    check.fields(agreement, table, floor=agreement_floor(rows))
    check.fields(want, table)


def step_at(x, y, at):
    """The y of the first point at or beyond."""
    return np.asarray(y)[np.minimum(np.searchsorted(x, at), len(x) - 1)]


def macro_curves(check, got, parts, weights=None):
    """Means of the classes' curves on the union of their x."""
    def mean(name, pick, value):
        curves = [pick(part) for part in parts]
        grid = np.unique(np.concatenate([curve["x"] for curve in curves]))
        check.near(f"{name}.x", grid, pick(got)["x"], floor=0)
        want = np.average([value(curve["x"], curve["y"], grid) for curve in curves], axis=0, weights=weights)
        check.near(f"{name}.y", want, pick(got)["y"])

    mean("roc", lambda part: part["roc"]["curve"], lambda x, y, at: np.interp(at, x, y))
    mean("pr", lambda part: part["pr"]["curve"], step_at)
    mean("gain", lambda part: part["gain"]["gain"], lambda x, y, at: np.interp(at, x, y))
    gain, lift = got["gain"]["gain"], got["gain"]["lift"]
    x, y = np.array(gain["x"]), np.array(gain["y"])
    check.near("lift.x", x[x > 0], lift["x"], floor=0)
    check.near("lift.y", y[x > 0] / x[x > 0], lift["y"])
    for name, pick in (("auc", "roc"), ("ap", "pr"), ("prevalence", "pr"), ("prevalence", "gain"),
                       ("highest_lift", "gain"), ("accuracy_ratio", "gain")):
        check.near(f"{pick}.{name}", np.average([part[pick][name] for part in parts], weights=weights), got[pick][name])


def all_curves(check, got, rows, bins):
    sweeps = [rows.sweep(k) for k in range(rows.classes)]
    for k, sweep in enumerate(sweeps):
        with check.at(f"classes[{k}]"):
            part = got["classes"][k]
            check.same("has a reason", not sweep.both, part["reason"] is not None)
            check.near("support", sweep.p, part["support"])
            binary.curves(check, part, sweep)
            with check.at("calibration"):
                calibration.calibration(check, part["calibration"], sweep, bins)
    with check.at("micro"):
        binary.curves(check, got["micro"], rows.micro(), has_delong=False, has_p=False)
        with check.at("calibration"):
            calibration.merged(check, got["micro"]["calibration"], [part["calibration"] for part in got["classes"]])
    parts = [part for part in got["classes"] if not part["reason"]]
    check.same("curves_reason", not parts, got["curves_reason"] is not None)
    if parts:
        with check.at("macro"):
            macro_curves(check, got["macro"], parts)
            with check.at("calibration"):
                calibration.averaged(check, got["macro"]["calibration"], [part["calibration"] for part in parts])
        with check.at("weighted"):
            macro_curves(check, got["weighted"], parts, [part["support"] for part in parts])
    return averages(check, got, rows, sweeps)
