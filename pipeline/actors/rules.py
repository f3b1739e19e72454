"""What a matched name stands for at its place in the text, form by form.

Every rule takes the scan, the place of the match and its readings, and gives a mention or None.
A rule that turns a name down or takes its power to act says so in ``why``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.actors.entries import Entry, Form
from pipeline.actors.scan import Scan, Slot
from pipeline.actors.words import Head, Words, next_word, word_before
from pipeline.records import Mention

Rule = Callable[[Scan, int, int, int, Slot], "Mention | None"]

_HYPHENS = "-‐‑–"
_POSSESSIVES = ("'s", "’s")
_COORDINATION = (" and ", ", and ", ", ", "/", " or ", " & ")
_ADJECTIVES = frozenset({Form.DEMONYM, Form.HYBRID})
_NOUNS = frozenset({Form.STATE, Form.HYBRID, Form.DOUBTFUL_STATE})
_CONFLICTS = (" war", " War", " conflict", " crisis", " civil war")
_DROPPED_PREFIXES = frozenset({"pro", "non", "post", "pre", "ex", "un", "mid", "trans", "neo", "al"})
_COUNTS = frozenset(
    "two three four five six seven eight nine ten eleven twelve dozen dozens hundreds thousands "
    "some many several most few other fellow young all more million of by killed".split()
)
_AFTER_PLACE = frozenset(
    "in on to for after when where which by with at as during that who has had is was were are while "
    "killing injuring leaving and but from before because since following against".split()
)
_TOWN_BEFORE = re.compile(
    r"\b(?:in|at|near|outside|of|from|to|inside|around) (?:the )?(?:[A-Z][\w’'-]+ ){0,3}"
    r"[A-Z][\w’'-]+, $"
).search
_PASSED = frozenset({"the", "The", "neighbouring", "neighboring", "nearby", "modern-day"})
#: "Russia's ally Belarus" is about Belarus.
_COMPANIONS = frozenset("ally neighbour neighbor rival foe arch-rival archrival enemy".split())
_ARTICLES = frozenset({"a", "an", "another", "one", "A", "An", "Another", "One"})


class Rules:
    """The rules for states, nationalities, capitals, bodies and places."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.by_form: dict[Form, Rule] = {
            Form.PLAIN: self.plain,
            Form.STATE: self.state,
            Form.HYBRID: self.hybrid,
            Form.DEMONYM: self.demonym,
            Form.PLURAL: self.plural,
            Form.SEAT: self.seat,
            Form.CAPITAL: self.capital,
            Form.PLACE: self.place,
            Form.BODY: self.body,
            Form.SHARED_BODY: self.shared_body,
            Form.PREFIX: self.prefix,
            Form.SHIP: self.ship,
            Form.DOUBTFUL_STATE: self.doubtful_state,
        }

    # -- names -----------------------------------------------------------------------------

    def plain(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A name that needs no look around."""
        entry = slot.entry
        if start and scan.text[start - 1] in _HYPHENS and self._dropped_before(scan, start):
            return None
        return scan.mention(start, end, entry)

    def state(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A state's name: it acts, unless it is a location, a topic or a private owner."""
        text, entry = scan.text, slot.entry
        after = text[end : end + 1]
        if after in _HYPHENS and after:
            return self._before_hyphen(scan, position, start, end, entry)
        if start and text[start - 1] in _HYPHENS and self._dropped_before(scan, start):
            return self._anti(scan, start, end, entry)
        if text[end : end + 2] in _POSSESSIVES:
            return self._owner(scan, position, start, end, entry)
        word, begin = word_before(text, start)
        if word:
            if word in _PASSED:
                word, begin = word_before(text, begin)
            if word.lower() in self.words.locative:
                return scan.powerless(start, end, entry, f"location: after '{word}'")
            if word in ("former", "Former") and entry.end >= scan.last_day:
                return scan.powerless(start, end, entry, "'former' before the name")
        elif text.startswith(", ", start - 2) and self._after_town(scan, position, start, end):
            return scan.powerless(start, end, entry, "location: the state of a town")
        if after == " " and text.startswith(_CONFLICTS, end):
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
        if position and scan.found[position - 1][2] == start - 2:
            before = scan.slot(position - 1)
            own = before.entry.actor == scan.slot(position).entry.actor
            return own and before.form in (Form.PLACE, Form.CAPITAL)
        return _TOWN_BEFORE(text[max(0, start - 60) : start]) is not None

    def hybrid(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """ "US", "UN", "Singapore": adjective before a noun, else the state's name."""
        text = scan.text
        if slot.shouted and scan.in_capitals(start, end):
            return None
        following = next_word(text, end)
        if following is None or text[end] in _HYPHENS:
            if self._coordinated_adjective(scan, position, end):
                return self.demonym(scan, position, start, end, slot.as_demonym())
            return self.state(scan, position, start, end, slot)
        word = following.group(1).rstrip(".").lower()
        head = self.words.heads.get(word, Head.UNKNOWN)
        if word == "and" or word == "or":
            adjective = self._coordinated_adjective(scan, position, end)
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
        word, begin = word_before(text, start)
        if word in self.words.given_names:
            return None
        following = next_word(text, end)
        if following is not None:
            other = following.group(1)
            if other in self.words.surnames or (
                other[0].isupper() and self._is_surname(scan, position, start, end, other)
            ):
                return None
        if text.startswith("Georgia", start) and scan.us_georgia(self.words):
            entry = slot.entry
            return Mention(start, end, text[start:end], "USA", "place", "Georgia (US state)", False,
                           0.8, f"{entry.label or 'Georgia'}: the US state, by its neighbours")  # fmt: skip
        return self.state(scan, position, start, end, slot)

    def _is_surname(self, scan: Scan, position: int, start: int, end: int, other: str) -> bool:
        """Whether a capitalised word after "Jordan" makes it a given name."""
        low = other.rstrip(".").lower()
        if low in self.words.heads or low in self.words.titles or low in self.words.not_names:
            return False
        if scan.match_starts(position + 1, end + 1) or not other.isalpha():
            return False
        return not scan.title_case(start)

    # -- nationalities ---------------------------------------------------------------------

    def demonym(
        self, scan: Scan, position: int, start: int, end: int, slot: Slot
    ) -> Mention | None:
        """ "Russian": acts with officials and deeds, not with private persons and firms."""
        text, entry = scan.text, slot.entry
        if start and text[start - 1] in _HYPHENS:
            if position in scan.dropped:
                return None
            if self._dropped_before(scan, start):
                return self._anti(scan, start, end, entry)
        if end < len(text) and text[end] in _HYPHENS:
            return self._before_hyphen(scan, position, start, end, entry)
        if self._ethnic_pair(scan, position, end):
            scan.dropped.add(position)
            return None
        head, word = self._head_after(scan, position, end)
        before, _ = word_before(text, start)
        if before in ("former", "Former", "ex", "late") and head is not Head.PRIVATE:
            return scan.powerless(start, end, entry, f"'{before}' before it: no longer in office")
        if head is Head.PRIVATE:
            return scan.powerless(start, end, entry, f"'{word}' after it: private, or a rebel")
        if head is Head.FORMER:
            return scan.powerless(start, end, entry, "'former' after it: no longer in office")
        if head in (Head.FUNCTION, Head.NONE):
            return self._standing_alone(scan, position, start, end, entry, before)
        if head is Head.OFFICIAL:
            return scan.mention(start, end, entry, "demonym", 1.0, f"before '{word}'")
        if head is Head.UNKNOWN and self._private_name(scan, position, start, end):
            return scan.powerless(start, end, entry, "a person's name after it, none in office")
        return scan.mention(start, end, entry, "demonym", 0.9)

    def _standing_alone(
        self, scan: Scan, position: int, start: int, end: int, entry: Entry, before: str
    ) -> Mention | None:
        """ "a Russian is held", "the French said", "Russian and French" before a noun."""
        if before in _ARTICLES or before.isdigit() or before in _COUNTS:
            return scan.powerless(start, end, entry, "one of its nationals")
        if before in ("the", "The"):
            return scan.mention(start, end, entry, "plural", 0.75)
        return scan.mention(start, end, entry, "demonym", 0.8)

    def plural(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """ "Russians": the people as a whole, or some private persons when counted."""
        text, entry = scan.text, slot.entry
        if start and text[start - 1] in _HYPHENS:
            return None
        word, _ = word_before(text, start)
        if word.lower() in _COUNTS or word.replace(",", "").isdigit():
            return scan.powerless(start, end, entry, "some of its nationals")
        return scan.mention(start, end, entry)

    def _head_after(self, scan: Scan, position: int, end: int, depth: int = 0) -> tuple[Head, str]:
        """The word that decides, looked for through modifiers and coordination."""
        text = scan.text
        if depth < 4 and text.startswith(_COORDINATION, end):
            following = self._coordinated(scan, position, end)
            if following >= 0:
                next_end = scan.found[following][2]
                return self._head_after(scan, following, next_end, depth + 1)
        if scan.match_starts(position + 1, end + 1):
            form = scan.form(position + 1)
            if form in (Form.PERSON, Form.SURNAME, Form.COMMON_SURNAME, Form.BODY, Form.SHARED_BODY):
                return Head.OFFICIAL, text[end + 1 : scan.found[position + 1][2]]
        heads, head, word, at = self.words.heads, Head.NONE, "", end
        for _ in range(4):
            following_word = next_word(text, at)
            if following_word is None:
                return (head if head is not Head.MODIFIER else Head.UNKNOWN), word
            word = following_word.group(1)
            low = word.lower()
            head = heads.get(low) or heads.get(low.rstrip(".'’")) or _without_s(heads, low)
            if head is not Head.MODIFIER and word != "National":
                return head, word
            at = following_word.end()
        return Head.UNKNOWN, word

    def _coordinated(self, scan: Scan, position: int, end: int) -> int:
        """Index of the adjective joined on by "and", a comma or a stroke; -1 for none."""
        for joint in _COORDINATION:
            if scan.text.startswith(joint, end):
                if not scan.match_starts(position + 1, end + len(joint)):
                    continue
                if scan.form(position + 1) in _ADJECTIVES:
                    return position + 1
        return -1

    def _coordinated_adjective(self, scan: Scan, position: int, end: int) -> bool:
        following = self._coordinated(scan, position, end)
        if following < 0:
            return False
        if scan.form(following) is Form.DEMONYM:
            return True
        head, _ = self._head_after(scan, following, scan.found[following][2])
        return head in (Head.OFFICIAL, Head.NOUN, Head.MODIFIER, Head.PRIVATE)

    def _private_name(self, scan: Scan, position: int, start: int, end: int) -> bool:
        """ "American John Smith": two capitalised words that are no known name or office."""
        first = next_word(scan.text, end)
        if first is None or not first.group(1)[0].isupper() or not first.group(1).isalpha():
            return False
        second = next_word(scan.text, first.end())
        if second is None or not second.group(1)[0].isupper():
            return False
        if second.group(1).lower().rstrip(".") in self.words.heads:
            return False
        if scan.match_within(position + 1, second.end()):
            return False
        return not scan.title_case(start)

    # -- hyphens ---------------------------------------------------------------------------

    def _dropped_before(self, scan: Scan, start: int) -> bool:
        """Whether "pro-", "non-", "anti-" … stands before the name."""
        text = scan.text
        begin = start - 1
        while begin > 0 and text[begin - 1].isalpha():
            begin -= 1
        word = text[begin : start - 1].lower()
        return word in _DROPPED_PREFIXES or word == "anti"

    def _anti(self, scan: Scan, start: int, end: int, entry: Entry) -> Mention | None:
        if scan.text[max(0, start - 5) : start - 1].lower() == "anti":
            return scan.powerless(start, end, entry, "'anti-' before it: the one it is against")
        return None

    def _before_hyphen(
        self, scan: Scan, position: int, start: int, end: int, entry: Entry
    ) -> Mention | None:
        """ "US-led", "US-made", "US-China", "Iranian-American"."""
        text = scan.text
        if scan.match_starts(position + 1, end + 1):
            following = scan.form(position + 1)
            if following is Form.DEMONYM and not self._related(scan, position + 1):
                second = scan.text[end + 1 : scan.found[position + 1][2]]
                if second == "American" or self._private_pair(scan, position + 1):
                    return None  # "Iranian-American", "British-Iranian aid worker"
            if start and text[start - 1] in _HYPHENS and self._dropped_before(scan, start):
                return self._anti(scan, start, end, entry)
            kind = "demonym" if entry.form is Form.DEMONYM else None
            return scan.mention(start, end, entry, kind, 0.95)
        stop = end + 1
        while stop < len(text) and text[stop].isalpha():
            stop += 1
        word = text[end + 1 : stop].lower()
        if word in self.words.hyphen_none:
            return None
        if word in self.words.hyphen_active:
            return scan.mention(start, end, entry, None, 0.85, f"'-{word}' after it")
        if word in self.words.hyphen_passive:
            return scan.powerless(start, end, entry, f"'-{word}' after it: others act")
        return scan.mention(start, end, entry, None, 0.85)

    def _related(self, scan: Scan, position: int) -> bool:
        end = scan.found[position][2]
        for _ in range(3):
            following = next_word(scan.text, end)
            if following is None:
                return False
            word = following.group(1).lower().rstrip(".,'’")
            if word in self.words.relation:
                return True
            if self.words.heads.get(word) is not Head.MODIFIER:
                return False
            end = following.end()
        return False

    def _private_pair(self, scan: Scan, position: int) -> bool:
        end = scan.found[position][2]
        head, _ = self._head_after(scan, position, end)
        return head in (Head.PRIVATE, Head.FUNCTION, Head.NONE)

    def _ethnic_pair(self, scan: Scan, position: int, end: int) -> bool:
        """ "Korean American" with a blank: one person's descent."""
        if not scan.match_starts(position + 1, end + 1):
            return False
        following = scan.found[position + 1]
        return scan.text[end + 1 : following[2]] in ("American", "Americans") and not self._related(
            scan, position + 1
        )

    def _owner(
        self, scan: Scan, position: int, start: int, end: int, entry: Entry
    ) -> Mention | None:
        """ "Russia's …": the owner acts unless a private person, firm or paper follows."""
        at = end + 2
        if scan.match_starts(position + 1, at + 1):
            if scan.form(position + 1) is Form.BLOCK:
                return scan.powerless(start, end, entry, "owner of something private")
            return scan.mention(start, end, entry)
        head, word = self._head_after(scan, position, at)
        if word.lower() in _COMPANIONS and scan.match_within(position + 1, at + 24):
            return None
        if head is Head.PRIVATE:
            return scan.powerless(start, end, entry, f"owner: '{word}' after it is private")
        if head is Head.FORMER:
            return scan.powerless(start, end, entry, "'former' after it: no longer in office")
        return scan.mention(start, end, entry)

    # -- towns, bodies, ships --------------------------------------------------------------

    def seat(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A palace or street: the government, unless something happens inside or around it."""
        text, entry = scan.text, slot.entry
        if start and text[start - 1] in _HYPHENS and self._dropped_before(scan, start):
            return self._anti(scan, start, end, entry)
        if end < len(text) and text[end] in _HYPHENS:
            return self._before_hyphen(scan, position, start, end, entry)
        word, begin = word_before(text, start)
        if word == "the":
            word, begin = word_before(text, begin)
        low = word.lower()
        if low == "at" or low in self.words.locative:
            return scan.powerless(start, end, entry, f"location: after '{word}'")
        if low in ("former", "ex"):
            return scan.powerless(start, end, entry, f"'{word}' before it: no longer in office")
        return scan.mention(start, end, entry)

    def capital(
        self, scan: Scan, position: int, start: int, end: int, slot: Slot
    ) -> Mention | None:
        """A capital: the government, unless the town itself is meant."""
        text, entry = scan.text, slot.entry
        word, begin = word_before(text, start)
        if word in self.words.given_names and not (begin and text[begin - 2 : begin - 1] == ","):
            return None
        after = text[end : end + 1]
        if after == ",":
            elsewhere = self._elsewhere(scan, position, end, entry)
            if elsewhere is not None:
                return self._town(scan, start, end, entry, elsewhere, "town of that name")
        if after == "," and entry.label == "Washington" and text.startswith(" D.C", end + 1):
            return self._town(scan, start, end, entry, "", "the town")
        if word.lower() in self.words.locative and text[end : end + 2] not in _POSSESSIVES:
            return self._town(scan, start, end, entry, "", f"location: after '{word}'")
        if word == "capital" or text.startswith("capital, ", start - 9):
            return self._town(scan, start, end, entry, "", "'capital' before it")
        if word in ("of", "from"):
            first, _ = word_before(text, begin)
            if word == "of" and first.lower() in self.words.place_of:
                return self._town(scan, start, end, entry, "", f"location: '{first} of'")
        if after and after in _HYPHENS:
            mention = self._before_hyphen(scan, position, start, end, entry)
            return mention
        following = next_word(text, end)
        if following is not None and following.group(1).lower() in self.words.local:
            return self._town(scan, start, end, entry, "", f"'{following.group(1)}' after it")
        if start and text[start - 1] in _HYPHENS and self._dropped_before(scan, start):
            return self._anti(scan, start, end, entry)
        return scan.mention(start, end, entry)

    def _town(
        self, scan: Scan, start: int, end: int, entry: Entry, actor: str, why: str
    ) -> Mention:
        """The capital as a place; Brussels as a place is in Belgium."""
        code = actor or ("BEL" if entry.actor == "EUU" else entry.actor)
        return Mention(
            start, end, scan.text[start:end], code, "place", entry.label, False, 0.9, why
        )

    def _elsewhere(self, scan: Scan, position: int, end: int, entry: Entry) -> str | None:
        """ "Moscow, Idaho" and "Tripoli, Lebanon": the state that follows the comma."""
        text = scan.text
        following = next_word(text, end + 1)
        if following is None:
            return None
        word = following.group(1)
        two = text[end + 2 : end + 18]
        if word.rstrip(",") in self.words.us_states or two.startswith(
            ("New York", "New Hampshire", "New Jersey", "North Carolina", "South Carolina",
             "South Dakota", "North Dakota", "Rhode Island", "West Virginia", "New Mexico")
        ):  # fmt: skip
            return "CAN" if word.startswith("Ont") else "USA"
        if scan.match_starts(position + 1, end + 2) and scan.form(position + 1) in _NOUNS:
            slot = scan.slot(position + 1)
            tail = text[scan.found[position + 1][2] :][:1]
            if slot.entry.actor == entry.actor and tail in ",.;":
                return entry.actor
        return None

    def place(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A town or region: it may be struck or visited, it never acts."""
        text, entry = scan.text, slot.entry
        word, _ = word_before(text, start)
        if word in self.words.given_names:
            return None
        if text[end : end + 1] == ",":
            elsewhere = self._elsewhere(scan, position, end, entry)
            if elsewhere is not None and elsewhere != entry.actor:
                return self._town(scan, start, end, entry, elsewhere, "town of that name")
        if text[end : end + 1] in _HYPHENS and text[end : end + 1]:
            stop = end + 1
            while stop < len(text) and text[stop].isalpha():
                stop += 1
            if text[end + 1 : stop].lower() in self.words.hyphen_none:
                return None
        return scan.mention(start, end, entry)

    def body(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A ministry, agency, army …: acts for its state."""
        text, entry = scan.text, slot.entry
        if slot.shouted and scan.in_capitals(start, end):
            return None
        word, _ = word_before(text, start)
        if word in ("former", "Former", "ex"):
            return scan.powerless(start, end, entry, f"'{word}' before it: no longer in office")
        if start and text[start - 1] in _HYPHENS and self._dropped_before(scan, start):
            return self._anti(scan, start, end, entry)
        if end < len(text) and text[end] in _HYPHENS:
            return self._before_hyphen(scan, position, start, end, entry)
        following = next_word(text, end)
        if following is not None and entry.may_act:
            head = self.words.heads.get(following.group(1).lower())
            if head is Head.PRIVATE and following.group(1)[0].islower():
                why = f"'{following.group(1)}' after it: private"
                return scan.powerless(start, end, entry, why)
        return scan.mention(start, end, entry)

    def shared_body(
        self, scan: Scan, position: int, start: int, end: int, slot: Slot
    ) -> Mention | None:
        """ "Foreign Office", "Security Council": the nationality before it decides."""
        entry = slot.entry
        if position:
            _, before_start, before_end = scan.found[position - 1]
            gap = scan.text[before_end:start]
            if gap in (" ", "'s ", "’s ") and scan.form(position - 1) in _ADJECTIVES | _NOUNS:
                owner = scan.slot(position - 1).entry
                if owner.actor != entry.actor:
                    why = f"{entry.label} of {scan.text[before_start:before_end]}"
                    return Mention(start, end, scan.text[start:end], owner.actor, entry.kind,
                                   entry.label, entry.may_act, 0.95, why)  # fmt: skip
        for link in (" of ", " of the "):
            if scan.text.startswith(link, end) and scan.match_starts(position + 1, end + len(link)):
                if scan.form(position + 1) in _NOUNS:
                    owner = scan.slot(position + 1).entry
                    why = f"{entry.label} of {owner.actor}"
                    return Mention(start, end, scan.text[start:end], owner.actor, entry.kind,
                                   entry.label, entry.may_act, 0.95, why)  # fmt: skip
        return self.body(scan, position, start, end, slot)

    def prefix(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """ "Sino-Russian": the first half, only before a hyphen and a name."""
        text = scan.text
        if text[end : end + 1] not in _HYPHENS or not text[end : end + 1]:
            return None
        if not scan.match_starts(position + 1, end + 1) or self._private_pair(scan, position + 1):
            return None
        return scan.mention(start, end, slot.entry, "demonym", 0.95)

    def ship(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """ "USS Cole": the prefix and the capitalised words that follow."""
        text, stop = scan.text, end
        for _ in range(3):
            following = next_word(text, stop)
            if following is None or not following.group(1)[0].isupper():
                break
            word = following.group(1).rstrip(".")
            stop = following.start(1) + len(word)
            if word.endswith(("'s", "’s")):
                stop -= 2
                break
        if stop == end:
            return None
        return scan.mention(start, stop, slot.entry, "military", 0.9, "warship")


def _without_s(heads: dict[str, Head], word: str) -> Head:
    """The class of "government's" by "government"."""
    for ending in _POSSESSIVES:
        if word.endswith(ending):
            return heads.get(word[: -len(ending)], Head.UNKNOWN)
    return Head.UNKNOWN


_NOUN_ENDINGS = ("tion", "sion", "ment", "ship", "ity", "ance", "ence", "ism", "ist", "ists", "al",
                 "ic", "ary", "ness", "tions", "ments", "ive", "ous", "ing")  # fmt: skip


def _looks_like_noun(low: str, word: str) -> bool:
    """Whether an unknown word after "US" is more likely a noun or adjective than a verb."""
    return word[0].isupper() or low.endswith(_NOUN_ENDINGS)
