"""Sparklines as small SVG pictures: the one kind of line in a table that keeps its gaps.

All share one scale, −100 at the bottom and +100 at the top, with zero as a thin line.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from itertools import groupby

WIDTH, HEIGHT, PAD = 180, 30, 2
INK, ZERO = "#737c86", "#a9a9a9"


def _y(value: float) -> float:
    inner = HEIGHT - 2 * PAD
    return round(PAD + inner * (100.0 - max(-100.0, min(100.0, value))) / 200.0, 1)


def svg(values: Sequence[float | None]) -> str:
    """The line of tensions (None: a gap) as SVG; the last value is a dot."""
    step = (WIDTH - 2 * PAD - 4) / max(len(values) - 1, 1)
    places = [(round(PAD + i * step, 1), value) for i, value in enumerate(values)]
    parts = [
        f'<line x1="{PAD}" x2="{WIDTH - PAD}" y1="{_y(0)}" y2="{_y(0)}" stroke="{ZERO}" '
        'stroke-width="0.8"/>'
    ]
    for gap, group in groupby(places, lambda place: place[1] is None):
        if gap:
            continue
        points = " ".join(f"{x},{_y(value)}" for x, value in group if value is not None)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="1.6" '
            'stroke-linejoin="round" stroke-linecap="round"/>'
        )
    if places and (last := places[-1])[1] is not None:
        colour = "#cc5a4a" if last[1] > 0 else "#3f84c4"
        parts.append(f'<circle cx="{last[0]}" cy="{_y(last[1])}" r="2.4" fill="{colour}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )


def data_uri(values: Sequence[float | None]) -> str:
    """``svg`` as an address that a table cell can show."""
    return "data:image/svg+xml;base64," + b64encode(svg(values).encode()).decode()
