"""What the classifier sees of a sentence and two of its actors.

A feature is a short readable string, so that an explanation can quote it:
``cue:REJECT`` (a construction of that root assigns source and target just so),
``b:refus`` (a word between the actors), ``st:negated:AID`` …
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.records import QUAD_OF_ROOT
from pipeline.signals.matcher import Match
from pipeline.signals.roles import Roles
from pipeline.signals.scene import Participant, Scene
from pipeline.signals.status import Verdict
from pipeline.signals.tags import word_tags
from pipeline.signals.words import DETERMINERS, PREPOSITIONS

_LEFT, _RIGHT, _EDGE = 5, 8, 14


@dataclass(frozen=True, slots=True)
class Coded:
    """A match with the couples of actors the role rules gave it, and what became of it."""

    match: Match
    roles: tuple[Roles, ...]
    verdict: Verdict


def features(
    scene: Scene, source: Participant, target: Participant, coded: Sequence[Coded]
) -> list[str]:
    """The features of "does ``source`` act upon ``target``?" in this sentence, without repeats."""
    found: dict[str, None] = {}
    forward = source.first <= target.first
    first, second = (source, target) if forward else (target, source)
    order = "ST" if forward else "TS"
    found[f"o:{order}"] = None
    _words(scene, source, target, first, second, order, found)
    for p, name in ((source, "s"), (target, "t")):
        _inside(scene, p, name, found)
        _beside(scene, p, name, found)
    _cues(scene, source, target, first, second, order, coded, found)
    return list(found)


def stem(word: str, lemmas: Sequence[tuple[str, int]]) -> str:
    """A base form where the codebook knows one, else the word without its ending."""
    if lemmas:
        lemma = lemmas[0][0]
        return lemma[1:] if lemma.startswith("=") else lemma
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            return word[: -len(ending)]
    if word[0].isdigit():
        return "0"
    return word


def masked(scene: Scene, source: Participant, target: Participant) -> list[str]:
    """The sentence's words as stems, names left out: which state it is must not matter.

    The two actors asked about become ``<S>`` and ``<T>``, every other name ``<N>``.
    """
    stems: list[str] = []
    for i, token in enumerate(scene.tokens):
        if source.first <= i < source.last:
            stems.append("<S>")
        elif target.first <= i < target.last:
            stems.append("<T>")
        elif scene.owner[i] >= 0 or (i and token.text[0].isupper() and not scene.lemmas[i]):
            stems.append("<N>")
        else:
            stems.append(stem(scene.lower[i], scene.lemmas[i]))
    return stems


def _words(
    scene: Scene,
    source: Participant,
    target: Participant,
    first: Participant,
    second: Participant,
    order: str,
    found: dict[str, None],
) -> None:
    stems = masked(scene, source, target)
    between = stems[first.last : second.first]
    if len(between) > 2 * _EDGE:
        between = [*between[:_EDGE], "…", *between[-_EDGE:]]
    _grams(f"b{order}", between, found, trigrams=True)
    for word in between:
        found[f"b:{word}"] = None
    after = stems[second.last : second.last + _RIGHT]
    _grams("r", after, found)
    before = stems[max(0, first.first - _LEFT) : first.first]
    _grams("l", before, found)
    if between:
        found[f"bf:{order}:{between[0]}"] = None
        found[f"bl:{order}:{between[-1]}"] = None
    if after:
        found[f"rf:{order}:{after[0]}"] = None
    for word in stems:
        found[f"w:{word}"] = None
    _tags(scene, first, second, order, found)
    found[f"gap:{order}:{min(len(between) // 3, 6)}"] = None


def _tags(
    scene: Scene, first: Participant, second: Participant, order: str, found: dict[str, None]
) -> None:
    """What the words before, between and behind the actors suggest, and those next to them."""
    known = word_tags()
    every = [
        known.get(word, ()) if owner < 0 else ()
        for word, owner in zip(scene.lower, scene.owner, strict=True)
    ]
    parts = (
        ("l", every[max(0, first.first - _EDGE) : first.first]),
        (f"b{order}", every[first.last : second.first]),
        ("r", every[second.last : second.last + _EDGE]),
    )
    for name, part in parts:
        seen: list[str] = []
        for tags in part:
            for tag in tags:
                found[f"g{name}:{tag}"] = None
            if tags:
                seen.append(tags[0])
        for a, b in pairwise(seen):
            found[f"g{name}:{a}_{b}"] = None
        if seen:
            found[f"gf{name}:{seen[0]}"] = None
            found[f"gl{name}:{seen[-1]}"] = None
    for tags in every:
        for tag in tags:
            found[f"gw:{tag}"] = None


def _grams(prefix: str, words: list[str], found: dict[str, None], trigrams: bool = False) -> None:
    for word in words:
        found[f"{prefix}:{word}"] = None
    for a, b in pairwise(words):
        found[f"{prefix}:{a}_{b}"] = None
    if trigrams:
        for a, b, c in zip(words, words[1:], words[2:], strict=False):
            found[f"{prefix}:{a}_{b}_{c}"] = None


def _inside(scene: Scene, p: Participant, prefix: str, found: dict[str, None]) -> None:
    for i in range(p.first, min(p.last, p.first + 12)):
        if not scene.tokens[i].text[0].isupper():
            found[f"{prefix}:{stem(scene.lower[i], scene.lemmas[i])}"] = None
    found[f"{prefix}len:{min(p.last - p.first, 6)}"] = None


def noun_after(scene: Scene, p: Participant) -> list[int]:
    """Tokens with which the actor's own noun phrase goes on: "British [tourist]"."""
    found = []
    for i in range(p.last, min(p.last + 3, len(scene.tokens))):
        word = scene.lower[i]
        if word == "'s" or scene.skip[i]:
            continue
        if not word[0].isalnum() or word in PREPOSITIONS or scene.owner[i] >= 0:
            break
        found.append(i)
    return found


def noun_before(scene: Scene, p: Participant) -> list[int]:
    """The token before the actor, articles passed over: "[troops] in Syria"."""
    for i in range(p.first - 1, max(p.first - 4, -1), -1):
        if scene.owner[i] >= 0:
            break
        if scene.lower[i] not in DETERMINERS and not scene.skip[i]:
            return [i]
    return []


def noun_over(scene: Scene, p: Participant) -> list[int]:
    """The noun an actor hangs on by a preposition: "[family] of a British soldier"."""
    at = scene.preposition_at(p)
    for i in range(at - 1, max(at - 3, -1), -1):
        if scene.owner[i] >= 0:
            break
        if scene.lower[i][0].isalnum() and not scene.skip[i]:
            return [i]
    return []


def _beside(scene: Scene, p: Participant, prefix: str, found: dict[str, None]) -> None:
    """What the actor's own noun phrase goes on with ("British tourist") and what stands before."""
    known = word_tags()
    for side, places in (("n", noun_after(scene, p)), ("p", noun_before(scene, p))):
        for i in places:
            word = scene.lower[i]
            found[f"{prefix}{side}:{stem(word, scene.lemmas[i])}"] = None
            for tag in known.get(word, ()):
                found[f"{prefix}{side}g:{tag}"] = None


def _cues(
    scene: Scene,
    source: Participant,
    target: Participant,
    first: Participant,
    second: Participant,
    order: str,
    coded: Sequence[Coded],
    found: dict[str, None],
) -> None:
    best_cost, best_root = 99.0, ""
    nearest, nearest_distance = "", 999
    for item in coded:
        entry, match = item.match.entry, item.match
        root, quad = entry.root, QUAD_OF_ROOT[entry.root]
        place = _region(match, first, second)
        if entry.weak:
            found[f"weak:{place}:{order}:{root}"] = None
        else:
            found[f"at:{place}:{order}:{root}"] = None
            found[f"atq:{place}:{order}:{quad}"] = None
        found[f"theme:{place}:{entry.theme}"] = None
        found[f"pattern:{entry.pattern}"] = None
        fit = _fit(scene, item.roles, source, target)
        if fit is not None:
            kind, cost = fit
            found[f"cue:{kind}:{root}"] = None
            found[f"cueq:{kind}:{quad}"] = None
            found[f"cuetheme:{kind}:{entry.theme}"] = None
            found[f"st:{kind}:{item.verdict.status}:{root}"] = None
            if kind == "fits" and cost + (1.5 if entry.weak else 0.0) < best_cost:
                best_cost, best_root = cost + (1.5 if entry.weak else 0.0), root
        if place in ("b", "s", "t"):
            distance = match.first - first.last
            if 0 <= distance < nearest_distance and not entry.weak:
                nearest, nearest_distance = root, distance
    if best_root:
        found[f"best:{best_root}"] = None
        found[f"bestq:{QUAD_OF_ROOT[best_root]}"] = None
        found[f"bestcost:{int(best_cost)}"] = None
    else:
        found["best:none"] = None
    if nearest:
        found[f"near:{order}:{nearest}"] = None


def _region(match: Match, first: Participant, second: Participant) -> str:
    head = match.head
    if head < first.first:
        return "l"
    if head < first.last:
        return "s"
    if head < second.first:
        return "b"
    if head < second.last:
        return "t"
    return "r"


def _fit(
    scene: Scene, roles: Iterable[Roles], source: Participant, target: Participant
) -> tuple[str, float] | None:
    """How the rules' couple agrees with the one asked about."""
    for couple in roles:
        a, b = scene.participants[couple.source].key, scene.participants[couple.target].key
        if (a, b) == (source.key, target.key) or (
            couple.both and (b, a) == (source.key, target.key)
        ):
            return "fits", couple.cost
    for couple in roles:
        a, b = scene.participants[couple.source].key, scene.participants[couple.target].key
        if (b, a) == (source.key, target.key):
            return "swapped", couple.cost
        if source.key in (a, b) or target.key in (a, b):
            return "partly", couple.cost
    return None
