"""HTML to text: whole pages by trafilatura, pieces (feeds, exports) by their tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import lxml.html  # type: ignore[import-untyped]
from lxml import etree

_WHOLE_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
#: Longer pages are read by their tags alone: finding the article in them takes too long.
_LONGEST = 3_000_000
_NEVER_TEXT = frozenset(
    "script style noscript template svg math iframe object embed form button input select "
    "textarea nav aside footer figure figcaption video audio canvas map head".split()
)
_BLOCKS = frozenset(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 blockquote pre table tr section article header main "
    "hr dl dt dd address body".split()
)
_DATE_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "pubdate", "publishdate", "publish-date", "publication_date", "dc.date.issued",
    "dcterms.created", "dc.date", "date", "sailthru.date", "article.published",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """What an HTML text says: plain text and what it states of itself ("" where nothing)."""

    text: str = ""
    title: str = ""
    published: str = ""
    site: str = ""
    url: str = ""
    language: str = ""


def is_whole_page(text: str) -> bool:
    """Whether HTML is a page of its own rather than a piece of one."""
    return bool(_WHOLE_PAGE.search(text, 0, 4000))


def read_html(html: str, now: datetime) -> Page:
    """Text and metadata of a page or a piece of HTML; an empty ``Page`` when nothing is in it.

    ``now`` bounds the dates that are believed. Never raises on broken or hostile markup.
    """
    tree = _tree(html)
    if tree is None:
        return Page()
    if not is_whole_page(html):
        return Page(text=_text_of(tree))
    page = _extracted(html, now) if len(html) <= _LONGEST else Page()
    stated = _stated(tree)
    return Page(
        text=page.text or _text_of(tree),
        title=page.title or stated.title,
        published=stated.published or page.published,
        site=stated.site or page.site,
        url=stated.url or page.url,
        language=stated.language,
    )


def _tree(html: str) -> Any:
    parser = lxml.html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8"
    )
    try:
        return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        return None


def _extracted(html: str, now: datetime) -> Page:
    """Main text, headline and date by trafilatura."""
    import trafilatura  # slow to import; most sources are plain text

    latest = (now + timedelta(days=1)).strftime("%Y-%m-%d")
    try:
        found = trafilatura.bare_extraction(
            html,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params={
                "original_date": True, "extensive_search": False, "max_date": latest,
                "outputformat": "%Y-%m-%d",
            },
        )  # fmt: skip
    except Exception:  # markup can break it in many ways; the tags alone are the fallback
        return Page()
    if found is None:
        return Page()
    words = {n: getattr(found, n, None) or "" for n in ("text", "title", "date", "sitename", "url")}
    return Page(words["text"], words["title"], words["date"], words["sitename"], words["url"])


def _stated(tree: Any) -> Page:
    """What a page says of itself in its head, JSON-LD and ``time`` elements."""
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if name and (content := (element.get("content") or "").strip()):
            meta.setdefault(name.lower(), content)
    linked = next(_news_articles(tree), {})
    published = next((meta[name] for name in _DATE_NAMES if name in meta), "")
    published = published or str(linked.get("datePublished") or "") or _time_element(tree)
    heading = tree.find(".//h1")
    return Page(
        title=meta.get("og:title", "") or ("" if heading is None else heading.text_content()),
        published=published,
        site=meta.get("og:site_name", ""),
        url=meta.get("og:url", "") or _canonical(tree),
        language=(tree.get("lang") or meta.get("og:locale", ""))[:20],
    )


def _canonical(tree: Any) -> str:
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            return str(link.get("href") or "")
    return ""


def _time_element(tree: Any) -> str:
    times = [t for t in tree.iter("time") if t.get("datetime")]
    marked = [t for t in times if t.get("pubdate") is not None or "publish" in _marks(t)]
    chosen = marked[:1] or (times if len({t.get("datetime") for t in times}) == 1 else [])
    return str(chosen[0].get("datetime")) if chosen else ""


def _marks(element: Any) -> str:
    return f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()


def _news_articles(tree: Any) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of a page that have a publication date."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            found = json.loads(script.text_content())
        except (ValueError, RecursionError):
            continue
        listed = found if isinstance(found, list) else [found]
        for item in listed:
            graph = item.get("@graph") if isinstance(item, dict) else None
            for node in graph if isinstance(graph, list) else [item]:
                if isinstance(node, dict) and isinstance(node.get("datePublished"), str):
                    yield node


def _text_of(tree: Any) -> str:
    """The text between the tags, a new line for every block, without what is no prose."""
    parts: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end"), tag="*")
    for event, element in walk:
        tag = element.tag
        if tag in _BLOCKS:
            parts.append("\n")
        if event == "end":
            parts.append((element.tail or "").replace("\n", " "))
        elif tag in _NEVER_TEXT:
            walk.skip_subtree()
        else:
            parts.append((element.text or "").replace("\n", " "))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
