"""What a submitted script says of the end of its run, for the process that watches over it.

The supervisor ends the run when the script's process has ended, by its exit status.  A script
that called `complete`, `fail` or `cancel` has said how the run ended: its word is a small file in
the run's folder, which the supervisor reads and removes.
"""

from __future__ import annotations

import json
import os

SUPERVISOR = "EPOCHLOG_AZUREML_SUPERVISOR"
"""The environment variable that tells a script the process id of its supervisor."""
_FILE = "end.json"


def supervisor() -> int | None:
    """The process that watches over this script; None: there is none, or it is gone."""
    text = os.environ.get(SUPERVISOR, "")
    if not text.isdigit() or text == "0":
        return None
    try:
        os.kill(int(text), 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass  # of another user, but there
    return int(text)


def give(folder: str, status: str, code: str = "", message: str = "", details: str = "") -> None:
    """Says how the run of this folder ended.  The last word counts."""
    word = {"status": status, "code": code, "message": message, "details": details}
    path = os.path.join(folder, _FILE)
    temporary = f"{path}.{os.getpid()}"
    with open(temporary, "w", encoding="utf-8", errors="replace") as file:
        json.dump(word, file)
    os.replace(temporary, path)


def look(folder: str) -> dict[str, str] | None:
    """What the script said; None: nothing, or nothing that can be read."""
    try:
        with open(os.path.join(folder, _FILE), encoding="utf-8", errors="replace") as file:
            word = json.load(file)
    except (OSError, ValueError):
        return None
    if not isinstance(word, dict) or word.get("status") not in ("Completed", "Failed", "Canceled"):
        return None
    return {key: str(value) for key, value in word.items()}


def take(folder: str) -> dict[str, str] | None:
    """The same, which is then removed."""
    word = look(folder)
    try:
        os.unlink(os.path.join(folder, _FILE))
    except OSError:
        pass
    return word
