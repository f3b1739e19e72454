"""What the signals behind a figure are: by theme, and by who acts on whom."""

from __future__ import annotations

import pandas as pd

from pipeline.index.frames import Day, IndexInputError, day_number, day_numbers, require
from pipeline.index.scores import SIGNAL_COLUMNS, collapsed

THEME_COLUMNS = ["theme", "root", "polarity", "signals", "stories", "mass"]
DIRECTION_COLUMNS = ["direction", "polarity", "signals", "stories", "mass"]


def theme_balance(
    signals: pd.DataFrame, pair: str, start: Day | None = None, end: Day | None = None
) -> pd.DataFrame:
    """Counting signals of a pair by theme, the heaviest first.

    The same signals that make the score: of representatives, collapsed, status weight
    above 0. ``start`` and ``end`` are days, both inside; None is open. Columns: theme,
    root, polarity, signals, stories, mass (Σ |intensity| · confidence · status weight).
    """
    rows = _rows(signals, pair, start, end)
    return _balance(rows, ["theme", "root", "polarity"], THEME_COLUMNS)


def direction_balance(
    signals: pd.DataFrame, pair: str, start: Day | None = None, end: Day | None = None
) -> pd.DataFrame:
    """Counting signals of a pair by who acts on whom, as in ``theme_balance``.

    Column direction: ``RUS→USA``, ``USA→RUS`` or ``both``.
    """
    rows = _rows(signals, pair, start, end)
    mutual = (rows["direction"] == "both").to_numpy()
    words = rows["source"].astype(str) + "→" + rows["target"].astype(str)
    rows = rows.assign(direction=words.mask(mutual, "both"))
    return _balance(rows, ["direction", "polarity"], DIRECTION_COLUMNS)


def _rows(signals: pd.DataFrame, pair: str, start: Day | None, end: Day | None) -> pd.DataFrame:
    require(signals, SIGNAL_COLUMNS, "signals")
    if start is not None and end is not None and day_number(start) > day_number(end):
        raise IndexInputError(f"start {start} lies after end {end}")
    keep = (signals["pair"] == pair).to_numpy()
    days = day_numbers(signals["day"])
    if start is not None:
        keep = keep & (days >= day_number(start))
    if end is not None:
        keep = keep & (days <= day_number(end))
    return collapsed(signals[keep])


def _balance(rows: pd.DataFrame, keys: list[str], columns: list[str]) -> pd.DataFrame:
    table = rows.groupby(keys, observed=True, as_index=False).agg(
        signals=("seq", "size"), stories=("story_id", "nunique"), mass=("strength", "sum")
    )
    return table.sort_values(["mass", *keys], ascending=[False, *(True for _ in keys)])[
        columns
    ].reset_index(drop=True)
