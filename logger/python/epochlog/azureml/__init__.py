"""Azure ML's run API over files on this machine: scripts written for it run with their imports
alone changed, from `azureml` to `epochlog.azureml`.

::

    from epochlog.azureml.core import Experiment, Run, Workspace

    run = Experiment(Workspace.from_config(), "diabetes").start_logging()
    run.log("mse", 3295.7)
    run.complete()

`python -m epochlog.azureml train.py` runs a script without any change, and `install()` serves
`import azureml...` in a notebook.  Everything is kept in a folder of the run; nothing is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._finder import install
    from .core import (
        Environment,
        Experiment,
        Model,
        Run,
        RunConfiguration,
        ScriptRunConfig,
        Workspace,
    )
    from .widgets import RunDetails

__all__ = [
    "Environment",
    "Experiment",
    "Model",
    "Run",
    "RunConfiguration",
    "RunDetails",
    "ScriptRunConfig",
    "Workspace",
    "install",
]

_PLACES = {"RunDetails": ".widgets", "install": "._finder"}


def __getattr__(name: str) -> object:
    """Names are imported when they are first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_PLACES.get(name, ".core"), __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
