"""One line chart with matplotlib: what the report of a long metric is measured against.
plot_line.py FOLDER

FOLDER has loss.npy.  The chunks keep matplotlib from giving up on long noisy lines."""

import sys

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["agg.path.chunksize"] = 10000
import matplotlib.pyplot as plt
import numpy as np

folder = sys.argv[1]
loss = np.load(f"{folder}/loss.npy")
figure, axes = plt.subplots(figsize=(7.2, 4.2))
axes.plot(loss)
axes.set_xlabel("step")
axes.set_title("loss")
figure.savefig(f"{folder}/loss.png", dpi=200)
