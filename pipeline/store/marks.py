"""Readers' marks in the store: facts that a run appended, applied whenever signals are read.

The signal itself never changes. A read as of run V sees, for each signal, the last mark
that a run up to V recorded; so the figures of an earlier run stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, and_, select

from pipeline.marks import Key, Mark
from pipeline.records import pair_name
from pipeline.store import schema
from pipeline.store.schema import micros

#: Columns of ``Store.marks`` and their kinds.
MARK_COLUMNS: dict[str, str] = {
    "article_id": "str",
    "seq": "int",
    "pair": "str",
    "source": "str",
    "target": "str",
    "theme": "str",
    "sentence": "str",
    "verdict": "str",
    "note": "str",
    "marked_by": "str",
    "marked_at": "time",
    "run_id": "int",
}
_CHUNK = 500
#: What trades places when a signal is read the other way round.
_SWAPPED = (("source", "target"), ("source_label", "target_label"), ("source_span", "target_span"))
_OTHER_SIDE = {"source": "target", "target": "source"}

#: (article_id, seq) of a signal.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class MarkChanges:
    """What a run has to append, and what it could not place."""

    #: Rows of the mark table without run_id.
    rows: tuple[dict[str, Any], ...]
    unmatched: tuple[Mark, ...]
    #: Marks in force afterwards.
    in_force: int
    taken_back: int


def held(connection: Connection, scorer_id: str, run_id: int) -> dict[Place, Any]:
    """The marks in force as of a run: (article_id, seq) -> row of the mark table."""
    mark = schema.mark
    rows = connection.execute(
        select(mark)
        .where(mark.c.scorer_id == scorer_id, mark.c.run_id <= run_id)
        .order_by(mark.c.run_id)
    ).all()
    last = {(row.article_id, row.seq): row for row in rows}
    return {place: row for place, row in last.items() if row.verdict != "right"}


def listed(connection: Connection, scorer_id: str, run_id: int) -> list[tuple[Any, ...]]:
    """Rows of ``MARK_COLUMNS``, by run, article and seq; actors as the scorer found them."""
    found = held(connection, scorer_id, run_id)
    signals = _signals(connection, scorer_id, {article_id for article_id, _ in found})
    rows = []
    for row in signals:
        mark = found.get((row.article_id, row.seq))
        if mark is not None:
            told = (mark.verdict, mark.note, mark.marked_by, mark.marked_at, mark.run_id)
            named = (pair_name(row.source, row.target), row.source, row.target, row.theme)
            rows.append((row.article_id, row.seq, *named, row.sentence, *told))
    return sorted(rows, key=lambda row: (row[-1], row[0], row[1]))


def applied(frame: pd.DataFrame, marks: dict[Place, Any]) -> pd.DataFrame:
    """``frame`` with column ``mark``, and misdirected signals the other way round.

    mark is "", "wrong" or "misdirected". Only the few marked rows are touched.
    """
    verdicts = np.full(len(frame), "", dtype=object)
    if marks and len(frame):
        ids = {article_id for article_id, _ in marks}
        near = np.flatnonzero(frame["article_id"].isin(ids).to_numpy())
        places = frame.iloc[near][["article_id", "seq"]].itertuples(index=False, name=None)
        for position, place in zip(near, places, strict=True):
            if place in marks:
                verdicts[position] = marks[place].verdict
        _turn(frame, verdicts == "misdirected")
    frame["mark"] = pd.array(verdicts, dtype="str")
    return frame


def _turn(frame: pd.DataFrame, which: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    if not which.any():
        return
    for one, other in _SWAPPED:
        if one not in frame:
            continue
        first = frame[one].to_numpy(object).copy()
        second = frame[other].to_numpy(object).copy()
        first[which], second[which] = second[which], first[which]
        for name, values in ((one, first), (other, second)):
            frame[name] = pd.Series(values, index=frame.index, dtype=frame[name].dtype)
    told = frame["attribution"].to_numpy(object).copy()
    told[which] = [_OTHER_SIDE.get(side, side) for side in told[which]]
    frame["attribution"] = pd.array(told, dtype="str")


def changes(
    connection: Connection, scorer_id: str, run_id: int, wanted: Sequence[Mark], whole: bool
) -> MarkChanges:
    """What ``wanted`` changes in the marks in force.

    ``whole``: all marks could be read, so one that is not wanted any more is taken back.
    """
    now = held(connection, scorer_id, run_id)
    places = _places(connection, scorer_id, {mark.article for mark in wanted})
    rows: dict[Place, dict[str, Any]] = {}
    unmatched = []
    asked: set[Place] = set()
    for mark in wanted:
        found = places.get(mark.key, ())
        if not found:
            unmatched.append(mark)
        for place in found:
            asked.add(place)
            old = now.get(place)
            row = _row(scorer_id, place, mark)
            if old is None and mark.verdict == "right":
                continue
            if old is None or any(getattr(old, name) != row[name] for name in row):
                rows[place] = row
    if whole:
        for place in now.keys() - asked:
            rows[place] = dict(now[place]._mapping) | {"verdict": "right"}
            del rows[place]["run_id"]
    gone = sum(row["verdict"] == "right" for row in rows.values())
    left = (now.keys() | rows.keys()) - {p for p, row in rows.items() if row["verdict"] == "right"}
    ordered = tuple(rows[place] for place in sorted(rows))
    return MarkChanges(ordered, tuple(unmatched), len(left), gone)


def _row(scorer_id: str, place: Place, mark: Mark) -> dict[str, Any]:
    return {
        "scorer_id": scorer_id,
        "article_id": place[0],
        "seq": place[1],
        "verdict": mark.verdict,
        "note": mark.note,
        "marked_by": mark.by,
        "marked_at": micros(mark.at),
    }


def _places(
    connection: Connection, scorer_id: str, articles: Iterable[str]
) -> dict[Key, list[Place]]:
    """The signals of these articles by what they say."""
    found: dict[Key, list[Place]] = {}
    for row in _signals(connection, scorer_id, articles):
        found.setdefault(tuple(row[:6]), []).append((row.article_id, row.seq))
    return found


def _signals(connection: Connection, scorer_id: str, articles: Iterable[str]) -> Iterator[Any]:
    """(article_id, sentence, source, target, root, theme, seq) of all signals of articles."""
    signal, evidence, article = schema.signal, schema.evidence, schema.article
    same = and_(
        evidence.c.scorer_id == signal.c.scorer_id,
        evidence.c.article_id == signal.c.article_id,
        evidence.c.seq == signal.c.seq,
    )
    ids = sorted(articles)
    for start in range(0, len(ids), _CHUNK):
        yield from connection.execute(
            select(
                signal.c.article_id, evidence.c.sentence, signal.c.source, signal.c.target,
                signal.c.root, signal.c.theme, signal.c.seq,
            )
            # The day leads to the article's signals through an index.
            .select_from(
                article.join(
                    signal,
                    and_(
                        signal.c.article_id == article.c.article_id,
                        signal.c.day == article.c.day,
                        signal.c.scorer_id == scorer_id,
                    ),
                ).join(evidence, same)
            )
            .where(article.c.article_id.in_(ids[start : start + _CHUNK]))
            .order_by(signal.c.article_id, signal.c.seq)
        ).all()  # fmt: skip
