"""Runs that this process begins to log, and those that it joins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from . import _ids, _outputs, _sessions, _word

if TYPE_CHECKING:
    from .core.workspace import Workspace

_AUTOMATIC = ("outputs", "logs")
"""Folders whose files a run keeps without being told."""
_CHILD_RING_KIB = 256
"""Children come in crowds: each has a file of this size mapped."""


def begin(
    workspace: Workspace,
    experiment: str,
    name: str | None = None,
    *,
    run_id: str | None = None,
    parent: str | None = None,
    outputs: str | os.PathLike[str] | None = None,
    prefix: str = "",
    tags: Any = None,
) -> _sessions.Session:
    """Starts a run; ranks of one job come to the same.

    - `name`: None: that of the program.
    - `run_id`: None: a new one, never that of the run which the process belongs to.
    - `parent`: the id of the run that it is a child of; None: none.
    - `outputs`: a folder that is made and whose files are kept in the end; for a run that is no
      child ./outputs and ./logs are looked after in any case.
    - `prefix`: of an id that is made.

    Raises ValueError for an id that cannot be one, OSError where the run's folder cannot be made.
    """
    import epochlog

    from .. import _identity

    name = name or os.environ.get("EPOCHLOG_RUN_NAME") or _identity.program_name()
    folders = _tracked(workspace.root, outputs, is_child=parent is not None)
    if run_id is None:
        rank, size = _identity.rank(), _identity.world_size()
        agreed = None if parent else _identity.agreed_run_id(name, rank, size)
        run_id = prefix + (agreed or _ids.make(name))
    writer = epochlog.Run(
        name,
        run_id=run_id,
        root=workspace.root,
        experiment=experiment,
        parent=parent,
        tags=tags,
        ring_kib=_CHILD_RING_KIB if parent else 0,
    )
    session = _sessions.Session(writer)
    session.folders = folders
    _sessions.add(session)
    return session


def join(root: str, run_id: str) -> _sessions.Session:
    """Takes part in the run that the environment names.

    Where a script was submitted, the process that watches over it tells the end of the run.
    Raises OSError where the run's folder cannot be written.
    """
    import epochlog

    from .. import _exit

    writer = epochlog.Run(run_id=run_id, root=root, **identity(os.path.join(root, run_id)))
    session = _sessions.Session(writer)
    if _word.supervisor() is not None:
        session.is_submitted = True
        _exit.watch(writer, is_worker=True)
    else:
        session.folders = _tracked(root, None, is_child=False)
    _sessions.add(session)
    return session


def identity(folder: str) -> dict[str, Any]:
    """What a run is called, for a further writer of it, whose words on that count; nothing where
    there is no run yet."""
    import epochlog

    try:
        saved = epochlog.open_run(folder)
    except (OSError, ValueError):
        return {}
    return {
        "name": saved.name,
        "experiment": saved.experiment,
        "parent": saved.parent_id or None,
        "description": saved.description or None,
    }


def _tracked(
    root: str, outputs: str | os.PathLike[str] | None, *, is_child: bool
) -> list[_outputs.TrackedFolder]:
    """The folders whose files the run keeps in the end.  ./outputs is made: scripts write to it
    and leave it to others to make it."""
    folders = []
    given = os.path.normpath(os.fspath(outputs)) if outputs is not None else None
    if given is not None:
        os.makedirs(given, exist_ok=True)
        prefix = _outputs.prefix_of(given)
        folders.append(_outputs.TrackedFolder(given, prefix, root, everything=True))
    if not is_child:
        _make_outputs()
        for name in _AUTOMATIC:
            if name != given:
                folders.append(_outputs.TrackedFolder(name, name, root, everything=False))
    return folders


def _make_outputs() -> None:
    try:
        os.makedirs(_AUTOMATIC[0], exist_ok=True)
    except OSError:
        pass  # a folder that cannot be written: scripts that write to it tell that themselves
