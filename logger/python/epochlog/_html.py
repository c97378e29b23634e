"""A run as a piece of HTML for notebooks, and as plain text.

The HTML stands for itself: no script, nothing that is fetched, every text of the run
escaped.  Its colours are those of the report's page; dark ones follow the notebook where it
says what it is, else the system.
"""

from __future__ import annotations

import html
import math

from ._sparkline import sparkline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from . import _native

    Spans = _native._Spans

METRICS_MAX = 200
"""So many rows are shown; a sentence says how many more there are."""
TEXT_MAX = 200
"""Longer texts are cut."""
DETAILS_MAX = 20_000

_LIGHT = (
    "--ink:#1f2328;--ink2:#59636e;--line:#d0d7de;--card:#f6f8fa;--s1:#0072b2;--pass:#1a7f37;"
    "--warn:#9a6700;--fail:#cf222e;--pass-bg:#dafbe1;--warn-bg:#fff8c5;--fail-bg:#ffebe9"
)
_DARK = (
    "--ink:#e6edf3;--ink2:#9198a1;--line:#30363d;--card:#1e2128;--s1:#56b4e9;--pass:#3fb950;"
    "--warn:#d29922;--fail:#f85149;--pass-bg:#12261e;--warn-bg:#272115;--fail-bg:#25171c"
)
# How notebooks say that they are light or dark: JupyterLab and Notebook 7, VS Code, Colab.
_LIGHT_HOSTS = ('[data-jp-theme-light="true"]', ".vscode-light", "html[theme=light]")
_DARK_HOSTS = ('[data-jp-theme-light="false"]', ".vscode-dark", "html[theme=dark]")


def _for_hosts(hosts: Iterable[str], colors: str) -> str:
    return ",".join(f"{host} .epochlog-run" for host in hosts) + "{" + colors + "}"


_STYLE = (
    ".epochlog-run{"
    + _LIGHT
    + ";color:var(--ink);font:13px/20px system-ui,sans-serif;max-width:72em}"
    "@media (prefers-color-scheme:dark){.epochlog-run{"
    + _DARK
    + "}}"
    + _for_hosts(_LIGHT_HOSTS, _LIGHT)
    + _for_hosts(_DARK_HOSTS, _DARK)
    + ".epochlog-run .head{font-size:15px;margin:0 0 2px;overflow-wrap:anywhere}"
    ".epochlog-run .status{font-size:12px;font-weight:600;padding:1px 8px;border-radius:6px;"
    "margin-left:8px;background:var(--card);color:var(--ink)}"
    ".epochlog-run .good{background:var(--pass-bg);color:var(--pass)}"
    ".epochlog-run .bad{background:var(--fail-bg);color:var(--fail)}"
    ".epochlog-run .fair{background:var(--warn-bg);color:var(--warn)}"
    ".epochlog-run .quiet{color:var(--ink2);overflow-wrap:anywhere}"
    ".epochlog-run .error{border-left:4px solid var(--fail);padding:4px 12px;margin:8px 0;"
    "overflow-wrap:anywhere}"
    ".epochlog-run pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;background:none;"
    "color:inherit;font-size:12px}"
    ".epochlog-run table{border-collapse:collapse;margin:8px 0;font:inherit;color:inherit;border:0;"
    "font-variant-numeric:tabular-nums}"
    ".epochlog-run th,.epochlog-run td{padding:3px 10px 3px 0;text-align:left;border:0;"
    "border-bottom:1px solid var(--line);background:none;color:inherit;vertical-align:middle;"
    "max-width:40em;overflow-wrap:anywhere;white-space:normal}"
    ".epochlog-run tbody th{font-weight:400}.epochlog-run .n{text-align:right}"
    ".epochlog-run svg{color:var(--s1);display:block}"
    ".epochlog-run summary{cursor:pointer;color:var(--ink2)}"
)

_STATUS_CLASS = {"Completed": "good", "Failed": "bad", "NotResponding": "bad", "Canceled": "fair"}


# --------------------------------------------------------------------- words

_NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def number_text(value: Any) -> str:
    """A value in at most six digits; a text is cut."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else _NOT_FINITE[str(value)]
    return cut(str(value), TEXT_MAX)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def duration_text(seconds: float) -> str:
    """As the command prints it: "412 ms", "8.1 s", "3 min 05 s", "2 h 10 min", "4 d 03 h"."""
    if seconds < 0.9995:
        return f"{1e3 * seconds:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole // 60 % 60:02d} min"
    return f"{whole // 86400} d {whole // 3600 % 24:02d} h"


def _facts(data: _native.RunData) -> list[str]:
    from ._records import time_of

    start = time_of(data.start_ns)
    facts = [data.id, f"experiment {data.experiment}"]
    if start is not None:
        facts.append(f"started {start.astimezone():%Y-%m-%d %H:%M:%S}")
        facts.append(duration_text(max(0, data.end_ns - data.start_ns) / 1e9))
    if data.world_size > 1:
        facts.append(f"{data.world_size} processes")
    facts.extend(f"{name}={value}" if value else name for name, value in data.tags.items())
    return [cut(fact, TEXT_MAX) for fact in facts if fact]


def _error(data: _native.RunData) -> str:
    return ": ".join(part for part in (data.error_code, data.error_message) if part)


def _kept(data: _native.RunData) -> str:
    """What the run has beside metrics, as "3 files, 2 images"; "" for nothing."""
    counts = ((len(data.files), "file"), (len(data.images), "image"), (len(data.documents), "text"))
    return ", ".join(_counted(n, word) for n, word in counts if n)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


# ---------------------------------------------------------------------- HTML


def run_html(data: _native.RunData, spans: Spans) -> str:
    """The run as HTML; `spans`: its metrics reduced, as of RunData.spans."""
    parts = [f'<div class="epochlog-run"><style>{_STYLE}</style>']
    status = _STATUS_CLASS.get(data.status, "")
    parts.append(
        f'<div class="head"><b>{_escape(cut(data.name or data.id, TEXT_MAX))}</b>'
        f'<span class="status {status}">{_escape(data.status)}</span></div>'
    )
    parts.append(f'<div class="quiet">{" · ".join(map(_escape, _facts(data)))}</div>')
    parts.append(_error_html(data))
    parts.append(_metrics_html(data, spans))
    parts.append(_params_html(data))
    parts.append(_notes_html(data))
    parts.append("</div>")
    return "".join(parts)


def _escape(text: str) -> str:
    return html.escape(text, quote=True)


def _error_html(data: _native.RunData) -> str:
    message = _error(data)
    if not message:
        return ""
    details = data.error_details[-DETAILS_MAX:]
    trace = f"<details><summary>details</summary><pre>{_escape(details)}</pre></details>"
    return f'<div class="error">{_escape(cut(message, 1000))}{trace if details else ""}</div>'


def _metrics_html(data: _native.RunData, spans: Spans) -> str:
    if not data.metrics:
        return '<div class="quiet">No metrics yet.</div>' if data.status == "Running" else ""
    rows = []
    for entry, reduced in list(zip(data.metrics, spans))[:METRICS_MAX]:
        name, kind, type_, _, unit, _, count, totals = entry
        label = _escape(cut(name, TEXT_MAX)) + (
            f' <span class="quiet">{_escape(unit)}</span>' if unit else ""
        )
        values = (number_text(totals[which]) if totals else "–" for which in (1, 2, 3))
        cells = "".join(f'<td class="n">{_escape(value)}</td>' for value in values)
        word = type_ if kind == "scalar" else kind
        picture = sparkline(*reduced) if reduced else f'<span class="quiet">{word}</span>'
        rows.append(
            f'<tr><th scope="row">{label}</th><td>{picture}</td>{cells}'
            f'<td class="n">{count}</td></tr>'
        )
    more = len(data.metrics) - len(rows)
    heads = "".join(
        f'<th scope="col" class="n">{word}</th>' for word in ("last", "min", "max", "n")
    )
    return (
        f'<table><thead><tr><th scope="col">metric</th><th></th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
        + (f'<div class="quiet">and {_counted(more, "more metric")}</div>' if more > 0 else "")
    )


def _params_html(data: _native.RunData) -> str:
    if not data.params:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{_escape(cut(name, TEXT_MAX))}</th>'
        f"<td>{_escape(number_text(value))}</td></tr>"
        for name, value in list(data.params.items())[:METRICS_MAX]
    )
    opened = " open" if len(data.params) <= 12 else ""
    return (
        f"<details{opened}><summary>{_counted(len(data.params), 'parameter')}</summary>"
        f"<table><tbody>{rows}</tbody></table></details>"
    )


def _notes_html(data: _native.RunData) -> str:
    kept = _kept(data)
    parts = [f'<div class="quiet">{kept}</div>'] if kept else []
    if data.warnings:
        items = "".join(f"<li>{_escape(cut(text, 1000))}</li>" for text in data.warnings[:20])
        heading = _counted(len(data.warnings), "warning")
        parts.append(f"<details><summary>{heading}</summary><ul>{items}</ul></details>")
    return "".join(parts)


# ---------------------------------------------------------------- plain text


def run_text(data: _native.RunData) -> str:
    """The run in some lines of plain text, without a line end."""
    lines = [
        f"{_line(data.name or data.id)}: {data.status}",
        "  " + ", ".join(map(_line, _facts(data))),
    ]
    if _error(data):
        lines.append("  " + _line(_error(data)))
    if data.params:
        params = (f"{name}={number_text(value)}" for name, value in data.params.items())
        lines.append("  " + _line(", ".join(params), 1000))
    rows = [("metric", "last", "min", "max", "n")]
    for name, _, _, _, unit, _, count, totals in data.metrics[:METRICS_MAX]:
        values = (number_text(totals[which]) if totals else "–" for which in (1, 2, 3))
        label = f"{name} [{unit}]" if unit else name
        last, low, high = (_line(value, 24) for value in values)
        rows.append((_line(label, 40), last, low, high, str(count)))
    if len(rows) > 1:
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        for row in rows:
            cells = [row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in range(1, 5))]
            lines.append("  " + "  ".join(cells))
    if len(data.metrics) >= len(rows):
        lines.append(f"  and {_counted(len(data.metrics) - len(rows) + 1, 'more metric')}")
    if _kept(data):
        lines.append("  " + _kept(data))
    return "\n".join(lines)


def _line(text: str, most: int = TEXT_MAX) -> str:
    """A text on one line, without what a terminal would obey."""
    return cut("".join(c if c.isprintable() else "\ufffd" for c in text), most)
