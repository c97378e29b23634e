"""Six charts of a classifier with scikit-learn and matplotlib: what a report is
measured against.   baseline.py PREDICTIONS.csv FOLDER"""

import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from sklearn import metrics
from sklearn.calibration import CalibrationDisplay

data = np.genfromtxt(sys.argv[1], delimiter=",", skip_header=1, dtype=float)
truth, score = data[:, 0].astype(int), data[:, 1]


def save(name):
    plt.gcf().savefig(f"{sys.argv[2]}/{name}.png", dpi=150)
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
