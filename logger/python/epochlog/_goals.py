"""Which values of a metric are better, as far as its name tells.

The words are those of the report, so that both say the same of a metric.
"""

from __future__ import annotations

LOWER = (
    "loss",
    "err",
    "mse",
    "mae",
    "rmse",
    "mape",
    "perplexity",
    "ppl",
    "nll",
    "brier",
    "ece",
    "deviance",
)
HIGHER = (
    "acc",
    "auc",
    "f1",
    "precision",
    "recall",
    "r2",
    "score",
    "bleu",
    "iou",
    "dice",
    "map",
    "reward",
    "correlation",
    "kappa",
)


def goal_of_name(name: str) -> str | None:
    """Either "min" or "max"; None where the name tells nothing."""
    lower = name.encode("utf-8", "replace").lower()  # of ASCII letters alone
    if any(word.encode() in lower for word in LOWER):
        return "min"
    if any(word.encode() in lower for word in HIGHER):
        return "max"
    return None
