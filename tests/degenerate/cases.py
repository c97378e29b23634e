"""The table: what goes in, and what must be said about it.

`says` are sentences of the page (numbers as the page writes them, any space as
a plain one), `silent` what it must not say, `json` values of report.json by
their path, `causes` what --strict must complain of (none: it must not).
"""
import math


class Case:
    def __init__(self, name, type=None, rows=None, head=None, options=(), says=(), silent=(),
                 json=None, causes=(), charts=1, seconds=0, megabytes=0):
        self.name, self.type, self.head, self.rows = name, type, head, rows
        self.options, self.says, self.silent, self.json = options, says, silent, json or {}
        self.causes, self.charts = causes, charts
        self.seconds, self.megabytes = seconds, megabytes
        self.logged = type is None

    def text(self):
        if self.head is None:
            return self.rows
        return "\n".join([self.head] + [",".join(map(str, row)) for row in self.rows]) + "\n"


def noise(i):
    """A number from 0 to 1 that looks like chance and is the same everywhere."""
    return (i * 7919 + 104729) % 1009 / 1009


def logit(i):
    """A score that is no probability."""
    return round(6 * fair(i) - 2, 3)


def classes(name, head, rows, **more):
    return Case(name, "classification", head=head, rows=rows, **more)


def values(name, rows, head="true,predicted", **more):
    return Case(name, "regression", head=head, rows=rows, **more)


def two(n, label, score):
    return [(label(i), score(i)) for i in range(n)]


YES = ("--positive", "yes")


def yes_no(i):
    return "yes" if noise(3 * i) < 0.4 else "no"


def fair(i):
    return round((noise(i) + (yes_no(i) == "yes") * 0.5) / 1.5, 3)


ONE_YES = "only class yes is present (n = 12)"
NO_AUC = {"evaluations/test/scalars/AUC_macro": None}

CASES = [
    # ---- classification ----
    classes("one_class", "true,no,yes", [("yes", 1 - noise(i), noise(i)) for i in range(12)],
            says=[ONE_YES + ": undefined", ONE_YES + "; what tells classes apart is undefined"],
            json=NO_AUC, causes=[ONE_YES, "AUC_macro"], charts=6),
    classes("no_positives", "true,no,yes", [("no", 1 - noise(i), noise(i)) for i in range(12)],
            says=["only class no is present (n = 12): undefined"], json=NO_AUC,
            causes=["only class no is present (n = 12)", "undefined ("], charts=6),
    classes("one_of_three", "true,a,b,c", [("b", .2, .5, .3)] * 9,
            says=["only class b is present (n = 9); what tells classes apart is undefined"],
            json=NO_AUC,
            causes=["only class b is present (n = 9)"]),
    classes("nan_scores", "true,score",
            [(yes_no(i), {10: "nan", 500: "inf", 900: "-inf"}.get(i, fair(i))) for i in range(1000)],
            options=YES,
            says=["3 of 1000 rows dropped: a score that is not a number",
                  "Evaluation test: 3 of 1000 rows dropped (a score that is not a number)."],
            json={"evaluations/test/n": 997, "evaluations/test/dropped": 3},
            causes=["3 of 1000 rows dropped (a score that is not a number)"], charts=6),
    classes("all_scores_nan", "true,score", [("yes", "nan"), ("no", "nan"), ("no", "inf")],
            options=YES,
            says=["no rows: 3 of 3 were dropped (a score that is not a number)"],
            json={"evaluations/test/n": 0, "evaluations/test/dropped": 3},
            causes=["no rows: 3 of 3 were dropped"], charts=6),
    classes("constant_scores", "true,score", two(50, yes_no, lambda i: 0.3), options=YES,
            says=["AUC 0.500 CI n/a: all scores equal", "AUC 0.500 (CI n/a: all scores equal)",
                  "all scores are equal; they tell no row from another"],
            silent=["0.500–0.500"],
            json={"evaluations/test/scalars/AUC_binary": .5,
                  "evaluations/test/intervals/AUC_binary/lo": None,
                  "evaluations/test/intervals/AUC_binary/reason": "all scores equal",
                  "evaluations/test/intervals/AUC_macro/reason": "all scores equal",
                  "evaluations/test/per_class/yes/intervals/auc/reason": "all scores equal",
                  "evaluations/test/scalars/average_precision_score_binary":
                      sum(yes_no(i) == "yes" for i in range(50)) / 50},
            causes=["all scores are equal"], charts=6),
    classes("logits", "true,score", two(200, yes_no, logit), options=YES,
            says=["scores outside 0 to 1 are no probabilities: calibration is undefined",
                  "Scores are no probabilities: above 0 counts as yes.",
                  "scores lie outside 0 to 1; calibration, log loss and Brier score are left out"],
            json={"evaluations/test/scalars/log_loss": None,
                  "evaluations/test/scalars/accuracy":
                      sum((logit(i) > 0) == (yes_no(i) == "yes") for i in range(200)) / 200,
                  "evaluations/test/confusion/boundary/score": 0,
                  "evaluations/test/confusion/boundary/above": "yes"},
            causes=["scores lie outside 0 to 1", "log_loss"], charts=6),
    classes("string_labels", "true,ham,spam",
            [("spam" if yes_no(i) == "yes" else "ham", round(1 - fair(i), 3), fair(i))
             for i in range(80)], says=["positive = spam"]),
    classes("zero_weights", "true,score,weight",
            [(yes_no(i), fair(i), 0 if i % 4 == 0 else 1) for i in range(80)], options=YES,
            says=["n = 60, 20 of weight 0 left out"], json={"evaluations/test/n": 60}),
    classes("tied_scores", "true,score",
            two(300, yes_no, lambda i: 0.1 if i % 3 else (0.6 if yes_no(i) == "yes" else 0.2)),
            options=YES, says=["n = 300"]),
    classes("mixed_labels", "true,1,a",
            [("1", .8, .2), ("a", .3, .7), ("1", .4, .6), ("a", .1, .9)], says=["positive = a"],
            json={"evaluations/test/classes": ["1", "a"]}),
    classes("absent_class", "true,a,b,c",
            [("ab"[i % 2], *((.7, .2, .1) if i % 3 else (.1, .2, .7))) for i in range(30)],
            says=["no row has the true label c; it has no recall and no curves", "–"],
            causes=["no row has the true label c"]),
    classes("one_sample", "true,no,yes", [("yes", .3, .7)],
            says=["only class yes is present (n = 1): undefined"], json=NO_AUC,
            causes=["only class yes is present (n = 1)"]),
    classes("labels_only_one_class", "true,predicted", [("a", "a")] * 5 + [("a", "b")],
            says=["only class a is present (n = 6)"],
            json={"evaluations/test/confusion/matrix": [[5, 1], [0, 0]]},
            causes=["only class a is present (n = 6)"]),
    classes("huge_scores", "true,score",
            two(40, yes_no, lambda i: "%r" % ((fair(i) - .5) * 1.7e308)), options=YES,
            says=["scores lie outside 0 to 1"], causes=["scores lie outside 0 to 1"]),
    classes("denormal_scores", "true,score",
            two(40, yes_no, lambda i: "%r" % (5e-324 * (1 + i % 7))), options=YES, says=["n = 40"]),
    classes("perfect", "true,score",
            two(60, yes_no, lambda i: 0.9 if yes_no(i) == "yes" else 0.1), options=YES,
            says=["perfect separation", "an AUC of 1.000 is rare with real data"],
            json={"evaluations/test/scalars/AUC_binary": 1.0}),
    # ---- regression ----
    values("one_row", [(3, 4)],
           says=["n = 1", "fewer than two values (n = 1): nothing to compare with a normal",
                 "A single row: its prediction is 1.000 too high."],
           json={"evaluations/test/scalars/r2_score": 0.0}, charts=5),
    values("one_exact_row", [(3, 3)], says=["A single row: its prediction is exact."],
           json={"evaluations/test/scalars/r2_score": 1.0}, charts=5),
    values("two_rows", [(3, 4), (5, 5)], says=["n = 2"], charts=5),
    values("constant_truth", [(5, 5 + noise(i)) for i in range(20)],
           says=["every true value is 5"],
           json={"evaluations/test/scalars/r2_score": 0.0}, charts=5),
    values("constant_and_exact", [(5, 5)] * 20,
           says=["Every residual is 0: all predictions are exact.",
                 "Every prediction is the true value"],
           json={"evaluations/test/scalars/r2_score": 1.0,
                 "evaluations/test/scalars/root_mean_squared_error": 0.0}, charts=5),
    values("exact", [(i, i) for i in range(40)],
           says=["R² 1.000", "Every residual is 0: all predictions are exact.",
                 "values are constant (n = 40): nothing to compare with a normal"],
           json={"evaluations/test/scalars/r2_score": 1.0}, charts=5),
    values("same_error", [(i, i + 2) for i in range(40)],
           says=["Every prediction is 2.000 too high."], charts=5),
    values("constant_prediction", [(noise(i), 0.5) for i in range(40)],
           says=["Too few rows, or too few different predictions, for a trend."],
           json={"evaluations/test/scalars/spearman_correlation": -1.0}, charts=5),
    values("nan_values", [(i, "nan" if i % 10 == 3 else i + noise(i)) for i in range(40)],
           says=["n = 36 (4 of 40 rows dropped: a value that is not a number, or too large)",
                 "R² 0.998 (95 % CI 0.99", "bootstrap, n = 36 of 40 rows",
                 "no sign of uneven spread (Breusch–Pagan type, p = "],
           json={"evaluations/test/n": 36, "evaluations/test/dropped": 4},
           causes=["4 of 40 rows dropped"], charts=5),
    values("all_values_nan", [("nan", 1), (1, "inf")],
           says=["no rows: 2 of 2 were dropped (a value that is not a number, or too large)"],
           json={"evaluations/test/n": 0}, causes=["no rows: 2 of 2 were dropped"], charts=5),
    values("huge_values",
           [((noise(i) - .5) * 3e308, (noise(i + 1) - .5) * 3e308) for i in range(40)],
           says=["Predicted against true"], charts=5,
           causes=["Evaluation test"]),
    values("denormal_values",
           [("%r" % (5e-324 * i), "%r" % (5e-324 * (i + i % 3))) for i in range(40)],
           says=["n = 40"], silent=["∞"],
           causes=["undefined (all true values are 0): mean_absolute_percentage_error"], charts=5),
    values("one_outlier", [(i, i + noise(i)) for i in range(60)] + [(30, 1e9)], says=["n = 61"],
           charts=5),
    values("zero_weights_regression", [(i, i + noise(i), 0) for i in range(5)],
           head="true,predicted,weight", says=["no rows: 5 of 5 have weight 0"],
           causes=["no rows: 5 of 5 have weight 0"], charts=5),
    values("some_zero_weights", [(i, i + noise(i), i % 3) for i in range(30)],
           head="true,predicted,weight", says=["n = 20, 10 of weight 0 left out"],
           json={"evaluations/test/n": 20}, charts=5),
    values("bounds_of_no_width", [(i, i, i, i) for i in range(30)],
           head="true,predicted,lower,upper", options=("--level", "0.9"),
           says=["The intervals hold 100 % of the true values"],
           json={"evaluations/test/coverage/mean_width": 0.0}, charts=6),
    values("bounds_without_level",
           [(i, i, i - noise(i), i + 2 * noise(i + 5)) for i in range(30)],
           head="true,predicted,lower,upper", says=["what was claimed is not known"],
           json={"evaluations/test/coverage/winkler_score": None}, charts=6),
    # ---- logged by a script ----
    Case("negative_weights", says=["row 7 of 20 has a negative weight (-0.5)"],
         json={"evaluations/test/n": 0}, causes=["row 7 of 20 has a negative weight (-0.5)"]),
    Case("negative_weights_regression", says=["row 3 of 5 has a negative weight (-2)"],
         json={"evaluations/test/n": 0}, causes=["row 3 of 5 has a negative weight (-2)"], charts=5),
    Case("all_weights_zero", says=["no rows: 20 of 20 have weight 0"],
         causes=["no rows: 20 of 20 have weight 0"]),
    Case("unknown_labels",
         says=["4 of 20 rows dropped (3 with an unknown label, 1 with a score that is not a number)"],
         json={"evaluations/test/n": 16, "evaluations/test/dropped": 4},
         causes=["4 of 20 rows dropped"]),
    Case("only_unknown_labels", says=["no rows: 20 of 20 were dropped (unknown label)"],
         causes=["no rows: 20 of 20 were dropped (unknown label)"]),
    Case("empty", says=["Evaluation classes: no rows were logged.",
                        "Evaluation values: no rows were logged.",
                        "Evaluation features: no features were logged."],
         causes=["classes: no rows", "values: no rows", "features: no features"], charts=12),
    Case("batches_that_differ",
         says=["a batch was left out: its columns differ from those of the first batch",
               "a batch was left out: its classes differ from those of the first batch"],
         json={"evaluations/test/n": 20}, causes=["its columns differ", "its classes differ"]),
    Case("bounds_that_cross",
         says=["no row has both bounds in order (4 of 4 have none, or lower above upper)"],
         causes=["4 of 4 rows have no prediction interval"], charts=6),
    Case("importance_of_nothing",
         says=["none of the 3 values is a number",
               "Every importance is 0: the result depends on none of the features."],
         causes=["3 of 3 values are not a number"], charts=2),
    Case("many_features", says=["10 000 features, the 20 largest drawn", "other 9980 features"],
         seconds=5, megabytes=100),
    Case("many_classes", says=["10 000 classes"], seconds=20, megabytes=300),
    Case("many_classes_scored", says=["n = 60"], causes=["no row has the true label"], seconds=30,
         megabytes=400),
    Case("metrics_without_numbers",
         says=["loss: 4 of 10 values are NaN or infinite.", "never: 10 of 10 values"],
         causes=["loss: 4 of 10", "never: 10 of 10", "blown_up: 1 of 10"], charts=3),
    Case("bad_json",
         says=["the matrix is missing or empty", "every cell is 0",
               "the probability tables or their thresholds are missing", "bin_edges do not rise",
               "3 bin edges do not fit 4 counts", "not valid JSON: line 1",
               "it reports errors instead of data", "a cell of the matrix is no count",
               "a count is negative or no number", "all counts are 0"],
         json={"evaluations/absent class/confusion/matrix": [[3, 1], [0, 0]],
               "evaluations/one class/approximate": True,
               "evaluations/negative counts/schema": "accuracy_table",
               "evaluations/too few edges/residuals/counts": [0.88, 20],
               "evaluations/not JSON/type": "unknown"},
         causes=["no matrix: the matrix is missing", "edges that fall: bin_edges do not rise"],
         charts=16),
]
