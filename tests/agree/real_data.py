"""Predictions of real models on real data: the sets of scikit-learn, statsmodels, R and
pROC, as cases.  Nothing is stored here; the packages bring their data along.
"""

import csv
import pathlib
import subprocess

import numpy as np
import statsmodels.api as sm
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

SCRIPT = str(pathlib.Path(__file__).parent / "reference.R")
# Trees make ties, naive Bayes makes probabilities of 0 and 1.
CLASSIFIERS = {"logistic": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
               "forest": lambda: RandomForestClassifier(20, random_state=0), "bayes": GaussianNB,
               "tree": lambda: DecisionTreeClassifier(max_depth=4, random_state=0)}
REGRESSORS = {"linear": LinearRegression, "tree": lambda: DecisionTreeRegressor(max_depth=3, random_state=0)}


def columns_of(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def from_r(folder):
    """The sets of R, as columns of numbers."""
    subprocess.run(["Rscript", "--vanilla", SCRIPT, "sets", str(folder)], check=True)
    return {path.stem: columns_of(path) for path in sorted(folder.glob("*.csv"))}


def without(columns, *names):
    return np.column_stack([values for name, values in columns.items() if name not in names])


def classified(folder):
    """Features and classes 0, 1, … of each set."""
    for name in ("breast_cancer", "iris", "wine", "digits"):
        bunch = getattr(datasets, f"load_{name}")()
        yield name, bunch.data, bunch.target
    for name, label in (("fair", "affairs"), ("spector", "GRADE"), ("anes96", "PID"), ("modechoice", "mode")):
        table = getattr(sm.datasets, name).load_pandas().data.astype(float)
        if name == "fair":
            table[label] = table[label] > 0
        if name == "modechoice":  # The mode that was chosen, from what is known of the traveller.
            table = table[table["choice"] == 1].drop(columns=["choice", "individual", "ttme", "invc", "invt", "gc"])
        classes = np.unique(table[label], return_inverse=True)[1]
        yield name, table.drop(columns=[label]).to_numpy(float), classes
    for name, label in (("aSAH", "outcome"), ("infert", "case"), ("Titanic", "Survived")):
        columns = from_r_cache(folder)[name]
        yield name, without(columns, label, "gos6"), np.unique(columns[label], return_inverse=True)[1]


def measured(folder):
    """Features and values of each set."""
    diabetes, body = datasets.load_diabetes(), datasets.load_linnerud()
    yield "diabetes", diabetes.data, diabetes.target
    yield "linnerud", body.data, body.target[:, 0]
    star = sm.datasets.star98.load_pandas()
    yield "star98", star.exog.to_numpy(float), (star.endog.iloc[:, 0] / star.endog.sum(axis=1)).to_numpy(float)
    for name, label in (("mtcars", "mpg"), ("ChickWeight", "weight")):
        columns = from_r_cache(folder)[name]
        yield name, without(columns, label), columns[label]


CACHE = {}


def from_r_cache(folder):
    if not CACHE:
        CACHE.update(from_r(folder))
    return CACHE


def classification_case(truth, scores, weight=None, bins=10):
    arrays = {"classes": scores.shape[1], "actual": truth.astype(float), "weight": weight, "bins": bins, "positive": -1,
              "thresholds": 100}
    return "multiclass", arrays | {f"score{k}": column for k, column in enumerate(scores.T)}


def cases(folder):
    """Name and case of each model on each set; folder receives R's sets."""
    random = np.random.default_rng(7)
    for name, x, y in classified(folder):
        a, b, ya, yb = train_test_split(x, y, test_size=0.5, random_state=0, stratify=y)
        for model_name, model in CLASSIFIERS.items():
            scores = model().fit(a, ya).predict_proba(b)
            weight = random.integers(1, 5, len(yb)).astype(float) if model_name == "bayes" else None
            yield f"{name}-{model_name}", classification_case(yb, scores, weight)
    for name, x, y in measured(folder):
        a, b, ya, yb = train_test_split(x, y, test_size=0.5, random_state=0)
        for model_name, model in REGRESSORS.items():
            predicted = model().fit(a, ya).predict(b)
            yield f"{name}-{model_name}", ("regression", {"actual": yb.astype(float), "predicted": predicted,
                                                         "weight": None, "level": 0.95})
