"""The word lists of ``context.yaml`` as sets, and the small questions asked of a text."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any

#: One word after a blank; the possessive and the full stop come off later.
next_word = re.compile(r"[ \u00a0]([\w.’'-]+)").match
_SENTENCE_EDGE = re.compile(r"[.!?]\s|\n")
_WORDS = re.compile(r"[^\W\d_]{4,}")
#: Longer words that headlines in title case leave small.
_SMALL_IN_TITLES = frozenset(
    "about after against amid among before between despite during from into near over says than "
    "that through toward under until upon when while with within without".split()
)
#: A place and a source at the head of a paragraph: "MOSCOW, Jan 12 (Wire) —".
_DATELINE = re.compile(
    r"^(?=[A-Z])(?:[A-Z][A-Z.'’/ -]{2,40}(?:,[^\n()—–]{1,40})?"
    r"(?:\([^)\n]{2,50}\))?[ \t]*(?:—|–|--|-)[ \t]"
    r"|[A-Z][\w.'’/ -]{2,40}(?:,[^\n()—–]{1,40})?\([^)\n]{2,50}\)[ \t]*(?:—|–|--|-)[ \t])",
    re.MULTILINE,
)


class Head(IntEnum):
    """What the noun after a nationality says of it."""

    UNKNOWN = 0
    OFFICIAL = 1
    PRIVATE = 2
    MODIFIER = 3
    FUNCTION = 4
    NOUN = 5
    FORMER = 6
    NONE = 7
    PLACE = 8


#: Where a crowd is, between its name and what it does.
_WHERE = r"(?: (?:in|at|near|from|outside|across) [^.,;:]{2,25}?)?"


class Words:
    """The lists, ready for look-ups."""

    def __init__(self, data: dict[str, Any]) -> None:
        def words(key: str) -> frozenset[str]:
            return frozenset(word.replace("_", " ") for word in str(data[key]).split())

        self.heads: dict[str, Head] = {}
        for key, head in (
            ("nouns", Head.NOUN),
            ("function", Head.FUNCTION),
            ("places", Head.PLACE),
            ("modifier", Head.MODIFIER),
            ("private", Head.PRIVATE),
            ("official", Head.OFFICIAL),
            ("former", Head.FORMER),
        ):
            self.heads.update(dict.fromkeys(words(key), head))
        self.former = words("former")
        self.places = words("places")
        self.relation = words("relation")
        self.hyphen_none = words("hyphen_none")
        self.hyphen_passive = words("hyphen_passive")
        self.hyphen_active = words("hyphen_active")
        self.local = words("local")
        self.place_of = words("place_of")
        self.locative = words("locative")
        self.currency = words("currency")
        #: Asked at the end of "Palestinians": whether it does what a crowd does.
        self.crowd_acts = re.compile(_WHERE + " " + _any_of(words("crowd_acts")).pattern).match
        self.titles = words("titles")
        self.not_names = words("not_names")
        self.given_names = words("given_names")
        self.surnames = words("surnames")
        self.us_states = words("us_states")
        self.campaign = words("campaign")
        self.prefixes: dict[str, str] = data["prefixes"]
        self.namesakes: dict[str, list[str]] = data["namesakes"]
        self.georgia_us = _any_of(words("georgia_us") | (self.us_states - {"Washington State"}))
        self.georgia_country = _any_of(words("georgia_country"))
        self.sport_events = _any_of(words("sport_events"))
        self.sport_acts = _any_of(words("sport_acts"))
        self.not_sport = _any_of(words("not_sport"))

    def about_sport(self, text: str, start: int, end: int) -> bool:
        """Whether the sentence tells of a game rather than of politics around it."""
        return bool(
            self.sport_acts.search(text, start, end)
            and self.sport_events.search(text, start, end)
            and not self.not_sport.search(text, start, end)
        )


def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    alternatives = sorted((re.escape(word) for word in words), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(alternatives)})(?!\w)")


def dateline_spans(text: str) -> list[tuple[int, int]]:
    """Where datelines stand, as spans of ``text``."""
    return [match.span() for match in _DATELINE.finditer(text)]


def sentence_bounds(text: str, position: int) -> tuple[int, int]:
    """Rough bounds of the sentence around ``position``; good enough for rules of context."""
    start = max(0, position - 400)
    for edge in _SENTENCE_EDGE.finditer(text, start, position):
        start = edge.end()
    following = _SENTENCE_EDGE.search(text, position, min(len(text), position + 400))
    return start, following.start() + 1 if following else min(len(text), position + 400)


def is_title_case(text: str, start: int, end: int) -> bool:
    """Whether all longer words but prepositions are capitalised, as in many headlines."""
    words = _WORDS.findall(text, start, end)
    small = any(word[0].islower() and word not in _SMALL_IN_TITLES for word in words)
    return len(words) > 1 and not small


def word_before(text: str, start: int) -> tuple[str, int]:
    """The word that ends one blank before ``start`` and where it begins; ("", start) if none."""
    if start < 2 or text[start - 1] not in " \u00a0":
        return "", start
    begin = text.rfind(" ", max(0, start - 30), start - 1) + 1
    word = text[max(begin, start - 30) : start - 1]
    newline = word.rfind("\n") + 1
    return word[newline:], begin + newline
