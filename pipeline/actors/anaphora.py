"""Words that point back: "the two leaders", "the ministry", "He".

A pointer becomes a mention only when one reading is left: exactly two actors for "the two
countries", one ministry, one office-holder. Where two actors are meant there are two mentions
with the same span, in alphabetical order. Confidence is low on purpose.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.actors.words import Words
from pipeline.records import Mention, Sentence

#: Rule, start, end.
Pointer = tuple[str, int, int]

_PERSONS = frozenset({"leader", "minister", "official"})
_CONFIDENCE = {"pair": 0.6, "ministry": 0.7, "office": 0.6, "person": 0.5, "alias": 0.7}
#: "The South" is clear where the North was named, and the other way round.
_OTHER_HALF = {"KOR": "PRK", "PRK": "KOR"}
_END = re.compile(r"[.!?][\"”’)]?\s+(?=[\"“‘(]?[A-Z])|\n+")
_TITLES_DOT = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|St|No|U\.S|U\.K|U\.N|[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a pointer stands, and what was found in the text."""

    text: str
    mentions: list[Mention]
    #: Where the mentions start, to find those of a sentence fast.
    starts: list[int]
    #: Sentences of the text; ``index`` is the one with the pointer.
    bounds: list[tuple[int, int]]
    index: int
    start: int
    end: int
    rule: str

    def between(self, low: int, high: int) -> list[Mention]:
        """The mentions that start in ``text[low:high]``."""
        return self.mentions[bisect_left(self.starts, low) : bisect_left(self.starts, high)]

    def actors(self, low: int, high: int) -> set[str]:
        """The actors that may act in ``text[low:high]``; media do not count."""
        return {m.actor for m in self.between(low, high) if m.may_act and m.kind != "media"}


class Anaphora:
    """Adds mentions for the pointers of one text."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._rules: dict[str, Callable[[_Place], list[str]]] = {
            "pair": self._pair,
            "ministry": self._ministry,
            "office": self._office,
            "person": self._person,
            "alias": self._alias,
        }

    def add(
        self,
        text: str,
        mentions: list[Mention],
        pointers: Sequence[Pointer],
        sentences: Sequence[Sentence] | None,
    ) -> list[Mention]:
        """``mentions`` with those of the pointers that could be resolved, sorted by start."""
        if not mentions:
            return mentions
        bounds = [(s.start, s.end) for s in sentences] if sentences else _guess(text)
        sentence_starts = [low for low, _ in bounds]
        starts = [mention.start for mention in mentions]
        added: list[Mention] = []
        for rule, start, end in pointers:
            index = bisect_right(sentence_starts, start) - 1
            if index < 0 or start >= bounds[index][1]:
                continue
            name = rule.partition(":")[0]
            actors = self._rules[name](
                _Place(text, mentions, starts, bounds, index, start, end, rule)
            )
            confidence = _CONFIDENCE[name]
            for actor in actors:
                why = f"points back to {' and '.join(actors)}"
                span = text[start:end]
                mention = Mention(start, end, span, actor, "anaphor", "", True, confidence, why)
                added.append(mention)
        if not added:
            return mentions
        return sorted([*mentions, *added], key=lambda mention: (mention.start, mention.actor))

    def _pair(self, at: _Place) -> list[str]:
        here = at.actors(at.bounds[at.index][0], at.start)
        if len(here) == 2:
            return sorted(here)
        if len(here) > 2:
            return []
        earlier = [at.index - 1, at.index - 2, 0] if at.index else []
        for other in dict.fromkeys(i for i in earlier if 0 <= i < at.index):
            low, high = at.bounds[other]
            named = at.actors(low, high)
            if len(named) == 2 and here <= named:
                return sorted(named)
            if len(named) > 1:
                return []
        return []

    def _ministry(self, at: _Place) -> list[str]:
        low = at.bounds[max(0, at.index - 1)][0]
        named = [
            mention.actor
            for mention in at.between(low, at.start)
            if (
                "inistry" in at.text[mention.start : mention.end + 24] or mention.kind == "ministry"
            )
        ]
        return named[-1:]

    def _office(self, at: _Place) -> list[str]:
        if at.text.startswith(
            (" of ", "'s", "’s", "-", " and ", " from ", " to ", " for "), at.end
        ):
            return []
        if at.text.endswith((" is ", " was ", " as ", " become ", " became ", ", "), 0, at.start):
            return []
        office = at.text[at.start + 4 : at.end].lower()
        low = at.bounds[max(0, at.index - 1)][0]
        named = {
            mention.actor
            for mention in at.between(low, at.start)
            if mention.may_act
            and (
                office in at.text[mention.end : min(mention.end + 32, at.start)].lower()
                or (mention.kind in _PERSONS and office in mention.why)
            )
        }
        after = at.text[at.end : at.end + 24]
        if re.match(r" [A-Z]", after):  # a name follows and speaks for itself
            return []
        return sorted(named) if len(named) == 1 else []

    def _person(self, at: _Place) -> list[str]:
        if at.index == 0 or at.text[at.bounds[at.index][0] : at.start].strip(" \"“'‘"):
            return []
        low, high = at.bounds[at.index - 1]
        before = at.between(low, high)
        persons = [m for m in before if m.kind in _PERSONS or m.kind == "anaphor"]
        if not persons or len({m.actor for m in persons}) != 1 or not persons[0].may_act:
            return []
        first = next((m for m in before if m.may_act), None)
        if first is None or first.actor != persons[0].actor:
            return []
        return [persons[0].actor]

    def _alias(self, at: _Place) -> list[str]:
        actor = at.rule.partition(":")[2]
        low = at.bounds[max(0, at.index - 2)][0]
        known = {actor, _OTHER_HALF.get(actor, actor)}
        near = any(m.actor in known for m in at.between(low, at.start))
        if at.text.startswith((" of ", " between ", " with "), at.end):
            return []
        return [actor] if near else []


def _guess(text: str) -> list[tuple[int, int]]:
    """Sentence bounds where none were given."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if text[match.start()] == "." and _TITLES_DOT.search(text, start, match.start() + 1):
            continue
        bounds.append((start, match.end()))
        start = match.end()
    if start < len(text):
        bounds.append((start, len(text)))
    return bounds
