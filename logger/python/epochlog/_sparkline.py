"""A metric as a line the height of a word, in SVG."""

from __future__ import annotations

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 120, 24, 2


def sparkline(lows: Sequence[float], highs: Sequence[float], means: Sequence[float]) -> str:
    """The SVG of a metric that was reduced to columns; "" when no column has a finite value.

    `lows`, `highs`, `means`: [columns], NaN where there is nothing.  The line goes through the
    means, on a band from the lowest to the highest value of each column.
    """
    places = [i for i, mean in enumerate(means) if not math.isnan(lows[i])]
    if not places:
        return ""
    bottom, top = min(lows[i] for i in places), max(highs[i] for i in places)
    xs = [_x(i, places[0], places[-1]) for i in places]
    line = [_y(means[i], bottom, top) for i in places]
    upper = [_y(highs[i], bottom, top) for i in places]
    lower = [_y(lows[i], bottom, top) for i in places]
    parts = []
    if upper != lower:
        band = _points(xs + xs[::-1], upper + lower[::-1])
        parts.append(
            f'<polygon class="band" points="{band}" fill="currentColor" fill-opacity=".25"/>'
        )
    if len(places) > 1:
        parts.append(
            f'<polyline points="{_points(xs, line)}" fill="none" stroke="currentColor" '
            'stroke-width="1.5" stroke-linejoin="round"/>'
        )
    parts.append(f'<circle cx="{xs[-1]:g}" cy="{line[-1]:g}" r="1.8" fill="currentColor"/>')
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        + "".join(parts)
        + "</svg>"
    )


def _x(place: int, first: int, last: int) -> float:
    share = (place - first) / (last - first) if last > first else 1.0
    return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


def _y(value: float, bottom: float, top: float) -> float:
    # Halves, as the distance of two doubles need not be one.
    span = top / 2 - bottom / 2
    share = (value / 2 - bottom / 2) / span if span > 0 else 0.5
    share = min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.5
    return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)


def _points(xs: Sequence[float], ys: Sequence[float]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in zip(xs, ys))
