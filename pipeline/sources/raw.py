"""What a source gives: one item as found, before anything is cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One news text as the source gave it. Nothing in it is checked yet."""

    #: Name of the configured source.
    source: str
    #: Where it was found: ``path``, ``path:line`` or ``url#number``.
    where: str
    #: The identifier the source gave, or "".
    ref: str
    #: Link to the original as given, or "".
    url: str
    title: str
    body: str
    #: True when ``body`` is HTML, a whole page or a piece of one.
    html: bool
    #: Publication date as given: text, or a time (a naive one is UTC), or None.
    published: str | datetime | None
    outlet: str
    #: Language as stated ("en", "en-US", "English"), or "".
    language: str
    #: When a feed was fetched, taken for items without a date; None for files.
    fallback_published: datetime | None = None
