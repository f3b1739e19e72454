"""Tables for other programs: CSV, Parquet and JSON lines, with their data sheet.

``docs/data-dictionary.md`` documents every column and type and is tested against
this file. Beside ``F`` lies ``F.meta.json``: version, scorer, window, run, time.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from pipeline import __version__, actors, index
from pipeline.records import STATUS_WEIGHT, pair_name
from pipeline.scoring import SCORE_COLUMNS, article_scores
from pipeline.store import Store

Kind = Literal["series", "panel", "scores", "signals", "articles", "stories"]
Format = Literal["csv", "parquet", "jsonl"]

#: Said wherever numbers leave the program.
NOTICE = "Signals found in news media, not official positions of any state."

#: Spreadsheets take a text cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_PAIR_COLUMNS = ["iso_a", "iso_b", "cow_a", "cow_b"]
_ARTICLE_FACTS = ["published_at", "day", "story_id", "representative", "outlet", "title", "url"]


class ExportError(Exception):
    """The table asked for cannot be made."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be exported."""

    kind: Kind
    pairs: tuple[str, ...] = ()
    #: First and last day, both inside; None is open.
    start: date | None = None
    end: date | None = None
    #: Days of half-life (series).
    half_life: float = 14.0
    #: Weeks or months (panel).
    freq: Literal["W", "M"] = "W"
    #: A run id; None is the last completed run.
    as_of: int | None = None


def checked_pair(name: str) -> str:
    """``usa-rus`` as ``RUS-USA``; ``ExportError`` unless it names two actors."""
    parts = name.upper().split("-")
    if len(parts) != 2 or not all(part.isalnum() for part in parts) or parts[0] == parts[1]:
        raise ExportError(f"{name!r} is no pair; write two actor codes as RUS-USA.")
    return pair_name(*parts)


def table(store: Store, request: Request) -> pd.DataFrame:
    """The table that ``request`` asks for. Raises ``ExportError``."""
    makers = {
        "series": _series,
        "panel": _panel,
        "scores": _scores,
        "signals": _signals,
        "articles": _articles,
        "stories": _stories,
    }
    try:
        frame = makers[request.kind](store, request)
    except index.IndexInputError as error:
        raise ExportError(str(error)) from error
    days = [name for name, dtype in frame.dtypes.items() if dtype == "datetime64[s]"]
    return frame.astype(dict.fromkeys(days, "datetime64[us]"))


def _series(store: Store, request: Request) -> pd.DataFrame:
    if not request.pairs:
        raise ExportError("A series is of named pairs: add --pair RUS-USA (as often as you like).")
    # Days before the window still weigh in its first days, so all are read.
    parts: list[pd.DataFrame] = []
    counts = store.day_counts(as_of=request.as_of)
    for pair in request.pairs:
        signals = store.signals(pair=pair, end=request.end, as_of=request.as_of)
        scores = index.story_scores(signals)
        days = _window(request, signals["day"], counts["day"])
        tension = index.tension_series(scores, pair, days, half_life=request.half_life)
        attention = index.attention_series(scores, pair, counts, days, request.half_life)
        attention = attention.rename(columns={"low": "attention_low", "high": "attention_high"})[
            ["day", "attention", "attention_low", "attention_high", "scored_effective"]
        ]
        part = tension.merge(attention, on="day", how="left")
        part.insert(1, "pair", pair)
        parts.append(part.assign(illustrative=bool(signals["illustrative"].any())))
    frame = pd.concat(parts, ignore_index=True)
    return _with_codes(frame, after="pair")


def _panel(store: Store, request: Request) -> pd.DataFrame:
    signals = store.signals(start=request.start, end=request.end, as_of=request.as_of)
    if request.pairs:
        signals = signals[signals["pair"].isin(request.pairs)]
    counts = store.day_counts(as_of=request.as_of)
    days = _window(request, signals["day"], counts["day"])
    if not len(days):
        raise ExportError("There is nothing in this window.")
    frame = index.panel(
        index.story_scores(signals),
        counts,
        request.freq,
        days[0],
        days[-1],
        pairs=request.pairs or None,
        cow=actors.cow_codes(),
    )
    marked = set(signals.loc[signals["illustrative"], "pair"])
    return frame.assign(illustrative=frame["pair"].isin(marked).astype(bool))


def _window(request: Request, days: pd.Series, stored: pd.Series) -> pd.DatetimeIndex:
    """The days asked for; open ends are the first signal and the newest article."""
    start = request.start or (days.min() if len(days) else stored.min())
    end = request.end or stored.max()
    if pd.isna(start) or pd.isna(end):
        return pd.DatetimeIndex([], dtype="datetime64[us]")
    return pd.date_range(start, end, freq="D", unit="us")


def _signals(store: Store, request: Request) -> pd.DataFrame:
    frame = _read_signals(store, request)
    weights = {status.value: weight for status, weight in STATUS_WEIGHT.items()}
    place = list(frame).index("status") + 1
    weight = frame["status"].map(weights).astype("float64").where(frame["mark"] != "wrong", 0.0)
    frame.insert(place, "weight", weight)
    return _with_codes(frame, after="pair").assign(scorer_id=_scorer(store, request))


def _scores(store: Store, request: Request) -> pd.DataFrame:
    signals = _read_signals(store, request)
    facts = signals.drop_duplicates("article_id").set_index("article_id")
    facts = facts[[*_ARTICLE_FACTS, "illustrative"]]
    # What a reader marked wrong has no mass, and does not stand in for an equal act.
    sure = signals["confidence"].where(signals["mark"] != "wrong", 0.0)
    frame = article_scores(signals.assign(confidence=sure)).join(facts, on="article_id")
    frame = frame.sort_values(["published_at", "article_id", "pair"], ignore_index=True)
    columns = ["article_id", "pair", *_ARTICLE_FACTS, *SCORE_COLUMNS, "illustrative"]
    return _with_codes(frame[columns], after="pair").assign(scorer_id=_scorer(store, request))


def _read_signals(store: Store, request: Request) -> pd.DataFrame:
    window = {"start": request.start, "end": request.end, "as_of": request.as_of}
    if not request.pairs:
        return store.signals(columns="full", **window)  # type: ignore[arg-type]
    parts = [
        store.signals(pair=pair, columns="full", **window)  # type: ignore[arg-type]
        for pair in request.pairs
    ]
    frame = pd.concat(parts, ignore_index=True)
    return frame.sort_values(["day", "article_id", "seq"], kind="stable", ignore_index=True)


def _articles(store: Store, request: Request) -> pd.DataFrame:
    frame = store.articles(request.start, request.end, as_of=request.as_of)
    if not request.pairs:
        return frame
    wanted = {
        article_id
        for pair in request.pairs
        for article_id in store.signals(pair=pair, as_of=request.as_of)["article_id"]
    }
    return frame[frame["article_id"].isin(wanted)].reset_index(drop=True)


def _stories(store: Store, request: Request) -> pd.DataFrame:
    """One row per story: its representative, and how far it was reprinted."""
    # A story belongs to the day of its representative; its reprints may lie later.
    articles = store.articles(request.start, None, as_of=request.as_of)
    wanted = _articles(store, request)
    grouped = articles.groupby("story_id", sort=False)
    sizes = grouped.agg(
        articles=("article_id", "size"),
        outlets=("outlet", "nunique"),
        last_published_at=("published_at", "max"),
    )
    first = wanted[wanted["representative"]]
    columns = ["story_id", "published_at", "day", "outlet", "title", "url", "scored", "n_signals"]
    frame = first[columns].join(sizes, on="story_id")
    return frame.assign(illustrative=first["illustrative"]).reset_index(drop=True)


def _scorer(store: Store, request: Request) -> str:
    run = store.latest_run(request.as_of)
    return "" if run is None else run.scorer_id


def _with_codes(frame: pd.DataFrame, after: str) -> pd.DataFrame:
    """``frame`` with ISO and Correlates-of-War codes of both actors beside the pair."""
    if set(_PAIR_COLUMNS) <= set(frame):
        return frame
    cow = actors.cow_codes()
    split = frame["pair"].str.split("-", n=1, expand=True).reindex(columns=[0, 1])
    codes: dict[str, pd.Series] = {
        "iso_a": split[0].astype("str"),
        "iso_b": split[1].astype("str"),
    }
    for side in ("a", "b"):
        numbers = pd.to_numeric(codes[f"iso_{side}"].map(cow), errors="coerce")
        codes[f"cow_{side}"] = numbers.astype("Int64")
    place = list(frame).index(after) + 1
    for offset, name in enumerate(_PAIR_COLUMNS):
        frame.insert(place + offset, name, codes[name])
    return frame


def meta(store: Store, request: Request, frame: pd.DataFrame, now: datetime) -> dict[str, Any]:
    """The data sheet of an exported table, for ``F.meta.json``."""
    run = store.latest_run(request.as_of)
    marked = bool(frame["illustrative"].any()) if "illustrative" in frame else False
    sheet: dict[str, Any] = {
        "table": request.kind,
        "created_at": _iso(now),
        "version": __version__,
        "scorer_id": None if run is None else run.scorer_id,
        "as_of_run": None if run is None else run.run_id,
        "as_of": None if run is None else _iso(run.committed_at),
        "pairs": list(request.pairs) or "all",
        "from": None if request.start is None else request.start.isoformat(),
        "to": None if request.end is None else request.end.isoformat(),
        "rows": len(frame),
        "columns": {name: str(dtype) for name, dtype in frame.dtypes.items()},
        "illustrative": marked,
        "notice": NOTICE,
    }
    if request.kind == "series":
        sheet |= {"half_life_days": request.half_life, "k": index.K}
    if request.kind == "panel":
        sheet |= {"period": request.freq, "k": index.K}
    return sheet


def _iso(when: datetime) -> str:
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def hardened(frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` fit for CSV: no text cell that a spreadsheet would run.

    Text that begins with = + - @, a tab or a carriage return gets a leading
    apostrophe; numbers stay numbers; lists become JSON.
    """
    result = frame.copy(deep=False)
    for name, column in frame.items():
        if column.dtype == object:
            result[name] = column.map(_as_json)
        elif isinstance(column.dtype, pd.StringDtype):
            risky = column.str.startswith(_FORMULA, na=False)
            if risky.any():
                result[name] = column.where(~risky, "'" + column)
    return result


def _as_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":")) if isinstance(value, list) else str(value)


def format_of(path: Path | None) -> Format:
    """The format that a file's name asks for; CSV otherwise."""
    suffix = "" if path is None else path.suffix.lower()
    return "parquet" if suffix == ".parquet" else "jsonl" if suffix == ".jsonl" else "csv"


def as_bytes(frame: pd.DataFrame, form: Format) -> bytes:
    """The table as a file's content; CSV and JSON lines are UTF-8, times ISO 8601."""
    if form == "parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer, index=False)
        return buffer.getvalue()
    plain = _plain_times(frame)
    if form == "jsonl":
        plain = plain.astype(object).where(frame.notna(), None)
        lines = (json.dumps(row, ensure_ascii=False) for row in plain.to_dict("records"))
        return "".join(line + "\n" for line in lines).encode()
    return hardened(plain).to_csv(index=False, lineterminator="\n").encode()


def _plain_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Times as ISO 8601 text in UTC, days as dates."""
    result = frame.copy(deep=False)
    for name, column in frame.items():
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            result[name] = column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        elif column.dtype.kind == "M":
            result[name] = column.dt.strftime("%Y-%m-%d")
    return result


def write(content: bytes, sheet: Mapping[str, Any], path: Path) -> Sequence[Path]:
    """Write a table and its data sheet beside it; whole files or none."""
    beside = path.with_name(path.name + ".meta.json")
    sheet_text = json.dumps(sheet, indent=2, ensure_ascii=False) + "\n"
    for place, data in ((path, content), (beside, sheet_text.encode())):
        half = place.with_name(f".{place.name}.part")
        half.write_bytes(data)
        half.replace(place)
    return path, beside
