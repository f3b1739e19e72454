"""Tension over time: the series, its interval, and what each story contributes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.index.bootstrap import (
    DRAWS,
    bounds,
    prior_draws,
    pseudo_mass,
    story_draws,
    tension_draws,
)
from pipeline.index.frames import (
    GAP_BELOW,
    SCORE_COLUMNS,
    Day,
    Floats,
    IndexInputError,
    Ints,
    Stories,
    chosen_pairs,
    day_number,
    day_numbers,
    empty_stories,
    pair_rows,
    ratio,
    require,
    require_positive,
    states,
    stories_by_pair,
    stories_of,
    sums_by_cell,
    timestamps,
)
from pipeline.index.scores import K

#: A story older than this many half-lives weighs nothing.
HORIZON_HALF_LIVES = 6
HALF_LIFE = 14.0


def horizon_days(half_life: float) -> int:
    """The greatest age in whole days at which a story still weighs."""
    return int(HORIZON_HALF_LIVES * require_positive(half_life, "half_life"))


def display_days(start: Day, end: Day, daily_years: int = 2) -> pd.DatetimeIndex:
    """The days a chart shows: daily for the last years, Sundays before that.

    Sundays end ISO weeks, so the weekly points stay put when ``end`` moves on.
    """
    first, last = day_number(start), day_number(end)
    if first > last:
        raise IndexInputError(f"start {start} lies after end {end}")
    daily_from = max(first, last - round(365.25 * daily_years))
    # Day 0 (1970-01-01) is a Thursday, so Sundays are 3 modulo 7.
    sundays = np.arange(first + (3 - first) % 7, daily_from, 7)
    return timestamps(np.r_[sundays, np.arange(daily_from, last + 1)])


def tension_series(
    scores: pd.DataFrame,
    pair: str,
    days: pd.DatetimeIndex,
    half_life: float = HALF_LIFE,
    k: float = K,
    interval: bool = True,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Tension of one pair on each of ``days`` (sorted), one row a day.

    Columns: day, tension and low, high (−100..100, NaN in a gap, low and high NaN
    without ``interval``), n_effective (Σ of weights), state (gap, thin, ok),
    cooperative and adversarial (decayed mass), and the plain numbers of signals,
    articles, stories and outlets that entered the value.
    Raises ``IndexInputError`` for missing columns, unsorted days, a bad constant.
    """
    when = day_numbers(days)
    if len(when) and (np.diff(when) <= 0).any():
        raise IndexInputError("days must be sorted and without repeats")
    reach, k = horizon_days(half_life), require_positive(k, "k")
    stories = stories_of(scores, pair)
    if len(when):
        stories = stories.between(int(when[0]) - reach - 1, int(when[-1]))
    return _series(stories, when, half_life, k, draws if interval else 0)


def tension_on(
    scores: pd.DataFrame,
    day: Day,
    pairs: Iterable[str] | None = None,
    half_life: float = HALF_LIFE,
    k: float = K,
    interval: bool = True,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Tension of many pairs on one day: column pair, then those of ``tension_series``.

    The numbers are those ``tension_series`` gives for the same pair and day.
    """
    require(scores, SCORE_COLUMNS, "scores")
    reach, k = horizon_days(half_life), require_positive(k, "k")
    number = day_number(day)
    names = chosen_pairs(scores, pairs)
    found = stories_by_pair(scores, number - reach - 1, number)
    when = np.array([number], dtype=np.int64)
    rows = [
        _columns(found.get(name) or empty_stories(name), when, half_life, k, draws * interval)
        for name in names
    ]
    if not rows:
        return _series(empty_stories(""), when[:0], half_life, k, 0).assign(pair="")[
            ["pair", *SERIES_COLUMNS]
        ]
    joined = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    frame = pd.DataFrame({"pair": names, "day": timestamps([number] * len(names)), **joined})
    return frame[["pair", *SERIES_COLUMNS]]


SERIES_COLUMNS = [
    "day",
    "tension",
    "low",
    "high",
    "n_effective",
    "state",
    "cooperative",
    "adversarial",
    "signals",
    "articles",
    "stories",
    "outlets",
]


def _series(stories: Stories, when: Ints, half_life: float, k: float, draws: int) -> pd.DataFrame:
    columns = _columns(stories, when, half_life, k, draws)
    return pd.DataFrame({"day": timestamps(when), **columns})[SERIES_COLUMNS]


def _columns(
    stories: Stories, when: Ints, half_life: float, k: float, draws: int
) -> dict[str, np.ndarray]:
    """All columns of ``SERIES_COLUMNS`` but the day, as arrays of the shape of ``when``."""
    reach = horizon_days(half_life)
    first = np.searchsorted(stories.day, when - reach, side="left")
    last = np.searchsorted(stories.day, when, side="right")
    c, a, n, squares = (np.zeros(len(when)) for _ in range(4))
    for row, (start, end) in enumerate(zip(first, last, strict=True)):
        if start < end:
            weight = np.exp2((stories.day[start:end] - when[row]) / half_life)
            n[row] = weight.sum()
            a[row] = (weight * stories.a[start:end]).sum()
            c[row] = (weight * stories.c[start:end]).sum()
            squares[row] = (weight * stories.mass[start:end] ** 2).sum()
    low = high = np.full(len(when), np.nan)
    if draws:
        low, high = _band(stories, when, n, pseudo_mass(a + c, squares, k), half_life, draws)
    return {
        "tension": ratio(a, c, n, k),
        "low": low,
        "high": high,
        "n_effective": n,
        "state": states(n),
        "cooperative": c,
        "adversarial": a,
        "signals": _window_sums(stories.signals, first, last),
        "articles": _window_sums(stories.articles, first, last),
        "stories": last - first,
        "outlets": _outlets(stories, when, reach),
    }


def _band(
    stories: Stories,
    when: Ints,
    n: Floats,
    pseudo: Floats,
    half_life: float,
    draws: int,
) -> tuple[Floats, Floats]:
    """The 90 % interval on each day, NaN in gaps; ``pseudo``: mass of a pseudo-story."""
    low, high = np.full(len(when), np.nan), np.full(len(when), np.nan)
    shown = np.flatnonzero(n >= GAP_BELOW)
    if not len(shown):
        return low, high
    random = story_draws(stories.pair, stories.day, draws)
    # One row per day with stories: a day's stories share their age, so their drawn
    # masses are added once instead of on every later day.
    starts = np.flatnonzero(np.r_[True, stories.day[1:] != stories.day[:-1]])
    active = stories.day[starts]
    both = np.hstack([random * stories.a[:, None], random * stories.c[:, None]])
    by_day = np.add.reduceat(both, starts, axis=0)
    first = np.searchsorted(active, when - horizon_days(half_life), side="left")
    last = np.searchsorted(active, when, side="right")
    drawn = np.empty((len(shown), 2 * draws))
    for row, at in enumerate(shown):
        part = slice(first[at], last[at])
        drawn[row] = np.exp2((active[part] - when[at]) / half_life) @ by_day[part]
    prior = prior_draws(stories.pair, draws)
    values = tension_draws(drawn[:, :draws], drawn[:, draws:], pseudo[shown], prior)
    low[shown], high[shown] = bounds(values)
    return low, high


def _window_sums(values: Ints, first: Ints, last: Ints) -> Ints:
    total = np.r_[0, np.cumsum(values)]
    return np.asarray(total[last] - total[first], dtype=np.int64)


def _outlets(stories: Stories, when: Ints, reach: int) -> Ints:
    """Distinct outlets whose stories weigh on each day.

    Each appearance of an outlet covers the days up to its horizon or to the outlet's
    next appearance, whichever comes first: then coverings never overlap and adding
    them up counts outlets.
    """
    names = [name for named in stories.outlets for name in named]
    if not names:
        return np.zeros(len(when), dtype=np.int64)
    day = np.repeat(stories.day, [len(named) for named in stories.outlets])
    code = pd.factorize(np.array(names, dtype=object))[0]
    order = np.lexsort((day, code))
    code, day = code[order], day[order]
    end = day + reach + 1
    same = np.flatnonzero(code[1:] == code[:-1])
    end[same] = np.minimum(end[same], day[same + 1])
    opened = np.searchsorted(np.sort(day), when, side="right")
    closed = np.searchsorted(np.sort(end), when, side="right")
    return np.asarray(opened - closed, dtype=np.int64)


def contributions(
    scores: pd.DataFrame,
    pair: str,
    day: Day,
    half_life: float = HALF_LIFE,
    k: float = K,
) -> pd.DataFrame:
    """What each story adds to the tension of one pair on one day.

    Columns: story_id, day, age (days), weight (0..1), c, a, contribution (points of
    tension), signals, articles, outlets; the greatest contributions in size first.
    They add up to the tension exactly. Empty in a gap: there is no figure to explain.
    """
    reach, k = horizon_days(half_life), require_positive(k, "k")
    number = day_number(day)
    stories = stories_of(scores, pair).between(number - reach - 1, number)
    age = number - stories.day
    weight = np.exp2(-age / half_life)
    if weight.sum() < GAP_BELOW:
        stories, age, weight = empty_stories(pair), age[:0], weight[:0]
    total = float((weight * (stories.a + stories.c)).sum()) + k
    frame = pd.DataFrame(
        {
            "story_id": stories.story_id,
            "day": timestamps(stories.day),
            "age": age,
            "weight": weight,
            "c": stories.c,
            "a": stories.a,
            "contribution": 100.0 * weight * (stories.a - stories.c) / total,
            "signals": stories.signals,
            "articles": stories.articles,
            "outlets": [len(named) for named in stories.outlets],
        }
    )
    order = np.argsort(-frame["contribution"].abs().to_numpy(), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def sparklines(
    scores: pd.DataFrame,
    days: pd.DatetimeIndex,
    pairs: Iterable[str] | None = None,
    half_life: float = HALF_LIFE,
    k: float = K,
) -> pd.DataFrame:
    """Tension of many pairs on consecutive days, without intervals.

    Returns one row per pair (the index), one column per day, NaN in gaps.
    """
    require(scores, SCORE_COLUMNS, "scores")
    reach, k = horizon_days(half_life), require_positive(k, "k")
    names = chosen_pairs(scores, pairs)
    when = day_numbers(days)
    if len(when) and (np.diff(when) != 1).any():
        raise IndexInputError("days must be consecutive")
    if not len(when) or not names:
        return pd.DataFrame(np.empty((len(names), len(when))), index=names, columns=days)
    begin = int(when[0]) - reach
    column = day_numbers(scores["day"]) - begin
    row = pair_rows(scores, names)
    width = int(when[-1]) - begin + 1
    keep = (column >= 0) & (column < width) & (row >= 0)
    cell = (row * width + column)[keep]
    decay = np.exp2(-np.arange(reach, -1, -1) / half_life)

    def decayed(values: Floats) -> Floats:
        daily = sums_by_cell(cell, values, (len(names), width))
        windows = np.lib.stride_tricks.sliding_window_view(daily, reach + 1, axis=1)
        return np.asarray(windows @ decay)

    a = decayed(scores["a"].to_numpy(np.float64)[keep])
    c = decayed(scores["c"].to_numpy(np.float64)[keep])
    n = decayed(np.ones(int(keep.sum())))
    return pd.DataFrame(ratio(a, c, n, k), index=pd.Index(names, name="pair"), columns=days)
