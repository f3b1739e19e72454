"""The write side: one run, its frames, its stories, its closing row."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, and_, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.marks import Overlay
from pipeline.records import Article
from pipeline.store import schema
from pipeline.store.marks import MarkChanges, changes
from pipeline.store.schema import day_number, micros, moment
from pipeline.store.stories import FindStories, changed_members

#: Stays below the number of parameters that both databases take.
_CHUNK = 2_000

_SIGNAL_COLUMNS = (
    "pair", "seq", "source", "target", "direction", "root", "theme", "polarity",
    "status", "attribution", "intensity", "confidence",
)  # fmt: skip
_EVIDENCE_COLUMNS = (
    "seq", "sentence_index", "sentence", "cue", "cue_spans", "source_span",
    "target_span", "rule", "status_reason", "source_label", "target_label",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Appended:
    """What a frame added."""

    #: Ids of the articles that were not in the store before.
    new: frozenset[str]
    #: Ids whose signals were written: new articles, and old ones under a new scorer.
    scored: frozenset[str]
    n_signals: int


class RunWriter:
    """One run being written. Made by ``Store.start_run``.

    Every method is one transaction (or none): whenever the process dies, the
    store holds whole frames, and the next run goes on from there.
    """

    def __init__(
        self,
        connection: Connection,
        scorer_id: str,
        started_at: datetime,
        config: dict[str, Any],
    ) -> None:
        self._connection = connection
        self.scorer_id = scorer_id
        with self._connection.begin():
            self._insert_new(schema.scorer, [{"scorer_id": scorer_id, "config": config}])
            #: The last completed run, 0 before the first.
            self.previous = self._scalar(
                select(func.max(schema.run.c.run_id)).where(schema.run.c.committed_at.is_not(None))
            )
            self.run_id = int(
                connection.execute(
                    insert(schema.run)
                    .values(scorer_id=scorer_id, started_at=micros(started_at))
                    .returning(schema.run.c.run_id)
                ).scalar_one()
            )
            active = connection.execute(
                select(schema.activation.c.scorer_id)
                .order_by(schema.activation.c.run_id.desc())
                .limit(1)
            ).scalar()
            #: The scorer whose signals readers see so far; None in an empty store.
            self.active_scorer: str | None = active

    # --- reading what is there -------------------------------------------------

    def known(self, ids: Collection[str]) -> dict[str, int]:
        """Those of ``ids`` that are stored, each with the run that stored it."""
        found: dict[str, int] = {}
        ordered = sorted(ids)
        with self._connection.begin():
            for start in range(0, len(ordered), _CHUNK):
                rows = self._connection.execute(
                    select(schema.article.c.article_id, schema.article.c.run_id).where(
                        schema.article.c.article_id.in_(ordered[start : start + _CHUNK])
                    )
                )
                found.update((row.article_id, row.run_id) for row in rows)
        return found

    def _unscored(self) -> Any:
        """Articles of earlier runs that this run's scorer has not scored.

        Under the active scorer only a run that was cut short can have left any,
        so only what came after the last completed run is looked at.
        """
        since = self.previous if self.active_scorer == self.scorer_id else 0
        done = exists().where(
            schema.scored.c.scorer_id == self.scorer_id,
            schema.scored.c.article_id == schema.article.c.article_id,
        )
        return and_(
            schema.article.c.run_id > since,
            schema.article.c.run_id < self.run_id,
            schema.article.c.language == "en",
            ~done,
        )

    def count_unscored(self) -> int:
        """How many stored articles wait for this run's scorer."""
        with self._connection.begin():
            return self._scalar(
                select(func.count()).select_from(schema.article).where(self._unscored())
            )

    def unscored(self, size: int) -> Iterator[list[Article]]:
        """The articles that wait for this run's scorer, in lists of ``size`` by id."""
        last = ""
        while True:
            with self._connection.begin():
                rows = self._connection.execute(
                    select(schema.article, schema.article_text.c.body)
                    .join(schema.article_text)
                    .where(self._unscored(), schema.article.c.article_id > last)
                    .order_by(schema.article.c.article_id)
                    .limit(size)
                ).all()
            if not rows:
                return
            last = rows[-1].article_id
            yield [_article(row) for row in rows]

    # --- writing ---------------------------------------------------------------

    def append(
        self,
        articles: Sequence[Article],
        signatures: Sequence[bytes],
        scored: Collection[str],
        signals: pd.DataFrame,
    ) -> Appended:
        """Store a frame in one transaction; what is there already stays as it is.

        ``signatures`` goes along with ``articles``; ``scored`` holds the ids of
        those that were scored, with or without a signal; ``signals`` has their
        rows as ``pipeline.scoring.score_articles`` gives them.
        """
        by_id = {article.article_id: article for article in articles}
        signature = dict(zip((a.article_id for a in articles), signatures, strict=True))
        # Sorted, so that two writers can never wait for each other in a circle.
        ids = sorted(by_id)
        with self._connection.begin():
            new = self._insert_new(
                schema.article,
                [self._article_row(by_id[i]) for i in ids],
                returning="article_id",
            )
            self._insert(
                schema.article_text,
                [
                    {"article_id": i, "body": by_id[i].body, "signature": signature[i]}
                    for i in ids
                    if i in new
                ],
            )
            counts = signals["article_id"].value_counts().to_dict()
            marked = self._insert_new(
                schema.scored,
                [
                    {
                        "scorer_id": self.scorer_id,
                        "article_id": i,
                        "run_id": self.run_id,
                        "day": day_number(by_id[i].day),
                        "n_signals": counts.get(i, 0),
                    }
                    for i in ids
                    if i in scored
                ],
                returning="article_id",
            )
            n_signals = self._insert_signals(signals, by_id, marked)
        return Appended(new, marked, n_signals)

    def _insert_signals(
        self, signals: pd.DataFrame, by_id: dict[str, Article], scored: frozenset[str]
    ) -> int:
        rows = signals[signals["article_id"].isin(scored)].sort_values(["article_id", "seq"])
        light: list[dict[str, Any]] = []
        full: list[dict[str, Any]] = []
        for record in rows.to_dict("records"):
            article = by_id[str(record["article_id"])]
            key = {
                "scorer_id": self.scorer_id,
                "article_id": article.article_id,
                "run_id": self.run_id,
            }
            light.append(
                key
                | {name: record[name] for name in _SIGNAL_COLUMNS}
                | {
                    "day": day_number(article.day),
                    "outlet": article.outlet,
                    "illustrative": article.illustrative,
                }
            )
            event = record["event_date"]
            full.append(
                key
                | {name: record[name] for name in _EVIDENCE_COLUMNS}
                | {"event_day": None if event is None or pd.isna(event) else day_number(event)}
            )
        self._insert(schema.signal, light)
        self._insert(schema.evidence, full)
        return len(light)

    def changed_members(self, find_stories: FindStories) -> dict[str, str]:
        """Memberships that the articles since the last completed run change."""
        with self._connection.begin():
            return changed_members(self._connection, self.previous, find_stories)

    def changed_marks(self, overlay: Overlay) -> MarkChanges:
        """What readers' marks change of those in force for this run's scorer."""
        with self._connection.begin():
            return changes(
                self._connection, self.scorer_id, self.run_id, overlay.marks, not overlay.problems
            )

    def finish(
        self,
        now: datetime,
        members: dict[str, str],
        report: dict[str, Any],
        added: tuple[int, int],
        marks: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Close the run: from here on readers see it, its stories and its scorer.

        ``members``: article_id -> story_id where that changed; ``added``: the
        numbers of new articles and signals; ``marks``: ``MarkChanges.rows``.
        """
        run_id = self.run_id
        with self._connection.begin():
            self._insert(
                schema.story_member,
                [
                    {"article_id": article_id, "story_id": story_id, "run_id": run_id}
                    for article_id, story_id in sorted(members.items())
                ],
            )
            self._insert(schema.mark, [row | {"run_id": run_id} for row in marks])
            if self.active_scorer != self.scorer_id:
                self._insert(schema.activation, [{"run_id": run_id, "scorer_id": self.scorer_id}])
            self._connection.execute(
                update(schema.run)
                .where(schema.run.c.run_id == run_id)
                .values(
                    committed_at=micros(now),
                    # A report with a NaN or a stray type fails here, not in a reader.
                    report=json.loads(json.dumps(report, allow_nan=False)),
                    n_articles_new=added[0],
                    n_signals_new=added[1],
                )
            )

    # --- inserting -------------------------------------------------------------

    def _scalar(self, statement: Any) -> int:
        return int(self._connection.execute(statement).scalar() or 0)

    def _insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)

    def _insert_new(
        self, table: Table, rows: Sequence[dict[str, Any]], returning: str | None = None
    ) -> frozenset[str]:
        """Insert the rows whose key is free; the ``returning`` column of those."""
        if not rows:
            return frozenset()
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(table).on_conflict_do_nothing()
        if returning is None:
            self._connection.execute(statement, rows)
            return frozenset()
        result = self._connection.execute(statement.returning(table.c[returning]), rows)
        return frozenset(result.scalars())

    def _article_row(self, article: Article) -> dict[str, Any]:
        return {
            "article_id": article.article_id,
            "run_id": self.run_id,
            "published_at": micros(article.published_at),
            "day": day_number(article.day),
            "date_source": article.date_source,
            "outlet": article.outlet,
            "language": article.language,
            "source": article.source,
            "source_ref": article.source_ref,
            "url": article.url,
            "title": article.title,
            "illustrative": article.illustrative,
        }


def _article(row: Any) -> Article:
    return Article(
        article_id=row.article_id,
        source_ref=row.source_ref,
        url=row.url,
        title=row.title,
        body=row.body,
        published_at=moment(row.published_at),
        date_source=row.date_source,
        outlet=row.outlet,
        language=row.language,
        source=row.source,
        illustrative=bool(row.illustrative),
    )
