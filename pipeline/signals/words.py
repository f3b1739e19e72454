"""Tokens and word forms: the light grammar that matching and roles stand on.

There is no statistical tagger here. A token knows which base forms it may be an
inflection of, and a few closed lists (determiners, auxiliaries, modals …) tell
verb from noun well enough for the codebook's constructions, at microseconds a
token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

import yaml

# Bits of what a form may be.
BASE: Final = 1  # infinitive or present plural: "attack"
THIRD: Final = 2  # third person singular: "attacks"
PAST: Final = 4  # past tense: "attacked"
PARTICIPLE: Final = 8  # past participle: "attacked", "taken"
GERUND: Final = 16  # "attacking"
NOUN: Final = 32  # singular noun: "attack"
PLURAL: Final = 64  # plural noun: "attacks"
VERBAL: Final = BASE | THIRD | PAST | PARTICIPLE | GERUND

_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}"  # U.S., a.m.
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|m|bn|km)?\b"
    r"|[^\W\d_]+(?=n['’]t\b)|n['’]t\b"  # did n't
    r"|['’](?:s|re|ve|ll|d|m)\b"
    r"|[^\W_]+"
    r"|[^\w\s]"
)

DETERMINERS: Final = frozenset(
    "a an the this that these those its their his her our my your some any all both each every "
    "another no several many few more most further such what which whose".split()
)
BE: Final = frozenset("be is are was were been being am 's 're got gets get getting".split())
HAVE: Final = frozenset("have has had having 've".split())
MODALS: Final = frozenset("will would shall should can could may might must 'll 'd cannot".split())
SUBJECT_PRONOUNS: Final = frozenset("he she it they we i you who which that there".split())
PREPOSITIONS: Final = frozenset(
    "of in on at by for from to with against over about into between among amid after before "
    "during under toward towards within without near across through despite since until than as "
    "around off upon onto inside outside via per regarding concerning including".split()
)
NEGATORS: Final = frozenset("not n't never no neither nor without cannot hardly".split())
_ADJECTIVE_ENDINGS: Final = ("al", "ive", "ous", "ic", "ary", "ful", "ible", "able", "less", "ish")
_SKIPPED_WORDS: Final = DETERMINERS | frozenset(
    "new fresh joint first second third last next final major high top key large big small full "
    "military long short early late recent planned formal own same other two three four five six "
    "seven eight nine ten dozen dozens hundreds thousands of-the 's strong tough hard wide broad "
    "sweeping direct heavy open stern sharp public secret deep close free live fellow senior "
    "nuclear so called rare bitter landmark historic fragile temporary unilateral immediate "
    "limited additional targeted punitive harsh tougher stiff stricter crippling very also again "
    "already even still just now".split()
)


@lru_cache(maxsize=1)
def _grammar() -> dict[str, str]:
    text = resources.files("pipeline.signals").joinpath("data/grammar.yaml").read_text("utf-8")
    return {str(key): str(words) for key, words in yaml.safe_load(text).items()}


def word_list(name: str) -> frozenset[str]:
    """One of the word lists of ``data/grammar.yaml``."""
    return frozenset(_grammar()[name].split())


class Token(NamedTuple):  # made by the million: cheaper than a frozen dataclass
    """One word or mark; offsets are in the sentence."""

    text: str
    lower: str
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """The sentence's words and marks in order; hyphens and possessives split off."""
    lower = text.lower().replace("’", "'")
    if len(lower) != len(text):  # a rare letter whose small form is two
        lower = "".join(c if len(c.lower()) != 1 else c.lower() for c in text).replace("’", "'")
    return [Token(m.group(), lower[m.start() : m.end()], *m.span()) for m in _TOKEN.finditer(text)]


@lru_cache(maxsize=1 << 15)
def may_skip(word: str, capital: bool) -> bool:
    """Whether a word between two pattern words may be passed over (an article, adjective …)."""
    if word in _SKIPPED_WORDS or word[0].isdigit():
        return True
    if capital:
        return False
    return word.endswith(_ADJECTIVE_ENDINGS) or (word.endswith("ly") and len(word) > 4)


_VOWELS: Final = "aeiou"


def _may_double(verb: str) -> bool:
    """Whether a verb may double its last consonant ("ban" → "banned", "rebut" → "rebutted")."""
    return (
        len(verb) >= 3
        and verb[-1] not in "aeiouwxyh"
        and verb[-2] in _VOWELS
        and verb[-3] not in _VOWELS
    )


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        return word + "es"
    if word.endswith("y") and len(word) > 1 and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def regular_forms(lemma: str) -> Iterable[tuple[str, int]]:
    """Every regular inflection of ``lemma``, as a verb and as a noun, with its bits.

    Where spelling rules allow two forms ("cancelled", "canceled") both are given: a
    form that does not exist never occurs.
    """
    yield lemma, BASE | NOUN
    yield _plural(lemma), THIRD | PLURAL
    if lemma.endswith("o"):
        yield lemma + "s", THIRD | PLURAL
    stems: list[tuple[str, str]] = []
    if lemma.endswith("ie"):
        stems.append((lemma + "d", lemma[:-2] + "y"))
    elif lemma.endswith("e"):
        kept = lemma.endswith(("ee", "oe", "ye")) or len(lemma) == 2
        stems.append((lemma + "d", lemma if kept else lemma[:-1]))
    elif lemma.endswith("y") and len(lemma) > 1 and lemma[-2] not in _VOWELS:
        stems.append((lemma[:-1] + "ied", lemma))
    elif lemma.endswith("c"):
        stems.append((lemma + "ked", lemma + "k"))
    else:
        stems.append((lemma + "ed", lemma))
        if _may_double(lemma):
            stems.append((lemma + lemma[-1] + "ed", lemma + lemma[-1]))
    for past, gerund in stems:
        yield past, PAST | PARTICIPLE
        yield gerund + "ing", GERUND | NOUN


@lru_cache(maxsize=1)
def irregular_forms() -> dict[str, tuple[tuple[str, int], ...]]:
    """Irregular inflections by base form, from ``data/irregular.txt``."""
    table: dict[str, tuple[tuple[str, int], ...]] = {}
    text = resources.files("pipeline.signals").joinpath("data/irregular.txt").read_text("utf-8")
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        kind, *forms = line.split()
        if kind == "v":
            base, past, participle = forms[:3]
            third = forms[3].split("/") if len(forms) > 3 else [_plural(base)]
            inflected = [(base, BASE | NOUN)]
            inflected += [(form, THIRD | PLURAL) for form in third]
            inflected += [(form, PAST) for form in past.split("/")]
            inflected += [(form, PARTICIPLE) for form in participle.split("/")]
            inflected += [(form, bits) for form, bits in regular_forms(base) if bits & GERUND]
            table[base] = tuple(inflected)
        else:
            singular, plural = forms
            table[singular] = ((singular, NOUN), (plural, PLURAL))
    return table


_UNINFLECTED: Final = (
    PREPOSITIONS | DETERMINERS | MODALS | NEGATORS | frozenset("and or out up down away".split())
) - {"like", "near", "will", "may", "might", "must", "can"}


def forms_of(lemma: str) -> dict[str, int]:
    """All inflections of ``lemma`` with their bits; ``=word`` has only the form itself."""
    if lemma.startswith("="):
        return {lemma[1:]: VERBAL | NOUN | PLURAL}
    if lemma == "toward":
        return {"toward": 0, "towards": 0}
    if lemma in MODALS or lemma in NEGATORS:
        return {lemma: BASE}  # "would not hand over" is a construction of its own
    if lemma in _UNINFLECTED:
        return {lemma: 0}
    irregular = irregular_forms().get(lemma)
    found: dict[str, int] = {}
    for form, bits in irregular if irregular is not None else regular_forms(lemma):
        found[form] = found.get(form, 0) | bits
    return found


class Lexicon:
    """Which base forms a word may be an inflection of, for the words the codebook uses."""

    def __init__(self, lemmas: Iterable[str]) -> None:
        table: dict[str, dict[str, int]] = {}
        for lemma in sorted(set(lemmas)):
            for form, bits in forms_of(lemma).items():
                entry = table.setdefault(form, {})
                entry[lemma] = entry.get(lemma, 0) | bits
        self._table: dict[str, tuple[tuple[str, int], ...]] = {
            form: tuple(entry.items()) for form, entry in table.items()
        }

    def lemmas(self, word: str) -> tuple[tuple[str, int], ...]:
        """Pairs of base form and bits; empty for a word the codebook does not use."""
        return self._table.get(word, ())


def is_noun(tokens: list[Token], i: int, bits: int, verb: bool) -> bool:
    """Whether token ``i`` stands as a noun, given whether it stands as a verb."""
    if not bits & (NOUN | PLURAL):
        return False
    if bits & GERUND:
        before = tokens[i - 1].lower if i else ""
        return before in DETERMINERS or before == "'s" or not verb or _next(tokens, i) == "of"
    return not verb


def _next(tokens: list[Token], i: int) -> str:
    return tokens[i + 1].lower if i + 1 < len(tokens) else ""
