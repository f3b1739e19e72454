"""What changed: plain windows compared, z-scores against the year, the movers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
    SCORE_COLUMNS,
    THIN_BELOW,
    Day,
    Floats,
    IndexInputError,
    Stories,
    chosen_pairs,
    day_number,
    day_numbers,
    empty_stories,
    pair_rows,
    ratio,
    require,
    require_positive,
    stories_by_pair,
    sums_by_cell,
)
from pipeline.index.scores import K

CHANGE_COLUMNS = [
    "pair",
    "now",
    "before",
    "change",
    "low",
    "high",
    "clear",
    "state",
    "stories_now",
    "stories_before",
]
Z_COLUMNS = ["pair", "z", "value", "median", "mad", "weeks", "state"]

#: Weeks before the current one that a z-score looks at, and how many may not be gaps.
Z_WEEKS = 52
Z_WEEKS_NEEDED = 26
#: Makes the MAD of a normal distribution its standard deviation.
MAD_TO_SIGMA = 1.4826


def changes(
    scores: pd.DataFrame,
    pairs: Iterable[str] | None,
    day: Day,
    window_days: int,
    k: float = K,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """The plain window (day − d, day] against (day − 2d, day − d], one row a pair.

    Within a window every story weighs 1; half-lives play no part. Columns: pair, now
    and before (tension of the windows, NaN without stories), change (now − before),
    low and high (90 % interval of the change), clear (the interval excludes 0), state
    and the numbers of stories. ``pairs`` None means all pairs of ``scores``.

    state: ok · thin (a window with fewer than 3 stories) · no stories now · no stories
    before · no stories. With an empty window there is nothing to compare: change, low
    and high are NaN and clear is False.
    """
    require(scores, SCORE_COLUMNS, "scores")
    require_positive(k, "k")
    if window_days < 1:
        raise IndexInputError(f"window_days must be at least 1, not {window_days}")
    number = day_number(day)
    found = stories_by_pair(scores, number - 2 * window_days, number)
    rows = [
        _change(found.get(name) or empty_stories(name), number, window_days, k, draws)
        for name in chosen_pairs(scores, pairs)
    ]
    frame = pd.DataFrame(rows, columns=CHANGE_COLUMNS)
    return frame.astype({"clear": bool}) if rows else _typed_empty(frame)


def _typed_empty(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = ["now", "before", "change", "low", "high"]
    counts = ["stories_now", "stories_before"]
    return frame.astype({**dict.fromkeys(numbers, float), **dict.fromkeys(counts, int)}).astype(
        {"clear": bool}
    )


def _change(
    stories: Stories, number: int, window_days: int, k: float, draws: int
) -> tuple[Any, ...]:
    middle = number - window_days
    now = stories.between(middle, number)
    before = stories.between(middle - window_days, middle)
    values = [_plain_tension(part, k) for part in (now, before)]
    low = high = np.nan
    if len(now) and len(before):
        lows, highs = bounds(
            _window_draws(now, number, k, draws) - _window_draws(before, middle, k, draws)
        )
        low, high = float(lows), float(highs)
    change = values[0] - values[1]
    clear = bool(low > 0 or high < 0)
    state = _change_state(len(now), len(before))
    return (stories.pair, *values, change, low, high, clear, state, len(now), len(before))


def _plain_tension(stories: Stories, k: float) -> float:
    n = np.array(float(len(stories)))
    return float(ratio(np.asarray(stories.a.sum()), np.asarray(stories.c.sum()), n, k))


def _window_draws(stories: Stories, end: int, k: float, draws: int) -> Floats:
    """Draws of the tension of a plain window that ends on day ``end``, shape (draws,).

    The two windows of a change get pseudo-stories of their own: ignorance about the
    one must not cancel ignorance about the other.
    """
    random = story_draws(stories.pair, stories.day, draws)
    total = stories.mass.sum(keepdims=True)
    mass = pseudo_mass(total, (stories.mass**2).sum(keepdims=True), k)
    prior = prior_draws(stories.pair, draws, end)
    drawn: Floats = tension_draws(stories.a @ random, stories.c @ random, mass, prior)[0]
    return drawn


def _change_state(now: int, before: int) -> str:
    if not now and not before:
        return "no stories"
    if not now:
        return "no stories now"
    if not before:
        return "no stories before"
    return "thin" if min(now, before) < THIN_BELOW else "ok"


def movers(changed: pd.DataFrame, top: int = 5) -> pd.DataFrame:
    """The ``top`` pairs that worsened most and the ``top`` that eased most.

    ``changed``: as ``changes`` gives it. Changes whose interval excludes 0 come first,
    then greater before smaller. Adds column move: worsened or eased. Pairs without a
    change are left out.
    """
    require(changed, CHANGE_COLUMNS, "changes")
    ranked = rank_changes(changed).dropna(subset="change")
    worse = ranked[ranked["change"] > 0].head(top).assign(move="worsened")
    eased = ranked[ranked["change"] < 0].head(top).assign(move="eased")
    return pd.concat([worse, eased], ignore_index=True)


def rank_changes(changed: pd.DataFrame) -> pd.DataFrame:
    """Rows in the Overview's order: clear changes first, greater first, NaN last."""
    clear, size = changed["clear"].to_numpy(bool), changed["change"].abs().to_numpy(float)
    size = np.where(np.isnan(size), -1.0, size)
    order = np.lexsort((changed["pair"].to_numpy(object).astype(str), -size, ~clear))
    return changed.iloc[order].reset_index(drop=True)


def zscores(
    scores: pd.DataFrame, pairs: Iterable[str] | None, day: Day, k: float = K
) -> pd.DataFrame:
    """How unusual the week that ends on ``day`` is for each pair.

    The 7 days up to ``day`` against the 52 weeks before them, which do not overlap:
    z = (value − median) / (1.4826 · MAD), at least 26 of the 52 not gaps. Columns:
    pair, z, value (tension of the current week), median, mad, weeks (that were no
    gaps), state: ok · no stories now · short history · no spread (MAD 0).
    """
    require(scores, SCORE_COLUMNS, "scores")
    require_positive(k, "k")
    number = day_number(day)
    names = chosen_pairs(scores, pairs)
    weeks = weekly_tension(scores, names, number, Z_WEEKS + 1, k)
    rows = [_z(name, values) for name, values in zip(names, weeks, strict=True)]
    return pd.DataFrame(rows, columns=Z_COLUMNS)


def weekly_tension(
    scores: pd.DataFrame, names: list[str], number: int, weeks: int, k: float
) -> Floats:
    """Tension of plain 7-day windows, the last ending on day ``number``; (pairs, weeks)."""
    age = (number - day_numbers(scores["day"])) // 7
    row = pair_rows(scores, names)
    keep = (age >= 0) & (age < weeks) & (row >= 0)
    cell = (row * weeks + (weeks - 1 - age))[keep]

    shape = (len(names), weeks)
    a = sums_by_cell(cell, scores["a"].to_numpy(np.float64)[keep], shape)
    c = sums_by_cell(cell, scores["c"].to_numpy(np.float64)[keep], shape)
    return ratio(a, c, sums_by_cell(cell, np.ones(len(cell)), shape), k)


def _z(name: str, values: Floats) -> tuple[Any, ...]:
    value, past = float(values[-1]), values[:-1][~np.isnan(values[:-1])]
    median = float(np.median(past)) if len(past) else np.nan
    mad = float(np.median(np.abs(past - median))) if len(past) else np.nan
    if np.isnan(value):
        state = "no stories now"
    elif len(past) < Z_WEEKS_NEEDED:
        state = "short history"
    else:
        state = "ok" if mad > 0 else "no spread"
    z = (value - median) / (MAD_TO_SIGMA * mad) if state == "ok" else np.nan
    return (name, z, value, median, mad, len(past), state)
