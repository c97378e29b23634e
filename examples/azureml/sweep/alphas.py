"""The values that the sweep tries."""

import numpy as np


def alphas():
    return np.arange(0.0, 1.0, 0.05)
