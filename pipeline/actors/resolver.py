"""Finds the actors named in a text.

One pass of an Aho-Corasick automaton (leftmost, longest) over all spellings of all names, then
one rule per match. Names are matched as whole words and with their capitals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import ahocorasick_rs

from pipeline.actors.anaphora import Anaphora
from pipeline.actors.entries import LAST_DAY, Entry, Form
from pipeline.actors.gazetteer import Gazetteer, load_yaml
from pipeline.actors.overlay import apply_overlay
from pipeline.actors.rules import rules
from pipeline.actors.scan import Match, Scan, Slot
from pipeline.actors.words import Words, dateline_spans, sentence_bounds
from pipeline.records import Mention, Sentence

if TYPE_CHECKING:
    from pipeline.actors.lookup import Explanation

_PERSONAL = frozenset({Form.PERSON, Form.SURNAME, Form.COMMON_SURNAME})
#: Kinds of mentions that may be a national team.
_TEAMS = frozenset({"state", "demonym", "plural", "capital"})
#: Which reading of one spelling comes first when several hold.
_PRIORITY = (
    Form.BOTH, Form.HYBRID, Form.STATE, Form.DOUBTFUL_STATE, Form.PLAIN, Form.SEAT, Form.CAPITAL,
    Form.DEMONYM, Form.PLURAL, Form.BODY, Form.SHARED_BODY, Form.PERSON, Form.SURNAME,
    Form.COMMON_SURNAME, Form.SHIP, Form.PREFIX, Form.PLACE, Form.ANAPHOR, Form.BLOCK,
)  # fmt: skip
#: Acronyms that are words of a text in capitals.
_WORDS_IN_CAPITALS = frozenset({"US", "UN", "WHO", "EU", "AIDS", "FSM", "ROK", "UNO"})


class Resolver:
    """The names of all actors, ready to be looked for. Make one with ``load``."""

    def __init__(self, gazetteer: Gazetteer, anaphora: bool = True, digest: str = "") -> None:
        self.gazetteer = gazetteer
        #: Identifies the data behind the names in the scorer id.
        self.digest = digest
        self._words = Words(load_yaml("context.yaml"))
        for prefix, code in self._words.prefixes.items():
            why = f"first half of a name that joins {gazetteer.display[code]} with another"
            gazetteer.add(prefix, Entry(code, "demonym", Form.PREFIX, why=why))
        self._rules = rules(self._words)
        self._spellings = list(gazetteer.table)
        self._number = {spelling: index for index, spelling in enumerate(self._spellings)}
        self._slots = [_slot(name, gazetteer.table[name]) for name in self._spellings]
        self._automaton = ahocorasick_rs.AhoCorasick(
            self._spellings, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )
        self._unions = frozenset(
            index
            for index, slot in enumerate(self._slots)
            if slot.dated and slot.form is Form.STATE and " and " in self._spellings[index]
        )
        self._anaphora = Anaphora(self._words) if anaphora else None

    @classmethod
    def load(
        cls, overlay: Path | None = None, include_proxies: bool = True, anaphora: bool = True
    ) -> Resolver:
        """Read the data files, and the overlay file where one is given.

        ``include_proxies`` False leaves armed proxies (Hezbollah …) without an actor;
        ``anaphora`` False turns "the two leaders" and the like off.
        Raises ``OverlayError`` with file, line and key of the first mistake in the overlay.
        """
        gazetteer = Gazetteer(include_proxies)
        if overlay is not None:
            apply_overlay(gazetteer, overlay)
        return cls(gazetteer, anaphora, _digest(overlay))

    def resolve(
        self, text: str, on: date | None, sentences: Sequence[Sentence] | None = None
    ) -> list[Mention]:
        """The mentions in ``text`` as of the day ``on``, sorted by start, never overlapping.

        Offsets are characters of ``text``. ``sentences`` (offsets in ``text``) help with names
        carried over from the sentence before; without them bounds are guessed. One stretch of
        text may give several mentions with the same span, one per actor ("the two leaders").
        Without a day any period counts, at lower confidence.
        """
        day = on.toordinal() if on is not None else None
        found = self._matches(text, day)
        if not found:
            return []
        scan = Scan(text, day, found, self._slots)
        datelines = dateline_spans(text)
        mentions: list[Mention] = []
        pointers: list[Match] = []
        slots, by_form = self._slots, self._rules
        sport, taken = False, 0
        for position, (index, start, end) in enumerate(found):
            slot = slots[index]
            form = slot.form
            if start < taken:
                continue  # inside a warship's name
            if form is Form.BLOCK:
                sport = sport or slot.entry.kind == "sport"
                continue
            while datelines and datelines[0][1] <= start:
                datelines.pop(0)
            if datelines and datelines[0][0] <= start:
                continue
            if form is Form.ANAPHOR:
                pointers.append((index, start, end))
                continue
            if slot.dated and form not in _PERSONAL:
                dated = _on_day(slot, day)
                if dated is None:
                    continue
                slot, form = dated, dated.form
            if form is Form.BOTH:
                mentions.extend(scan.mention(start, end, entry) for entry in slot.entries)
                continue
            mention = by_form[form](scan, position, start, end, slot)
            if mention is not None:
                mentions.append(mention)
                scan.last, taken = mention, mention.end
                scan.named.add(mention.actor)
        if sport:
            mentions = self._without_sport(text, mentions)
        if pointers and self._anaphora is not None:
            triples = [(self._slots[i].entry.extra[0], start, end) for i, start, end in pointers]
            return self._anaphora.add(text, mentions, triples, sentences)
        return mentions

    def lookup(self, name: str, on: date | None = None) -> Explanation:
        """What ``name`` stands for on the day ``on``, and why; see ``lookup.Explanation``."""
        from pipeline.actors.lookup import explain

        return explain(self, name, on)

    def readings(self, spelling: str) -> tuple[Entry, ...]:
        """All readings of one exact spelling, in force or not; empty for an unknown name."""
        number = self._number.get(spelling)
        return self._slots[number].entries if number is not None else ()

    def __len__(self) -> int:
        """How many spellings are known."""
        return len(self._spellings)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Resolver, (self.gazetteer, self._anaphora is not None))

    def _matches(self, text: str, day: int | None) -> list[Match]:
        """Whole-word matches; a match that ends inside a word gives way to shorter names."""
        found: list[Match] = []
        resume = 0
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            if start < resume:
                continue
            inside = text[end - 1].isalnum() and text[end : end + 1].isalnum()
            if start and text[start - 1].isalnum():
                continue
            if not inside and index in self._unions and not self._slots[index].entry.holds(day):
                inside = True  # "Serbia and Montenegro" after 2006: two states
            if inside and self._slots[index].form is Form.ANAPHOR:
                longer = self._longer(text, index, start, end)
                if longer[0] != index:  # "the South|ern Sudanese"
                    found.append(longer)
                    resume = longer[2]
                continue
            if inside:
                shorter = self._shorter(text, start, end, index)
                found.extend(shorter)
                if shorter:
                    resume = shorter[-1][2]
                continue
            if self._slots[index].form is Form.ANAPHOR:
                index, start, end = self._longer(text, index, start, end)
                resume = end
            found.append((index, start, end))
        return found

    def _longer(self, text: str, index: int, start: int, end: int) -> Match:
        """The name that begins after a pointer's "the" and reaches further, else the pointer."""
        begin = text.find(" ", start, end) + 1
        if not begin:
            return index, start, end
        best, stop = (index, start, end), end - 1
        for _ in range(5):
            stop += 1
            while text[stop : stop + 1].isalnum():
                stop += 1
            number = self._number.get(text[begin:stop])
            if number is not None and stop > end:
                best = (number, begin, stop)
        return best

    def _shorter(self, text: str, start: int, end: int, failed: int) -> list[Match]:
        """Names inside a match that failed at its end, longest first, left to right."""
        found: list[Match] = []
        while text[end : end + 1].isalnum():
            end += 1
        at = start
        while at < end:
            stop = end
            while stop > at:
                index = self._number.get(text[at:stop])
                if index is not None and index != failed and not text[stop : stop + 1].isalnum():
                    found.append((index, at, stop))
                    break
                stop = max(text.rfind(mark, at, stop) for mark in " -'’")
            at = text.find(" ", max(at + 1, found[-1][2] if found else 0), end) + 1
            if at <= 0:
                break
        return found

    def _without_sport(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Teams in a report on sport do not act for their states."""
        kept: list[Mention] = []
        verdicts: dict[tuple[int, int], bool] = {}
        bounds = (0, 0)
        for mention in mentions:
            if not bounds[0] <= mention.start < bounds[1]:
                bounds = sentence_bounds(text, mention.start)
            if bounds not in verdicts:
                verdicts[bounds] = self._words.about_sport(text, *bounds)
            if verdicts[bounds] and mention.may_act and mention.kind in _TEAMS:
                why = f"{mention.why}; a team in a report on sport"
                mention = replace(mention, may_act=False, why=why)
            kept.append(mention)
        return kept


def _digest(overlay: Path | None) -> str:
    """A hash of the packaged actors' data and of the overlay."""
    found = hashlib.sha256(overlay.read_bytes() if overlay is not None else b"")
    folder = resources.files("pipeline.actors").joinpath("data")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.is_file():
            found.update(file.read_bytes())
    return found.hexdigest()[:12]


def _slot(name: str, entries: list[Entry]) -> Slot:
    ordered = sorted(entries, key=lambda entry: _PRIORITY.index(entry.form))
    first = ordered[0]
    kept = tuple(ordered)
    if first.form in _PERSONAL:
        kept = tuple(entry for entry in ordered if entry.form in _PERSONAL)
    elif first.form is Form.BOTH:
        kept = tuple(entry for entry in ordered if entry.form is Form.BOTH)
    dated = any(entry.start > 0 or entry.end < LAST_DAY for entry in kept)
    return Slot(first.form, first, kept, dated, name in _WORDS_IN_CAPITALS)


def _on_day(slot: Slot, day: int | None) -> Slot | None:
    """The slot with the reading in force on ``day``; None where no reading is."""
    for entry in slot.entries:
        if entry.holds(day):
            if entry.form is Form.BLOCK:
                return None
            return Slot(entry.form, entry, (entry,), False)
    return None
