"""Keeping stories right when articles arrive: only what new articles touch.

Stories are the connected components of near-duplicate articles. Two articles
can be near-duplicates only within ``REACH`` days, so the links that a run adds
all lie within that reach of its new articles. The links among older articles
are known: they are the memberships recorded so far. Joining both gives exactly
the components of the whole set, however the articles were spread over runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from pipeline.store import schema
from pipeline.store.schema import moment

#: Days between two articles that may belong together, with a day to spare.
REACH = 8
#: New articles looked at in one go; bounds the memory that signatures take.
_BLOCK = 100_000
_CHUNK = 2_000

#: frame[article_id, published_at, signature] -> frame[article_id, story_id]
FindStories = Callable[[pd.DataFrame], pd.DataFrame]


def current_member(as_of: int | None = None) -> Any:
    """Memberships that hold as of a run: a subquery of (article_id, story_id)."""
    member = schema.story_member
    later = schema.story_member.alias("later")
    newer = select(later.c.article_id).where(
        later.c.article_id == member.c.article_id, later.c.run_id > member.c.run_id
    )
    statement = select(member.c.article_id, member.c.story_id)
    if as_of is not None:
        newer = newer.where(later.c.run_id <= as_of)
        statement = statement.where(member.c.run_id <= as_of)
    return statement.where(~newer.exists()).subquery("current_member")


def changed_members(
    connection: Connection, since: int, find_stories: FindStories
) -> dict[str, str]:
    """The memberships that the articles of runs after ``since`` change.

    Returns article_id -> story_id where that differs from what is recorded;
    an article that is a story of its own is not recorded at all.
    """
    groups = _Groups()
    for first, last in _blocks(connection, since):
        frame = _neighbourhood(connection, first - REACH, last + REACH)
        if len(frame) > 1:
            found = find_stories(frame)
            for article_id, story_id in found[["article_id", "story_id"]].itertuples(index=False):
                if article_id != story_id:
                    groups.join(article_id, story_id)
    recorded = _recorded(connection, groups)
    published = _published(connection, groups.members())
    changed: dict[str, str] = {}
    for group in groups:
        story_id = min(group, key=lambda article_id: (published[article_id], article_id))
        for article_id in group:
            if recorded.get(article_id, article_id) != story_id:
                changed[article_id] = story_id
    return changed


class _Groups:
    """Articles joined into groups (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, item: str) -> str:
        root = item
        while (parent := self._parent.setdefault(root, root)) != root:
            root = parent
        while self._parent[item] != root:
            self._parent[item], item = root, self._parent[item]
        return root

    def join(self, one: str, other: str) -> None:
        self._parent[self.find(one)] = self.find(other)

    def members(self) -> list[str]:
        return list(self._parent)

    def __iter__(self) -> Iterator[list[str]]:
        groups: dict[str, list[str]] = {}
        for item in self._parent:
            groups.setdefault(self.find(item), []).append(item)
        return iter(groups.values())


def _blocks(connection: Connection, since: int) -> Iterator[tuple[int, int]]:
    """Stretches of days with new articles, each of about ``_BLOCK`` or one day."""
    article = schema.article
    days = connection.execute(
        select(article.c.day, func.count())
        .where(article.c.run_id > since)
        .group_by(article.c.day)
        .order_by(article.c.day)
    ).all()
    first: int | None = None
    last = total = 0
    for day, count in days:
        apart = first is not None and day > last + 2 * REACH
        if first is not None and (apart or total + count > _BLOCK):
            yield first, last
            first, total = None, 0
        first = day if first is None else first
        last, total = day, total + count
    if first is not None:
        yield first, last


def _neighbourhood(connection: Connection, first: int, last: int) -> pd.DataFrame:
    """frame[article_id, published_at, signature] of all articles of these days."""
    article, body = schema.article, schema.article_text
    rows = connection.execute(
        select(article.c.article_id, article.c.published_at, body.c.signature)
        .join(body)
        .where(article.c.day.between(first, last))
        .order_by(article.c.published_at, article.c.article_id)
    ).all()
    frame = pd.DataFrame(
        [tuple(row) for row in rows], columns=["article_id", "published_at", "signature"]
    )
    frame["published_at"] = pd.to_datetime(frame["published_at"], unit="us", utc=True)
    return frame


def _recorded(connection: Connection, groups: _Groups) -> dict[str, str]:
    """What is recorded of the groups' articles and of all who share their stories.

    The members found join the groups, so each group becomes a whole story.
    """
    current = current_member()
    recorded: dict[str, str] = {}
    mine = select(current.c.article_id, current.c.story_id)
    for row in _in_chunks(connection, mine, current.c.article_id, groups.members()):
        recorded[row.article_id] = row.story_id
        groups.join(row.article_id, row.story_id)
    # A representative has no row of its own: ask for every article as a story.
    for row in _in_chunks(connection, mine, current.c.story_id, groups.members()):
        recorded[row.article_id] = row.story_id
        groups.join(row.article_id, row.story_id)
    return recorded


def _published(connection: Connection, ids: Iterable[str]) -> dict[str, Any]:
    article = schema.article
    statement = select(article.c.article_id, article.c.published_at)
    rows = _in_chunks(connection, statement, article.c.article_id, list(ids))
    return {row.article_id: moment(row.published_at) for row in rows}


def _in_chunks(
    connection: Connection, statement: Select[Any], column: Any, values: list[str]
) -> Iterator[Any]:
    for start in range(0, len(values), _CHUNK):
        yield from connection.execute(
            statement.where(column.in_(values[start : start + _CHUNK]))
        ).all()
