"""One text while its names are being resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.actors.entries import LAST_DAY, Entry, Form
from pipeline.actors.words import Words, is_title_case, sentence_bounds
from pipeline.records import Mention

#: One match of the automaton: name number, start, end.
Match = tuple[int, int, int]
#: Names without a date of the text are less sure, where the name itself has dates.
UNDATED = 0.8


@dataclass(frozen=True, slots=True)
class Slot:
    """The readings of one spelling, ready for the rules."""

    form: Form
    #: The reading in force when the spelling has no dates, and the first one when it has.
    entry: Entry
    entries: tuple[Entry, ...]
    #: Whether the reading depends on the day.
    dated: bool
    #: Whether the spelling is a word of its own in a text in capitals ("US", "WHO").
    shouted: bool = False

    def as_demonym(self) -> Slot:
        """The same name used as an adjective."""
        entry = replace(self.entry, kind="demonym", form=Form.DEMONYM)
        return Slot(Form.DEMONYM, entry, (entry,), False)


class Scan:
    """The text, its matches and what has been learnt of it so far."""

    __slots__ = (
        "_georgia",
        "_sure",
        "_title",
        "day",
        "dropped",
        "found",
        "last",
        "last_day",
        "named",
        "seen",
        "slots",
        "text",
    )

    def __init__(
        self, text: str, day: int | None, found: Sequence[Match], slots: Sequence[Slot]
    ) -> None:
        self.text = text
        self.day = day
        self.found = found
        self.slots = slots
        self.last_day = LAST_DAY
        #: Numbers of the people named in full so far.
        self.seen: set[int] = set()
        #: The mention made last, and the actors named so far.
        self.last: Mention | None = None
        self.named: set[str] = set()
        #: Positions of matches that are part of "Iranian-American" and the like.
        self.dropped: set[int] = set()
        self._georgia: bool | None = None
        self._sure: set[str] | None = None
        self._title: tuple[int, int, bool] = (0, 0, False)

    def slot(self, position: int) -> Slot:
        """The readings of the match at ``position``."""
        return self.slots[self.found[position][0]]

    def form(self, position: int) -> Form:
        """The form of the match at ``position``."""
        return self.slots[self.found[position][0]].form

    def match_starts(self, position: int, start: int) -> bool:
        """Whether the match at ``position`` exists and begins at ``start``."""
        return position < len(self.found) and self.found[position][1] == start

    def match_within(self, position: int, end: int) -> bool:
        """Whether the match at ``position`` exists and begins before ``end``."""
        return position < len(self.found) and self.found[position][1] < end

    def mention(
        self,
        start: int,
        end: int,
        entry: Entry,
        kind: str | None = None,
        factor: float = 1.0,
        why: str = "",
    ) -> Mention:
        """A mention by ``entry``; ``why`` is added to the entry's own reason."""
        return Mention(
            start,
            end,
            self.text[start:end],
            entry.actor,
            kind or entry.kind,
            entry.label,
            entry.may_act,
            entry.confidence * factor,
            f"{entry.why}; {why}" if why else entry.why,
        )

    def powerless(self, start: int, end: int, entry: Entry, why: str) -> Mention:
        """A mention that may be acted upon and does not act, with the reason."""
        text = self.text[start:end]
        return Mention(start, end, text, entry.actor, entry.kind, entry.label, False,
                       entry.confidence * 0.9, f"{entry.why}; {why}")  # fmt: skip

    def title_case(self, position: int) -> bool:
        """Whether the sentence around ``position`` capitalises nearly every word."""
        start, end, verdict = self._title
        if not start <= position < end:
            start, end = sentence_bounds(self.text, position)
            verdict = is_title_case(self.text, start, end)
            self._title = (start, max(end, position + 1), verdict)
        return verdict

    def others_only(self, actor: str) -> bool:
        """Whether the text names actors by surer names, and this one is none of them."""
        if self._sure is None:
            entries = (self.slots[index].entry for index, _, _ in self.found)
            self._sure = {entry.actor for entry in entries if entry.confidence > 0.7} - {""}
        return bool(self._sure) and actor not in self._sure

    def in_capitals(self, start: int, end: int) -> bool:
        """Whether the words on both sides are in capitals too ("JOIN US NOW")."""
        before = self.text[max(0, start - 12) : start].split()
        after = self.text[end : end + 12].split()
        near = [word for word in (*before[-1:], *after[:1]) if word.isalpha() and len(word) > 2]
        return bool(near) and all(word.isupper() for word in near)

    def us_georgia(self, words: Words) -> bool:
        """Whether "Georgia" in this text is the US state."""
        if self._georgia is None:
            country = len(set(words.georgia_country.findall(self.text)))
            state = len(set(words.georgia_us.findall(self.text)))
            self._georgia = state > country
        return self._georgia
