"""From what a source gave to an article: plain text, a date in UTC, a known outlet.

``clean`` is pure and is run by the workers. Nothing disappears silently: what cannot become
an article becomes a ``Drop`` with its reason.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.dates import DateProblem, date_in_name, publication_time
from pipeline.furniture import strip_furniture
from pipeline.language import check_language, language_code
from pipeline.outlets import canonical_outlet, host_key
from pipeline.pages import Page, is_whole_page, read_html
from pipeline.plaintext import paragraphs, plain
from pipeline.records import Article, DateSource, Drop
from pipeline.sentences import split_sentences

if TYPE_CHECKING:
    from pipeline.config import Limits
    from pipeline.sources.raw import RawArticle

__all__ = ["clean", "split_sentences"]

#: A longer headline is no headline: it goes before the body. Characters.
MAX_TITLE = 400
#: The first line of a plain text is its headline only up to this length.
_FIRST_LINE = 200
_MAX_URL = 2000
_PAGE_FILE = re.compile(r"([^/\\]+)\.(?:x?html?)(?:\.gz)?", re.IGNORECASE)
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid|cmpid|ocid)", re.IGNORECASE)


def clean(
    raw: RawArticle, now: datetime, limits: Limits, illustrative: bool = False
) -> Article | Drop:
    """The article in a raw item, or the reason why there is none.

    ``now`` (UTC) is the clock that future dates are told by. Drop reasons: "no text",
    "text too long", "no date", "bad date", "too early", "future date".
    """

    def drop(reason: str, detail: str) -> Drop:
        return Drop(raw.source, raw.where, reason, detail)

    size = len(raw.body)
    if size > (limits.max_file_bytes if raw.html else limits.max_text_chars):
        return drop("text too long", f"{size} characters")
    page = read_html(raw.body, now) if raw.html else Page(text=raw.body)
    title, body = _title_and_body(raw, page)
    if len(body) > limits.max_text_chars:
        return drop("text too long", f"{len(body)} characters, {limits.max_text_chars} are allowed")
    if not title and not body:
        return drop("no text", "nothing but markup and page furniture" if size else "it is empty")
    try:
        published, date_source = _published(raw, page, now)
    except DateProblem as problem:
        return drop(problem.reason, str(problem))
    url = _link(raw.url) or _link(page.url)
    outlet = canonical_outlet(plain(raw.outlet), host_key(url), plain(page.site))
    stated = published.isoformat() if date_source == "stated" else ""
    language = language_code(raw.language) or page.language
    return Article(
        article_id=_article_id(outlet, url, title, body, stated),
        source_ref=plain(raw.ref)[:200],
        url=url,
        title=title,
        body=body,
        published_at=published,
        date_source=date_source,
        outlet=outlet,
        language=check_language(language, f"{title}\n{body}"),
        source=raw.source,
        illustrative=illustrative,
    )


def _article_id(*parts: str) -> str:
    text = "\x1f".join(parts).encode("utf-8", "replace")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def _title_and_body(raw: RawArticle, page: Page) -> tuple[str, str]:
    """Headline and body without furniture; paragraphs of the body end in one newline."""
    title = raw.title or page.title
    if "<" in title:
        title = re.sub(r"</?[a-zA-Z][^<>]*>", " ", title)
    title = " ".join(plain(title).split())
    lines = paragraphs(page.text)
    if not title and len(lines) > 1 and _is_headline(page.text, lines[0]):
        title = lines.pop(0)
    title = _without_outlet(title, raw.outlet or page.site)
    if len(title) > MAX_TITLE:
        lines.insert(0, title)
        title = ""
    if title and lines and lines[0].casefold() == title.casefold():
        lines.pop(0)
    return title, "\n".join(strip_furniture(lines))


def _is_headline(text: str, first: str) -> bool:
    """A short first line without a full stop and with a blank line below is a headline."""
    if len(first) > _FIRST_LINE or first.endswith((".", ":", ",", ";", "”", '"', "—", "–", "-")):
        return False
    head = text.lstrip().replace("\r\n", "\n").replace("\r", "\n").split("\n", 2)
    return len(head) == 3 and not head[1].strip()


def _without_outlet(title: str, outlet: str) -> str:
    """``Talks resume - BBC News`` without the outlet's name."""
    head, mark, tail = title.rpartition(" - ")
    if not mark:
        head, mark, tail = title.rpartition(" | ")
    if mark and head and outlet and canonical_outlet(tail) == canonical_outlet(outlet):
        return head.rstrip()
    return title


def _published(raw: RawArticle, page: Page, now: datetime) -> tuple[datetime, DateSource]:
    given: str | datetime | None = raw.published
    if isinstance(given, str):
        given = given.strip()
    given = given or page.published
    if not given and raw.html and is_whole_page(raw.body):
        name = _PAGE_FILE.search(raw.where)
        given = date_in_name(name[1]) if name else None
    if given:
        return publication_time(given, now), "stated"
    if raw.fallback_published is not None:
        return publication_time(raw.fallback_published, now), "fetched"
    raise DateProblem("no date", "no publication date is given")


def _link(url: str) -> str:
    """A link that may be shown: http or https, without tracking parameters, or ""."""
    url = "".join(plain(url).split())
    if not url or len(url) > _MAX_URL or not url.lower().startswith(("http://", "https://")):
        return ""
    if "?" not in url and "@" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if "@" in parts.netloc:
        return ""
    if not _TRACKING.search(parts.query):
        return url
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))
