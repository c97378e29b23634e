"""Callbacks for training frameworks; each module imports its framework only when used.

    keras         EpochlogCallback for model.fit
    lightning     EpochlogLogger for the Trainer and for Fabric
    huggingface   EpochlogCallback for transformers' Trainer
    xgboost       EpochlogCallback for xgboost.train, cv and its scikit-learn models
    lightgbm      EpochlogCallback for lightgbm.train, cv and its scikit-learn models
    sklearn       log_estimator, log_search, log_cross_validation

All of them take `run=`, an open `epochlog.Run` that stays open; or else the keyword
arguments of `epochlog.Run`, with which they make a run of their own and end it.
"""

from __future__ import annotations

from typing import Any

__all__ = ["huggingface", "keras", "lightgbm", "lightning", "sklearn", "xgboost"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return import_module(f"{__name__}.{name}")
