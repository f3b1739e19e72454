"""The read side: queries, everything as of one completed run."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Text, and_, func, select, type_coerce

from pipeline.store import schema
from pipeline.store.frames import ARTICLE_COLUMNS, EVIDENCE_COLUMNS, LIGHT_COLUMNS, frame_of
from pipeline.store.schema import day_number
from pipeline.store.stories import current_member


class View:
    """One completed run and the scorer that is active as of it."""

    def __init__(self, run_id: int, scorer_id: str) -> None:
        self.run_id = run_id
        self.scorer_id = scorer_id

    @classmethod
    def find(cls, connection: Connection, as_of: int | None) -> View | None:
        """The last completed run (up to ``as_of``); None where there is none."""
        run, activation = schema.run, schema.activation
        latest = select(func.max(run.c.run_id)).where(run.c.committed_at.is_not(None))
        if as_of is not None:
            latest = latest.where(run.c.run_id <= as_of)
        row = connection.execute(
            select(latest.scalar_subquery().label("run_id"), activation.c.scorer_id)
            .where(activation.c.run_id <= latest.scalar_subquery())
            .order_by(activation.c.run_id.desc())
            .limit(1)
        ).first()
        return None if row is None else cls(row.run_id, row.scorer_id)

    def story_of(self, article_id: Any) -> Any:
        """SQL: the story of an article as of this view."""
        member = schema.story_member
        recorded = (
            select(member.c.story_id)
            .where(member.c.article_id == article_id, member.c.run_id <= self.run_id)
            .order_by(member.c.run_id.desc())
            .limit(1)
            .correlate_except(member)
            .scalar_subquery()
        )
        return func.coalesce(recorded, article_id)


def select_signals(
    view: View, pair: str | None, start: date | None, end: date | None, full: bool
) -> Select[Any]:
    """The rows of ``Store.signals`` but for ``representative`` and the story's size."""
    signal, article, evidence = schema.signal, schema.article, schema.evidence
    light = [signal.c[name] for name in LIGHT_COLUMNS if name in signal.c]
    chosen = [light[0], view.story_of(signal.c.article_id).label("story_id"), *light[1:]]
    source: Any = signal
    if full:
        same = and_(
            evidence.c.scorer_id == signal.c.scorer_id,
            evidence.c.article_id == signal.c.article_id,
            evidence.c.seq == signal.c.seq,
        )
        source = signal.join(evidence, same).join(
            article, article.c.article_id == signal.c.article_id
        )
        chosen += [article.c[name] for name in ("published_at", "title", "url")]
        chosen += [
            # As text where the database has it so: parsing all rows' spans in one
            # go takes a fifth of the time of parsing them one by one.
            type_coerce(column, Text) if name.endswith(("_span", "_spans")) else column
            for name in EVIDENCE_COLUMNS
            if (column := evidence.c.get("event_day" if name == "event_date" else name)) is not None
        ]
    return select(*chosen).select_from(source).where(*_wanted(view, pair, start, end))


def _wanted(
    view: View, pair: str | None, start: date | None, end: date | None
) -> list[ColumnElement[bool]]:
    signal = schema.signal
    conditions = [signal.c.scorer_id == view.scorer_id, signal.c.run_id <= view.run_id]
    if pair is not None:
        conditions.append(signal.c.pair == pair)
    if start is not None:
        conditions.append(signal.c.day >= day_number(start))
    if end is not None:
        conditions.append(signal.c.day <= day_number(end))
    return conditions


def select_articles(view: View, start: date | None = None, end: date | None = None) -> Select[Any]:
    """article_id, story_id, the article's columns, n_signals (NULL: not scored), illustrative."""
    article, scored = schema.article, schema.scored
    marks = and_(
        scored.c.article_id == article.c.article_id,
        scored.c.scorer_id == view.scorer_id,
        scored.c.run_id <= view.run_id,
    )
    columns = [article.c[name] for name in ARTICLE_COLUMNS if name in article.c]
    statement = (
        select(
            columns[0],
            view.story_of(article.c.article_id).label("story_id"),
            *columns[1:-1],
            scored.c.n_signals,
            columns[-1],
        )
        .select_from(article.outerjoin(scored, marks))
        .where(article.c.run_id <= view.run_id)
    )
    if start is not None:
        statement = statement.where(article.c.day >= day_number(start))
    if end is not None:
        statement = statement.where(article.c.day <= day_number(end))
    return statement.order_by(article.c.published_at, article.c.article_id)


def select_day_counts(view: View) -> Select[Any]:
    """day, scored articles, scored representatives; ordered by day."""
    scored, member = schema.scored, current_member(view.run_id)
    seen = (scored.c.scorer_id == view.scorer_id, scored.c.run_id <= view.run_id)
    articles = (
        select(scored.c.day, func.count().label("n")).where(*seen).group_by(scored.c.day)
    ).subquery()
    # Articles without a membership are stories of their own: only the others,
    # the reprints, have to be looked up and taken off.
    reprints = (
        select(scored.c.day, func.count().label("n"))
        .select_from(member.join(scored, scored.c.article_id == member.c.article_id))
        .where(*seen, member.c.story_id != member.c.article_id)
        .group_by(scored.c.day)
    ).subquery()
    return (
        select(articles.c.day, articles.c.n, articles.c.n - func.coalesce(reprints.c.n, 0))
        .select_from(articles.outerjoin(reprints, reprints.c.day == articles.c.day))
        .order_by(articles.c.day)
    )


def story_sizes(
    connection: Connection, view: View, pair: str | None, start: date | None, end: date | None
) -> pd.DataFrame:
    """frame[story_id, story_articles, story_outlets] of stories with reprints.

    All of them, or with ``pair`` those that its signals in the window belong to.
    """
    member, signal, article = current_member(view.run_id), schema.signal, schema.article
    statement = select(member.c.story_id, member.c.article_id)
    if pair is not None:
        stories = select(view.story_of(signal.c.article_id)).where(*_wanted(view, pair, start, end))
        statement = statement.where(member.c.story_id.in_(stories.distinct()))
    found = statement.subquery()
    every = select(found.c.story_id, found.c.article_id).union(
        select(found.c.story_id, found.c.story_id)
    )
    rows = every.subquery()
    counted = connection.execute(
        select(
            rows.c.story_id,
            func.count(),
            func.count(article.c.outlet.distinct()),
        )
        .join(article, article.c.article_id == rows.c.article_id)
        .group_by(rows.c.story_id)
    ).all()
    kinds = {"story_id": "str", "story_articles": "int", "story_outlets": "int"}
    return frame_of(counted, kinds)


def with_story_sizes(frame: pd.DataFrame, sizes: pd.DataFrame | None) -> pd.DataFrame:
    """``frame`` with story_articles and story_outlets; 1 and 1 without reprints."""
    for name in ("story_articles", "story_outlets"):
        if sizes is None or sizes.empty:
            frame[name] = np.ones(len(frame), dtype="int64")
        else:
            known = frame["story_id"].map(sizes.set_index("story_id")[name])
            frame[name] = known.fillna(1).astype("int64")
    return frame
