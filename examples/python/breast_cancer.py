"""Logistic regression by stochastic gradient descent: benign or malignant, with scikit-learn.

    python examples/python/breast_cancer.py

Trains epoch by epoch on scikit-learn's breast cancer data, logs the losses as it goes, and at the
end the predictions for patients it has not seen, from which the report draws its charts.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import epochlog

SEED = 7
PARAMS = {"epochs": 60, "alpha": 0.01, "eta0": 0.02, "test_size": 0.3, "seed": SEED}


def load():
    """Scaled measurements, labels by name, and the numbers of the patients."""
    data = load_breast_cancer()
    labels = data.target_names[data.target]
    rows = np.arange(len(labels))
    parts = train_test_split(
        data.data, labels, rows, test_size=PARAMS["test_size"], random_state=SEED, stratify=labels
    )
    scaler = StandardScaler().fit(parts[0])
    parts[0], parts[1] = scaler.transform(parts[0]), scaler.transform(parts[1])
    return parts, list(data.feature_names)


def train(run, x, y):
    """One pass over the shuffled patients an epoch; returns the model."""
    model = SGDClassifier(
        loss="log_loss", alpha=PARAMS["alpha"], learning_rate="constant", eta0=PARAMS["eta0"]
    )
    order = np.random.default_rng(SEED)
    fit_x, held_x, fit_y, held_y = train_test_split(x, y, test_size=0.2, random_state=SEED)
    for epoch in range(PARAMS["epochs"]):
        rows = order.permutation(len(fit_y))
        model.partial_fit(fit_x[rows], fit_y[rows], classes=np.unique(y))
        run.log(
            {
                "train/loss": log_loss(fit_y, model.predict_proba(fit_x), labels=model.classes_),
                "validation/loss": log_loss(held_y, model.predict_proba(held_x), labels=model.classes_),
                "validation/accuracy": model.score(held_x, held_y),
            },
            step=epoch,
        )
    return model


def main():
    (x, test_x, y, test_y, _, test_rows), features = load()
    with epochlog.Run("breast-cancer", params=PARAMS, tags={"model": "logistic regression"}) as run:
        model = train(run, x, y)
        run.log_classification(
            test_y,
            model.predict_proba(test_x),
            classes=model.classes_,
            positive="malignant",
            ids=test_rows,
        )
        found = permutation_importance(
            model, test_x, test_y, scoring="neg_log_loss", n_repeats=10, random_state=SEED
        )
        run.log_importance(
            features,
            found.importances_mean,
            deviation=found.importances_std,
            method="permutation, rise of the log loss",
        )
    print(run.report())


if __name__ == "__main__":
    main()
