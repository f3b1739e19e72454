"""Checked ways from frames to numpy and back: columns, days, stories by pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Anything that names one day: a date, a Timestamp, ``"2022-02-24"``.
Day = date | str | pd.Timestamp | np.datetime64

#: Below this many effective stories there is no value, only a gap.
GAP_BELOW = 1.0
#: Below this many effective stories a value is thin: drawn faded, said in words.
THIN_BELOW = 3.0

SCORE_COLUMNS = ("pair", "story_id", "day", "c", "a", "signals", "articles", "outlets")


class IndexInputError(ValueError):
    """A frame or argument that the index cannot work with; the message says why."""


def require(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Raise ``IndexInputError`` unless ``frame`` has ``columns``, and days that are days."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise IndexInputError(
            f"{what}: missing column{'s' if len(missing) > 1 else ''} "
            f"{', '.join(missing)} (has: {', '.join(map(str, frame.columns)) or 'none'})"
        )
    if "day" in columns and len(frame):
        dtype = frame["day"].dtype
        if not isinstance(dtype, np.dtype) or dtype.kind != "M":
            raise IndexInputError(f"{what}: column day must be naive datetime64, not {dtype}")
        if frame["day"].isna().any():
            raise IndexInputError(f"{what}: column day has missing values")


def require_positive(value: float, what: str) -> float:
    """``value`` if it is a positive finite number, else ``IndexInputError``."""
    if not np.isfinite(value) or value <= 0:
        raise IndexInputError(f"{what} must be a positive number, not {value!r}")
    return float(value)


def day_number(day: Day) -> int:
    """Days since 1970-01-01 of one day; the time of day is cut off."""
    try:
        stamp = pd.Timestamp(day)
    except (TypeError, ValueError) as error:
        raise IndexInputError(f"not a day: {day!r}") from error
    if not isinstance(stamp, pd.Timestamp):  # NaT
        raise IndexInputError(f"not a day: {day!r}")
    if stamp.tzinfo is not None:
        stamp = stamp.tz_convert("UTC").tz_localize(None)
    return int(stamp.to_datetime64().astype("datetime64[D]").astype(np.int64))


def day_numbers(days: pd.Series | pd.DatetimeIndex) -> Ints:
    """Days since 1970-01-01 of a column of naive days, shape (n,)."""
    return days.to_numpy().astype("datetime64[D]").astype(np.int64)


def timestamps(numbers: Ints | Sequence[int]) -> pd.DatetimeIndex:
    """The inverse of ``day_numbers``."""
    values = np.asarray(numbers, dtype=np.int64).astype("datetime64[D]").astype("datetime64[us]")
    return pd.DatetimeIndex(values)


def states(n: Floats) -> NDArray[np.object_]:
    """``gap``, ``thin`` or ``ok`` for effective story counts, shape as given."""
    words = np.where(n < GAP_BELOW, "gap", np.where(n < THIN_BELOW, "thin", "ok"))
    return words.astype(object)


def ratio(a: Floats, c: Floats, n: Floats, k: float) -> Floats:
    """Tension −100..100 of adversarial and cooperative mass; NaN where n < 1."""
    return np.where(n < GAP_BELOW, np.nan, 100.0 * (a - c) / (a + c + k))


@dataclass(frozen=True, slots=True)
class Stories:
    """The scored stories of one pair as arrays, sorted by (day, story_id); shape (n,)."""

    pair: str
    #: Days since 1970-01-01.
    day: Ints
    #: Cooperative and adversarial mass.
    c: Floats
    a: Floats
    signals: Ints
    articles: Ints
    #: One tuple of outlet names per story.
    outlets: NDArray[np.object_]
    story_id: NDArray[np.object_]

    @property
    def mass(self) -> Floats:
        """Mass of each story, a + c."""
        return self.a + self.c

    def between(self, after: int, upto: int) -> Stories:
        """The stories with ``after < day <= upto``."""
        low, high = np.searchsorted(self.day, [after, upto], side="right")
        return self.take(self.pair, slice(int(low), int(high)))

    def take(self, pair: str, part: slice | Ints) -> Stories:
        """Some of the stories, under the name ``pair``."""
        return Stories(
            pair,
            self.day[part],
            self.c[part],
            self.a[part],
            self.signals[part],
            self.articles[part],
            self.outlets[part],
            self.story_id[part],
        )

    def __len__(self) -> int:
        return len(self.day)


def _all_stories(scores: pd.DataFrame) -> Stories:
    """The rows of ``scores`` in their own order, whatever pair they belong to."""
    return Stories(
        "",
        day_numbers(scores["day"]),
        scores["c"].to_numpy(np.float64),
        scores["a"].to_numpy(np.float64),
        scores["signals"].to_numpy(np.int64),
        scores["articles"].to_numpy(np.int64),
        scores["outlets"].to_numpy(object),
        scores["story_id"].to_numpy(object),
    )


def stories_of(scores: pd.DataFrame, pair: str) -> Stories:
    """The stories of one pair (none is fine), whatever the order of ``scores``."""
    require(scores, SCORE_COLUMNS, "scores")
    rows = _all_stories(scores[(scores["pair"] == pair).to_numpy(bool)])
    return rows.take(pair, np.lexsort((rows.story_id.astype(str), rows.day)))


def stories_by_pair(
    scores: pd.DataFrame, after: int | None = None, upto: int | None = None
) -> dict[str, Stories]:
    """Every pair's stories, those with ``after < day <= upto`` only where given."""
    require(scores, SCORE_COLUMNS, "scores")
    days = day_numbers(scores["day"])
    keep = np.ones(len(scores), dtype=bool)
    if after is not None:
        keep &= days > after
    if upto is not None:
        keep &= days <= upto
    part = scores if keep.all() else scores[keep]
    return dict(_grouped(part))


def _grouped(scores: pd.DataFrame) -> Iterator[tuple[str, Stories]]:
    if not len(scores):
        return
    codes, names = pd.factorize(scores["pair"], sort=True)
    rows = _all_stories(scores)
    order = np.lexsort((rows.story_id.astype(str), rows.day, codes))
    rows = rows.take("", order)
    starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
    for position, name in enumerate(names):
        part = slice(int(starts[position]), int(starts[position + 1]))
        yield str(name), rows.take(str(name), part)


def chosen_pairs(scores: pd.DataFrame, pairs: Iterable[str] | None) -> list[str]:
    """``pairs`` in the given order without repeats, or all pairs of ``scores``, sorted."""
    if pairs is None:
        return sorted(str(name) for name in scores["pair"].unique())
    if isinstance(pairs, str):
        raise IndexInputError(f"pairs must be a list of pairs, not the text {pairs!r}")
    return list(dict.fromkeys(pairs))


def pair_rows(scores: pd.DataFrame, names: list[str]) -> Ints:
    """The position in ``names`` of each row's pair, −1 where it is not among them."""
    place = pd.Index(names, dtype=object).get_indexer(pd.Index(scores["pair"].astype(object)))
    return np.asarray(place, dtype=np.int64)


def sums_by_cell(cell: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """Sums of ``values`` in the cells (flat positions) of a table of ``shape``."""
    flat = np.bincount(cell, values, minlength=shape[0] * shape[1])
    return np.asarray(flat.reshape(shape), dtype=np.float64)


def empty_stories(pair: str) -> Stories:
    """A pair without stories."""
    floats = np.empty(0, dtype=np.float64)
    ints = np.empty(0, dtype=np.int64)
    objects = np.empty(0, dtype=object)
    return Stories(pair, ints, floats, floats, ints, ints, objects, objects)
