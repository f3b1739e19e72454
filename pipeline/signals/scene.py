"""A sentence laid out for matching: tokens, base forms, participants, boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pipeline.signals.verbs import verb_odds
from pipeline.signals.words import (
    BE,
    DETERMINERS,
    HAVE,
    MODALS,
    NOUN,
    PARTICIPLE,
    PAST,
    PLURAL,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    THIRD,
    VERBAL,
    Lexicon,
    Token,
    may_skip,
    tokenise,
    word_list,
)

#: Words that open a clause with a subject of its own.
CLAUSE_OPENERS: Final = frozenset(
    "after because while when whereas although though but if unless as before since until where "
    "so whether amid".split()
)
_STOPS: Final = frozenset('; : ( ) — – “ ” "'.split())
#: How far a clause is looked through for its verb, and what ends it.
_CLAUSE: Final = 14
_NOTHING: Final = _STOPS | frozenset(("", ",", ".", "and"))
_CLAUSE_ENDS: Final = _STOPS | frozenset((",", ".", "and", "but", "who", "which", "that", "to"))
_QUOTES: Final = frozenset('“”"‘')
#: Words that may stand in a name, and the length of an apposition that is passed over.
_NAMING: Final = frozenset("of the 's de al el bin von van der".split())
_LONGEST_ASIDE: Final = 7
#: Where a short phrase of place or time behind a participle has ended.
_LONGEST_PLACE: Final = 7
#: After these "May" is the month.
_BEFORE_MONTH: Final = frozenset(
    "in since last this on until till by from of for early late mid next every before after".split()
)
#: Where the name of a place that opens the sentence begins at the latest: "At the Hague, …".
_OPENING: Final = 2
#: They open a clause of their own.
_OWN_SUBJECTS: Final = SUBJECT_PRONOUNS - {"that", "which", "who", "there"}
_AUXILIARIES: Final = frozenset("is are was were has have had will would could".split())
#: "At least thirty …": the preposition belongs to the number.
_AMOUNTS: Final = frozenset(("least", "most"))
#: How two actors are joined, from weak to strong.
_COMMA, _BARE, _AND = 1, 2, 3
_BESIDE: Final = frozenset(
    "both also neighbouring neighboring ally rival together with well".split()
)
#: Nouns that speak or act for the state named beside them.
OFFICIALS: Final = word_list("officials")
_REPORTING: Final = word_list("reporting")


@dataclass(frozen=True, slots=True)
class Participant:
    """An actor in the sentence: a run of tokens and the key of the actor it stands for."""

    #: Actor code in the pipeline; "S" or "T" where the actors are given.
    key: str
    #: Token range, half-open.
    first: int
    last: int
    #: An adjective ("Russian"): the noun it belongs to follows.
    adjectival: bool = False
    may_act: bool = True
    #: Which mention of the resolver's list it is.
    mention: int = -1


class Scene:
    """Everything the matcher and the role rules ask of a sentence, worked out once."""

    def __init__(
        self, text: str, lexicon: Lexicon, spans: Sequence[tuple[int, int, str, bool, bool]]
    ) -> None:
        """``spans``: start, end, key, adjectival, may_act of each actor, in text order."""
        self.text = text
        self.tokens: list[Token] = tokenise(text)
        self.lower = [token.lower for token in self.tokens]
        self.lemmas = [lexicon.lemmas(word) for word in self.lower]
        #: Every base form any word of the sentence may have.
        self.vocabulary = {lemma for lemmas in self.lemmas for lemma, _ in lemmas}
        self.participants: list[Participant] = []
        self.owner = [-1] * len(self.tokens)
        self._place(spans)
        self.skip = [may_skip(token.lower, token.text[0].isupper()) for token in self.tokens]
        #: Tokens of an apposition between commas ("the envoy, Ana Ruiz, was …").
        self.aside = [False] * len(self.tokens)
        self._mark_skips()
        # Running count of words in which a whole actor counts as one.
        self.words_before = [0]
        for i in range(len(self.tokens)):
            inside = self.owner[i] >= 0 and i > 0 and self.owner[i - 1] == self.owner[i]
            counts = not inside and not self.aside[i]
            self.words_before.append(self.words_before[-1] + counts)
        self._verbs: dict[int, bool] = {}
        self._odds: dict[int, float] = {}

    def _place(self, spans: Sequence[tuple[int, int, str, bool, bool]]) -> None:
        i = 0
        count = len(self.tokens)
        for number, (start, end, key, adjectival, may_act) in enumerate(spans):
            while i < count and self.tokens[i].end <= start:
                i += 1
            first = i
            j = first
            while j < count and self.tokens[j].start < end:
                j += 1
            if j == first:
                continue
            for k in range(first, j):
                if self.owner[k] < 0:
                    self.owner[k] = len(self.participants)
            self.participants.append(Participant(key, first, j, adjectival, may_act, number))

    def _mark_skips(self) -> None:
        for p in self.participants:
            following = self.lower[p.last] if p.last < len(self.tokens) else ""
            if p.adjectival or following in ("'s", "'", "’", "-"):
                for k in range(p.first, p.last):
                    self.skip[k] = True
                if following in ("'", "’", "-"):
                    self.skip[p.last] = True

        for i in range(1, len(self.tokens) - 1):
            word = self.lower[i]
            if word in _QUOTES or (word == "-" and self.tokens[i - 1].end == self.tokens[i].start):
                self.skip[i] = True  # "cease-fire" reads as "cease fire"
        self._mark_asides()

    def _mark_asides(self) -> None:
        """Names between two commas may be passed over inside a construction."""
        i, count = 0, len(self.tokens)
        while i < count:
            if self.lower[i] == ",":
                j = i + 1
                while j < count and j - i <= _LONGEST_ASIDE and self._nameable(j):
                    j += 1
                if i + 1 < j < count and self.lower[j] == "," and not self._list(i, j):
                    for k in range(i, j + 1):
                        self.aside[k] = self.skip[k] = True
                i = j
            else:
                i += 1

    def _nameable(self, k: int) -> bool:
        return self.owner[k] >= 0 or self.tokens[k].text[0].isupper() or self.lower[k] in _NAMING

    def _list(self, i: int, j: int) -> bool:
        """Whether the commas at ``i`` and ``j`` part the members of a list of actors."""
        before = self.owner[i - 1] if i else -1
        inside = {self.owner[k] for k in range(i + 1, j)} - {-1}
        following = self.word(j + 1)
        if following == "and" or (j + 1 < len(self.owner) and self.owner[j + 1] >= 0):
            return True
        return before >= 0 and any(
            self.participants[k].key != self.participants[before].key for k in inside
        )

    # -- words ---------------------------------------------------------------

    def word(self, i: int) -> str:
        """The lower-case word at ``i``, or "" outside the sentence."""
        return self.lower[i] if 0 <= i < len(self.lower) else ""

    def modal(self, i: int) -> bool:
        """Whether token ``i`` is a modal verb; "since May" names a month."""
        if self.lower[i] not in MODALS:
            return False
        if self.tokens[i].text != "May":
            return True
        before = self.word(i - 1)
        return not (before in _BEFORE_MONTH or before.isdigit() or self.word(i + 1).isdigit())

    def quoted(self, i: int) -> bool:
        """Whether token ``i`` stands between quotation marks."""
        inside = False
        for word in self.lower[:i]:
            if word == "“":
                inside = True
            elif word == "”":
                inside = False
            elif word == '"':
                inside = not inside
        return inside

    def noun_before(self, i: int) -> bool:
        """Whether an actor's name (no adjective, no possessive) ends right before ``i``."""
        owner = self.owner[i - 1] if i else -1
        return owner >= 0 and not self.participants[owner].adjectival

    def form(self, i: int) -> int:
        """The form bits of token ``i`` over all its base forms."""
        bits = 0
        for _, more in self.lemmas[i]:
            bits |= more
        return bits

    @cached_property
    def plain(self) -> list[str]:
        """The words with names left out: ``<N>``, or ``<A>`` where one is an adjective."""
        plain = []
        for i, token in enumerate(self.tokens):
            owner = self.owner[i]
            if owner >= 0:
                plain.append("<A>" if self.participants[owner].adjectival else "<N>")
            elif i and token.text[0].isupper() and not self.lemmas[i]:
                plain.append("<N>")
            elif token.text[0].isdigit():
                plain.append("0")
            else:
                plain.append(token.lower)
        return plain

    def stands_as_verb(self, i: int, bits: int) -> bool:
        """Whether the token at ``i``, with the given form bits, is a verb here."""
        if not bits & VERBAL:
            return False
        if not bits & (NOUN | PLURAL | PAST | PARTICIPLE):
            return True
        if i not in self._verbs:
            self._verbs[i] = self._likely_verb(i) or (bool(bits & THIRD) and self._alone(i))
        return self._verbs[i]

    def _alone(self, i: int) -> bool:
        """Whether a clause that an actor opens has no other verb than the one at ``i`` may be.

        "Israel bombs fuel tanks", "Adel al-Jubeir, the minister, severs ties"; not "US bombs
        fall".
        """
        if self.word(i + 1) in _NOTHING:
            return False  # "Australia–Nauru relations"
        if self.noun_before(i):
            return not self._verb_in(i + 1, i + _CLAUSE)
        if self.word(i - 1) != "," or not self.participants or self.participants[0].first > i:
            return False
        start = next((k + 1 for k in range(i - 1, -1, -1) if self.lower[k] in _STOPS), 0)
        return not self._verb_in(start, i, commas=True) and not self._verb_in(i + 1, i + _CLAUSE)

    def _verb_in(self, start: int, end: int, commas: bool = False) -> bool:
        """Whether a verb stands in tokens ``start..end`` before the clause ends."""
        for k in range(start, min(end, len(self.tokens))):
            word = self.lower[k]
            if (word in _CLAUSE_ENDS and not (commas and word == ",")) or word in CLAUSE_OPENERS:
                return False
            if word in BE or word in HAVE or self.modal(k) or word in _REPORTING:
                return True
            if self.owner[k] < 0 and self.form(k) & VERBAL and self._likely_verb(k):
                return True
        return False

    def _likely_verb(self, i: int) -> bool:
        """Whether the neighbours of the token speak for a verb."""
        if i not in self._odds:
            self._odds[i] = verb_odds(self.plain, i, self.form(i))
        return self._odds[i] > 0

    def passive(self, i: int, bits: int) -> bool:
        """Whether the participle at ``i`` is passive: an auxiliary "be" before it, or a bare
        participle followed by "by"."""
        if not bits & PARTICIPLE:
            return False
        for j in range(i - 1, max(-1, i - 5), -1):
            word = self.lower[j]
            if word in BE:
                return not (word == "'s" and self.owner[j - 1] >= 0 and j >= 1)
            if word in HAVE:
                return False
            if word in (
                "not",
                "n't",
                "also",
                "been",
                "never",
                "reportedly",
                "allegedly",
                "since",
                "already",
                "recently",
            ) or word.endswith("ly"):
                continue
            break
        following = self.word(i + 1)
        if following == "by":
            return True
        return self.word(i + 2) == "by" and following in (
            "on",
            "at",
            "off",
            "up",
            "down",
            "to",
            "out",
        )

    # -- structure -------------------------------------------------------------

    @cached_property
    def finite(self) -> list[bool]:
        """For each token whether it looks like a finite verb."""
        return [self._looks_finite(i) for i in range(len(self.tokens))]

    def _looks_finite(self, i: int) -> bool:
        if self.owner[i] >= 0:
            return False
        word = self.lower[i]
        if word in _REPORTING or self.modal(i):
            return True
        if word in ("is", "are", "was", "were", "has", "have", "had", "does", "did", "do"):
            return True
        for _, bits in self.lemmas[i]:
            if bits & PAST and self.stands_as_verb(i, bits) and not self.passive(i, bits):
                return not (bits & PARTICIPLE and self._reduced_relative(i))
            if bits & THIRD and bits & VERBAL and self.stands_as_verb(i, bits):
                return True
        if word.endswith("ed") and not self.lemmas[i] and len(word) > 4:
            before = self.word(i - 1)
            return before not in DETERMINERS and before not in PREPOSITIONS
        return False

    def _reduced_relative(self, i: int) -> bool:
        """Whether the clause's own verb follows: "two hikers held since May were freed"."""
        if self.word(i + 1) not in PREPOSITIONS:
            return False
        for k in range(i + 2, min(i + _LONGEST_PLACE, len(self.tokens))):
            word = self.lower[k]
            if word in _AUXILIARIES:
                return k > i + 2
            closed = word in PREPOSITIONS or word in SUBJECT_PRONOUNS or not word[0].isalnum()
            if closed or word in ("and", "or") or (word in DETERMINERS and k > i + 2):
                return False
        return False

    @property
    def has_verb(self) -> bool:
        """Whether any word stands as a verb."""
        for i in range(len(self.tokens)):
            form = self.form(i)
            if self.owner[i] < 0 and form & VERBAL and self.stands_as_verb(i, form):
                return True
        return any(self.finite)

    @cached_property
    def groups(self) -> list[list[int]]:
        """For each participant the coordinated group it stands in ("A, B and C").

        A comma joins where an "and" ends the list or nothing but the comma stands between;
        "… in Ukraine, Secretary of State X said" is no list.
        """
        people = self.participants
        links = [self._link(people[i - 1], people[i]) for i in range(1, len(people))]
        for i in range(len(links) - 2, -1, -1):
            if links[i] in (_COMMA, _BARE) and links[i + 1] == _AND:
                links[i] = _AND
        groups: list[list[int]] = [[i] for i in range(len(people))]
        for i, link in enumerate(links, 1):
            if link in (_AND, _BARE):
                groups[i] = groups[i - 1]
                groups[i].append(i)
        return groups

    def _link(self, a: Participant, b: Participant) -> int:
        """What joins two neighbours: nothing, a comma and a title, a bare comma, or "and"."""
        if a.first == b.first:
            return _AND
        start, end = a.last, b.first
        if not 0 < end - start <= 7:
            return 0
        joined = 0
        for k in range(start, end):
            word, token = self.lower[k], self.tokens[k]
            if word in ("and", "&", "-", "–", "/", "or", "plus"):
                joined = _AND
            elif word == ",":
                if a.first <= _OPENING and self.lower[0] in ("in", "at"):
                    return 0  # "In Osaka, Argentina and Chile …"
                bare = end - start == 1 and not self.preposition(a)
                joined = max(joined, _BARE if bare else _COMMA)
            elif word == "as":
                if "well" not in (self.word(k + 1), self.word(k - 1)):
                    return 0
                joined = _AND
            elif (
                word == "with" and self.word(k - 1) not in ("together", "along")
            ) or not self._title(word, token):
                return 0
        return joined

    @staticmethod
    def _title(word: str, token: Token) -> bool:
        """Whether a word may stand before a joined actor: an article, a title, "its ally"."""
        return (
            word in DETERMINERS
            or word in OFFICIALS
            or word in _BESIDE
            or word == "'s"
            or token.text[0].isupper()
        )

    def boundary(self, start: int, end: int) -> float:
        """How strongly tokens ``start..end`` separate two places: 0 none, 3 another clause."""
        weight = 0.0
        for k in range(start, end):
            word = self.lower[k]
            if word in _STOPS:
                weight += 2.5 if word in (";", ":") else 0.7
            elif word in CLAUSE_OPENERS and not (word == "as" and self.word(k + 1) == "well"):
                weight += 2.2
            elif word == "that" and self.word(k - 1) not in PREPOSITIONS:
                weight += 1.6
            elif word in ("who", "which", "whose", "whom"):
                weight += 1.0
            elif word == ",":
                weight += 0.3
        return weight

    def finite_between(self, start: int, end: int) -> int:
        """Number of finite verb groups in tokens ``start..end``."""
        finite = self.finite
        count = 0
        inside = False
        for k in range(start, end):
            if finite[k]:
                if not inside:
                    count += 1
                inside = True
            elif self.lower[k] not in ("not", "n't", "also", "been", "be") and not self.skip[k]:
                inside = False
        return count

    def preposition(self, p: Participant) -> str:
        """The preposition that governs a participant, or ""."""
        for k in range(p.first - 1, max(-1, p.first - 7), -1):
            word = self.lower[k]
            if word in PREPOSITIONS:
                return "" if self.word(k + 1) in _AMOUNTS else word
            if word in (",", ";", ":", ".", "and", "or", "to", "that") or self.owner[k] >= 0:
                return ""
            if self.finite[k]:
                return ""
            if word == "'s":
                return ""
        return ""

    def preposition_at(self, p: Participant) -> int:
        """Token index of the preposition that governs ``p``, or -1."""
        for k in range(p.first - 1, max(-1, p.first - 7), -1):
            if self.lower[k] in PREPOSITIONS:
                return -1 if self.word(k + 1) in _AMOUNTS else k
            if self.lower[k] in (",", ";", ":", ".") or self.owner[k] >= 0:
                return -1
        return -1

    def speaks_for(self, p: Participant) -> bool:
        """Whether a prepositional phrase still names the actor: "the president of X"."""
        at = self.preposition_at(p)
        return (
            at > 0 and self.lower[at] in ("of", "for", "from") and self.lower[at - 1] in OFFICIALS
        )

    def governing(self, p: Participant) -> str:
        """The preposition before the whole phrase: "between" in "between the presidents of X"."""
        at = self.preposition_at(p)
        if at > 0 and self.speaks_for(p):
            for k in range(at - 2, max(-1, at - 6), -1):
                if self.lower[k] in PREPOSITIONS:
                    return self.lower[k]
                if self.owner[k] >= 0 or self.finite[k] or self.lower[k] in (",", ";"):
                    return ""
            return ""
        return self.lower[at] if at >= 0 else ""

    def possessive(self, p: Participant) -> bool:
        """Whether "'s" or a bare apostrophe follows the participant."""
        return self.word(p.last) in ("'s", "'", "’")

    def pronoun_between(self, start: int, end: int) -> bool:
        """Whether a subject pronoun or other subject opens a clause of its own there."""
        return not _OWN_SUBJECTS.isdisjoint(self.lower[start:end])
