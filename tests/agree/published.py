"""Published values: of the aSAH data (Turck et al. 2010; R's pROC), and of default models
on the sets that scikit-learn ships, computed once with scikit-learn 1.2.1, scipy 1.10.1,
statsmodels 0.13.5 and pROC 1.18.0.  Each is compared to the digits it has here.

    published.py NUMBERS
"""

import pathlib
import sys
import tempfile

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import real_data
from harness import Check, Difference, run


def asah(folder):
    columns = real_data.from_r(folder)["aSAH"]
    poor = (columns["outcome"] == 2).astype(float)  # 1 is Good.
    return poor, columns["s100b"], columns["ndka"], columns["wfns"]


def binary(y, a, b=None):
    return "binary", {"actual": y, "score": a, "score_b": b, "max_fpr": 0.1}


def found(got, x):
    """Share of the positives found in a share of all rows."""
    return np.interp(x, got["gain"]["gain"]["x"], got["gain"]["gain"]["y"])


def compare_asah(check, program, folder):
    y, s100b, ndka, wfns = asah(folder)
    check.near("control sums", [41, 27.91, 2221.47, 289], [y.sum(), s100b.sum(), ndka.sum(), wfns.sum()])
    first, second, third = run(program, [binary(y, s100b, ndka), binary(y, ndka), binary(y, s100b, wfns)])
    areas = ((first, .7313685637, .002668682457, (.6301182, .8326189), (.6192169, .8200857), .0512481),
             (second, .6119579946, .003190810549, (.5012450, .7226710), (.4973306, .7154042), .0561091))
    for got, auc, variance, wald, logit, error in areas:
        check.near("auc", auc, got["roc"]["auc"], floor=5e-11)
        check.near("variance", variance, got["delong"]["variance"], floor=5e-13)
        check.near("wald", wald, got["delong"]["wald"], floor=5.1e-8)
        check.near("logit", logit, got["delong"]["logit"], floor=5.1e-8)
        check.near("Hanley-McNeil", error, got["hanley_mcneil"], floor=5.1e-8)
    pairs = ((first, 1.39077, .1642952, (-.0488706, .2876917)), (third, -2.2089836, .02717578, (-.1742144, -.0104062)))
    for got, z, p, interval in pairs:
        check.near("z", z, got["paired"]["z"], floor=5e-6)
        check.near("p", p, got["paired"]["p"], floor=5e-8)
        check.near("difference", interval, got["paired"]["difference"], floor=5.1e-8)
    check.near("wfns", [.8236788618, .001469914709], [third["paired"]["auc_b"], third["paired"]["variance_b"]], floor=5e-11)
    check.near("partial", [.03275745257, .6460918557], [first["partial_auc_raw"], first["partial_auc"]], floor=5e-11)
    check.near("ap", .6856209232, first["pr"]["ap"], floor=5e-11)
    check.same("points", [39, 51, 51], [len(first["roc"]["curve"]["x"]), len(first["roc_all"]["x"]),
                                        len(first["pr"]["curve"]["x"])])
    check.near("best", [.22, .6341463, 1 - .8055556, .4397019], [first["roc"][f"best_{name}"] for name in
                                                                ("threshold", "tpr", "fpr", "j")], floor=5.1e-8)
    check.near("ks", [.4397019, 4.6528e-05], [first["gain"]["ks"], first["gain"]["ks_p"]], floor=5e-8)
    check.near("gain", [.2756098, .3804878, .5121951, .6756098], found(first, [.1, .2, .3, .5]), floor=5.1e-8)


def halves(data, size, stratify=False):
    x, y = data(return_X_y=True)
    return train_test_split(x, y, test_size=size, random_state=0, stratify=y if stratify else None)


def multiclass(y, scores):
    return "multiclass", {"actual": y, "classes": scores.shape[1], "thresholds": 100,
                          **{f"score{k}": column for k, column in enumerate(scores.T)}}


def compare_breast_cancer(check, program):
    a, b, ya, yb = halves(datasets.load_breast_cancer, None)
    p = make_pipeline(StandardScaler(), LogisticRegression()).fit(a, ya).predict_proba(b)[:, 1]
    check.near("control sum", 88.9285658695, p.sum(), floor=1e-8)
    got, several = run(program, [binary(yb, p), multiclass(yb, np.column_stack([1 - p, p]))])
    check.near("auc", .9914046122, got["roc"]["auc"], floor=5e-11)
    check.near("ap", .9944312639, got["pr"]["ap"], floor=5e-11)
    check.near("logit", [.9655926, .9978950], got["delong"]["logit"], floor=5.1e-8)
    want = {"brier": .0278884639, "ece": .0268184281, "rel": .0048657886, "res": .2112083720, "unc": .2332632403,
            "wbv": .0003354710, "wbc": -.0006323361, "mcb": .0065613063, "dsc": .2119360826}
    check.fields(want, got["calibration"], floor=1e-9)
    check.near("area of 100 percentiles", .9914046122, several["accuracy_table"]["classes"][1]["auc"], floor=5e-11)


def compare_iris(check, program):
    a, b, ya, yb = halves(datasets.load_iris, 0.5, stratify=True)
    p = LogisticRegression(max_iter=1000).fit(a, ya).predict_proba(b)
    # Another build of the optimiser moves the fifth digit of a probability, and no rank.
    check.near("control sums", [24.88583475, 24.72077945, 25.3933858], p.sum(axis=0), floor=3e-3)
    (got,) = run(program, [multiclass(yb, p)])
    scalars = got["scalars"]
    check.near("AUC", [.9989333333, .9992], [scalars["AUC_macro"], scalars["AUC_micro"]], floor=5e-11)
    check.near("AP", [1, .9968615385, .9970370370], [part["pr"]["ap"] for part in got["classes"]], floor=5e-11)
    check.near("AP averages", [.9979661918, .9984413832], [scalars["average_precision_score_macro"],
                                                          scalars["average_precision_score_micro"]], floor=5e-11)
    check.near("confusion", [25, 0, 0, 0, 23, 2, 0, 1, 24], got["confusion"]["cell"], floor=0)
    check.near("kappa, accuracy", [.94, .96], [scalars["kappa"], scalars["accuracy"]])


def compare_diabetes(check, program):
    a, b, ya, yb = halves(datasets.load_diabetes, None)
    q = LinearRegression().fit(a, ya).predict(b)
    check.near("control sums", [16957, 17369.9950301914], [yb.sum(), q.sum()], floor=1e-6)
    (got,) = run(program, [("regression", {"actual": yb, "predicted": q})])
    want = {"r2_score": .3594088038, "mean_absolute_error": 45.1205630744, "median_absolute_error": 40.4693010561,
            "max_error": 162.4418287167, "explained_variance": .3621973365, "root_mean_squared_error": 3180.1596481558 ** .5}
    check.fields(want, got["scalars"], floor=1e-9)
    shape = {"skewness": -.0914233, "excess_kurtosis": .1155037, "jarque_bera": .2163296, "jarque_bera_p": .8975,
             "breusch_pagan": 6.5904818, "breusch_pagan_p": .0102525}
    for name, value in shape.items():
        check.near(name, value, got["shape"][name], floor=5.1e-5 if name == "jarque_bera_p" else 5.1e-8)
    check.near("residuals", [1, 1, 12, 14, 20, 29, 27, 3, 3, 1], got["residual_bins"]["counts"], floor=0)
    check.near("edges", np.linspace(-140.92, 140.92, 9), got["residual_bins"]["edges"][1:-1])


def main(program):
    check = Check()
    with tempfile.TemporaryDirectory() as folder:
        try:
            compare_asah(check, program, pathlib.Path(folder))
            compare_breast_cancer(check, program)
            compare_iris(check, program)
            compare_diabetes(check, program)
        except Difference as difference:
            sys.exit(f"agree: published values: {difference}")
    print(f"agree: {check.numbers} published values")


if __name__ == "__main__":
    main(*sys.argv[1:])
