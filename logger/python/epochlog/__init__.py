"""Logs training runs to plain files, and reads them back.

::

    import epochlog

    with epochlog.Run("ridge", params={"alpha": 0.1}) as run:
        for step in range(100):
            run.log("loss", 1 / (step + 1))
    run.report()

`Run` logs; `open_run`, `runs` and `best` read; `SummaryWriter`, `epochlog.callbacks` and
`epochlog.azureml` take what scripts for other loggers call.  Nothing here uses the network.
"""

from __future__ import annotations

from ._native import VERSION as __version__
from ._run import Run

TYPE_CHECKING = False  # not from typing, which takes longer to import than all of this
if TYPE_CHECKING:
    from ._saved import SavedRun, Series, best, open_run, runs
    from .tensorboard import SummaryWriter

__all__ = ["Run", "SavedRun", "Series", "SummaryWriter", "best", "open_run", "runs", "__version__"]

_PLACES = {
    "SavedRun": "_saved",
    "Series": "_saved",
    "best": "_saved",
    "open_run": "_saved",
    "runs": "_saved",
    "SummaryWriter": "tensorboard",
}


def __getattr__(name: str) -> object:
    """What reading and other loggers' interfaces need is imported when it is first asked for."""
    if name not in _PLACES:
        raise AttributeError(f"module 'epochlog' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f".{_PLACES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
