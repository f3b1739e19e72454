"""Calendar panels for econometrics, and the two grids of the Overview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.index.attention import PER, wilson
from pipeline.index.bootstrap import (
    DRAWS,
    bounds,
    prior_draws,
    pseudo_mass,
    story_draws,
    tension_draws,
)
from pipeline.index.changes import weekly_tension
from pipeline.index.frames import (
    SCORE_COLUMNS,
    Day,
    Floats,
    IndexInputError,
    Ints,
    chosen_pairs,
    day_number,
    day_numbers,
    pair_rows,
    ratio,
    require,
    require_positive,
    states,
    stories_by_pair,
    sums_by_cell,
    timestamps,
)
from pipeline.index.scores import K

Frequency = Literal["W", "M"]
PANEL_COLUMNS = [
    "pair",
    "period",
    "start",
    "end",
    "complete",
    "iso_a",
    "iso_b",
    "cow_a",
    "cow_b",
    "tension",
    "low",
    "high",
    "state",
    "cooperative",
    "adversarial",
    "signals",
    "articles",
    "stories",
    "outlets",
    "attention",
    "attention_low",
    "attention_high",
    "scored_stories",
]


def panel(
    scores: pd.DataFrame,
    day_counts: pd.DataFrame,
    freq: Frequency,
    start: Day,
    end: Day,
    pairs: Iterable[str] | None = None,
    cow: Mapping[str, str] | None = None,
    k: float = K,
    interval: bool = True,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """A balanced panel: one row for every pair and calendar period, NaN for gaps.

    ``freq``: ``"W"`` ISO weeks (Monday start) or ``"M"`` months. Periods are those
    that hold ``start`` to ``end``; ``complete`` says whether the whole period lies
    within them, so that a month still running is not taken for a quiet one.
    ``cow``: actor code → Correlates of War country code, where there is one.

    Plain sums within the period, no decay and no spill over its edges. Columns: see
    ``PANEL_COLUMNS``; period is ``2022-W08`` or ``2022-02``, start and end are days
    (both inside), cow_a and cow_b nullable integers; without ``interval`` low and high
    are NaN. Attention counts the same period's stories. Sorted by pair and period.
    """
    require(scores, SCORE_COLUMNS, "scores")
    require(day_counts, ("day", "stories"), "day_counts")
    require_positive(k, "k")
    names = chosen_pairs(scores, pairs)
    first, last = day_number(start), day_number(end)
    edges = _edges(freq, first, last)
    grid = _sums(scores, names, edges)
    shape = (len(names), len(edges) - 1)
    frame = pd.DataFrame(_labels(names, edges, freq, first, last, cow or {}))
    n = grid["stories"]
    frame["tension"] = ratio(grid["a"], grid["c"], n, k).ravel()
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    if interval:
        low, high = _intervals(scores, names, edges, k, draws)
    frame["low"], frame["high"] = low.ravel(), high.ravel()
    frame["state"] = states(n).ravel()
    frame["cooperative"], frame["adversarial"] = grid["c"].ravel(), grid["a"].ravel()
    for column in ("signals", "articles", "stories", "outlets"):
        frame[column] = grid[column].ravel().astype(np.int64)
    return frame.assign(**_attention(n, day_counts, edges))[PANEL_COLUMNS]


def _edges(freq: str, first: int, last: int) -> Ints:
    """First days of the periods and, at the end, of the one after; shape (periods + 1,)."""
    if first > last:
        raise IndexInputError("the panel's start lies after its end")
    if freq == "W":
        monday = first - (first - 4) % 7  # 1970-01-05 was a Monday: day 4
        return np.arange(monday, last + 7, 7, dtype=np.int64)[: (last - monday) // 7 + 2]
    if freq == "M":
        months = np.array([first, last]).astype("datetime64[D]").astype("datetime64[M]")
        steps = np.arange(months[0], months[1] + 2)
        return steps.astype("datetime64[D]").astype(np.int64)
    raise IndexInputError(f'freq must be "W" or "M", not {freq!r}')


def _labels(
    names: list[str], edges: Ints, freq: str, first: int, last: int, cow: Mapping[str, str]
) -> dict[str, object]:
    count = len(edges) - 1
    begin, final = timestamps(edges[:-1]), timestamps(edges[1:] - 1)
    period = begin.strftime("%G-W%V" if freq == "W" else "%Y-%m").to_numpy(object)
    whole = (edges[:-1] >= first) & (edges[1:] - 1 <= last)
    actors = [name.partition("-")[::2] for name in names]
    codes = [pd.array([_cow(cow, pair[side]) for pair in actors], "Int64") for side in (0, 1)]
    return {
        "pair": np.repeat(np.array(names, dtype=object), count),
        "period": np.tile(period, len(names)),
        "start": np.tile(begin.to_numpy(), len(names)),
        "end": np.tile(final.to_numpy(), len(names)),
        "complete": np.tile(whole, len(names)),
        "iso_a": np.repeat(np.array([pair[0] for pair in actors], dtype=object), count),
        "iso_b": np.repeat(np.array([pair[1] for pair in actors], dtype=object), count),
        "cow_a": codes[0].repeat(count),
        "cow_b": codes[1].repeat(count),
    }


def _cow(cow: Mapping[str, str], actor: str) -> int | None:
    code = str(cow.get(actor, "")).strip()
    return int(code) if code.isdigit() else None


def _sums(scores: pd.DataFrame, names: list[str], edges: Ints) -> dict[str, Floats]:
    """Sums per pair and period, each of shape (pairs, periods)."""
    count = len(edges) - 1
    column = np.searchsorted(edges, day_numbers(scores["day"]), side="right") - 1
    row = pair_rows(scores, names)
    keep = (column >= 0) & (column < count) & (row >= 0)
    cell = (row * count + column)[keep]
    part = scores[keep]

    shape = (len(names), count)
    sums = {
        name: sums_by_cell(cell, part[name].to_numpy(np.float64), shape)
        for name in ("a", "c", "signals", "articles")
    }
    sums["stories"] = sums_by_cell(cell, np.ones(len(cell)), shape)
    told = part["outlets"].to_numpy(object)
    code = pd.factorize(np.array([name for named in told for name in named], dtype=object))[0]
    where = np.repeat(cell, [len(named) for named in told])
    distinct = np.unique(np.stack([where, code], axis=1), axis=0)[:, 0] if len(told) else where
    sums["outlets"] = sums_by_cell(distinct, np.ones(len(distinct)), shape)
    return sums


def _intervals(
    scores: pd.DataFrame, names: list[str], edges: Ints, k: float, draws: int
) -> tuple[Floats, Floats]:
    """Bootstrap intervals of every period with stories, shape (pairs, periods) each."""
    low, high = np.full((2, len(names), len(edges) - 1), np.nan)
    found = stories_by_pair(scores, int(edges[0]) - 1, int(edges[-1]) - 1)
    for row, name in enumerate(names):
        stories = found.get(name)
        if stories is None:
            continue
        period = np.searchsorted(edges, stories.day, side="right") - 1
        starts = np.flatnonzero(np.r_[True, period[1:] != period[:-1]])
        random = story_draws(name, stories.day, draws)
        drawn_a = np.add.reduceat(random * stories.a[:, None], starts, axis=0)
        drawn_c = np.add.reduceat(random * stories.c[:, None], starts, axis=0)
        total = np.add.reduceat(stories.mass, starts)
        mass = pseudo_mass(total, np.add.reduceat(stories.mass**2, starts), k)
        values = tension_draws(drawn_a, drawn_c, mass, prior_draws(name, draws))
        low[row, period[starts]], high[row, period[starts]] = bounds(values)
    return low, high


def _attention(n: Floats, day_counts: pd.DataFrame, edges: Ints) -> dict[str, np.ndarray]:
    column = np.searchsorted(edges, day_numbers(day_counts["day"]), side="right") - 1
    keep = (column >= 0) & (column < len(edges) - 1)
    counts = day_counts["stories"].to_numpy(np.float64)[keep]
    scored = np.bincount(column[keep], counts, minlength=len(edges) - 1)
    known = np.where(scored > 0, scored, np.nan)
    share = np.minimum(n / known, 1.0)
    low, high = wilson(share, np.broadcast_to(known, n.shape))
    return {
        "attention": (PER * share).ravel(),
        "attention_low": (PER * low).ravel(),
        "attention_high": (PER * high).ravel(),
        "scored_stories": np.tile(scored.astype(np.int64), len(n)),
    }


def heatmap(
    scores: pd.DataFrame,
    pairs: Iterable[str] | None,
    day: Day,
    weeks: int = 26,
    k: float = K,
) -> pd.DataFrame:
    """Pair × week tension for the last ``weeks`` windows of 7 days up to ``day``.

    Rows: pairs in the given order. Columns: the last day of each window, oldest first.
    NaN in gaps. Plain sums, so each cell stands for its own week alone.
    """
    require(scores, SCORE_COLUMNS, "scores")
    if weeks < 1:
        raise IndexInputError(f"weeks must be at least 1, not {weeks}")
    names, number = chosen_pairs(scores, pairs), day_number(day)
    values = weekly_tension(scores, names, number, weeks, require_positive(k, "k"))
    ends = timestamps(number - 7 * np.arange(weeks - 1, -1, -1))
    return pd.DataFrame(values, index=pd.Index(names, name="pair"), columns=ends)


def matrix(
    values: pd.DataFrame, actors: Iterable[str] | None = None, value: str = "tension"
) -> pd.DataFrame:
    """Actor × actor table of one value, symmetric, NaN where a pair has none.

    ``values``: columns pair and ``value``, one row per pair, as ``tension_on`` gives.
    ``actors``: rows and columns in this order; without them all actors, by code.
    """
    require(values, ("pair", value), "values")
    ends = [str(pair).partition("-")[::2] for pair in values["pair"]]
    names = sorted({actor for pair in ends for actor in pair}) if actors is None else list(actors)
    place = {name: position for position, name in enumerate(names)}
    table = np.full((len(names), len(names)), np.nan)
    for (first, second), number in zip(ends, values[value].to_numpy(np.float64), strict=True):
        if first in place and second in place:
            table[place[first], place[second]] = table[place[second], place[first]] = number
    return pd.DataFrame(table, index=names, columns=names)
