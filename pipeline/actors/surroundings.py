"""The questions every rule asks of a name's surroundings: what follows it, what it is joined to."""

from __future__ import annotations

from pipeline.actors.entries import Entry, Form
from pipeline.actors.scan import Scan
from pipeline.actors.words import Head, Words, next_word
from pipeline.records import Mention

HYPHENS = "-‐‑–"
POSSESSIVES = ("'s", "’s")
_COORDINATION = (" and ", ", and ", ", ", "/", " or ", " & ")
ADJECTIVES = frozenset({Form.DEMONYM, Form.HYBRID})
NOUNS = frozenset({Form.STATE, Form.HYBRID, Form.DOUBTFUL_STATE})
#: They describe nobody: "the United States detained two journalists".
_COUNTED = frozenset(
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred "
    "dozen dozens scores hundreds thousands some several many most few other more all".split()
)
#: Who is so, acts for himself.
_BACKED = frozenset(
    "backed supported sponsored funded financed aligned allied armed equipped trained".split()
)
#: Endings of words that describe a noun to come.
_DESCRIBING = ("al", "ive", "ic", "ous", "ary", "ian", "ese", "less", "ful", "able", "ible")
_DROPPED_PREFIXES = frozenset(
    {"pro", "non", "post", "pre", "ex", "un", "mid", "trans", "neo", "al"}
)


class Surroundings:
    """The words before and after a match, read with the lists of ``context.yaml``."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def head_after(self, scan: Scan, position: int, end: int, depth: int = 0) -> tuple[Head, str]:
        """The word that decides, looked for through modifiers and coordination."""
        text = scan.text
        if depth < 4 and text.startswith(_COORDINATION, end):
            following = self._coordinated(scan, position, end)
            if following >= 0:
                next_end = scan.found[following][2]
                return self.head_after(scan, following, next_end, depth + 1)
        if scan.match_starts(position + 1, end + 1):
            form = scan.form(position + 1)
            if form in (
                Form.PERSON,
                Form.SURNAME,
                Form.COMMON_SURNAME,
                Form.BODY,
                Form.SHARED_BODY,
            ):
                return Head.OFFICIAL, text[end + 1 : scan.found[position + 1][2]]
        head, word, at, guessed = Head.NONE, "", end, False
        for _ in range(4):
            following_word, before = next_word(text, at), word
            if following_word is None:
                if head is Head.MODIFIER:
                    head = Head.PLACE if word in self.words.places else Head.UNKNOWN
                return head, word
            word, at = following_word.group(1).rstrip(".'’"), following_word.end()
            head = self._head(word)
            if head is Head.FUNCTION and before in self.words.places:
                return Head.PLACE, before  # "near the Algerian border in …"
            if head is Head.PLACE and self._goes_on(text, at):
                head = Head.MODIFIER  # "border guards", "island nation"
            if head is Head.UNKNOWN and self._describes(text, word, at):
                guessed = True
            elif head is not Head.MODIFIER and word != "National":
                certain = not guessed or (head is Head.PRIVATE and word[0].islower())
                return (head if certain else Head.UNKNOWN), word
        return Head.UNKNOWN, word

    def _head(self, word: str) -> Head:
        """The class of a word, its possessive passed over."""
        low = word.lower()
        return self.words.heads.get(low) or _without_s(self.words.heads, low)

    def _goes_on(self, text: str, end: int) -> bool:
        """Whether the noun phrase goes on with a noun that decides."""
        following = next_word(text, end)
        return following is not None and self._head(following.group(1).rstrip(".'’")) in (
            Head.OFFICIAL, Head.PRIVATE, Head.NOUN, Head.PLACE
        )  # fmt: skip

    def _describes(self, text: str, word: str, end: int) -> bool:
        """Whether an unknown word may be looked through: "multinational", "spyware [firm]"."""
        if not (word.replace("-", "").isalpha() and word.islower()) or word in _COUNTED:
            return False
        following = next_word(text, end)
        if following is None:
            return False
        return (
            word.endswith(_DESCRIBING)
            or self._head(following.group(1).rstrip(".'’")) is Head.PRIVATE
        )

    def _coordinated(self, scan: Scan, position: int, end: int) -> int:
        """Index of the adjective joined on by "and", a comma or a stroke; -1 for none."""
        for joint in _COORDINATION:
            if scan.text.startswith(joint, end):
                if not scan.match_starts(position + 1, end + len(joint)):
                    continue
                if scan.form(position + 1) in ADJECTIVES:
                    return position + 1
        return -1

    def coordinated_adjective(self, scan: Scan, position: int, end: int) -> bool:
        """Whether "US" in "US and South Korean officials" is an adjective."""
        following = self._coordinated(scan, position, end)
        if following < 0:
            return False
        if scan.form(following) is Form.DEMONYM:
            return True
        head, _ = self.head_after(scan, following, scan.found[following][2])
        return head in (Head.OFFICIAL, Head.NOUN, Head.MODIFIER, Head.PRIVATE, Head.PLACE)

    def private_name(self, scan: Scan, position: int, start: int, end: int) -> bool:
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

    def dropped_before(self, scan: Scan, start: int) -> bool:
        """Whether "pro-", "non-", "anti-" … stands before the name."""
        text = scan.text
        begin = start - 1
        while begin > 0 and text[begin - 1].isalpha():
            begin -= 1
        word = text[begin : start - 1].lower()
        return word in _DROPPED_PREFIXES or word == "anti"

    def anti(self, scan: Scan, start: int, end: int, entry: Entry) -> Mention | None:
        """The mention after "anti-": a target; None after "pro-", "non-" and the like."""
        if scan.text[max(0, start - 5) : start - 1].lower() == "anti":
            return scan.powerless(start, end, entry, "'anti-' before it: the one it is against")
        return None

    def before_hyphen(
        self, scan: Scan, position: int, start: int, end: int, entry: Entry
    ) -> Mention | None:
        """ "US-led", "US-made", "US-China", "Iranian-American"."""
        text = scan.text
        if scan.match_starts(position + 1, end + 1):
            following = scan.form(position + 1)
            if following is Form.DEMONYM and not self._related(scan, position + 1):
                second = scan.text[end + 1 : scan.found[position + 1][2]]
                if second == "American":
                    return None  # "Iranian-American"
                if self.private_pair(scan, position + 1):
                    return scan.powerless(start, end, entry, "one of its nationals, and another's")
            if start and text[start - 1] in HYPHENS and self.dropped_before(scan, start):
                return self.anti(scan, start, end, entry)
            if self.war_name(scan, position + 1):
                return scan.powerless(start, end, entry, "topic: the name of a war")
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
            if word in _BACKED and self.head_after(scan, position, stop)[0] is Head.PRIVATE:
                return None  # "Turkish-backed rebels"
            return scan.powerless(start, end, entry, f"'-{word}' after it: others act")
        return scan.mention(start, end, entry, None, 0.85)

    @staticmethod
    def war_name(scan: Scan, position: int) -> bool:
        """Whether the match ends the name of a war: "the Iran-Iraq War"."""
        return scan.text.startswith(" War", scan.found[position][2])

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

    def private_pair(self, scan: Scan, position: int) -> bool:
        """Whether a joined nationality belongs to a private person ("British-Iranian nurse")."""
        end = scan.found[position][2]
        head, _ = self.head_after(scan, position, end)
        return head in (Head.PRIVATE, Head.FUNCTION, Head.NONE)

    def ethnic_pair(self, scan: Scan, position: int, end: int) -> bool:
        """ "Korean American" with a blank: one person's descent."""
        if not scan.match_starts(position + 1, end + 1):
            return False
        following = scan.found[position + 1]
        return scan.text[end + 1 : following[2]] in ("American", "Americans") and not self._related(
            scan, position + 1
        )

    def town(self, scan: Scan, start: int, end: int, entry: Entry, actor: str, why: str) -> Mention:
        """The capital as a place; Brussels as a place is in Belgium."""
        code = actor or ("BEL" if entry.actor == "EUU" else entry.actor)
        return Mention(
            start, end, scan.text[start:end], code, "place", entry.label, False, 0.9, why
        )

    def elsewhere(self, scan: Scan, position: int, end: int, entry: Entry) -> str | None:
        """ "Moscow, Idaho" and "Tripoli, Lebanon": the state that follows the comma."""
        text = scan.text
        following = next_word(text, end + 1)
        if following is None:
            return None
        word = following.group(1)
        states = self.words.us_states
        two = f"{word} {text[following.end() + 1 : following.end() + 14].split(',')[0]}"
        if word in states or word.rstrip(".") in states or two.rstrip(".") in states:
            return "CAN" if word.startswith("Ont") else "USA"
        if scan.match_starts(position + 1, end + 2) and scan.form(position + 1) in NOUNS:
            slot = scan.slot(position + 1)
            if slot.entry.actor in self.words.namesakes.get(entry.label, ()):
                return slot.entry.actor
            tail = text[scan.found[position + 1][2] :][:1]
            if slot.entry.actor == entry.actor and tail in ",.;":
                return entry.actor
        return None


def _without_s(heads: dict[str, Head], word: str) -> Head:
    """The class of "government's" by "government"."""
    for ending in POSSESSIVES:
        if word.endswith(ending):
            return heads.get(word[: -len(ending)], Head.UNKNOWN)
    return Head.UNKNOWN
