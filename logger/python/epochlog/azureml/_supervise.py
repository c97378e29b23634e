"""The process that runs a submitted script, and tells the end of its run.

It reads its order, a JSON object, from standard input, says "started" on standard output when the
script runs, and goes on behind the back of the process that submitted: that one may end, be
interrupted or be killed, and the run goes on.  The script writes to its console log directly, so
nothing that it prints is lost, whatever happens to others.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from . import _facts, _files, _life, _outputs, _submit, _word, _workcopy
from ._waiting import CONSOLE

if TYPE_CHECKING:
    import epochlog

_LOOK_S = 0.1
"""Between two looks for a request to cancel."""
_GRACE_S = 5.0
"""Between asking a script to end and killing it."""
_TAIL_BYTES = 1 << 16
"""Of the console, in which a traceback is looked for."""


def main() -> None:
    order = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
    if os.fork():  # who submitted waits for this process; init will for the other
        os._exit(0)
    supervisor = Supervisor(order)
    try:
        supervisor.begin()
    except (OSError, ValueError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    sys.stdout.write("started\n")
    sys.stdout.flush()
    supervisor.watch()


class Supervisor:
    """What is done for one run."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._folder: str = order["folder"]
        self._work = os.path.join(self._folder, _workcopy.NAME)
        self._cancel = os.path.join(self._folder, _life.CANCEL_FILE)
        self._is_asked_to_end = False

    def begin(self) -> None:
        """Opens the run and starts the script.  Raises OSError where either cannot be."""
        signal.signal(signal.SIGTERM, self._on_term)
        for number in (signal.SIGINT, signal.SIGHUP):  # handled, as what is ignored is inherited
            signal.signal(number, lambda *_: None)
        os.chdir(self._order["source"])  # whose git commit is recorded
        self._writer = self._open()
        console = os.path.join(self._folder, CONSOLE)
        os.makedirs(os.path.dirname(console), exist_ok=True)
        try:
            with open(console, "ab") as log:
                self._script = subprocess.Popen(
                    self._order["command"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self._work,
                    env=self._environment(),
                    start_new_session=True,
                )
        except OSError:
            self._writer.cancel()
            raise
        self._begun = time.monotonic()

    def watch(self) -> None:
        """Waits for the script, and ends its run."""
        _close_streams()
        was_ended = self._wait()
        status = self._script.returncode
        if not self._keep_outputs():
            _workcopy.clear(self._work, self._order["placed"])
        word = _word.take(self._folder)
        if os.path.exists(self._cancel):
            os.unlink(self._cancel)
        if was_ended:
            self._writer.cancel()
        elif word is not None:
            _end(self._writer, word)
        elif status == 0:
            self._writer.complete()
        else:
            message, details = _failure(status, _tail(os.path.join(self._folder, CONSOLE)))
            self._writer.fail(message, code="UserError", details=details)

    def _on_term(self, number: int, frame: object) -> None:
        self._is_asked_to_end = True

    def _open(self) -> epochlog.Run:
        """The run, with what is known of it before the script starts."""
        import epochlog

        order = self._order
        writer = epochlog.Run(
            order["name"],
            run_id=order["run_id"],
            root=order["root"],
            experiment=order["experiment"],
            parent=order["parent"],
            tags=order["tags"],
            rank=0,
            world_size=1,
            ring_kib=256,
        )
        writer.set_property(_facts.RUN_TYPE, "azureml.scriptrun")
        definition = json.dumps(order["definition"], indent=1).encode("utf-8", "replace")
        writer.add_data("azureml/definition.json", definition, _files.DEFINITION_ROLE)
        if order["snapshot"] is not None:
            archive = os.path.join(self._folder, _submit.ARCHIVE)
            name = _files.snapshot_name(order["snapshot"])
            writer.add_file(archive, name, _files.SNAPSHOT_ROLE)
            writer.set_property(_facts.SNAPSHOT_ID, order["snapshot"])
            os.unlink(archive)
        return writer

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self._order["environment"],
            "EPOCHLOG_DIR": self._order["root"],
            "EPOCHLOG_RUN_ID": self._order["run_id"],
            "EPOCHLOG_RUN_NAME": self._order["name"],
            "EPOCHLOG_EXPERIMENT": self._order["experiment"],
            "AZUREML_RUN_ID": self._order["run_id"],
            _word.SUPERVISOR: str(os.getpid()),
        }

    def _wait(self) -> bool:
        """Until the script's process has ended; True: it was ended on request, or for its time."""
        while True:
            try:
                self._script.wait(_LOOK_S)
                return False
            except subprocess.TimeoutExpired:
                pass
            if self._is_asked_to_end or os.path.exists(self._cancel) or self._is_overdue():
                self._end_script()
                return True

    def _is_overdue(self) -> bool:
        most = self._order["most_seconds"]
        return most is not None and time.monotonic() - self._begun > most

    def _end_script(self) -> None:
        """Ends the script and the processes it started: first asked, then killed."""
        _signal_group(self._script.pid, signal.SIGTERM)
        try:
            self._script.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            pass
        _signal_group(self._script.pid, signal.SIGKILL)
        self._script.wait()

    def _keep_outputs(self) -> list[str]:
        """Keeps what the script left in its output folders, and removes it there.  What could not
        be kept is told in the console log, and stays."""
        problems, folders = [], []
        for name in self._order["watched"]:
            path = os.path.join(self._work, *name.split("/"))
            if _workcopy.is_within(self._work, name):
                folders.append(
                    _outputs.TrackedFolder(path, name, self._order["root"], everything=True)
                )
            elif os.path.lexists(path):
                problems.append(f"{name}: it is a link")
        for folder in folders:
            problems += folder.keep_in(self._writer)
        if problems:
            self._tell("".join(f"epochlog: not kept: {problem}\n" for problem in problems))
            return problems
        for folder in folders:
            for found in folder.files():
                os.unlink(found.path)
        return []

    def _tell(self, text: str) -> None:
        """Adds to the console log; not through a link that the script may have put there."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            file = os.open(os.path.join(self._folder, CONSOLE), flags, 0o666)
        except OSError:
            return
        with open(file, "w", encoding="utf-8", errors="replace") as log:
            log.write(text)


def _end(writer: epochlog.Run, word: dict[str, str]) -> None:
    if word["status"] == "Completed":
        writer.complete()
    elif word["status"] == "Canceled":
        writer.cancel()
    else:
        writer.fail(word.get("message"), code=word.get("code"), details=word.get("details"))


def _failure(status: int, console: str) -> tuple[str, str]:
    """Message and details of a script that did not end with 0."""
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        how = f"the script was killed by {name}"
    else:
        how = f"the script ended with exit code {status}"
    at = console.rfind("Traceback (most recent call last):")
    if at < 0:
        return how, console[-2000:]
    lines = console[at:].splitlines()
    end = next((i for i, line in enumerate(lines[1:], 1) if line and line[0] not in " \t"), 0)
    return f"{how}: {lines[end]}", "\n".join(lines[: end + 1])


def _tail(path: str) -> str:
    try:
        with open(path, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _signal_group(process: int, number: int) -> None:
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        pass


def _close_streams() -> None:
    """What submitted waits no longer, and may be gone: nothing is said to it."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)


if __name__ == "__main__":
    main()
