"""Six charts of a classifier with scikit-learn and matplotlib: what a report is
measured against.   baseline.py FOLDER

FOLDER has true.npy and score.npy, which load faster than any text would."""

import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from sklearn import metrics
from sklearn.calibration import CalibrationDisplay

folder = sys.argv[1]
truth, score = np.load(f"{folder}/true.npy"), np.load(f"{folder}/score.npy")


def save(name):
    plt.gcf().savefig(f"{folder}/{name}.png", dpi=150)
    plt.close("all")


def gains():
    order = np.argsort(-score)
    found = np.cumsum(truth[order]) / truth.sum()
    return np.arange(1, len(truth) + 1) / len(truth), found


metrics.ConfusionMatrixDisplay.from_predictions(truth, score > 0.5)
save("confusion")
metrics.RocCurveDisplay.from_predictions(truth, score)
save("roc")
metrics.PrecisionRecallDisplay.from_predictions(truth, score)
save("pr")
x, y = gains()
plt.plot(x, y)
save("gains")
plt.plot(x, y / x)
save("lift")
CalibrationDisplay.from_predictions(truth, score, n_bins=10)
save("calibration")
