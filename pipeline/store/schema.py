"""The tables, one comment per column.

Everything is append only, but for two columns that close a run
(``run.committed_at`` and ``run.report``). **As of V** means ``run_id <= V`` in
every table: a reader names a completed run and sees exactly what was known when
it completed, while the next run is being written beside it.

Times are whole microseconds and days whole days since 1970-01-01, both UTC:
they compare, group and travel fast, and leave no time zone to guess. ``moment``
and ``calendar_day`` below turn them back.

A table is altered by a new migration in ``migrations/versions`` and here, and
``tests/test_store.py`` compares the two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.date().toordinal()
_MICROSECOND = timedelta(microseconds=1)


def micros(when: datetime) -> int:
    """A timezone-aware time as microseconds since the epoch."""
    return (when - _EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    """The UTC time that ``micros`` stored."""
    return _EPOCH + stored * _MICROSECOND


def day_number(day: date) -> int:
    """A calendar day as days since the epoch."""
    return day.toordinal() - _EPOCH_DAY


def calendar_day(stored: int) -> date:
    """The day that ``day_number`` stored."""
    return date.fromordinal(stored + _EPOCH_DAY)


def _article_key() -> Column[str]:
    return Column("article_id", String(64), ForeignKey("article.article_id"), primary_key=True)


def _run() -> Column[int]:
    #: The run that wrote the row.
    return Column("run_id", Integer, ForeignKey("run.run_id"), nullable=False)


scorer = Table(
    "scorer",
    metadata,
    #: Name of one exact way to score: code, codebook, overlays and settings.
    Column("scorer_id", String(128), primary_key=True),
    #: What that was, for people.
    Column("config", JSON, nullable=False),
)

run = Table(
    "run",
    metadata,
    #: Counts up; runs never overlap, so it is also the order of completion.
    Column("run_id", Integer, primary_key=True, autoincrement=True),
    Column("started_at", BigInteger, nullable=False),
    #: Empty until the run is complete; rows of a run that never completed
    #: become visible with the next run that does.
    Column("committed_at", BigInteger),
    #: The scorer this run scored with.
    Column("scorer_id", String(128), ForeignKey("scorer.scorer_id"), nullable=False),
    #: Articles and signals this run added.
    Column("n_articles_new", Integer, nullable=False, server_default="0"),
    Column("n_signals_new", Integer, nullable=False, server_default="0"),
    #: The report as ``pipeline.report.RunReport.to_dict`` gives it.
    Column("report", JSON),
)

activation = Table(
    "activation",
    metadata,
    #: From this run on readers see the signals of this scorer.
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True, autoincrement=False),
    Column("scorer_id", String(128), ForeignKey("scorer.scorer_id"), nullable=False),
)

article = Table(
    "article",
    metadata,
    #: Hash of the content (records.Article.article_id).
    Column("article_id", String(64), primary_key=True),
    _run(),
    Column("published_at", BigInteger, nullable=False),
    #: The day of published_at.
    Column("day", Integer, nullable=False),
    #: stated or fetched.
    Column("date_source", String(16), nullable=False),
    Column("outlet", Text, nullable=False),
    #: ISO 639-1; only "en" is scored.
    Column("language", String(16), nullable=False),
    #: Name of the configured source that brought it first.
    Column("source", Text, nullable=False),
    #: The identifier the source gave, or "".
    Column("source_ref", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    #: True for texts written to illustrate.
    Column("illustrative", Boolean, nullable=False),
    Index(None, "day"),
    Index(None, "run_id"),
    Index(None, "source", "run_id", "published_at"),
    sqlite_with_rowid=False,
)

article_text = Table(
    "article_text",
    metadata,
    #: Kept apart from ``article`` so that reading a list of articles stays light.
    _article_key(),
    Column("body", Text, nullable=False),
    #: What near-duplicates are found by (pipeline.dedupe.signature).
    Column("signature", LargeBinary, nullable=False),
)

story_member = Table(
    "story_member",
    metadata,
    #: An article without a row is a story of its own; the row with the highest
    #: run_id (up to V) holds.
    _article_key(),
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True, autoincrement=False),
    #: article_id of the story's earliest article, its representative.
    Column("story_id", String(64), nullable=False),
    Index(None, "story_id", "run_id", "article_id"),
    sqlite_with_rowid=False,
)

scored = Table(
    "scored",
    metadata,
    #: The mark that an article's signals are complete; articles without any
    #: signal are here too.
    Column("scorer_id", String(128), ForeignKey("scorer.scorer_id"), primary_key=True),
    _article_key(),
    _run(),
    Column("day", Integer, nullable=False),
    Column("n_signals", Integer, nullable=False),
    Index(None, "scorer_id", "day", "run_id"),
    sqlite_with_rowid=False,
)

mark = Table(
    "mark",
    metadata,
    #: What a reader says of a signal; of its rows up to V the last one holds.
    Column("scorer_id", String(128), ForeignKey("scorer.scorer_id"), primary_key=True),
    _article_key(),
    Column("seq", Integer, primary_key=True),
    #: The run that took it from the overlay file.
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True, autoincrement=False),
    #: wrong, misdirected, or right: an earlier mark is taken back.
    Column("verdict", String(16), nullable=False),
    Column("note", Text, nullable=False),
    #: Name of the reader, or "".
    Column("marked_by", Text, nullable=False),
    #: When the reader made it.
    Column("marked_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: What series and rankings need of a signal. In SQLite the table itself is
#: ordered by (scorer_id, pair, day) and the index below holds whole rows in the
#: order of (scorer_id, day, pair): both ways of reading touch neighbouring pages.
signal = Table(
    "signal",
    metadata,
    Column("scorer_id", String(128), ForeignKey("scorer.scorer_id"), primary_key=True),
    #: Both actors in alphabetical order, RUS-USA.
    Column("pair", String(32), primary_key=True),
    #: The article's day.
    Column("day", Integer, primary_key=True),
    _article_key(),
    #: Numbers the signals of one article from 0.
    Column("seq", Integer, primary_key=True),
    _run(),
    Column("source", String(16), nullable=False),
    Column("target", String(16), nullable=False),
    #: one or both.
    Column("direction", String(8), nullable=False),
    Column("root", String(16), nullable=False),
    Column("theme", String(64), nullable=False),
    #: cooperative or adversarial.
    Column("polarity", String(16), nullable=False),
    #: actual, planned, possible, conditional, negated, alleged or historical.
    Column("status", String(16), nullable=False),
    #: outlet, source, target or the code of a third actor.
    Column("attribution", String(16), nullable=False),
    #: -10 .. +10.
    Column("intensity", Float, nullable=False),
    #: 0 .. 1.
    Column("confidence", Float, nullable=False),
    #: The article's outlet and mark, repeated here so that a series needs no join.
    Column("outlet", Text, nullable=False),
    Column("illustrative", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "ix_signal_by_day",
    signal.c.scorer_id,
    signal.c.day,
    signal.c.pair,
    signal.c.run_id,
    signal.c.source,
    signal.c.target,
    signal.c.direction,
    signal.c.root,
    signal.c.theme,
    signal.c.polarity,
    signal.c.status,
    signal.c.attribution,
    signal.c.intensity,
    signal.c.confidence,
    signal.c.outlet,
    signal.c.illustrative,
)

evidence = Table(
    "evidence",
    metadata,
    #: The sentence behind a signal and how it was read.
    Column("scorer_id", String(128), ForeignKey("scorer.scorer_id"), primary_key=True),
    _article_key(),
    Column("seq", Integer, primary_key=True),
    _run(),
    Column("sentence_index", Integer, nullable=False),
    Column("sentence", Text, nullable=False),
    #: The codebook pattern that fired.
    Column("cue", Text, nullable=False),
    #: [[start, end], ...], [start, end] and [start, end] in the sentence.
    Column("cue_spans", JSON, nullable=False),
    Column("source_span", JSON, nullable=False),
    Column("target_span", JSON, nullable=False),
    Column("rule", Text, nullable=False),
    Column("status_reason", Text, nullable=False),
    #: Label of a proxy or named body, or "".
    Column("source_label", Text, nullable=False),
    Column("target_label", Text, nullable=False),
    #: The day the text gives for the act itself, where it gives one.
    Column("event_day", Integer),
)
