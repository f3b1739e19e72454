"""Sources: the only place that reads the outside world.

A source is a stream of ``RawArticle`` and ``Drop``. It holds one item at a time, a bad
file or record becomes a ``Drop`` and the rest goes on, and a source that fails as a whole
ends with ``Drop("source failed")``: reading never raises.

To add a kind of source, write ``read_<kind>(settings, limits, now) -> Iterator[Item]`` in a
module of its own and name it in ``_reader``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import httpx

from pipeline.config import Limits, SourceSettings
from pipeline.records import Drop
from pipeline.sources.feeds import read_feed
from pipeline.sources.files import read_files
from pipeline.sources.raw import RawArticle
from pipeline.sources.text import one_line

__all__ = ["RawArticle", "read_source"]


def read_source(
    settings: SourceSettings,
    limits: Limits,
    now: datetime,
    client: httpx.Client | None = None,
) -> Iterator[RawArticle | Drop]:
    """Everything one source holds. ``client`` replaces the HTTP client (tests, retries)."""
    articles = drops = 0
    try:
        for item in _reader(settings, limits, now, client):
            if isinstance(item, Drop):
                drops += 1
            elif articles == limits.max_articles_per_source:
                detail = f"more than {articles} articles (max_articles_per_source); rest not read"
                yield Drop(settings.name, item.where, "source failed", detail)
                return
            else:
                articles += 1
            yield item
    except Exception as error:  # a source may fail in any way; the others must go on
        detail = one_line(f"{type(error).__name__}: {error}")
        yield Drop(settings.name, settings.location, "source failed", detail)
        return
    if not articles and not drops:
        yield Drop(settings.name, settings.location, "empty source", "no article was found")


def _reader(
    settings: SourceSettings, limits: Limits, now: datetime, client: httpx.Client | None
) -> Iterator[RawArticle | Drop]:
    if settings.kind == "feed":
        return read_feed(settings, limits, now, client)
    return read_files(settings, limits)
