"""Which field of a record is what: the names that tables and JSON use.

Names are compared without regard to case, spaces, ``_`` and ``-``. The first name of a row
that is present and not empty is taken; nested JSON objects of the form ``{"name": …}`` or
``{"text": …}`` give their inner text.

==========  =========================================================================
field       understood as
==========  =========================================================================
published   published_at, published, date_published, publication_date, publish_date,
            pubdate, date, datetime, timestamp, time, issued, created_at, created,
            updated_at, updated
body        body, text, content, article_body, full_text, article_text, article,
            content_text, story, description, summary, abstract, snippet
html        html, content_html, body_html, raw_html
title       title, headline, head, article_title, name, subject
outlet      outlet, publisher, source, source_name, site_name, publication,
            newspaper, media, domain, feed
url         url, link, article_url, web_url, canonical_url, href, permalink
language    language, lang, language_code
ref         id, article_id, guid, uid, uuid, doc_id
==========  =========================================================================
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from pipeline.config import SourceSettings
from pipeline.records import Drop
from pipeline.sources.raw import RawArticle

ALIASES: dict[str, tuple[str, ...]] = {
    "published": (
        "publishedat", "published", "datepublished", "publicationdate", "publishdate",
        "pubdate", "date", "datetime", "timestamp", "time", "issued", "createdat", "created",
        "updatedat", "updated",
    ),
    "body": (
        "body", "text", "content", "articlebody", "fulltext", "articletext", "article",
        "contenttext", "story", "description", "summary", "abstract", "snippet",
    ),
    "html": ("html", "contenthtml", "bodyhtml", "rawhtml"),
    "title": ("title", "headline", "head", "articletitle", "name", "subject"),
    "outlet": (
        "outlet", "publisher", "source", "sourcename", "sitename", "publication",
        "newspaper", "media", "domain", "feed",
    ),
    "url": ("url", "link", "articleurl", "weburl", "canonicalurl", "href", "permalink"),
    "language": ("language", "lang", "languagecode"),
    "ref": ("id", "articleid", "guid", "uid", "uuid", "docid"),
}  # fmt: skip
#: Fields of which a table must have at least one each.
REQUIRED: tuple[tuple[str, ...], ...] = (("published",), ("body", "html", "title"))

_FIELD_OF = {alias: field for field, names in ALIASES.items() for alias in names}
_RANK = {alias: n for names in ALIASES.values() for n, alias in enumerate(names)}
_INNER = ("name", "text", "value", "content", "#text", "$t", "@value", "title", "href", "url")


def plain_name(name: str) -> str:
    """``Published_At`` as ``publishedat``."""
    return re.sub(r"[\s_\-.:]+", "", name).casefold()


def columns_of(names: Iterable[Any]) -> dict[str, list[str]]:
    """field -> the given names that mean it, best first."""
    found: dict[str, list[str]] = {}
    for name in names:
        if isinstance(name, str) and (field := _FIELD_OF.get(plain_name(name))):
            found.setdefault(field, []).append(name)
    for listed in found.values():
        listed.sort(key=lambda name: _RANK[plain_name(name)])
    return found


def missing_columns(names: Sequence[str]) -> str:
    """Which columns a table lacks, in words for people, or ""."""
    found = columns_of(names)
    lacking = [" or ".join(group) for group in REQUIRED if not any(f in found for f in group)]
    if not lacking:
        return ""
    words = {"published": "a publication date", "body or html or title": "a text or a title"}
    have = ", ".join(str(name)[:40] for name in names[:20]) or "none"
    return f"no column for {' and '.join(words[name] for name in lacking)}; columns are: {have}"


def article_from(
    record: Mapping[str, Any],
    settings: SourceSettings,
    where: str,
    columns: Mapping[str, Sequence[str]] | None = None,
) -> RawArticle | Drop:
    """One record as an article. ``columns`` may be given when all records have the same."""
    columns = columns_of(record) if columns is None else columns

    def first(field: str) -> str:
        for name in columns.get(field, ()):
            if text := _text(record.get(name)):
                return text
        return ""

    html = first("html")
    body = html or first("body")
    title = first("title")
    if not body and not title:
        names = ", ".join(str(name)[:40] for name in list(record)[:12])
        return Drop(settings.name, where, "no text", f"no title and no text; fields are: {names}")
    return RawArticle(
        source=settings.name,
        where=where,
        ref=first("ref"),
        url=first("url"),
        title=title,
        body=body,
        html=bool(html) or looks_like_html(body),
        published=_published(record, columns.get("published", ())),
        outlet=first("outlet") or settings.outlet,
        language=first("language") or settings.language,
    )


_TAG = re.compile(
    r"<(?:p|div|br|span|a|html|body|article|h[1-6]|ul|li|img|!doctype)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)


def looks_like_html(text: str) -> bool:
    """Whether a text holds the tags of HTML rather than a stray ``<``."""
    return "<" in text and bool(_TAG.search(text))


def _published(record: Mapping[str, Any], names: Sequence[str]) -> str | datetime | None:
    for name in names:
        value = record.get(name)
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        if text := _text(value):
            return text
    return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, Mapping):
        return next((t for key in _INNER if (t := _text(value.get(key)))), "")
    if isinstance(value, list | tuple):
        parts = [part for part in map(_text, value) if part]
        return "\n".join(parts)
    return str(value).strip()
