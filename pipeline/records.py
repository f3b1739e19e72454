"""The records that pass between the stages, one frozen dataclass per boundary.

All times are timezone-aware UTC. All spans are half-open character offsets.
A record never changes once made; a stage that learns more makes a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

#: A half-open range of characters, ``text[start:end]``.
Span = tuple[int, int]

Direction = Literal["one", "both"]
Polarity = Literal["cooperative", "adversarial"]
#: ``stated``: the source gave the date. ``fetched``: a feed item without a date
#: takes the time it was first fetched.
DateSource = Literal["stated", "fetched"]


class Status(StrEnum):
    """What the text says of an act: did it happen?"""

    ACTUAL = "actual"
    PLANNED = "planned"
    POSSIBLE = "possible"
    CONDITIONAL = "conditional"
    NEGATED = "negated"
    ALLEGED = "alleged"
    HISTORICAL = "historical"


#: Weight of a signal's status in the score (DESIGN: "status (weight)").
STATUS_WEIGHT: dict[Status, float] = {
    Status.ACTUAL: 1.0,
    Status.PLANNED: 0.6,
    Status.POSSIBLE: 0.3,
    Status.CONDITIONAL: 0.0,
    Status.NEGATED: 0.0,
    Status.ALLEGED: 0.0,
    Status.HISTORICAL: 0.0,
}

#: PLOVER event roots in the order of the four quad classes.
QUADS: dict[int, tuple[str, ...]] = {
    1: ("AGREE", "CONSULT", "SUPPORT"),
    2: ("COOPERATE", "AID", "YIELD"),
    3: ("ACCUSE", "REQUEST", "REJECT", "THREATEN"),
    4: ("PROTEST", "MOBILIZE", "SANCTION", "COERCE", "ASSAULT"),
}
ROOTS: tuple[str, ...] = tuple(root for roots in QUADS.values() for root in roots)
QUAD_OF_ROOT: dict[str, int] = {root: quad for quad, roots in QUADS.items() for root in roots}


def polarity_of(root: str) -> Polarity:
    """The polarity of a PLOVER root; ``KeyError`` for a word that is none."""
    return "cooperative" if QUAD_OF_ROOT[root] <= 2 else "adversarial"


def pair_name(first: str, second: str) -> str:
    """The name of a pair: both actor codes in alphabetical order, ``RUS-USA``."""
    return "-".join(sorted((first, second)))


@dataclass(frozen=True, slots=True)
class Article:
    """One news text as it leaves ``clean``: plain text, UTC, a known outlet."""

    #: 16 hex digits, a hash of outlet, url, title, body and the stated date: the
    #: same item fetched twice is one article, a changed item is another article
    #: (and, as a near-duplicate, the same story).
    article_id: str
    #: The identifier the source itself gave, or "".
    source_ref: str
    #: Link to the original, http(s) only, or "".
    url: str
    #: Headline in plain text, or "".
    title: str
    #: Body in plain text; paragraphs are separated by one newline.
    body: str
    #: Publication time, UTC.
    published_at: datetime
    date_source: DateSource
    #: Canonical outlet name ("BBC News" is "BBC"), or "unknown".
    outlet: str
    #: ISO 639-1 code; only "en" is scored.
    language: str
    #: Name of the configured source that brought it.
    source: str
    #: True for texts written to illustrate (the sample), never for real news.
    illustrative: bool = False

    @property
    def day(self) -> date:
        """The publication day in UTC."""
        return self.published_at.date()


@dataclass(frozen=True, slots=True)
class Drop:
    """Something a stage left out, and why. Drops are counted and reported."""

    #: Name of the configured source.
    source: str
    #: Where: ``path``, ``path:line`` or a feed url.
    where: str
    #: Machine-readable reason, one of ``DROP_REASONS``.
    reason: str
    #: A sentence for people: which field, what was found.
    detail: str = ""


#: Every reason a thing may be left out for, with its explanation for people.
DROP_REASONS: dict[str, str] = {
    "unreadable file": "The file could not be opened or decompressed.",
    "not text": "The file is not text in a known format.",
    "invalid record": "A line or row could not be parsed.",
    "line too long": "One line is longer than the allowed size.",
    "missing column": "The table lacks a column that every article needs.",
    "no text": "There is no title and no body left after cleaning.",
    "no date": "No publication date was given and none could be read from the file.",
    "bad date": "The publication date could not be understood.",
    "future date": "The publication date is more than one day ahead of the clock.",
    "too early": "The publication date lies before 1900.",
    "text too long": "The text is longer than the allowed size.",
    "already stored": "The same article is in the store already.",
    "repeated": "The same article came twice in this run.",
    "source failed": "The source could not be fetched.",
    "empty source": "The source held no article.",
    "not scored": "The article is stored, but scoring it failed.",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article. Sentence 0 is the title where there is one."""

    index: int
    #: Offsets of the sentence in ``article_text(article)``.
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that stands for an actor."""

    #: Offsets in the text the resolver was given.
    start: int
    end: int
    #: The text itself.
    text: str
    #: Actor code: ISO 3166-1 alpha-3, XKX, or EUU, NATO, UNO.
    actor: str
    #: What kind of name it is: state, demonym, plural (Russians), capital, seat
    #: (the Kremlin), leader, minister, official, ministry, parliament, military,
    #: intelligence, media, body, mission, place, region, proxy, organisation,
    #: group, anaphor.
    kind: str
    #: Label of a proxy or of the named person or body ("Hezbollah"), or "".
    label: str = ""
    #: Whether it may act for its state (a city or a nationality of a private
    #: person may only be acted upon).
    may_act: bool = True
    #: 1 for an unambiguous name within its dates, less for a guess or an anaphor.
    confidence: float = 1.0
    #: Why it was resolved so, for people.
    why: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """One coded act in one sentence (DESIGN: "signal")."""

    source: str
    target: str
    direction: Direction
    root: str
    theme: str
    polarity: Polarity
    status: Status
    #: Who says so: "outlet", "source", "target" or the actor code of a third party.
    attribution: str
    #: -10 (most adversarial) to +10 (most cooperative).
    intensity: float
    #: 0..1; see docs/method.md for what it is calibrated on.
    confidence: float
    #: Index of the sentence in its article; 0 is the title where there is one.
    sentence_index: int
    sentence: str
    #: Spans in ``sentence``. The cue may be in several pieces.
    cue_spans: tuple[Span, ...]
    source_span: Span
    target_span: Span
    #: The codebook pattern that fired.
    cue: str
    #: What decided the roles ("active: subject and object of 'accuse'").
    rule: str
    #: Why the status is what it is ("'could' before the verb").
    status_reason: str
    #: Label of a proxy acting or acted upon ("Hezbollah"), or "".
    source_label: str = ""
    target_label: str = ""
    #: The date the text gives for the act itself, where it gives one.
    event_date: date | None = None

    @property
    def pair(self) -> str:
        """``RUS-USA``: both actors in alphabetical order."""
        return pair_name(self.source, self.target)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A cue or sentence that looked like a signal and was not coded, and why."""

    sentence_index: int
    sentence: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class TextResult:
    """All that scoring one text found and what it left out."""

    sentences: tuple[Sentence, ...]
    signals: tuple[Signal, ...]
    ignored: tuple[Ignored, ...]
    mentions: tuple[tuple[Mention, ...], ...] = field(default_factory=tuple)


def article_text(title: str, body: str) -> str:
    """The text that sentence offsets refer to: title, blank line, body."""
    return f"{title}\n\n{body}" if title else body
