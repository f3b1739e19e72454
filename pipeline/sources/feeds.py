"""Feeds: RSS and Atom, by address or from a file.

An address is fetched with one GET: http and https only, redirects included; bounded in
size and in time from connecting to the last byte. The HTTP client can be passed in, which
is where retries, conditional requests and caches belong.
"""

from __future__ import annotations

import re
import time
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from pipeline import __version__
from pipeline.config import Limits, SourceSettings
from pipeline.dates import DateProblem, parse_date
from pipeline.records import Drop
from pipeline.sources.raw import RawArticle
from pipeline.sources.text import READ_ERRORS, TooLarge, one_line, read_bounded

_HEADERS = {
    "User-Agent": f"tension/{__version__} (feed reader)",
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5",
}
_REDIRECTS = 5
#: Remarks of the parser that cost no entry.
_HARMLESS = ("CharacterEncodingOverride", "NonXMLContentType")


class FetchError(Exception):
    """The feed could not be fetched; the message says why."""


def read_feed(
    settings: SourceSettings,
    limits: Limits,
    now: datetime,
    client: httpx.Client | None = None,
) -> Iterator[RawArticle | Drop]:
    """The entries of one feed; those without a date are given ``now`` to fall back on."""
    where = settings.location
    try:
        if re.match(r"https?:", where, re.IGNORECASE):
            data = fetch(where, limits, client)
        else:
            data = read_bounded(Path(where), limits.max_file_bytes)
    except (FetchError, TooLarge, *READ_ERRORS) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        yield Drop(settings.name, where, "source failed", one_line(reason))
        return
    yield from parse_feed(data, settings, where, now)


def fetch(url: str, limits: Limits, client: httpx.Client | None = None) -> bytes:
    """The body at an address. Raises ``FetchError`` or ``TooLarge``."""
    own = client is None
    client = client or httpx.Client(follow_redirects=True, max_redirects=_REDIRECTS)
    ends = time.monotonic() + limits.timeout_seconds
    try:
        with client.stream("GET", url, headers=_HEADERS, timeout=limits.timeout_seconds) as answer:
            if answer.url.scheme not in ("http", "https"):
                raise FetchError(f"redirected to {answer.url.scheme}, not http or https")
            if not answer.is_success:
                raise FetchError(f"HTTP {answer.status_code} {answer.reason_phrase}".strip())
            data = bytearray()
            for piece in answer.iter_bytes():
                data += piece
                if len(data) > limits.max_file_bytes:
                    raise TooLarge(f"larger than {limits.max_file_mb:g} MiB (max_file_mb)")
                if time.monotonic() > ends:  # httpx bounds each read, not the whole
                    raise FetchError(f"not complete after {limits.timeout_seconds:g} s")
            return bytes(data)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchError(f"{type(error).__name__}: {error}") from error
    finally:
        if own:
            client.close()


def parse_feed(
    data: bytes,
    settings: SourceSettings,
    where: str,
    now: datetime | None = None,
    failure: str = "source failed",
) -> Iterator[RawArticle | Drop]:
    """The entries of an RSS or Atom document.

    ``now`` is for entries without a date; ``failure`` is the reason of the ``Drop`` when
    the data is no feed at all.
    """
    import feedparser  # slow to import; workers never need it

    try:
        parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # its parser can fail in any way on hostile input
        detail = f"not a feed: {type(error).__name__}: {error}"
        yield Drop(settings.name, where, failure, one_line(detail))
        return
    problem = parsed.get("bozo_exception") if parsed.get("bozo") else None
    entries = parsed.get("entries", [])
    if not entries:
        if problem is None and parsed.get("version"):
            yield Drop(settings.name, where, "empty source", "the feed has no entries")
        else:
            why = f": {problem}" if problem else ""
            yield Drop(settings.name, where, failure, one_line(f"not RSS or Atom{why}"))
        return
    if problem is not None and type(problem).__name__ not in _HARMLESS:
        detail = f"the feed is damaged, entries may be missing: {problem}"
        yield Drop(settings.name, where, "invalid record", one_line(detail))
    channel = parsed.get("feed", {})
    for number, entry in enumerate(entries, 1):
        yield _article(entry, channel, settings, f"{where}#{number}", now)


def _article(
    entry: Any, channel: Any, settings: SourceSettings, where: str, now: datetime | None
) -> RawArticle:
    contents = [entry.get("summary") or ""]
    contents += [part.get("value") or "" for part in entry.get("content") or []]
    origin = entry.get("source") or {}
    stated = settings.outlet or channel.get("title") or ""
    return RawArticle(
        source=settings.name,
        where=where,
        ref=str(entry.get("id") or ""),
        url=str(entry.get("link") or ""),
        title=str(entry.get("title") or ""),
        body=max(contents, key=len),
        html=True,
        published=_published(entry),
        outlet=str(origin.get("title") or stated),
        language=str(entry.get("language") or settings.language or channel.get("language") or ""),
        fallback_published=now,
    )


def _published(entry: Any) -> str | datetime | None:
    """The date as text; where only the feed parser understands it, as a time."""
    for name in ("published", "updated", "created"):
        text = entry.get(name)
        if not text:
            continue
        try:
            parse_date(str(text))
        except DateProblem as problem:
            understood = entry.get(f"{name}_parsed")
            if understood and not problem.ambiguous:
                return datetime.fromtimestamp(timegm(understood), UTC)
        return str(text)
    return None
