"""What the name of a state or of a nationality stands for at its place in the text.

Every rule takes the scan, the place of the match and its readings, and gives a mention or None.
A rule that turns a name down or takes its power to act says so in ``why``.
"""

from __future__ import annotations

import re

from pipeline.actors.entries import Entry, Form
from pipeline.actors.scan import Scan, Slot
from pipeline.actors.surroundings import HYPHENS, NOUNS, POSSESSIVES, Surroundings
from pipeline.actors.words import Head, next_word, word_before
from pipeline.records import Mention

_CONFLICT = re.compile(r" (?:[Ww]ar|conflict|crisis|civil war)\b").match
_COUNTS = frozenset(
    "two three four five six seven eight nine ten eleven twelve dozen dozens hundreds thousands "
    "some many several most few other fellow young all more million of by killed".split()
)
_AFTER_PLACE = frozenset(
    "in on to for after when where which by with at as during that who has had is was were are "
    "while killing injuring leaving and but from before because since following against".split()
)
_TOWN_BEFORE = re.compile(
    r"\b(?:[Ii]n|at|near|outside|of|from|to|inside|around) (?:the )?(?:[A-Z][\w’'-]+ ){0,3}"
    r"[A-Z][\w’'-]+, $"
).search
_PASSED = frozenset({"the", "The", "neighbouring", "neighboring", "nearby", "modern-day"})
#: "Russia's ally Belarus" is about Belarus.
_COMPANIONS = frozenset("ally neighbour neighbor rival foe arch-rival archrival enemy".split())
_BEING = frozenset({"is", "was", "were", "are", "be", "being"})
_ORGANISATIONS = frozenset({"EUU", "NATO", "UNO"})
_JOINTS = frozenset({"and", "or"})
_CHURCHES = frozenset("Church Churches University Universities Diocese Archdiocese".split())
_BORDERS = frozenset("border borders frontier boundary".split())
_POSTED = frozenset(
    "ambassador ambassadors envoy representative consul delegate mission observer".split()
)
_LIST_ENDS = re.compile(
    r"(?:, (?:the )?[A-Z][\w’']+(?: [A-Z][\w’']+)*)*(?:,? (?:and|or) (?:the )?[A-Z][\w’']+"
    r"(?: [A-Z][\w’']+)*)?[.;)\n]"
).match
#: "EU members", "US allies" act for themselves.
_MEMBERS = frozenset(
    "member members ally allies candidate applicant newcomer member-state partner".split()
)
_ARTICLES = frozenset({"a", "an", "another", "one", "A", "An", "Another", "One"})

_NOUN_ENDINGS = ("tion", "sion", "ment", "ship", "ity", "ance", "ence", "ism", "ist", "ists", "al",
                 "ic", "ary", "ness", "tions", "ments", "ive", "ous", "ing")  # fmt: skip


class Nations(Surroundings):
    """The rules for states and nationalities."""

    def plain(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A name that needs no look around."""
        entry = slot.entry
        if start and scan.text[start - 1] in HYPHENS and self.dropped_before(scan, start):
            return None
        return scan.mention(start, end, entry)

    def state(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A state's name: it acts, unless it is a location, a topic or a private owner."""
        text, entry = scan.text, slot.entry
        if position and scan.found[position - 1][2] == start - 1 and text[start - 1] == " ":
            if scan.form(position - 1) is Form.BLOCK and scan.slot(position - 1).entry.kind == "":
                return None  # "Greenpeace India": a branch
        after = text[end : end + 1]
        if after in HYPHENS and after:
            return self.before_hyphen(scan, position, start, end, entry)
        if start and text[start - 1] in HYPHENS and self.dropped_before(scan, start):
            return self.anti(scan, start, end, entry)
        if text[end : end + 2] in POSSESSIVES:
            return self._owner(scan, position, start, end, entry)
        if after == "," and self.elsewhere(scan, position, end, entry) in ("USA", "CAN"):
            return self.town(scan, start, end, entry, "USA", "town of that name")
        word, begin = word_before(text, start)
        if word:
            if word in _PASSED:
                word, begin = word_before(text, begin)
            low = word.lower()
            if low in self.words.locative or (low == "at" and entry.actor in _ORGANISATIONS):
                return scan.powerless(start, end, entry, f"location: after '{word}'")
            if low in _JOINTS and self._after_location(scan, begin, True):
                return scan.powerless(start, end, entry, "location: joined to one")
            if word == "to" and word_before(text, begin)[0].lower() in _POSTED:
                return scan.powerless(start, end, entry, "where an envoy is posted")
            if low == "of" and word_before(text, begin)[0] in _CHURCHES:
                return scan.powerless(start, end, entry, "owner of something private")
            if low in ("with", "of") and word_before(text, begin)[0].lower() in _BORDERS:
                return scan.powerless(start, end, entry, f"location: the border {low} it")
            if word in ("former", "Former") and entry.end >= scan.last_day:
                return scan.powerless(start, end, entry, "'former' before the name")
        lead = start - 4 if text.startswith("the ", start - 4) else start
        if text.startswith(", ", lead - 2):
            if self._after_town(scan, position, start, end):
                return scan.powerless(start, end, entry, "location: the state of a town")
            if self._after_location(scan, lead - 2, False) and _LIST_ENDS(text, end):
                return scan.powerless(start, end, entry, "location: in a list of them")
        if after == " " and _CONFLICT(text, end):
            return scan.powerless(start, end, entry, "topic: a conflict named after the state")
        return scan.mention(start, end, entry)

    def _after_town(self, scan: Scan, position: int, start: int, end: int) -> bool:
        """ "in Athens, Greece": whether the name only says where a town is."""
        text = scan.text
        after = text[end : end + 1]
        if after == " ":
            following = next_word(text, end)
            if following is None or following.group(1) not in _AFTER_PLACE:
                return False
        elif after not in ",.;:)\n":
            return False
        last = scan.last
        if last is not None and last.end == start - 2:
            own = last.actor == scan.slot(position).entry.actor
            return own and last.kind in ("place", "region", "capital")
        return _TOWN_BEFORE(text[max(0, start - 60) : start]) is not None

    @staticmethod
    def _after_location(scan: Scan, end: int, joined: bool) -> bool:
        """Whether the mention that ends at ``end`` is a state named as a location."""
        last = scan.last
        if last is None or last.may_act or "location" not in last.why or last.kind != "state":
            return False
        gap = scan.text[last.end : end]
        return gap.strip(" ,") == "" and len(gap) <= 2 if joined else last.end == end

    def hybrid(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """ "US", "UN", "Singapore": adjective before a noun, else the state's name."""
        text = scan.text
        if slot.shouted and scan.in_capitals(start, end):
            return None
        if text.startswith("$", end):
            return None  # "US$300 million"
        following = next_word(text, end)
        if following is None or text[end] in HYPHENS:
            if self.coordinated_adjective(scan, position, end):
                return self.demonym(scan, position, start, end, slot.as_demonym())
            return self.state(scan, position, start, end, slot)
        word = following.group(1).rstrip(".").lower()
        if word in self.words.currency:
            return None
        head = self.words.heads.get(word, Head.UNKNOWN)
        if scan.match_starts(position + 1, end + 1) and scan.form(position + 1) in NOUNS:
            adjective = False
        elif word == "and" or word == "or":
            adjective = self.coordinated_adjective(scan, position, end)
        elif head is Head.FUNCTION:
            adjective = False
        elif head is Head.UNKNOWN:
            adjective = _looks_like_noun(word, following.group(1))
        else:
            adjective = True
        if adjective:
            return self.demonym(scan, position, start, end, slot.as_demonym())
        return self.state(scan, position, start, end, slot)

    def doubtful_state(
        self, scan: Scan, position: int, start: int, end: int, slot: Slot
    ) -> Mention | None:
        """Georgia, Jordan, Chad, Turkey, Israel, Cuba: not always the state."""
        text = scan.text
        word, _ = word_before(text, start)
        if word in self.words.given_names:
            return None
        following = next_word(text, end)
        if following is not None:
            other = following.group(1)
            if other in self.words.surnames or (
                other[0].isupper() and self._is_surname(scan, position, start, end, other)
            ):
                return None
        american = text.startswith((", United States", ", U.S", ", US"), end)
        if text.startswith("Georgia", start) and (american or scan.us_georgia(self.words)):
            why = "Georgia: the US state, by what the text names beside it"
            span = text[start:end]
            return Mention(start, end, span, "USA", "place", "Georgia (US state)", False, 0.8, why)
        return self.state(scan, position, start, end, slot)

    def _is_surname(self, scan: Scan, position: int, start: int, end: int, other: str) -> bool:
        """Whether a capitalised word after "Jordan" makes it a given name."""
        low = other.rstrip(".").lower()
        if low in self.words.heads or low in self.words.titles or low in self.words.not_names:
            return False
        if scan.match_starts(position + 1, end + 1) or not other.isalpha():
            return False
        return not scan.title_case(start)

    def demonym(
        self, scan: Scan, position: int, start: int, end: int, slot: Slot
    ) -> Mention | None:
        """ "Russian": acts with officials and deeds, not with private persons and firms."""
        text, entry = scan.text, slot.entry
        if start and text[start - 1] in HYPHENS:
            if position in scan.dropped:
                return None
            if self.dropped_before(scan, start):
                return self.anti(scan, start, end, entry)
            if text.startswith(" War", end):
                return scan.powerless(start, end, entry, "topic: the name of a war")
        if end < len(text) and text[end] in HYPHENS:
            return self.before_hyphen(scan, position, start, end, entry)
        if self.ethnic_pair(scan, position, end):
            scan.dropped.add(position)
            return None
        head, word = self.head_after(scan, position, end)
        if word in self.words.currency:
            return None
        if word in _MEMBERS:
            if scan.match_within(position + 1, end + 26):
                return None  # "NATO member Turkey", "US ally Saudi Arabia": the other is meant
            return scan.powerless(start, end, entry, f"'{word}' after it act for themselves")
        before, _ = word_before(text, start)
        if before in ("former", "Former", "ex", "late") and head is not Head.PRIVATE:
            return scan.powerless(start, end, entry, f"'{before}' before it: no longer in office")
        if head is Head.PRIVATE:
            return scan.powerless(start, end, entry, f"'{word}' after it: private, or a rebel")
        if head is Head.PLACE:
            return scan.powerless(start, end, entry, f"location: its {word}")
        if head is Head.FORMER:
            return scan.powerless(start, end, entry, "'former' after it: no longer in office")
        if head in (Head.FUNCTION, Head.NONE):
            return self._standing_alone(scan, position, start, end, entry, before)
        if head is Head.OFFICIAL:
            return scan.mention(start, end, entry, "demonym", 1.0, f"before '{word}'")
        if head is Head.UNKNOWN and self.private_name(scan, position, start, end):
            return scan.powerless(start, end, entry, "a person's name after it, none in office")
        return scan.mention(start, end, entry, "demonym", 0.9)

    def _standing_alone(
        self, scan: Scan, position: int, start: int, end: int, entry: Entry, before: str
    ) -> Mention | None:
        """ "a Russian is held", "the French said", "Russian and French" before a noun."""
        if before in _ARTICLES or before.isdigit() or before in _COUNTS or before in _BEING:
            return scan.powerless(start, end, entry, "one of its nationals")
        if before in ("the", "The"):
            return scan.mention(start, end, entry, "plural", 0.75)
        return scan.mention(start, end, entry, "demonym", 0.8)

    def plural(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """ "Russians": the people as a whole, or some private persons when counted."""
        text, entry = scan.text, slot.entry
        if start and text[start - 1] in HYPHENS:
            return None
        word, _ = word_before(text, start)
        if word.lower() in _COUNTS or word.replace(",", "").isdigit():
            return scan.powerless(start, end, entry, "some of its nationals")
        if word.lower() != "the" and self.words.crowd_acts(text, end):
            return scan.powerless(start, end, entry, "a crowd of its nationals")
        return scan.mention(start, end, entry)

    def _owner(
        self, scan: Scan, position: int, start: int, end: int, entry: Entry
    ) -> Mention | None:
        """ "Russia's …": the owner acts unless a private person, firm or paper follows."""
        at = end + 2
        if scan.match_starts(position + 1, at + 1):
            if scan.form(position + 1) is Form.BLOCK:
                return scan.powerless(start, end, entry, "owner of something private")
            return scan.mention(start, end, entry)
        head, word = self.head_after(scan, position, at)
        if word.lower() in _COMPANIONS and scan.match_within(position + 1, at + 24):
            return None
        if head is Head.PRIVATE:
            return scan.powerless(start, end, entry, f"owner: '{word}' after it is private")
        if head is Head.PLACE:
            return scan.powerless(start, end, entry, f"location: its {word}")
        if head is Head.FORMER:
            return scan.powerless(start, end, entry, "'former' after it: no longer in office")
        return scan.mention(start, end, entry)

    def prefix(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """ "Sino-Russian": the first half, only before a hyphen and a name."""
        text = scan.text
        if text[end : end + 1] not in HYPHENS or not text[end : end + 1]:
            return None
        if not scan.match_starts(position + 1, end + 1) or self.private_pair(scan, position + 1):
            return None
        if self.war_name(scan, position + 1):
            return scan.powerless(start, end, slot.entry, "topic: the name of a war")
        return scan.mention(start, end, slot.entry, "demonym", 0.95)


def _looks_like_noun(low: str, word: str) -> bool:
    """Whether an unknown word after "US" is more likely a noun or adjective than a verb."""
    return word[0].isupper() or low.endswith(_NOUN_ENDINGS)
