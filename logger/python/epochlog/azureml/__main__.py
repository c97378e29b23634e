"""Runs a script that imports azureml, unchanged:

python -m epochlog.azureml [-v] SCRIPT [ARGUMENT...]
python -m epochlog.azureml [-v] -m MODULE [ARGUMENT...]
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any, NoReturn

from epochlog.azureml import _finder

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType, TracebackType

USAGE = """\
usage: python -m epochlog.azureml [-v] SCRIPT [ARGUMENT...]
       python -m epochlog.azureml [-v] -m MODULE [ARGUMENT...]

Runs a Python program as `python SCRIPT` does, with `import azureml...` served by epochlog: its
runs are kept in $EPOCHLOG_DIR, else ./outputs.  Where Azure's own azureml-core is installed, that
is used.

  -v, --verbose  say on standard error which of both serves azureml
  -h, --help     show this and end
"""


def main() -> None:
    words = sys.argv[1:]
    is_verbose = False
    while words and words[0].startswith("-") and words[0] not in ("-m", "-"):
        option = words.pop(0)
        if option in ("-h", "--help"):
            print(USAGE, end="")
            return
        if option == "--":
            break
        if option not in ("-v", "--verbose"):
            _refuse(f"unknown option {option!r}")
        is_verbose = True
    is_module = words[:1] == ["-m"]
    words = words[is_module:]
    if not words:
        _refuse("no module is named" if is_module else "no script is named")
    is_ours = _finder.install()
    if is_verbose:
        where = os.path.dirname(os.path.abspath(__file__))
        told = f"served from {where}" if is_ours else "the one that is installed"
        print(f"epochlog: azureml is {told}", file=sys.stderr)
    _hide_this_file()
    if is_module:
        _run_module(words)
    else:
        _run_script(words)


def _refuse(why: str) -> NoReturn:
    print(f"python -m epochlog.azureml: {why}\n{USAGE}", end="", file=sys.stderr)
    sys.exit(2)


def _run_script(words: list[str]) -> None:
    path = words[0]
    sys.argv[:] = words
    if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
        _set_first_place(os.path.abspath(path))
        _run_spec(PathFinder.find_spec("__main__", [os.path.abspath(path)]), path)
        return
    try:
        with open(path, "rb") as file:
            code = compile(file.read(), path, "exec", dont_inherit=True)
    except OSError as error:
        _refuse(f"cannot open {path!r}: {error.strerror}")
    _set_first_place(os.path.dirname(os.path.realpath(path)))
    file_path = os.path.abspath(path)
    loader = SourceFileLoader("__main__", file_path)
    _execute(code, __file__=file_path, __loader__=loader, __spec__=None, __package__=None)


def _run_module(words: list[str]) -> None:
    import importlib.util

    name = words[0]
    sys.argv[:] = words
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(name + ".__main__")
    except (ImportError, ValueError) as error:
        _refuse(f"no module named {name!r}: {error}")
    sys.argv[0] = spec.origin or name if spec is not None else name
    _run_spec(spec, name)


def _run_spec(spec: ModuleSpec | None, name: str) -> None:
    get_code = getattr(spec.loader, "get_code", None) if spec is not None else None
    if spec is None or get_code is None:
        _refuse(f"no module named {name!r} that can be run")
    code = get_code(spec.name)
    _execute(
        code, __file__=spec.origin, __loader__=spec.loader, __spec__=spec, __package__=spec.parent
    )


def _set_first_place(folder: str) -> None:
    """Where Python looks for modules first, unless it was told to look in no such place."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = folder


def _execute(code: CodeType, **names: Any) -> None:
    """Runs a program in a module __main__ of its own, which stays, as workers of multiprocessing
    and what is called at exit need it."""
    from types import ModuleType

    module = ModuleType("__main__")
    module.__dict__.update(names, __builtins__=__builtins__, __cached__=None)
    if "__annotations__" in globals():  # Python made it for this program, as it would for that
        module.__annotations__ = {}
    sys.modules["__main__"] = module
    try:
        exec(code, module.__dict__)
    except SystemExit as end:
        sys.exit(end.code)  # which tells epochlog; a bare `raise SystemExit` does not


def _hide_this_file() -> None:
    """Tracebacks begin with the script, as they do without this."""
    former = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        at = trace
        while at is not None and at.tb_frame.f_code.co_filename != __file__:
            at = at.tb_next
        while at is not None and at.tb_frame.f_code.co_filename == __file__:
            at = at.tb_next
        if at is not None or isinstance(error, SyntaxError):
            error.__traceback__ = trace = at
        former(kind, error, trace)

    sys.excepthook = hook


if __name__ == "__main__":
    main()
