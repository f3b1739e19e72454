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
    _words(scene, first, second, order, found)
    _inside(scene, source, "s", found)
    _inside(scene, target, "t", found)
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


def _words(
    scene: Scene, first: Participant, second: Participant, order: str, found: dict[str, None]
) -> None:
    stems = [
        f"<{scene.participants[owner].key}>"
        if owner >= 0 and len(scene.participants[owner].key) == 1
        else stem(scene.lower[i], scene.lemmas[i])
        for i, owner in enumerate(scene.owner)
    ]
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
    found[f"gap:{order}:{min(len(between) // 3, 6)}"] = None


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
