"""The Overview in one call: every pair's level, change, course and counts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.index.attention import attention_on
from pipeline.index.changes import changes, rank_changes, zscores
from pipeline.index.frames import Day, chosen_pairs, day_number, timestamps
from pipeline.index.scores import K
from pipeline.index.tension import HALF_LIFE, sparklines, tension_on


def overview(
    scores: pd.DataFrame,
    day_counts: pd.DataFrame,
    day: Day,
    window_days: int = 7,
    half_life: float = HALF_LIFE,
    pairs: Iterable[str] | None = None,
    spark_days: int = 90,
    k: float = K,
) -> pd.DataFrame:
    """One row per pair, clear changes first and greater before smaller.

    Columns: those of ``tension_on``; change, change_low, change_high, clear,
    change_state, now, before, stories_now, stories_before of ``changes``; attention,
    attention_low, attention_high; z, z_state; spark (list of ``spark_days`` tensions
    up to ``day``, None in gaps). Each value is the one its own function gives.
    """
    names = chosen_pairs(scores, pairs)
    number = day_number(day)
    level = tension_on(scores, day, names, half_life, k)
    moved = changes(scores, names, day, window_days, k).rename(
        columns={"low": "change_low", "high": "change_high", "state": "change_state"}
    )
    noticed = attention_on(scores, day_counts, day, names, half_life)
    unusual = zscores(scores, names, day, k)
    days = timestamps(np.arange(number - spark_days + 1, number + 1))
    course = sparklines(scores, days, names, half_life, k).to_numpy()
    spark = [[None if np.isnan(value) else value for value in row] for row in course.tolist()]
    table = level.assign(
        **{name: moved[name].to_numpy() for name in moved.columns if name != "pair"},
        attention=noticed["attention"].to_numpy(),
        attention_low=noticed["low"].to_numpy(),
        attention_high=noticed["high"].to_numpy(),
        z=unusual["z"].to_numpy(),
        z_state=unusual["state"].to_numpy(),
        spark=pd.Series(spark, index=level.index, dtype=object),
    )
    return rank_changes(table)
