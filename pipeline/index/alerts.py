"""Alerts: pairs that are tense, have grown tenser, or are unusual; one alert an episode.

Three measures, each with a threshold of its own for every pair:

level    tension on the day
change   the last 7 days against the 7 before, plain windows
zscore   the last 7 days against the 52 weeks before them

An episode opens on a day whose value is at or above the threshold and not thin. It
stays open until a value lies below threshold − margin (a thin one will do), or until
there was no value for 28 days. Only then can the next one open. All of it is computed
from the stories of the trailing year, so the same stories always give the same alerts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.index.changes import MAD_TO_SIGMA, Z_WEEKS, Z_WEEKS_NEEDED
from pipeline.index.frames import (
    THIN_BELOW,
    Day,
    Floats,
    Ints,
    chosen_pairs,
    day_number,
    day_numbers,
    pair_rows,
    ratio,
    require,
    require_positive,
    sums_by_cell,
    timestamps,
)
from pipeline.index.scores import K
from pipeline.index.tension import HALF_LIFE, horizon_days

Kind = Literal["level", "change", "zscore"]
KINDS: tuple[Kind, ...] = ("level", "change", "zscore")
#: Episodes are followed over so many days up to the day asked for.
FOLLOWED_DAYS = 366
#: Without a value for so many days an episode is over.
QUIET_DAYS = 28

ALERT_COLUMNS = ["pair", "kind", "value", "threshold", "since", "day", "words"]

_WEEK = 7
#: Deviations of weekly tension below this are rounding, not spread.
_NO_SPREAD = 1e-9
#: Pairs whose z-scores are computed together; bounds the memory.
_TOGETHER = 64

Bools = NDArray[np.bool_]


class AlertRules(Protocol):
    """Where thresholds come from; the ``[alerts]`` settings are one."""

    def rule(self, kind: Kind, pair: str) -> tuple[float, float] | None:
        """Threshold and margin (≥ 0) of a pair, None where it does not alert."""


def alert_history_days(half_life: float = HALF_LIFE) -> int:
    """How many days of stories, up to the day itself, ``open_alerts`` looks at."""
    return FOLLOWED_DAYS + _lead(half_life)


def open_alerts(
    scores: pd.DataFrame,
    day: Day,
    settings: AlertRules,
    half_life: float = HALF_LIFE,
    k: float = K,
) -> pd.DataFrame:
    """The alerts that are open on ``day``, the newest first; one row a pair and kind.

    ``scores``: story scores with columns pair, day, c, a, of the last
    ``alert_history_days`` days at least. ``settings``: the ``[alerts]`` settings.

    Columns: pair, kind (level, change, zscore), value (on ``day``; NaN where there is
    none today), threshold, since (first day of the episode, at the earliest the first
    of the year that is followed), day, words (one line for people, without the pair).
    Raises ``IndexInputError`` for missing columns or a bad constant.
    """
    require(scores, ("pair", "day", "c", "a"), "scores")
    number = day_number(day)
    age = number - day_numbers(scores["day"])
    recent = scores[(age >= 0) & (age < alert_history_days(half_life))]
    masses = _Masses.of(recent, number, half_life, require_positive(k, "k"))
    rows: list[tuple[str, Kind, float, float, int]] = []
    for kind in KINDS:
        rules = {n: rule for n in masses.names if (rule := settings.rule(kind, n)) is not None}
        if rules:
            threshold, margin = np.array(list(rules.values()), dtype=np.float64).T
            chosen = masses.take(list(rules))
            values, thin = _MEASURES[kind](chosen)
            since = open_since(values, thin, threshold, margin)
            rows += [
                (chosen.names[at], kind, float(values[at, -1]), float(threshold[at]),
                 number - FOLLOWED_DAYS + 1 + int(since[at]))
                for at in np.flatnonzero(since >= 0)
            ]  # fmt: skip
    rows.sort(key=lambda row: (-row[4], row[0], KINDS.index(row[1])))
    return _frame(rows, number)


def open_since(values: Floats, thin: Bools, threshold: Floats, margin: Floats) -> Ints:
    """The day on which the episode that is open on the last day began, −1 where none is.

    ``values`` (pairs, days), NaN for days without a value; ``thin`` (pairs, days):
    values that cannot open an episode; ``threshold``, ``margin`` (pairs,).
    Returns positions of days, shape (pairs,).
    """
    since = np.full(len(values), -1, dtype=np.int64)
    silent = np.zeros(len(values), dtype=np.int64)
    for at in range(values.shape[1]):
        value = values[:, at]
        silent = np.where(np.isnan(value), silent + 1, 0)
        closes = (value < threshold - margin) | (silent >= QUIET_DAYS)
        opens = (value >= threshold) & ~thin[:, at] & (since < 0)
        since = np.where(closes, -1, np.where(opens, at, since))
    return since


@dataclass(frozen=True, slots=True)
class _Masses:
    """Adversarial and cooperative mass and stories of each pair and day, (pairs, days).

    The days end on the one asked for; before those that are followed lie enough
    days for the windows of the first.
    """

    names: list[str]
    a: Floats
    c: Floats
    n: Floats
    half_life: float
    k: float

    @classmethod
    def of(cls, scores: pd.DataFrame, number: int, half_life: float, k: float) -> _Masses:
        names = chosen_pairs(scores, None)
        shape = (len(names), alert_history_days(half_life))
        column = day_numbers(scores["day"]) - (number - shape[1] + 1)
        cell = pair_rows(scores, names) * shape[1] + column
        a, c = (sums_by_cell(cell, scores[side].to_numpy(np.float64), shape) for side in ("a", "c"))
        n = sums_by_cell(cell, np.ones(len(cell)), shape)
        return cls(names, a, c, n, half_life, k)

    def take(self, names: list[str]) -> _Masses:
        """Some of the pairs, in the order given."""
        part = pd.Index(self.names, dtype=object).get_indexer(pd.Index(names, dtype=object))
        return _Masses(names, self.a[part], self.c[part], self.n[part], self.half_life, self.k)

    def tension(self, weights: Floats) -> tuple[Floats, Floats]:
        """Tension of sliding windows and their stories; the last weight is the newest day's."""

        def total(daily: Floats) -> Floats:
            windows = np.lib.stride_tricks.sliding_window_view(daily, len(weights), axis=1)
            return np.asarray(windows @ weights)

        n = total(self.n)
        return ratio(total(self.a), total(self.c), n, self.k), n

    def weekly(self) -> tuple[Floats, Floats]:
        """Tension and stories of the plain 7 days up to each day from the seventh on."""
        return self.tension(np.ones(_WEEK))


def _lead(half_life: float) -> int:
    return max(horizon_days(half_life), _WEEK * (Z_WEEKS + 1))


def _level(masses: _Masses) -> tuple[Floats, Bools]:
    reach = horizon_days(masses.half_life)
    weights = np.exp2(-np.arange(reach, -1, -1) / masses.half_life)
    values, n = masses.tension(weights)
    return values[:, -FOLLOWED_DAYS:], n[:, -FOLLOWED_DAYS:] < THIN_BELOW


def _change(masses: _Masses) -> tuple[Floats, Bools]:
    weekly, n = masses.weekly()
    now, before = (slice(-FOLLOWED_DAYS - back, -back or None) for back in (0, _WEEK))
    return weekly[:, now] - weekly[:, before], np.minimum(n[:, now], n[:, before]) < THIN_BELOW


def _zscore(masses: _Masses) -> tuple[Floats, Bools]:
    weekly, n = masses.weekly()
    thin = n[:, -FOLLOWED_DAYS:] < THIN_BELOW
    values = np.full(thin.shape, np.nan)
    # Most pairs never have a week that could open an episode; their z is not needed.
    needed = np.flatnonzero(~thin.all(axis=1))
    for start in range(0, len(needed), _TOGETHER):
        rows = needed[start : start + _TOGETHER]
        values[rows] = _weekly_z(weekly[rows])
    return values, thin


def _weekly_z(weekly: Floats) -> Floats:
    """z of the week up to each followed day: ``index.zscores`` for many days at once."""
    backs = range(_WEEK, _WEEK * (Z_WEEKS + 1), _WEEK)
    past = np.stack([weekly[:, -FOLLOWED_DAYS - back : -back] for back in backs])
    weeks = (~np.isnan(past)).sum(axis=0)
    median = _median(past, weeks)
    mad = _median(np.abs(past - median), weeks)
    known = (weeks >= Z_WEEKS_NEEDED) & (mad > _NO_SPREAD)
    spread = np.where(known, MAD_TO_SIGMA * mad, np.nan)
    return np.asarray((weekly[:, -FOLLOWED_DAYS:] - median) / spread)


def _median(values: Floats, counts: Ints) -> Floats:
    """The median over the first axis of the ``counts`` values that are not NaN."""
    ordered = np.sort(values, axis=0)  # NaN comes last
    top = np.maximum(counts, 1)
    middle = np.stack([(top - 1) // 2, top // 2])
    return np.asarray(np.take_along_axis(ordered, middle, axis=0).mean(axis=0))


_MEASURES: dict[Kind, Callable[[_Masses], tuple[Floats, Bools]]] = {
    "level": _level,
    "change": _change,
    "zscore": _zscore,
}


def _frame(rows: list[tuple[str, Kind, float, float, int]], number: int) -> pd.DataFrame:
    first = number - FOLLOWED_DAYS + 1
    frame = pd.DataFrame(
        {
            "pair": pd.array([row[0] for row in rows], dtype="str"),
            "kind": pd.array([row[1] for row in rows], dtype="str"),
            "value": np.array([row[2] for row in rows], dtype=np.float64),
            "threshold": np.array([row[3] for row in rows], dtype=np.float64),
            "since": timestamps([row[4] for row in rows]),
            "day": timestamps([number] * len(rows)),
            "words": pd.array(
                [_words(*row[1:], number, row[4] == first) for row in rows], dtype="str"
            ),
        }
    )
    return frame[ALERT_COLUMNS]


def _words(
    kind: Kind, value: float, threshold: float, since: int, number: int, whole_year: bool
) -> str:
    if np.isnan(value):
        said = {"level": "tension", "change": "7-day change", "zscore": "z"}[kind]
        text = f"{said}: no value today (alert at {threshold:g})"
    elif kind == "level":
        text = f"tension {value:+.1f} (alert at {threshold:+g})"
    elif kind == "change":
        moved = "up" if value >= 0 else "down"
        text = f"tension {moved} {abs(value):.1f} points in 7 days (alert at {threshold:g})"
    else:
        text = f"z {value:+.1f} against the trailing year (alert at {threshold:g})"
    if whole_year:
        return f"{text}, for a year or longer"
    began = date(1970, 1, 1) + timedelta(days=since)
    return f"{text}, new today" if since == number else f"{text}, since {began.isoformat()}"
