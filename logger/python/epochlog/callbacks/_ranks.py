"""One run for the processes of a training of several ranks, of which the first one logs.

Lightning starts the others itself, by the same script with LOCAL_RANK set, after the script
has made its loggers. So the first process leaves the id of its n-th logger in the environment,
where the n-th logger of its children finds it; the number of the process stands before it, so
that no grandchild takes it for its own.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from epochlog import _identity

_KEYS = ("RANK", "LOCAL_RANK", "SLURM_PROCID", "JSM_NAMESPACE_RANK")
_loggers = 0


def rank() -> int:
    """The rank of this process as Lightning has it, else as the environment does, else 0."""
    utilities = sys.modules.get("lightning_utilities.core.rank_zero")
    if utilities is not None:
        known = getattr(utilities.rank_zero_only, "rank", None)
        if known is not None:
            return int(known)
    return next((int(os.environ[key]) for key in _KEYS if os.environ.get(key, "").isdigit()), 0)


def as_one_run(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a run that is the same in all ranks, and that only this process logs to."""
    global _loggers
    _loggers += 1
    name = options.get("name") or os.environ.get("EPOCHLOG_RUN_NAME") or _identity.program_name()
    shared = f"EPOCHLOG_LOGGER_{_loggers}"
    run_id = options.get("run_id") or os.environ.get("EPOCHLOG_RUN_ID")
    if run_id is None and "LOCAL_RANK" in os.environ:
        parent, _, left = os.environ.get(shared, "").partition(":")
        run_id = left if parent == str(os.getppid()) else None
    if run_id is None:
        run_id = _identity.agreed_run_id(name, _identity.rank(), _identity.world_size())
    if run_id is None:
        run_id = new_id(name)
        os.environ[shared] = f"{os.getpid()}:{run_id}"
    return {"rank": 0, "world_size": 1, **options, "name": name, "run_id": run_id}


def new_id(name: str) -> str:
    import time
    import uuid

    return _identity._make(time.time(), name, uuid.uuid4().hex)


def place(options: dict[str, Any]) -> tuple[str, str, str]:
    """(name, root, id) of a run that is not open yet."""
    root = options.get("root") or os.environ.get("EPOCHLOG_DIR") or "./outputs"
    return str(options["name"]), os.fspath(root), str(options["run_id"])
