"""Runs in notebooks: the HTML stands for itself, and follows a training until it ends."""

from __future__ import annotations

import html.parser
import math
import sys
import threading
import time
import types
from pathlib import Path
from typing import Any, Callable

import pytest

import epochlog
from epochlog import _html, _notebook, _saved, _sparkline

NASTY = "<script>alert('x')</script>&\"'</div><!--x"


class Page(html.parser.HTMLParser):
    """Tags that close in order, and the text between them."""

    VOID = {"circle", "polyline", "polygon"}  # closed where they stand

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        assert tag in self.VOID
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def a_run(root: Path) -> epochlog.Run:
    with epochlog.Run(
        "ridge", params={"alpha": 0.5, "solver": "svd"}, tags={"stage": "final"}
    ) as run:
        for i in range(1000):
            run.log("loss", 1 / (i + 1))
        run.log("once", 3)
        run.log("word", "hello")
        run.log_row("rows", a=1)
        run.add_data("model.bin", b"abc")
    return run


# ----------------------------------------------------------------------- HTML


def test_a_run_shows_its_status_parameters_and_metrics(root: Path) -> None:
    run = _saved.open_run(a_run(root).folder)
    page = Page(run._repr_html_())
    assert page.tags[0] == ("div", {"class": "epochlog-run"})
    for part in (
        "ridge",
        "Completed",
        run.id,
        "stage=final",
        "alpha",
        "0.5",
        "svd",
        "loss",
        "1000",
        "0.001",
        "hello",
        "rows",
        "1 file",
    ):
        assert part in page.text
    assert len([tag for tag, _ in page.tags if tag == "svg"]) == 2


def test_the_picture_is_the_same_before_and_after_points_are_read(root: Path) -> None:
    run = _saved.open_run(a_run(root).folder)
    before = run._repr_html_()
    assert run._data.is_summary
    run["loss"].values
    assert not run._data.is_summary and run._repr_html_() == before


def test_every_text_is_escaped(root: Path) -> None:
    run = epochlog.Run(NASTY, params={NASTY: NASTY}, tags={NASTY: NASTY}, experiment=NASTY)
    run.define(NASTY, unit=NASTY)
    run.log(NASTY, 1.0)
    run.log("word", NASTY)
    run.fail(NASTY, code=NASTY, details=NASTY)
    text = _saved.open_run(run.folder)._repr_html_()
    page = Page(text)
    assert "script" not in {tag for tag, _ in page.tags} and "<!--" not in text
    assert page.text.count(NASTY) >= 9


def test_nothing_is_fetched_and_nothing_runs(root: Path) -> None:
    text = _saved.open_run(a_run(root).folder)._repr_html_()
    for tag, attributes in Page(text).tags:
        assert tag not in ("script", "img", "link", "iframe", "object", "a", "use", "image")
        assert not any(name.startswith("on") or name in ("href", "src") for name in attributes)
    for word in ("http:", "https:", "//", "url(", "@import", "javascript"):
        assert word not in text


def test_light_and_dark_follow_the_system_and_the_notebook() -> None:
    for rule in (
        "@media (prefers-color-scheme:dark)",
        '[data-jp-theme-light="false"]',
        ".vscode-dark",
        "html[theme=dark]",
    ):
        assert rule in _html._STYLE
    # All that is styled is inside of the run: a notebook has more to show.
    rules = _html._STYLE.replace("@media (prefers-color-scheme:dark){", "").split("}")
    for rule in filter(None, rules):
        assert all(".epochlog-run" in part for part in rule.split("{")[0].split(","))


def test_a_failed_run_shows_why(root: Path) -> None:
    with pytest.raises(ValueError), epochlog.Run("r") as run:
        raise ValueError("no <luck>")
    page = Page(_saved.open_run(run.folder)._repr_html_())
    assert "ValueError: no <luck>" in page.text and "Traceback" in page.text


def test_many_and_long_things_are_cut(root: Path) -> None:
    with epochlog.Run("r", params={f"p{i}": "x" * 10_000 for i in range(500)}) as run:
        run.log({f"metric {i}": i for i in range(250)})
        run.log("word", "y" * 100_000)
    text = _saved.open_run(run.folder)._repr_html_()
    assert len(text) < 300_000 and "and 51 more metrics" in Page(text).text
    assert "500 parameters" in text


def test_a_run_without_metrics_is_shown(root: Path) -> None:
    run = epochlog.Run("r")
    assert "No metrics yet." in Page(run._repr_html_()).text
    run.complete()
    assert "Completed" in Page(run._repr_html_()).text


# ------------------------------------------------------------------ sparkline


@pytest.mark.parametrize(
    "values",
    [
        [1.0],
        [1.0, 2.0],
        [5.0] * 9,
        [1e308, -1e308],
        [5e-324, 0.0],
        [-0.0, 0.0],
        [1.0, math.nan, 3.0],
    ],
)
def test_sparklines_stay_inside(values: list[float]) -> None:
    svg = _sparkline.sparkline(values, values, values)
    Page(svg)
    for points in (tag[1]["points"] for tag in Page(svg).tags if tag[1].get("points")):
        assert points is not None
        for x, y in (point.split(",") for point in points.split()):
            assert 0 <= float(x) <= _sparkline.WIDTH and 0 <= float(y) <= _sparkline.HEIGHT


def test_a_line_goes_up_when_values_do() -> None:
    svg = _sparkline.sparkline([0.0, 1.0], [0.0, 1.0], [0.0, 1.0])
    assert 'points="2,22 118,2"' in svg and "polygon" not in svg
    assert "polygon" in _sparkline.sparkline([0.0, 1.0], [1.0, 2.0], [0.5, 1.5])


def test_nothing_finite_has_no_line() -> None:
    assert _sparkline.sparkline([math.nan] * 3, [math.nan] * 3, [math.nan] * 3) == ""


# ----------------------------------------------------------------- plain text


def test_outside_of_a_notebook_a_run_is_printed_once(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = a_run(root)
    _notebook.show(run)
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert lines[0] == "ridge: Completed"
    assert "  alpha=0.5, solver=svd" in lines
    assert [line.split() for line in lines if line.startswith("  loss")] == [
        ["loss", "0.001", "0.001", "1", "1000"]
    ]
    assert "IPython" not in sys.modules and not shown_by_threads()
    _notebook.show(_saved.open_run(run.folder))
    _notebook.show(run.folder)
    assert capsys.readouterr().out == 2 * said


def test_plain_text_has_nothing_that_a_terminal_obeys(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with epochlog.Run("a\x1b[2Jb\nc", tags={"t\r": "\x07"}) as run:
        run.log("m\x1b]0;x", 1)
    _notebook.show(run)
    said = capsys.readouterr().out
    assert all(c.isprintable() or c == "\n" for c in said)
    assert said.splitlines()[0] == "a\ufffd[2Jb\ufffdc: Completed"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.4123, "412 ms"),
        (8.06, "8.1 s"),
        (59.97, "0 min 59 s"),
        (185, "3 min 05 s"),
        (7800, "2 h 10 min"),
        (356400, "4 d 03 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert _html.duration_text(seconds) == text


@pytest.mark.parametrize("interval", [0, -1, math.nan])
def test_an_interval_is_above_0(root: Path, interval: float) -> None:
    with pytest.raises(ValueError, match="interval is"):
        _notebook.show(a_run(root), interval=interval)


def test_what_is_no_run_cannot_be_shown(root: Path) -> None:
    with pytest.raises(TypeError, match="a Run, a SavedRun or a path, not int"):
        _notebook.show(3)
    with pytest.raises(FileNotFoundError):
        _notebook.show(root / "none")


# ----------------------------------------------------------------------- live


class Handle:
    def __init__(self, bundle: dict[str, str]) -> None:
        self.shown = [bundle]

    def update(self, bundle: dict[str, str], *, raw: bool) -> None:
        assert raw
        self.shown.append(bundle)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[Handle]:
    """A stand-in for IPython with a kernel; the displays it was asked for."""
    displays: list[Handle] = []

    def display(bundle: dict[str, str], *, raw: bool, display_id: bool) -> Handle:
        assert raw and display_id
        displays.append(Handle(bundle))
        return displays[-1]

    shell = types.SimpleNamespace(kernel=object())
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: shell  # type: ignore[attr-defined]
    ipython.shell = shell  # type: ignore[attr-defined]
    parts = types.ModuleType("IPython.display")
    parts.display = display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", parts)
    return displays


def shown_by_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("epochlog show")]


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_a_display_follows_a_run_until_it_ends(root: Path, notebook: list[Handle]) -> None:
    run = epochlog.Run("r")
    run.log("loss", 0.75)
    _notebook.show(run, interval=0.02)
    [handle] = notebook
    [thread] = shown_by_threads()
    assert thread.daemon
    assert "Running" in handle.shown[0]["text/html"] and "0.75" in handle.shown[0]["text/plain"]
    run.log("loss", 0.25)
    wait_until(lambda: "0.25" in handle.shown[-1]["text/html"])
    run.complete()
    wait_until(lambda: "Completed" in handle.shown[-1]["text/html"])
    thread.join(20)
    assert not thread.is_alive() and not shown_by_threads()
    count = len(handle.shown)
    time.sleep(0.1)
    assert len(handle.shown) == count


def test_a_run_that_has_ended_is_shown_once(root: Path, notebook: list[Handle]) -> None:
    _notebook.show(a_run(root))
    assert len(notebook) == 1 and len(notebook[0].shown) == 1 and not shown_by_threads()


def test_a_terminal_with_ipython_gets_text(
    root: Path, notebook: list[Handle], capsys: pytest.CaptureFixture[str]
) -> None:
    del sys.modules["IPython"].shell.kernel
    _notebook.show(a_run(root))
    assert notebook == [] and capsys.readouterr().out.startswith("ridge: Completed")


def test_a_display_is_given_up_when_the_folder_is_gone(root: Path, notebook: list[Handle]) -> None:
    run = epochlog.Run("r")
    run.log("loss", 1)
    _notebook.show(run, interval=0.01)
    [thread] = shown_by_threads()
    Path(run.folder).rename(root / ".hidden")
    thread.join(20)
    assert not thread.is_alive()
    (root / ".hidden").rename(run.folder)
    run.complete()
    assert "Running" in notebook[0].shown[-1]["text/html"]


def test_a_display_does_not_keep_the_interpreter(root: Path, python: Any) -> None:
    done = python(
        "import sys, time, types\n"
        "import epochlog\n"
        "from epochlog import _notebook\n"
        "class Handle:\n"
        "    def update(self, bundle, raw): print('renewed', flush=True)\n"
        "ipython = types.ModuleType('IPython')\n"
        "ipython.get_ipython = lambda: types.SimpleNamespace(kernel=1)\n"
        "parts = types.ModuleType('IPython.display')\n"
        "parts.display = lambda bundle, raw, display_id: Handle()\n"
        "sys.modules.update({'IPython': ipython, 'IPython.display': parts})\n"
        "run = epochlog.Run('r')\n"
        "run.log('x', 1)\n"
        "_notebook.show(run, interval=0.01)\n"
        "_notebook.show(run, interval=3600)\n"
        "time.sleep(0.2)\n"
        "run.leave()\n",
        timeout=30,
    )
    assert "renewed" in done.stdout and done.stderr == ""


def test_showing_imports_no_notebook(root: Path, python: Any) -> None:
    done = python(
        "import sys, epochlog\n"
        "from epochlog import _notebook\n"
        "with epochlog.Run('r') as run: run.log('x', 1)\n"
        "_notebook.show(run)\n"
        "assert not {name.split('.')[0] for name in sys.modules} & {'IPython', 'ipykernel'}\n"
    )
    assert done.stdout.startswith("r: Completed")
