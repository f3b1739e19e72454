"""Rules for office-holders: the right person, in office or not, on the day of the text."""

from __future__ import annotations

from pipeline.actors.entries import Entry, Form
from pipeline.actors.scan import UNDATED, Scan, Slot
from pipeline.actors.words import Head, Words, next_word, word_before
from pipeline.records import Mention

#: Days around the ends of a term in which old and new holder both pass.
_GRACE = 3
#: Days before a term in which a person elect already speaks for the state.
_ELECT = 100
_HYPHENS = "-‐‑–"
_MISTER = frozenset({"mr", "mr.", "mrs", "mrs.", "ms", "ms.", "dr", "dr.", "sir", "lord", "lady"})


class Persons:
    """The rule for full names and for surnames."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def person(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A full name or a surname; None where it is another person of that name."""
        text = scan.text
        before, begin = word_before(text, start)
        title = before.lower() in self.words.titles
        if slot.form is not Form.PERSON:
            if self._another_person(scan, position, start, end, slot, before, title):
                return None
        following = next_word(text, end)
        after = following.group(1).lower().rstrip(".,") if following else ""
        if after in ("jr", "sr", "junior"):
            return None
        entry = self._choose(scan, start, slot, before if title else "", begin)
        if entry is None:
            return None
        if slot.form is Form.PERSON:
            scan.seen.add(entry.person)
        if after in self.words.campaign:
            return scan.powerless(start, end, entry, f"'{after}' after it: not the state")
        if end < len(text) and text[end] in _HYPHENS:
            stop = end + 1
            while stop < len(text) and text[stop].isalpha():
                stop += 1
            word = text[end + 1 : stop].lower()
            if word in self.words.hyphen_passive:
                return scan.powerless(start, end, entry, f"'-{word}' after it: others act")
        return self._in_office(scan, start, end, entry)

    def _another_person(
        self,
        scan: Scan,
        position: int,
        start: int,
        end: int,
        slot: Slot,
        before: str,
        title: bool,
    ) -> bool:
        """Whether a bare surname belongs to somebody else, or a common one has no support."""
        text = scan.text
        seen = any(entry.person in scan.seen for entry in slot.entries)
        if slot.form is Form.COMMON_SURNAME and not title and not seen:
            return True
        if start and text[start - 1] in _HYPHENS and scan.found[position - 1][2] != start - 1:
            return True  # "pro-Haftar forces": others
        if start > 1 and text[start - 1] in "'’" and text[start - 2].isalpha():
            return True  # O'Malley
        if before and before[0].isupper() and not title:
            low = before.lower()
            own = any(before in entry.extra for entry in slot.entries)
            known = low in self.words.heads or low in self.words.not_names
            previous = position > 0 and scan.found[position - 1][2] == start - 1
            if before in self.words.given_names and not own:
                return True
            if not (own or known or previous or before.isupper()) and before.isalpha():
                if not scan.title_case(start):
                    return True
        following = next_word(text, end)
        if following is None or not following.group(1)[0].isupper():
            return False
        word = following.group(1).rstrip(".").lower()
        if len(word) == 1 and following.group(1).endswith("."):
            return True  # a middle initial: the name before it is a given name
        if word in self.words.heads or word in self.words.not_names or word in self.words.titles:
            return False
        if scan.match_starts(position + 1, end + 1) or word in self.words.campaign:
            return False
        return not scan.title_case(start) and "'" not in word and "’" not in word

    def _choose(self, scan: Scan, start: int, slot: Slot, title: str, begin: int) -> Entry | None:
        """The term of office that fits: in force, named before, of that title, of that state."""
        entries = slot.entries
        if len(entries) == 1:
            return entries[0]
        day = scan.day
        if day is None:
            live = list(entries)
        else:
            live = [e for e in entries if e.start - _GRACE <= day <= e.end + _GRACE]
        if not live:
            live = _nearest(entries, day)
        if len({entry.person for entry in live}) > 1:
            live = self._narrow(scan, live, title, begin)
        if len({entry.person for entry in live}) > 1 and slot.form is not Form.PERSON:
            if len({entry.actor for entry in live}) > 1:
                return None
        return max(live, key=lambda entry: (entry.kind == "leader", entry.start))

    def _narrow(self, scan: Scan, live: list[Entry], title: str, begin: int) -> list[Entry]:
        seen = [entry for entry in live if entry.person in scan.seen]
        if seen:
            return seen
        low = title.lower().rstrip(".")
        office = [entry for entry in live if low and low not in _MISTER and low in entry.office]
        live = office or live
        last = scan.last.actor if scan.last else ""
        near = [entry for entry in live if entry.actor == last]
        return near or live

    def _in_office(self, scan: Scan, start: int, end: int, entry: Entry) -> Mention:
        day = scan.day
        if self._former(scan, start):
            return scan.powerless(start, end, entry, "'former' before the name")
        if day is None:
            return scan.mention(start, end, entry, None, UNDATED, "no date given")
        if entry.start - _GRACE <= day <= entry.end + _GRACE:
            return scan.mention(start, end, entry)
        if day > entry.end:
            return scan.powerless(start, end, entry, "no longer in office on that day")
        elect = entry.start - day <= _ELECT and "elect" in scan.text[max(0, start - 16) : start]
        if elect:
            return scan.mention(start, end, entry, None, 0.7, "elected, not yet in office")
        return scan.powerless(start, end, entry, "not yet in office on that day")

    def _former(self, scan: Scan, start: int) -> bool:
        """Whether "former" governs the name: only titles and names stand between."""
        window = scan.text[max(0, start - 70) : start]
        at = max(window.rfind("ormer "), window.rfind("ex-"), window.rfind(" late "))
        if at < 0 or any(mark in window[at:] for mark in ",;:\n"):
            return False
        for word in window[at:].split()[1:]:
            low = word.rstrip(".").lower()
            if word[0].islower() and low not in ("of", "and", "the", "for", "to"):
                if self.words.heads.get(low) not in (Head.OFFICIAL, Head.MODIFIER, Head.NOUN):
                    if low not in self.words.titles and low not in ("adviser", "advisor"):
                        return False
        return True


def _nearest(entries: tuple[Entry, ...], day: int | None) -> list[Entry]:
    """The terms closest to the day: the last one over, else the next to come."""
    assert day is not None
    past = [entry for entry in entries if entry.end < day]
    if past:
        latest = max(entry.end for entry in past)
        return [entry for entry in past if entry.end == latest]
    first = min(entry.start for entry in entries)
    return [entry for entry in entries if entry.start == first]
