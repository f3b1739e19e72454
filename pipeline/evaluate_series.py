"""How the index runs beside a reference series: ``tension evaluate series FILE``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import index
from pipeline.records import pair_name

#: Fewer months in common than this say nothing.
MIN_MONTHS = 12
COLUMNS = ("date", "pair", "value")
MEASURES = ("tension", "attention")


class SeriesFileError(ValueError):
    """The reference file cannot be used; the message names the file and the reason."""


def series(
    path: Path | str, signals: pd.DataFrame, day_counts: pd.DataFrame, k: float = index.K
) -> dict[str, Any]:
    """Compare the monthly index with a reference series, pair by pair.

    ``path``: CSV with columns date (a day or ``YYYY-MM``), pair (``RUS-USA``, in either
    order) and value (higher is more adversarial); several values in a month are
    averaged. ``signals`` and ``day_counts``: as the store gives them.

    Spearman's rank correlation over calendar months against tension and against
    attention: months without a tension (gaps) leave the first, months in which nothing
    was scored the second. Below 12 months in common the correlation is None.

    Returns ``{"n_pairs", "min_months", "pairs": {pair: {"tension": {"spearman",
    "months"}, "attention": {…}}}, "median": {"tension", "attention"}}``; n_pairs counts
    the pairs of the file, the medians are over pairs that have a figure, else None.
    Raises ``SeriesFileError``.
    """
    reference = read_reference(Path(path))
    pairs = sorted(set(reference["pair"]))
    if not len(day_counts):
        months = pd.DataFrame(columns=["pair", "period", *MEASURES])
    else:
        months = _months(index.story_scores(signals), day_counts, reference, k)
    both = reference.merge(months, on=["pair", "period"], how="left")
    found = {pair: _correlations(both[both["pair"] == pair]) for pair in pairs}
    return {
        "n_pairs": len(pairs),
        "min_months": MIN_MONTHS,
        "pairs": found,
        "median": {name: _median(found, name) for name in MEASURES},
    }


def read_reference(path: Path) -> pd.DataFrame:
    """Monthly means of a reference file: columns pair, period (``YYYY-MM``), value."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SeriesFileError(f"{path}: {error}") from error
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise SeriesFileError(f"{path}: missing column {', '.join(missing)}")
    blank = (table["value"].str.strip() == "").to_numpy(bool)
    table = table[~blank]
    if not len(table):
        raise SeriesFileError(f"{path}: no rows with a value")
    value = pd.to_numeric(table["value"], errors="coerce")
    when = pd.to_datetime(table["date"], errors="coerce", format="ISO8601", utc=True)
    _refuse(path, table, value.isna() | np.isinf(value), "value", "is not a number")
    _refuse(path, table, when.isna(), "date", "is not a date")
    named = table["pair"].str.strip().str.upper()
    shape = named.str.fullmatch(r"[A-Z]{3,4}-[A-Z]{3,4}")
    _refuse(path, table, ~shape.astype(bool), "pair", "is not a pair like RUS-USA")
    tidy = pd.DataFrame(
        {
            "pair": [pair_name(*str(name).split("-")) for name in named],
            "period": when.dt.strftime("%Y-%m").to_numpy(object),
            "value": value.to_numpy(float),
        }
    )
    return tidy.groupby(["pair", "period"], as_index=False).agg(value=("value", "mean"))


def _refuse(path: Path, table: pd.DataFrame, bad: pd.Series, column: str, why: str) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad.to_numpy(bool))[0])
        line = int(table.index[row]) + 2  # a header line, and lines count from 1
        raise SeriesFileError(f"{path}, line {line}: {column} {table[column].iloc[row]!r} {why}")


def _months(
    scores: pd.DataFrame, day_counts: pd.DataFrame, reference: pd.DataFrame, k: float
) -> pd.DataFrame:
    """Tension and attention by month, over the whole months that the store spans."""
    first, last = day_counts["day"].min(), day_counts["day"].max()
    pairs = sorted(set(reference["pair"]))
    table = index.panel(scores, day_counts, "M", first, last, pairs, k=k, interval=False)
    return table[["pair", "period", *MEASURES]]


def _correlations(rows: pd.DataFrame) -> dict[str, dict[str, float | int | None]]:
    out: dict[str, dict[str, float | int | None]] = {}
    for name in MEASURES:
        known = rows[["value", name]].astype(float).dropna()
        figure: float | None = None
        if len(known) >= MIN_MONTHS:
            ranks = known.rank()
            if (ranks.nunique() > 1).all():
                figure = float(ranks["value"].corr(ranks[name]))
        out[name] = {"spearman": figure, "months": len(known)}
    return out


def _median(found: dict[str, dict[str, dict[str, float | int | None]]], name: str) -> float | None:
    figures = [row[name]["spearman"] for row in found.values()]
    known = [value for value in figures if value is not None and not math.isnan(value)]
    return float(np.median(known)) if known else None
