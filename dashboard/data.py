"""Cached reads through the store, keyed by the run they belong to.

A page asks for a ``Snapshot`` once and reads everything as of its run, so that all
figures of a page belong together even while a refresh completes. Frames are shared
between readers and never changed in place.

When the store cannot be read, the last snapshot that could be is kept, marked with
the reason: what has been read before is still shown.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from pipeline import index
from pipeline.alert_settings import AlertSettings
from pipeline.config import ConfigError, Settings, load_settings
from pipeline.store import RunInfo, Store, StoreError, StoreMissing
from pipeline.store.connect import database_file

log = logging.getLogger(__name__)

#: What a failed read can raise.
READ_ERRORS = (StoreError, SQLAlchemyError, OSError)
#: A store that no run has completed on for this long is called stale.
STALE_AFTER = timedelta(hours=24)
#: The Overview needs a year of weeks for z and the longest memory before its sparklines.
OVERVIEW_DAYS = 760


class NoData(Exception):
    """There is no completed run to show."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One completed run, and what every page says about it."""

    url: str
    #: Distinguishes a store from another one later at the same place.
    mark: str
    run: RunInfo
    #: First and newest publication day of scored articles; "today" in the app.
    first: date
    today: date
    #: Whether any article is written to illustrate.
    illustrative: bool
    #: The day a reader asked to be taken back to; None for the latest run.
    as_of: date | None = None
    #: Why the store could not be read just now; "" when it could.
    failed: str = ""

    @property
    def run_id(self) -> int:
        """The run that all reads are as of."""
        return self.run.run_id

    def age(self, now: datetime) -> timedelta:
        """Time since the run completed."""
        return now - self.run.committed_at


def now() -> datetime:
    """The clock of the dashboard; tests replace it."""
    return datetime.now(UTC)


def settings() -> Settings:
    """The settings; raises ``ConfigError``."""
    return load_settings(None)


def store_mark(url: str) -> str:
    """Changes when the SQLite file at ``url`` is replaced by another."""
    file = database_file(url)
    return str(file.stat().st_ino) if file is not None and file.exists() else ""


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(url: str, mark: str) -> Store:
    return Store.open(url)


def open_store(url: str, mark: str) -> Store:
    """The store at ``url``; raises ``StoreMissing``, ``StoreError``."""
    file = database_file(url)
    if file is not None and not file.exists():
        raise StoreMissing(url, "There is no store here yet; `tension refresh` makes one.")
    return _store(url, mark)


@st.cache_resource(show_spinner=False)
def _last_good() -> dict[str, Snapshot]:
    return {}


def latest_run_id() -> int:
    """The last completed run, 0 when there is none or it cannot be read: one cheap query."""
    try:
        url = settings().store.url
        run = open_store(url, store_mark(url)).latest_run()
    except (*READ_ERRORS, ConfigError):
        return 0
    return 0 if run is None else run.run_id


def snapshot(as_of: date | None = None) -> Snapshot:
    """The latest completed run, or the last one completed by the end of ``as_of``.

    Raises ``StoreMissing`` or ``NoData`` when there is nothing to show, ``ConfigError``,
    and a read error when the store fails and nothing was read before.
    """
    url = settings().store.url
    try:
        found = _snapshot(url, as_of)
    except READ_ERRORS as error:
        kept = _last_good().get(url)
        if kept is None:
            raise
        log.warning("The store could not be read: %s", error)
        return replace(kept, failed=str(getattr(error, "orig", None) or error)[:300])
    if as_of is None:
        _last_good()[url] = found
    return found


def _snapshot(url: str, as_of: date | None) -> Snapshot:
    mark = store_mark(url)
    store = open_store(url, mark)
    run = store.latest_run()
    if run is None:
        raise NoData
    if as_of is not None:
        runs = completed_runs(url, mark, run.run_id)
        early = runs[runs["committed_at"].dt.date <= as_of]
        if early.empty:
            raise NoData
        run = store.latest_run(as_of=int(early["run_id"].max()))
        assert run is not None
    days = day_counts(url, mark, run.run_id)
    if days.empty:
        raise NoData
    first, today = days["day"].min().date(), newest_day(url, mark, run.run_id)
    shown = illustrative(url, mark, run.run_id, today)
    return Snapshot(url, mark, run, first, today, shown, as_of)


@st.cache_resource(max_entries=4, show_spinner=False)
def completed_runs(url: str, mark: str, run_id: int) -> pd.DataFrame:
    """All completed runs up to ``run_id``, newest first."""
    runs = open_store(url, mark).runs(limit=100_000)
    return runs[runs["completed"] & (runs["run_id"] <= run_id)]


@st.cache_resource(max_entries=8, show_spinner=False)
def day_counts(url: str, mark: str, run_id: int) -> pd.DataFrame:
    """frame[day, articles, stories] of scored articles."""
    return open_store(url, mark).day_counts(as_of=run_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def newest_day(url: str, mark: str, run_id: int) -> date:
    """The newest publication day that an article states.

    An item without a date takes the day it was fetched. One such item among articles
    of another year must not move "today" to a day that nothing else is known of; where
    no article of the last days states its date, the newest day of all is taken.
    """
    counts = day_counts(url, mark, run_id)
    newest = counts["day"].sort_values(ascending=False)
    store = open_store(url, mark)
    for day in newest.head(40):
        there = store.articles(day.date(), day.date(), as_of=run_id)
        if (there["scored"] & (there["date_source"] == "stated")).any():
            found: date = day.date()
            return found
    latest: date = newest.iloc[0].date()
    return latest


@st.cache_resource(max_entries=8, show_spinner=False)
def illustrative(url: str, mark: str, run_id: int, today: date) -> bool:
    """Whether the recent signals come from articles written to illustrate."""
    return bool(recent_signals(url, mark, run_id, today)["illustrative"].any())


@st.cache_resource(max_entries=4, show_spinner="Reading signals …")
def recent_signals(url: str, mark: str, run_id: int, today: date) -> pd.DataFrame:
    """Light signals of all pairs of the last ``OVERVIEW_DAYS`` days."""
    start = today - timedelta(days=OVERVIEW_DAYS)
    return open_store(url, mark).signals(start=start, end=today, as_of=run_id)


@st.cache_resource(max_entries=4, show_spinner="Adding up stories …")
def recent_scores(url: str, mark: str, run_id: int, today: date) -> pd.DataFrame:
    """Story scores of ``recent_signals``."""
    return index.story_scores(recent_signals(url, mark, run_id, today))


@st.cache_resource(max_entries=24, show_spinner="Ranking pairs …")
def overview(snap_key: tuple[str, str, int, date], window: int, half_life: int) -> pd.DataFrame:
    """``index.overview`` of every pair with a story in the last ``OVERVIEW_DAYS`` days."""
    scores = recent_scores(*snap_key)
    return index.overview(
        scores, day_counts(*snap_key[:3]), snap_key[3], window_days=window, half_life=half_life
    )


def open_alerts(snap: Snapshot) -> pd.DataFrame:
    """``index.open_alerts`` of the snapshot's today, with the thresholds of the settings.

    Raises ``ConfigError`` and what reading raises.
    """
    known = settings()
    rules, half_life = known.alerts, known.index.half_life_days
    return _open_alerts(*recent_key(snap), half_life, repr(rules), rules)


@st.cache_resource(max_entries=8, show_spinner=False)
def _open_alerts(
    url: str, mark: str, run_id: int, today: date, half_life: float, stated: str,
    _rules: AlertSettings,
) -> pd.DataFrame:  # fmt: skip
    scores = recent_scores(url, mark, run_id, today)
    return index.open_alerts(scores, today, _rules, half_life)


@st.cache_resource(max_entries=24, show_spinner="Reading the pair …")
def pair_signals(url: str, mark: str, run_id: int, pair: str) -> pd.DataFrame:
    """Light signals of one pair, all days."""
    return open_store(url, mark).signals(pair=pair, as_of=run_id)


@st.cache_resource(max_entries=48, show_spinner=False)
def pair_scores(
    url: str, mark: str, run_id: int, pair: str, direction: tuple[str, str] | None = None
) -> pd.DataFrame:
    """Story scores of one pair, all days."""
    return index.story_scores(pair_signals(url, mark, run_id, pair), direction)


@st.cache_resource(max_entries=96, show_spinner="Drawing the line …")
def pair_series(
    url: str, mark: str, run_id: int, pair: str, start: date, end: date, half_life: int
) -> pd.DataFrame:
    """Tension of one pair with its interval on the days a chart shows."""
    scores = pair_scores(url, mark, run_id, pair)
    return index.tension_series(scores, pair, index.display_days(start, end), half_life)


@st.cache_resource(max_entries=48, show_spinner=False)
def pair_attention(
    url: str, mark: str, run_id: int, pair: str, start: date, end: date, half_life: int
) -> pd.DataFrame:
    """Attention of one pair on the days a chart shows."""
    scores, counts = pair_scores(url, mark, run_id, pair), day_counts(url, mark, run_id)
    return index.attention_series(scores, pair, counts, index.display_days(start, end), half_life)


@st.cache_resource(max_entries=48, show_spinner=False)
def pair_shifts(
    url: str, mark: str, run_id: int, pair: str, start: date, end: date
) -> pd.DataFrame:
    """Change points of one pair's weekly tension."""
    return index.change_points(pair_scores(url, mark, run_id, pair), pair, start, end)


@st.cache_resource(max_entries=48, show_spinner="Reading the evidence …")
def evidence(url: str, mark: str, run_id: int, pair: str, start: date, end: date) -> pd.DataFrame:
    """Full signals of one pair from ``start`` to ``end``, both inside."""
    return open_store(url, mark).signals(pair, start, end, columns="full", as_of=run_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def marks(url: str, mark: str, run_id: int) -> pd.DataFrame:
    """Readers' marks in force."""
    return open_store(url, mark).marks(as_of=run_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def article_signals(url: str, mark: str, run_id: int, article_id: str) -> pd.DataFrame:
    """Full signals of one article; no row for one that is not in the store."""
    found = article(url, mark, article_id)
    if found is None:
        return pd.DataFrame()
    day = found["published_at"].date()
    rows = open_store(url, mark).signals(start=day, end=day, columns="full", as_of=run_id)
    return rows[rows["article_id"] == article_id]


@st.cache_resource(max_entries=64, show_spinner=False)
def article(url: str, mark: str, article_id: str) -> dict[str, Any] | None:
    """One article with its text."""
    return open_store(url, mark).article(article_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def story(url: str, mark: str, run_id: int, story_id: str) -> pd.DataFrame:
    """The articles of one story."""
    return open_store(url, mark).story(story_id, as_of=run_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def sources(url: str, mark: str, run_id: int) -> pd.DataFrame:
    """Every source, its articles and its newest one."""
    return open_store(url, mark).sources(as_of=run_id)


def key_of(snap: Snapshot) -> tuple[str, str, int]:
    """What reads of a snapshot are keyed by."""
    return snap.url, snap.mark, snap.run_id


def recent_key(snap: Snapshot) -> tuple[str, str, int, date]:
    """The same for reads of the recent window."""
    return (*key_of(snap), snap.today)
