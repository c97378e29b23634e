"""How often values fall into bins, counted exactly, and the quantiles of the values.

Values are sorted once; bins and quantiles are then looked up.  NumPy sorts where it is
loaded (a million floats in some 0.01 s, the plain interpreter takes a second).
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_left, bisect_right
from typing import Any, NamedTuple
from collections.abc import Sequence

QUANTILES = {"min": 0.0, "p5": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
QUANTILES["max"] = 1.0


class Histogram(NamedTuple):
    left: list[float]
    """Left edges of the bins that are not empty, ascending; a bin has its left edge in it, the
    last one its right edge too.  What is not finite follows, NaN and infinities as both edges."""
    right: list[float]
    counts: list[int]
    quantiles: dict[str, float]
    """Of the finite values, by the names of QUANTILES; NaN without any."""


def histogram(
    values: Any, bins: str | int | Sequence[float] = "tensorflow", limit: int | None = None
) -> Histogram:
    """Counts values of any shape: a tensor, an array, a buffer, nested sequences.

    bins: "tensorflow" for edges at 0 and at ± 1e-12 × 1.1^k; another word for a rule that
        NumPy knows; a number of equal bins; or ascending edges, outside of which nothing is
        counted.
    limit: more bins than that are joined; None: as many as there are.

    Raises ValueError for no value at all, or bins that are none.
    """
    finite, others = sorted_values(values)
    if not len(finite) and not others:
        raise ValueError("values is empty")
    left: list[float] = []
    right: list[float] = []
    count: list[int] = []
    if len(finite):
        edges = edges_of(finite, bins)
        if limit is not None and len(edges) - 1 > limit:
            step = -(-(len(edges) - 1) // max(1, limit))
            edges = [*edges[:-1:step], edges[-1]]
        below = places(finite, edges)
        for i in range(len(edges) - 1):
            if below[i + 1] > below[i]:
                left.append(edges[i])
                right.append(edges[i + 1])
                count.append(below[i + 1] - below[i])
    for edge, number in others.items():
        left.append(edge)
        right.append(edge)
        count.append(number)
    return Histogram(left, right, count, {n: quantile(finite, q) for n, q in QUANTILES.items()})


def from_buckets(low: float, high: float, limits: Any, counts: Any) -> Histogram:
    """The histogram that was counted elsewhere.

    limits: upper edges of the buckets, ascending.  counts: as many, of the values in each.
    low, high: the least and the greatest value.

    Quantiles are interpolated within the buckets.
    """
    low, high = float(low), float(high)
    edges, numbers = flat(limits), [int(n) for n in flat(counts)]
    if len(edges) != len(numbers):
        raise ValueError(f"{len(edges)} bucket_limits and {len(numbers)} bucket_counts")
    bounds = [low, *edges]
    kept = [i for i, number in enumerate(numbers) if number > 0]
    left = [min(max(low, bounds[i]), high) for i in kept]
    right = [max(min(high, bounds[i + 1]), low) for i in kept]
    count = [numbers[i] for i in kept]
    return Histogram(left, right, count, bucket_quantiles(left, right, count))


def bucket_quantiles(
    left: Sequence[float], right: Sequence[float], count: Sequence[int]
) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, share in QUANTILES.items():
        wanted, found[name] = share * sum(count), math.nan
        for a, b, number in zip(left, right, count):
            if wanted <= number:
                found[name] = a + (b - a) * wanted / number
                break
            wanted -= number
    return found


def sorted_values(values: Any) -> tuple[Any, dict[float, int]]:
    """(the finite values, ascending; how many are -inf, inf and NaN, where there are any)."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numbers = as_array(numpy, values)
        finite = numbers[numpy.isfinite(numbers)]
        below, above = int((numbers == -math.inf).sum()), int((numbers == math.inf).sum())
        rest = len(numbers) - len(finite) - below - above
        finite.sort()
    else:
        all_values = flat(values)
        finite = sorted(value for value in all_values if math.isfinite(value))
        below, above = all_values.count(-math.inf), all_values.count(math.inf)
        rest = len(all_values) - len(finite) - below - above
    found = {-math.inf: below, math.inf: above, math.nan: rest}
    return finite, {edge: number for edge, number in found.items() if number}


def as_array(numpy: Any, values: Any) -> Any:
    """The values as a flat array of NumPy's of floats; integers become float64."""
    array = numpy.asarray(on_host(values))
    if array.dtype.kind != "f":
        wide = array.dtype.kind not in "iub"
        # bfloat16 and its like are no kind that NumPy knows.
        array = array.astype(numpy.float32 if wide and array.dtype.itemsize <= 2 else float)
    return array.reshape(-1)


def flat(values: Any) -> list[float]:
    """The values of any shape, as floats in order."""
    values = on_host(values)
    if hasattr(values, "tolist"):
        values = values.tolist()
    elif not isinstance(values, (list, tuple)):
        try:
            values = memoryview(values).tolist()
        except TypeError:
            pass
    if not hasattr(values, "__iter__"):
        return [float(values)]
    found: list[float] = []
    for value in values:
        if hasattr(value, "__iter__"):
            found.extend(flat(value))
        else:
            found.append(float(value))
    return found


def on_host(values: Any) -> Any:
    """A tensor of PyTorch's as one that others can read: without gradient, in the processor's
    memory, in a type that is not PyTorch's alone."""
    if hasattr(values, "detach") and hasattr(values, "cpu"):
        values = values.detach().cpu()
        if str(values.dtype).startswith(("torch.bfloat", "torch.float8")):
            values = values.float()
    return values


def edges_of(ordered: Any, bins: str | int | Sequence[float]) -> list[float]:
    """The edges of the bins, for values in ascending order."""
    low, high = float(ordered[0]), float(ordered[-1])
    if isinstance(bins, str):
        if bins == "tensorflow":
            return growing_edges(low, high)
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            edges: list[float] = numpy.histogram_bin_edges(ordered.astype(float), bins).tolist()
            return edges
        bins = math.ceil(math.log2(len(ordered))) + 1  # Sturges
    if isinstance(bins, int):
        if bins < 1:
            raise ValueError(f"bins is {bins}, which is below 1")
        if low == high:
            low, high = low - 0.5, high + 0.5
        return [low + (high - low) * i / bins for i in range(bins)] + [high]
    edges = flat(bins)
    if len(edges) < 2 or any(b < a for a, b in zip(edges, edges[1:])):
        raise ValueError("bins are edges, two or more, in ascending order")
    return edges


def growing_edges(low: float, high: float) -> list[float]:
    """0 and ± 1e-12 × 1.1^k, as far as the values reach and one further."""
    reach = max(-low, high)
    positive, edge = [], 1e-12
    while edge <= reach:
        positive.append(edge)
        edge *= 1.1
    positive.append(edge)
    edges = [-edge for edge in reversed(positive)] + [0.0] + positive
    first = max(0, bisect_right(edges, low) - 1)
    return edges[first : bisect_right(edges, high) + 1]


def places(ordered: Any, edges: Sequence[float]) -> list[int]:
    """How many values lie below each edge; the last edge belongs to its bin."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        below: list[int] = numpy.searchsorted(ordered, numpy.asarray(edges[:-1])).tolist()
        return [*below, int(numpy.searchsorted(ordered, edges[-1], side="right"))]
    return [bisect_left(ordered, edge) for edge in edges[:-1]] + [bisect_right(ordered, edges[-1])]


def quantile(ordered: Any, share: float) -> float:
    """Interpolated between its neighbours; NaN of no values."""
    if not len(ordered):
        return math.nan
    place = share * (len(ordered) - 1)
    i = int(place)
    low = float(ordered[i])
    high = float(ordered[min(i + 1, len(ordered) - 1)])
    return low + (high - low) * (place - i)
