"""Change points of the weekly series: when a pair moved to another level.

Optimal partitioning (Jackson et al. 2005, doi:10.1109/LSP.2001.838216) finds, exactly,
the split of the weeks into stretches of constant level that minimises the weighted
squared distance to the levels plus a penalty per stretch. It is the problem that PELT
solves with pruning; at a thousand weeks the plain recursion takes milliseconds, so the
pruning (and the ``ruptures`` package, whose costs take no weights) buys nothing, while
weights matter here: a week with one story says less than a week with thirty.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.index.changes import MAD_TO_SIGMA
from pipeline.index.frames import (
    SCORE_COLUMNS,
    Day,
    Floats,
    IndexInputError,
    Ints,
    day_number,
    ratio,
    require,
    require_positive,
    stories_of,
    timestamps,
)
from pipeline.index.scores import K

#: A stretch has at least this many weeks that are not gaps.
MIN_WEEKS = 6
#: Penalty per stretch in units of σ²·log(weeks). Schwarz's criterion would take 2;
#: news comes in episodes, so neighbouring weeks are alike and 2 finds too many.
PENALTY = 4.0
#: A shift smaller than this many points of tension is not worth a mark.
MIN_SHIFT = 10.0
#: Floor of the noise scale, points of tension: near ±100 a series hardly moves.
MIN_SIGMA = 5.0
#: A week of n stories weighs n / (n + 3): 0.25 for one, 0.9 for 27.
HALF_WEIGHT_STORIES = 3.0
CHANGE_POINT_COLUMNS = ["day", "before", "after", "shift", "weeks_before", "weeks_after"]


def change_points(
    scores: pd.DataFrame,
    pair: str,
    start: Day,
    end: Day,
    k: float = K,
    min_weeks: int = MIN_WEEKS,
    penalty: float = PENALTY,
) -> pd.DataFrame:
    """The Mondays on which the weekly tension of a pair moved to another level.

    Takes the whole ISO weeks between ``start`` and ``end``, plain sums within the week.
    Gaps are skipped, not filled: a stretch is counted in weeks that have stories.
    Columns: day (Monday of the first week of the new level), before and after (levels,
    weighted means), shift (after − before), weeks_before, weeks_after (of the two
    stretches, gaps left out). Sorted by day; empty where there is no change.
    """
    require(scores, SCORE_COLUMNS, "scores")
    require_positive(penalty, "penalty")
    if min_weeks < 1:
        raise IndexInputError(f"min_weeks must be at least 1, not {min_weeks}")
    monday, value, count = _weeks(scores, pair, day_number(start), day_number(end), k)
    known = ~np.isnan(value)
    monday, value, count = monday[known], value[known], count[known]
    if len(value) < 2 * min_weeks:
        return _frame([])
    weight = count / (count + HALF_WEIGHT_STORIES)
    cost = penalty * noise(value, weight) ** 2 * np.log(len(value))
    edges = [0, *merge_small(value, weight, partition(value, weight, cost, min_weeks)), len(value)]
    levels = [_level(value, weight, lo, hi) for lo, hi in itertools.pairwise(edges)]
    rows = [
        (monday[at], old, new, new - old, at - before, after - at)
        for at, before, after, old, new in zip(
            edges[1:-1], edges, edges[2:], levels, levels[1:], strict=False
        )
    ]
    return _frame(rows)


def _frame(rows: Sequence[tuple[float, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=CHANGE_POINT_COLUMNS)
    days = timestamps([int(row[0]) for row in rows])
    types = dict.fromkeys(CHANGE_POINT_COLUMNS[1:4], float)
    counts = dict.fromkeys(CHANGE_POINT_COLUMNS[4:], int)
    return frame.assign(day=days).astype(types).astype(counts)


def _weeks(
    scores: pd.DataFrame, pair: str, start: int, end: int, k: float
) -> tuple[Ints, Floats, Floats]:
    """Monday, plain tension (NaN in gaps) and stories of each whole ISO week."""
    first = start + (4 - start) % 7  # 1970-01-05 was a Monday: day 4
    total = max(0, (end + 1 - first) // 7)
    stories = stories_of(scores, pair).between(first - 1, first + 7 * total - 1)
    week = (stories.day - first) // 7
    a = np.bincount(week, stories.a, minlength=total).astype(np.float64)
    c = np.bincount(week, stories.c, minlength=total).astype(np.float64)
    n = np.bincount(week, minlength=total).astype(np.float64)
    return first + 7 * np.arange(total), ratio(a, c, n, k), n


def noise(value: Floats, weight: Floats) -> float:
    """The noise scale of a series with level shifts, for a week of weight 1.

    From differences of neighbours, whose median a few shifts do not move.
    """
    spread = np.sqrt(1 / weight[1:] + 1 / weight[:-1])
    typical = float(np.median(np.abs(np.diff(value)) / spread))
    return max(MAD_TO_SIGMA * typical, MIN_SIGMA)


def partition(value: Floats, weight: Floats, penalty: float, shortest: int) -> list[int]:
    """First positions of all stretches but the first, at the least total cost."""
    total = len(value)
    w = np.r_[0.0, np.cumsum(weight)]
    wx = np.r_[0.0, np.cumsum(weight * value)]
    wxx = np.r_[0.0, np.cumsum(weight * value**2)]
    best = np.full(total + 1, np.inf)
    best[0] = -penalty
    origin = np.zeros(total + 1, dtype=np.int64)
    for end in range(shortest, total + 1):
        begin = np.arange(0, end - shortest + 1)
        squares = wxx[end] - wxx[begin] - (wx[end] - wx[begin]) ** 2 / (w[end] - w[begin])
        costs = best[begin] + squares + penalty
        origin[end] = int(np.argmin(costs))
        best[end] = costs[origin[end]]
    found: list[int] = []
    at = int(origin[total])
    while at > 0:
        found.append(at)
        at = int(origin[at])
    return found[::-1]


def merge_small(value: Floats, weight: Floats, starts: list[int]) -> list[int]:
    """``starts`` without the shifts smaller than ``MIN_SHIFT``, smallest taken first."""
    kept = list(starts)
    while kept:
        edges = [0, *kept, len(value)]
        levels = [_level(value, weight, lo, hi) for lo, hi in itertools.pairwise(edges)]
        shifts = np.abs(np.diff(levels))
        smallest = int(np.argmin(shifts))
        if shifts[smallest] >= MIN_SHIFT:
            break
        kept.pop(smallest)
    return kept


def _level(value: Floats, weight: Floats, start: int, end: int) -> float:
    return float(np.average(value[start:end], weights=weight[start:end]))
