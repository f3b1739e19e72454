"""Finding the codebook's constructions in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.signals.codebook import VERB_FRAMES, Codebook, Element, Entry, Gap
from pipeline.signals.scene import Scene
from pipeline.signals.tags import word_tags
from pipeline.signals.verbs import verb_weights
from pipeline.signals.words import (
    NOUN,
    PARTICIPLE,
    PLURAL,
    PREPOSITIONS,
    VERBAL,
    Lexicon,
    is_noun,
)

#: How many words may be passed over between two adjacent pattern words.
_LONGEST_SKIP: Final = 4
_PASSIVE_GAP: Final = Gap(8)
_NO_PASSIVE: Final = frozenset("be have make take get go come agree refuse".split())
_NO_OBJECT: Final = frozenset("be have that must should would will to not it".split())
_BLOCKERS: Final = frozenset("; : ( ) . ? ! ,".split())
_PARTICLES: Final = frozenset(
    "up down out off on over away back in through along apart ahead together forward to at with "
    "for from against of by into about around upon under behind short".split()
)


@dataclass(frozen=True, slots=True)
class Match:
    """One construction found: which entry, at which tokens."""

    entry: Entry
    #: Indices of the tokens that matched pattern words, in sentence order.
    tokens: tuple[int, ...]
    #: The token that decides voice and status: the verb, or the noun of a nominal act.
    head: int
    #: The construction stands in the passive.
    passive: bool = False

    @property
    def first(self) -> int:
        """The first matched token."""
        return self.tokens[0]

    @property
    def last(self) -> int:
        """One past the last matched token."""
        return self.tokens[-1] + 1


@dataclass(frozen=True, slots=True)
class _Program:
    entry: Entry
    sequence: tuple[Element, ...]
    #: Derived from a verb construction with its object put first ("sanctions imposed on").
    object_first: bool = False
    #: Which of the matched words is the verb of such a sequence.
    head: int = 0


#: A program whose first two words are there: the gap between them (0: adjacent), where its
#: sequence goes on, and the words that must follow.
_Begun = tuple[_Program, int, int, tuple[frozenset[str], ...]]


class _Opening:
    """The programs that begin with one word: alone, or by the word that follows in them."""

    __slots__ = ("alone", "longest_gap", "second", "seconds")

    def __init__(self) -> None:
        self.alone: list[_Program] = []
        self.second: dict[str, list[_Begun]] = {}
        #: The keys of ``second``: sets meet much faster than keys.
        self.seconds: frozenset[str] = frozenset()
        self.longest_gap = 0


class Matcher:
    """The codebook compiled for matching: an index by the first and second word."""

    def __init__(self, codebook: Codebook) -> None:
        self.lexicon = Lexicon(codebook.vocabulary())
        #: The themes that are not switched off.
        self.themes = frozenset(entry.theme for entry in codebook.entries)
        verb_weights()  # read now, not during the first sentence
        word_tags()
        self._openings: dict[str, _Opening] = {}
        for entry in codebook.entries:
            for sequence in entry.sequences:
                self._add(_Program(entry, sequence))
                for turned in _object_first(entry, sequence):
                    # The verb's place: behind the object, before what may follow it.
                    verb = turned.index(sequence[0], 1)
                    words = sum(isinstance(e, frozenset) for e in turned[:verb])
                    self._add(_Program(entry, turned, object_first=True, head=words))
        for opening in self._openings.values():
            opening.seconds = frozenset(opening.second)

    def _add(self, program: _Program) -> None:
        sequence = program.sequence
        first = sequence[0]
        assert isinstance(first, frozenset)
        if len(sequence) == 1:
            for word in first:
                self._openings.setdefault(word, _Opening()).alone.append(program)
            return
        gap, second = 0, sequence[1]
        if isinstance(second, Gap):
            gap, second = second.longest, sequence[2]
        assert isinstance(second, frozenset)
        start = 3 if gap else 2
        further = tuple(e for e in sequence[start:] if isinstance(e, frozenset))
        for word in first:
            opening = self._openings.setdefault(word, _Opening())
            opening.longest_gap = max(opening.longest_gap, gap)
            for other in second:
                opening.second.setdefault(other, []).append((program, gap, start, further))

    def find(self, scene: Scene) -> list[Match]:
        """All constructions in the sentence; the longest wins, none shares a word."""
        found: list[Match] = []
        openings, vocabulary = self._openings, scene.vocabulary
        for i, lemmas in enumerate(scene.lemmas):
            for lemma, bits in lemmas:
                opening = openings.get(lemma)
                if opening is None:
                    continue
                for program in opening.alone:
                    match = self._accept(scene, program, (i,), bits)
                    if match is not None:
                        found.append(match)
                seconds = vocabulary & opening.seconds
                if seconds:
                    found.extend(self._from(scene, i, bits, opening, seconds))
        return _longest([match for match in found if not _undone(scene, match)])

    def _from(
        self, scene: Scene, i: int, bits: int, opening: _Opening, seconds: set[str]
    ) -> Iterator[Match]:
        near = True
        second, longest = opening.second, opening.longest_gap
        words, vocabulary = scene.words_before, scene.vocabulary
        for j in range(i + 1, min(i + 16, len(scene.tokens))):
            between = words[j] - words[i + 1]
            near = near and j - i - 1 <= _LONGEST_SKIP
            if between > longest and not near:
                break
            for lemma, _ in scene.lemmas[j]:
                for program, gap, start, further in second[lemma] if lemma in seconds else ():
                    if near or (gap and between <= gap):
                        for element in further:
                            if element.isdisjoint(vocabulary):
                                break
                        else:
                            for rest in _rest(scene, program.sequence, start, j):
                                match = self._accept(scene, program, (i, j, *rest), bits)
                                if match is not None:
                                    yield match
            if scene.lower[j] in _BLOCKERS and scene.owner[j] < 0 and not scene.aside[j]:
                break
            near = near and scene.skip[j]

    def _accept(
        self, scene: Scene, program: _Program, tokens: tuple[int, ...], bits: int
    ) -> Match | None:
        entry = program.entry
        if program.object_first:
            head = tokens[program.head]
            # "=word" may be any form; where the word's base forms are known they decide.
            known = [b for lemma, b in scene.lemmas[head] if lemma[0] != "="]
            known = known or [b for _, b in scene.lemmas[head]]
            participle = next((b for b in known if b & PARTICIPLE), 0)
            if not participle:
                return None
            if not (scene.passive(head, participle) or _reduced(scene, head)):
                return None
            if scene.word(head - 2) == "what":
                return None  # "planes destroyed most of what was left"
            return Match(entry, tokens, head, passive=True)
        head = tokens[0]
        verb = scene.stands_as_verb(head, bits)
        if entry.frame in VERB_FRAMES:
            if not verb or (len(tokens) == 1 and _attributive(scene, head, bits)):
                return None
            passive = scene.passive(head, bits)
            if not passive and entry.root == "COERCE":
                # "a Briton arrested in …", "two held after …": what authorities do to people.
                passive = bool(bits & PARTICIPLE) and _reduced(scene, head)
            return Match(entry, tokens, head, passive=passive)
        if len(tokens) == 1:
            if not is_noun(scene.tokens, head, bits, verb):
                return None
        elif (verb and not bits & ~VERBAL) or not all(_nominal(scene, k) for k in tokens[1:]):
            return None
        return Match(entry, tokens, tokens[0])


def _attributive(scene: Scene, head: int, bits: int) -> bool:
    """Whether a participle stands before its noun: "the heavily fortified zone"."""
    if not bits & PARTICIPLE or scene.word(head + 1) in PREPOSITIONS:
        return False
    k = head - 1
    while scene.word(k).endswith("ly"):
        k -= 1
    return scene.word(k) in ("a", "an", "the") or (k < head - 1 and scene.word(k) == "'s")


def _undone(scene: Scene, match: Match) -> bool:
    """Whether a prefix makes its head the opposite: "non-aggression", "an anti-invasion rally"."""
    head = match.head
    return scene.word(head - 1) == "-" and scene.word(head - 2) in ("non", "anti")


def _nominal(scene: Scene, k: int) -> bool:
    """Whether a later word of a nominal construction may be a noun or a small word."""
    return not scene.lemmas[k] or any(
        bits & (NOUN | PLURAL) or not bits for _, bits in scene.lemmas[k]
    )


def _reduced(scene: Scene, head: int) -> bool:
    """Whether the participle follows its noun without an auxiliary: "sanctions imposed on"."""
    if scene.noun_before(head) or scene.word(head - 1) in ("have", "has", "had", "to", "having"):
        return False
    return scene.word(head + 1) in PREPOSITIONS


def _rest(
    scene: Scene, sequence: tuple[Element, ...], place: int, at: int
) -> Iterator[tuple[int, ...]]:
    """Ways to match ``sequence[place:]`` after token ``at`` (the nearest way of each)."""
    if place >= len(sequence):
        yield ()
        return
    element, gap, step = sequence[place], 0, 1
    if isinstance(element, Gap):
        gap, element, step = element.longest, sequence[place + 1], 2
    assert isinstance(element, frozenset)
    adjacent = True
    words = scene.words_before
    for j in range(at + 1, min(at + 16, len(scene.tokens))):
        between = words[j] - words[at + 1]
        if not ((adjacent and j - at - 1 <= _LONGEST_SKIP) or (gap and between <= gap)):
            break
        if any(lemma in element for lemma, _ in scene.lemmas[j]):
            for rest in _rest(scene, sequence, place + step, j):
                yield (j, *rest)
                return
        if scene.lower[j] in _BLOCKERS and scene.owner[j] < 0 and not scene.aside[j]:
            break
        adjacent = adjacent and scene.skip[j]


def _object_first(entry: Entry, sequence: tuple[Element, ...]) -> list[tuple[Element, ...]]:
    """The passives of a verb construction with an object.

    "impose sanction on" gives "sanction … imposed on" and "sanction … imposed": what
    follows the object may stand before the verb ("charges against X were dropped").
    """
    if entry.frame not in ("act", "mutual") or len(sequence) < 2:
        return []
    place = 2 if isinstance(sequence[1], Gap) else 1
    end = place
    while end < len(sequence):
        element = sequence[end]
        if isinstance(element, Gap) or element & (_PARTICLES | PREPOSITIONS):
            break
        end += 1
    verb = sequence[0]
    assert isinstance(verb, frozenset)
    if any(isinstance(e, frozenset) and e & _NO_OBJECT for e in sequence[place:end]):
        return []  # "say it is …", "tell that …": no object that could be turned
    if end == place or (verb & _NO_PASSIVE and not verb & {"make", "take"}):
        return []
    turned = (*sequence[place:end], _PASSIVE_GAP, verb)
    rest = sequence[end:]
    while rest and isinstance(rest[0], Gap):
        rest = rest[1:]
    if not rest:
        return [turned]
    full = (*turned, *rest)
    small = _PARTICLES | PREPOSITIONS
    specific = any(isinstance(element, frozenset) and element - small for element in rest)
    # What makes the construction specific ("… troops to help") must not be dropped.
    return [full] if specific else [turned, full]


def _longest(found: list[Match]) -> list[Match]:
    """Drop every match that shares a word with a longer one; keep sentence order.

    A verb with its object beats a nominal act inside that object: "lifted the embargo
    against" is the lifting.
    """
    found.sort(key=lambda m: (-_weight(m), m.tokens[-1] - m.tokens[0], m.first, m.entry.number))
    taken: set[int] = set()
    kept: list[Match] = []
    for match in found:
        if taken.isdisjoint(match.tokens):
            kept.append(match)
            taken.update(match.tokens)
    kept.sort(key=lambda m: (m.first, m.entry.number))
    return kept


def _weight(match: Match) -> int:
    entry = match.entry
    verb_with_object = entry.frame in VERB_FRAMES and len(match.tokens) > 1 and not entry.weak
    return len(match.tokens) + (2 if verb_with_object else 0)
