"""The store: articles, stories and signals, written by one refresh at a time.

``Store`` reads; ``Store.start_run`` writes. Readers see what the last completed
run completed, or an earlier one with ``as_of`` (a run id), while the next run
is being written. ``schema`` explains the tables, ``errors`` what can go wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DatabaseError

from pipeline.store import connect, marks, reading, schema
from pipeline.store.errors import StoreBusy, StoreError, StoreMissing, StoreOutdated
from pipeline.store.frames import ARTICLE_COLUMNS, EVIDENCE_COLUMNS, LIGHT_COLUMNS, frame_of
from pipeline.store.reading import View
from pipeline.store.schema import moment
from pipeline.store.stories import current_member
from pipeline.store.writing import Appended, RunWriter

__all__ = [
    "Appended",
    "RunInfo",
    "RunWriter",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreMissing",
    "StoreOutdated",
]

_RUN_COLUMNS = {
    "run_id": "int",
    "started_at": "time",
    "committed_at": "time",
    "scorer_id": "str",
    "n_articles_new": "int",
    "n_signals_new": "int",
}


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One completed run."""

    run_id: int
    #: UTC.
    started_at: datetime
    committed_at: datetime
    scorer_id: str
    n_articles_new: int
    n_signals_new: int
    #: ``pipeline.report.RunReport.to_dict``.
    report: dict[str, Any]


class Store:
    """A store that exists and fits this program. All reads are safe during a run."""

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        self.url = url

    @classmethod
    def open(cls, url: str, create: bool = False) -> Store:
        """Open the store at a SQLAlchemy ``url``; ``create`` makes or upgrades it.

        Raises ``StoreMissing`` (no store there), ``StoreOutdated`` (its tables
        are of another version), ``StoreError`` (it cannot be used at all).
        """
        return cls(connect.open_engine(url, create), url)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    # --- writing ---------------------------------------------------------------

    @contextmanager
    def start_run(
        self,
        scorer_id: str,
        now: datetime,
        wait: float = 0.0,
        config: dict[str, Any] | None = None,
    ) -> Iterator[RunWriter]:
        """Start a run; ``StoreBusy`` when another one goes on for ``wait`` seconds.

        ``config`` describes the scorer for people; kept when it is new.

        The run counts for readers once ``RunWriter.finish`` has been called.
        """
        try:
            with (
                connect.writer_lock(self._engine, self.url, wait),
                self._engine.connect().execution_options(write=True) as connection,
            ):
                yield RunWriter(connection, scorer_id, now, config or {})
        except DatabaseError as error:
            raise StoreError(self.url, f"The store could not be written: {error.orig}") from error

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except DatabaseError as error:
            raise StoreError(self.url, f"The store could not be read: {error.orig}") from error

    # --- runs ------------------------------------------------------------------

    def latest_run(self, as_of: int | None = None) -> RunInfo | None:
        """The last completed run (up to ``as_of``), or None."""
        run = schema.run
        statement = select(run).where(run.c.committed_at.is_not(None))
        if as_of is not None:
            statement = statement.where(run.c.run_id <= as_of)
        with self._reading() as connection:
            row = connection.execute(statement.order_by(run.c.run_id.desc()).limit(1)).first()
        if row is None:
            return None
        return RunInfo(
            row.run_id, moment(row.started_at), moment(row.committed_at), row.scorer_id,
            row.n_articles_new, row.n_signals_new, row.report or {},
        )  # fmt: skip

    def runs(self, limit: int = 50) -> pd.DataFrame:
        """The last runs, newest first, as frame[run_id, started_at, committed_at,
        scorer_id, n_articles_new, n_signals_new, completed]; a run that is going
        on or was cut short has no committed_at.
        """
        columns = [schema.run.c[name] for name in _RUN_COLUMNS]
        with self._reading() as connection:
            rows = connection.execute(
                select(*columns).order_by(schema.run.c.run_id.desc()).limit(limit)
            ).all()
        frame = frame_of(rows, _RUN_COLUMNS)
        return frame.assign(completed=frame["committed_at"].notna())

    def run_report(self, run_id: int) -> dict[str, Any]:
        """The report of a run; empty for one that is unknown or never completed."""
        with self._reading() as connection:
            report = connection.execute(
                select(schema.run.c.report).where(schema.run.c.run_id == run_id)
            ).scalar()
        return report or {}

    # --- signals ---------------------------------------------------------------

    def signals(
        self,
        pair: str | None = None,
        start: date | None = None,
        end: date | None = None,
        columns: Literal["light", "full"] = "light",
        as_of: int | None = None,
    ) -> pd.DataFrame:
        """The signals of the active scorer, of days ``start`` to ``end`` inclusive.

        Columns and types: ``frames.LIGHT_COLUMNS``, with ``"full"`` also
        ``frames.EVIDENCE_COLUMNS``; ordered by day, article and seq.
        """
        full = columns == "full"
        kinds = LIGHT_COLUMNS | EVIDENCE_COLUMNS if full else LIGHT_COLUMNS
        computed = ("representative", "mark", "story_articles", "story_outlets")
        with self._reading() as connection:
            view = View.find(connection, as_of)
            if view is None:
                return frame_of([], kinds)
            rows = connection.execute(reading.select_signals(view, pair, start, end, full)).all()
            sizes = (
                reading.story_sizes(connection, view, pair, start, end) if full and rows else None
            )
            marked = marks.held(connection, view.scorer_id, view.run_id) if rows else {}
        frame = frame_of(rows, {k: v for k, v in kinds.items() if k not in computed})
        frame["representative"] = frame["story_id"] == frame["article_id"]
        frame = marks.applied(frame, marked)
        if full:
            frame = reading.with_story_sizes(frame, sizes)
        frame = frame.sort_values(["day", "article_id", "seq"], kind="stable", ignore_index=True)
        return frame[list(kinds)]

    def marks(self, as_of: int | None = None) -> pd.DataFrame:
        """Readers' marks in force (``marks.MARK_COLUMNS``), by run, article and seq."""
        with self._reading() as connection:
            view = View.find(connection, as_of)
            rows = [] if view is None else marks.listed(connection, view.scorer_id, view.run_id)
        return frame_of(rows, marks.MARK_COLUMNS)

    def day_counts(self, as_of: int | None = None) -> pd.DataFrame:
        """Scored articles and stories by day: frame[day, articles, stories].

        A story counts on the day of its representative.
        """
        kinds = {"day": "day", "articles": "int", "stories": "int"}
        with self._reading() as connection:
            view = View.find(connection, as_of)
            if view is None:
                return frame_of([], kinds)
            rows = connection.execute(reading.select_day_counts(view)).all()
        return frame_of(rows, kinds)

    # --- articles --------------------------------------------------------------

    def articles(
        self, start: date | None = None, end: date | None = None, as_of: int | None = None
    ) -> pd.DataFrame:
        """Articles by time (``frames.ARTICLE_COLUMNS``), without their text."""
        return self._articles(as_of, start, end, None)

    def story(self, story_id: str, as_of: int | None = None) -> pd.DataFrame:
        """The articles of one story by time (``frames.ARTICLE_COLUMNS``)."""
        return self._articles(as_of, None, None, story_id)

    def _articles(
        self, as_of: int | None, start: date | None, end: date | None, story_id: str | None
    ) -> pd.DataFrame:
        with self._reading() as connection:
            view = View.find(connection, as_of)
            if view is None:
                return frame_of([], ARTICLE_COLUMNS)
            statement = reading.select_articles(view, start, end)
            if story_id is not None:
                member = current_member(view.run_id)
                ids = connection.execute(
                    select(member.c.article_id).where(member.c.story_id == story_id)
                ).scalars()
                statement = statement.where(schema.article.c.article_id.in_([story_id, *ids]))
            rows = connection.execute(statement).all()
        stored = [k for k in ARTICLE_COLUMNS if k not in ("representative", "scored")]
        frame = frame_of(
            rows, {k: "count" if k == "n_signals" else ARTICLE_COLUMNS[k] for k in stored}
        )
        frame["representative"] = frame["story_id"] == frame["article_id"]
        frame["scored"] = frame["n_signals"] >= 0
        frame["n_signals"] = frame["n_signals"].clip(lower=0)
        if story_id is not None:
            # Its id may be that of an article which has joined another story.
            frame = frame[frame["story_id"] == story_id].reset_index(drop=True)
        return frame[list(ARTICLE_COLUMNS)]

    def article(self, article_id: str) -> dict[str, Any] | None:
        """One article with its body, or None; published_at is a UTC datetime."""
        article, body = schema.article, schema.article_text
        with self._reading() as connection:
            row = connection.execute(
                select(article, body.c.body).join(body).where(article.c.article_id == article_id)
            ).first()
        if row is None:
            return None
        found = dict(row._mapping)
        found["published_at"] = moment(found["published_at"])
        found["illustrative"] = bool(found["illustrative"])
        del found["day"]
        return found

    def sources(self, as_of: int | None = None) -> pd.DataFrame:
        """frame[source, articles, newest (time published), last_run (that brought
        something new), last_run_at]."""
        kinds = {
            "source": "str", "articles": "int", "newest": "time", "last_run": "int",
            "last_run_at": "time",
        }  # fmt: skip
        article, run = schema.article, schema.run
        with self._reading() as connection:
            view = View.find(connection, as_of)
            if view is None:
                return frame_of([], kinds)
            each = (
                select(
                    article.c.source,
                    func.count().label("articles"),
                    func.max(article.c.published_at).label("newest"),
                    func.max(article.c.run_id).label("last_run"),
                )
                .where(article.c.run_id <= view.run_id)
                .group_by(article.c.source)
                .subquery()
            )
            rows = connection.execute(
                select(each, run.c.started_at)
                .join(run, run.c.run_id == each.c.last_run)
                .order_by(each.c.source)
            ).all()
        return frame_of(rows, kinds)

    def health(self) -> dict[str, Any]:
        """Numbers for `tension status`: rows in all, and what waits for the next run."""
        article, run = schema.article, schema.run
        with self._reading() as connection:
            last = connection.execute(
                select(func.max(run.c.run_id)).where(run.c.committed_at.is_not(None))
            ).scalar()
            waiting = select(func.count()).where(article.c.run_id > (last or 0))
            counts = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (article, schema.signal, schema.story_member, schema.mark, run)
            }
            waiting_now = connection.execute(waiting).scalar_one()
            check = "ok"
            if self._engine.dialect.name == "sqlite":
                try:
                    check = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
                except DatabaseError as error:
                    check = str(error.orig)
        return {"rows": counts, "articles_waiting": waiting_now, "check": check}
