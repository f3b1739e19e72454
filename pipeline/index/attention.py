"""Attention: how much of the news is about a pair. Never blended with tension."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.index.frames import (
    GAP_BELOW,
    SCORE_COLUMNS,
    Day,
    Floats,
    Ints,
    chosen_pairs,
    day_number,
    day_numbers,
    pair_rows,
    require,
    timestamps,
)
from pipeline.index.tension import HALF_LIFE, horizon_days

#: Attention is stated per this many scored stories.
PER = 10_000.0
#: 95 % quantile of the standard normal: a two-sided 90 % interval.
Z90 = 1.6448536269514722
ATTENTION_COLUMNS = ["attention", "low", "high", "n_effective", "scored_effective", "stories"]


def wilson(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Wilson's 90 % interval of a share observed in ``n`` effective trials, 0..1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = Z90 * np.sqrt(share * (1 - share) / n + Z90**2 / (4 * n**2))
        middle = share + Z90**2 / (2 * n)
        scale = 1 + Z90**2 / n
        low, high = (middle - spread) / scale, (middle + spread) / scale
    # The ends are exactly 0 and 1 there; rounding must not move them past the share.
    return np.minimum(np.maximum(low, 0.0), share), np.maximum(np.minimum(high, 1.0), share)


def attention_series(
    scores: pd.DataFrame,
    pair: str,
    day_counts: pd.DataFrame,
    days: pd.DatetimeIndex,
    half_life: float = HALF_LIFE,
) -> pd.DataFrame:
    """Attention of one pair on each of ``days``, one row a day.

    attention = 10,000 · Σ weights of the pair's stories / Σ weights of all scored
    stories, both of the same window with the same decay, so a back-fill moves no day
    whose window does not hold it. Columns: day, attention, low and high (Wilson, 90 %),
    n_effective and scored_effective (the two sums), stories (plain number of the
    pair's). NaN where fewer than one effective story was scored; 0 is a real 0.

    ``day_counts``: columns day, stories (scored stories by their representative's day).
    The effective sample size of the interval is Kish's (Σw)²/Σw².
    """
    require(scores, SCORE_COLUMNS, "scores")
    when = day_numbers(days)
    own = day_numbers(scores.loc[(scores["pair"] == pair).to_numpy(), "day"])
    columns = _attention(own, np.ones(len(own)), day_counts, when, half_life)
    return pd.DataFrame({"day": timestamps(when), **columns})


def attention_on(
    scores: pd.DataFrame,
    day_counts: pd.DataFrame,
    day: Day,
    pairs: Iterable[str] | None = None,
    half_life: float = HALF_LIFE,
) -> pd.DataFrame:
    """Attention of many pairs on one day: column pair, then those of the series."""
    require(scores, SCORE_COLUMNS, "scores")
    names, number = chosen_pairs(scores, pairs), day_number(day)
    reach = horizon_days(half_life)
    age = number - day_numbers(scores["day"])
    row = pair_rows(scores, names)
    keep = (age >= 0) & (age <= reach) & (row >= 0)
    weight = np.exp2(-age[keep] / half_life)
    own = np.bincount(row[keep], weight, minlength=len(names)).astype(np.float64)
    stories = np.bincount(row[keep], minlength=len(names))
    when = np.array([number], dtype=np.int64)
    scored, squared = _scored(day_counts, when, half_life)
    columns = _shares(own, np.repeat(scored, len(names)), np.repeat(squared, len(names)))
    return pd.DataFrame(
        {"pair": names, "day": timestamps([number] * len(names)), **columns, "stories": stories}
    )


def _attention(
    own: Ints, counts: Floats, day_counts: pd.DataFrame, when: Ints, half_life: float
) -> dict[str, np.ndarray]:
    weighted, _, plain = _decayed(own, counts, when, half_life)
    scored, squared = _scored(day_counts, when, half_life)
    return {**_shares(weighted, scored, squared), "stories": plain.astype(np.int64)}


def _shares(own: Floats, scored: Floats, squared: Floats) -> dict[str, Floats]:
    known = scored >= GAP_BELOW
    safe = np.where(known, scored, np.nan)
    # A pair's story is a scored story; counts that disagree must not pass 100 %.
    share = np.minimum(own / safe, 1.0)
    low, high = wilson(share, safe**2 / np.where(known, squared, np.nan))
    return {
        "attention": PER * share,
        "low": PER * low,
        "high": PER * high,
        "n_effective": own,
        "scored_effective": scored,
    }


def _scored(day_counts: pd.DataFrame, when: Ints, half_life: float) -> tuple[Floats, Floats]:
    """Σw and Σw² of all scored stories on each day."""
    require(day_counts, ("day", "stories"), "day_counts")
    days = day_numbers(day_counts["day"])
    counts = day_counts["stories"].to_numpy(np.float64)
    weighted, squared, _ = _decayed(days, counts, when, half_life)
    return weighted, squared


def _decayed(
    days: Ints, counts: Floats, when: Ints, half_life: float
) -> tuple[Floats, Floats, Floats]:
    """Σw, Σw² and the plain sum of ``counts`` in the window of each day."""
    reach = horizon_days(half_life)
    if not len(when):
        return (np.zeros(0),) * 3
    begin = int(when.min()) - reach
    keep = (days >= begin) & (days <= int(when.max()))
    width = int(when.max()) - begin + 1
    daily = np.bincount(days[keep] - begin, counts[keep], minlength=width).astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(daily, reach + 1)[when - begin - reach]
    weight = np.exp2(-np.arange(reach, -1, -1) / half_life)
    return windows @ weight, windows @ weight**2, windows.sum(axis=1)
