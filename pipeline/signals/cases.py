"""Who may have acted upon whom in a sentence: every case that is to be judged.

For every ordered couple of actors and either polarity there is one ``Case``: the
construction that fits the couple best, if the codebook found one, and a row of numbers
(``measures``). ``judge`` turns the row into a probability.

An actor named shortly before may be carried into a sentence that has a construction but
lacks one side ("Ankara denied it").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.records import ROOTS, STATUS_WEIGHT, Polarity, polarity_of
from pipeline.signals.candidates import agent_of, subject
from pipeline.signals.circumstances import match_row
from pipeline.signals.classifier import Classifier
from pipeline.signals.features import Coded
from pipeline.signals.matcher import Match
from pipeline.signals.measures import (
    CAP,
    COLUMNS,
    POLARITIES,
    WITH_CUE,
    Counts,
    Fits,
    Opinions,
    context_row,
    couple_row,
)
from pipeline.signals.roles import Roles
from pipeline.signals.scene import Scene
from pipeline.signals.setting import Setting
from pipeline.signals.whole import Told

#: Actors of one sentence that are paired with each other at the most.
MOST_ACTORS: Final = 7
#: Below this cost of roles nothing speaks against them.
_CERTAIN: Final = 1.0
#: The words speak clearly of another root than a construction's that the rules do not give to
#: the couple: its probability, and how many times the construction's.
_CLEAR: Final = 0.1
_OTHERWISE: Final = 3.0
#: Roots that are mostly done by both sides together.
_RECIPROCAL: Final = frozenset({"AGREE", "CONSULT", "COOPERATE"})


@dataclass(frozen=True, slots=True)
class Case:
    """One answer to "who did what to whom?": a couple, a polarity, the best construction."""

    roles: Roles
    polarity: Polarity
    #: The construction's, or what the words say where there is none or it is another couple's.
    root: str
    item: Coded | None

    @property
    def ruled(self) -> bool:
        """Whether the role rules name the couple."""
        return self.roles.cost < CAP

    @property
    def counts(self) -> bool:
        """Whether its status lets it count."""
        return self.item is None or STATUS_WEIGHT[self.item.verdict.status] > 0

    @property
    def certain(self) -> bool:
        """Whether the rules name it without a doubt, by an unambiguous construction."""
        return (
            self.item is not None and not self.item.match.entry.weak and self.roles.cost < _CERTAIN
        )


def cases(
    setting: Setting, classifier: Classifier | None
) -> tuple[list[Case], NDArray[np.float32]]:
    """All cases of a sentence and their rows, shape (cases, ``len(COLUMNS)``)."""
    scene = setting.scene
    actors = _actors(scene)
    asked = Opinions(setting, classifier)
    fits = {id(item): Fits(setting, item) for item in setting.coded}
    base = {id(item): match_row(setting, item, len(actors)) for item in setting.coded}
    best, counts = _best_readings(setting, actors)
    told = {polarity_of(item.match.entry.root) for item in setting.coded}
    found: list[Case] = []
    rows: list[list[float]] = []
    for source, target in _ordered(setting, actors):
        here = source in actors and target in actors
        for polarity in POLARITIES:
            reading = best.get((source, target, polarity))
            if reading is None:
                if not here and polarity in told:
                    continue  # the construction's subject is another
                case = _free(setting, source, target, polarity, asked)
                if case is None:
                    continue
                row = [0.0] * WITH_CUE
            else:
                item, roles = reading
                case = Case(roles, polarity, _root(item, roles, polarity, asked), item)
                fit = fits[id(item)]
                row = [*fit.row(roles.source), *fit.row(roles.target), *base[id(item)]]
                row += couple_row(setting, item, roles, asked)
            row += context_row(setting, case.roles, polarity, reading is None, counts, asked)
            found.append(case)
            rows.append(row)
    return found, np.asarray(rows, dtype=np.float32).reshape(len(rows), len(COLUMNS))


def claims(sentence: int, setting: Setting, found: Sequence[Case]) -> list[Told]:
    """What the cases of a sentence claim, for the second judge."""
    return [
        Told(
            sentence,
            setting.person(case.roles.source).key,
            setting.person(case.roles.target).key,
            case.polarity,
            case.counts,
        )
        for case in found
    ]


def _ordered(setting: Setting, actors: Sequence[str]) -> list[tuple[str, str]]:
    """Ordered couples: both in the sentence, or one of them carried."""
    carried = list(dict.fromkeys(c.mention.actor for c in setting.carried))
    couples = [(a, b) for a in actors for b in actors if a != b]
    for a in actors:
        for b in carried:
            couples += [(a, b), (b, a)]
    return couples


def _actors(scene: Scene) -> list[str]:
    """The keys of the sentence's actors in the order they are first named."""
    return list(dict.fromkeys(p.key for p in scene.participants))[:MOST_ACTORS]


_Best = dict[tuple[str, str, Polarity], tuple[Coded, Roles]]


def _best_readings(setting: Setting, actors: Sequence[str]) -> tuple[_Best, Counts]:
    """For each ordered couple and polarity the construction that fits best, and how many do."""
    best: _Best = {}
    rank: dict[tuple[str, str, Polarity], tuple[int, float, int]] = {}
    counts: Counts = {}
    for number, item in enumerate(setting.coded):
        polarity = polarity_of(item.match.entry.root)
        dead = not STATUS_WEIGHT[item.verdict.status]
        for roles in _couples(setting, item, actors):
            a, b = setting.person(roles.source), setting.person(roles.target)
            cost = roles.cost + float(item.match.entry.weak)
            for index, p in ((roles.source, a), (roles.target, b)):
                if not setting.is_carried(index):
                    edge = p.last if p.last <= item.match.first else p.first
                    cost += 0.1 * min(abs(item.match.first - edge), 15)
            # What the rules give stands before what is only weighed, even where it does not
            # count: "did not condemn B for the executions" holds no execution.
            order = (2 if roles.cost >= CAP else 0) + dead
            couples = [(a.key, b.key), (b.key, a.key)] if roles.both else [(a.key, b.key)]
            for first, second in couples:
                key = (first, second, polarity)
                counts[key] = counts.get(key, 0) + 1
                if key not in rank or (order, cost, number) < rank[key]:
                    rank[key] = (order, cost, number)
                    best[key] = (item, roles)
    return best, counts


def _couples(setting: Setting, item: Coded, actors: Sequence[str]) -> list[Roles]:
    """The rules' couples as they are, and every other couple of two actors."""
    scene, match = setting.scene, item.match
    ruled = {
        (scene.participants[r.source].key, scene.participants[r.target].key): r for r in item.roles
    }
    mutual = match.entry.frame in ("mutual", "noun-mutual") or match.entry.joint
    word = " ".join(scene.lower[k] for k in match.tokens)
    found: list[Roles] = list(ruled.values())
    near = {
        (key, role): _nearest(scene, key, match, role) for key in actors for role in (True, False)
    }
    for i, first in enumerate(actors):
        for j, second in enumerate(actors):
            if i == j or (first, second) in ruled:
                continue
            if mutual and ((second, first) in ruled or i > j):
                continue
            source, target = near[first, True], near[second, False]
            found.append(Roles(source, target, mutual, f"weighed: who is who in '{word}'", CAP))
    doers, objects = _known_sides(scene, item) if setting.carried else (set(), set())
    for number in range(len(setting.carried)):
        index = len(scene.participants) + number
        for key in actors:
            rule = f"carried over: '{word}' leaves one side to the sentences before"
            if key in doers or not (doers or key in objects):
                found.append(Roles(near[key, True], index, mutual, rule, CAP))
            if not mutual and not doers and (key in objects or not objects):
                found.append(Roles(index, near[key, False], False, rule, CAP))
    return found


def _known_sides(scene: Scene, item: Coded) -> tuple[set[str], set[str]]:
    """The actors that do it and those it is done to, as far as the rules have no doubt.

    "France rejected the accusation" is an act of France, whoever is carried into the sentence.
    """
    sure = [r for r in item.roles if r.cost < _CERTAIN and not r.both]
    doers = {scene.participants[r.source].key for r in sure}
    objects = {scene.participants[r.target].key for r in sure}
    match = item.match
    if match.entry.frame in ("act", "receive"):
        index, cost = subject(scene, match)
        acts = match.passive == (match.entry.frame == "receive")
        if index < 0 or cost >= _CERTAIN:
            index, cost = agent_of(scene, match, -1) if match.passive else (-1, CAP)
            acts = match.entry.frame == "act"
        if index >= 0 and cost < _CERTAIN:
            beside = {scene.participants[i].key for i in scene.groups[index]}
            (doers if acts else objects).update(beside)
    return doers, objects


def _nearest(scene: Scene, key: str, match: Match, as_source: bool) -> int:
    """The mention of an actor that suits a role best: an actor before, an object behind."""
    best, least = -1, 1e9
    for index, p in enumerate(scene.participants):
        if p.key != key:
            continue
        before = p.last <= match.first
        distance = match.first - p.last if before else p.first - match.first
        cost = distance + (0 if before == (as_source != match.passive) else 12)
        cost += 0 if p.may_act or not as_source else 6
        if cost < least:
            best, least = index, cost
    return best


def _free(
    setting: Setting, source: str, target: str, polarity: Polarity, asked: Opinions
) -> Case | None:
    """The case of a couple without a construction: what the words alone suggest.

    None for an actor that is not named here or in the sentence before.
    """
    a, b = _index(setting, source, True), _index(setting, target, False)
    if a is None or b is None:
        return None
    root = _likeliest(asked.of(a, b), polarity)
    both = root in _RECIPROCAL
    if both and b < a:
        a, b = b, a
    return Case(Roles(a, b, both, "weighed: what the words suggest", CAP), polarity, root, None)


def _root(item: Coded, roles: Roles, polarity: Polarity, asked: Opinions) -> str:
    """The construction's root, unless the rules do not name the couple and the words clearly
    tell of another act: who accuses the other of a killing has not killed. Where the rules are
    sure of another couple for the construction, the words need only be clearer than it."""
    told = item.match.entry.root
    if roles.cost < CAP:
        return told
    p = asked.of(roles.source, roles.target)
    root = _likeliest(p, polarity)
    chance = float(p[ROOTS.index(root)])
    clear = chance >= _CLEAR or any(r.cost < _CERTAIN for r in item.roles)
    return root if clear and chance > _OTHERWISE * float(p[ROOTS.index(told)]) else told


def _likeliest(p: NDArray[np.float32], polarity: Polarity) -> str:
    """The root of a polarity that the classifier holds most likely."""
    roots = [i for i, root in enumerate(ROOTS) if polarity_of(root) == polarity]
    return ROOTS[max(roots, key=lambda i: p[i])]


def _index(setting: Setting, key: str, acts: bool) -> int | None:
    """The first mention of an actor, if possible one that may act; else the carried one."""
    people = setting.scene.participants
    named = [i for i, p in enumerate(people) if p.key == key]
    able = [i for i in named if acts and people[i].may_act]
    for number, one in enumerate(setting.carried):
        if not named and one.mention.actor == key and one.ago == 1:
            return len(people) + number
    return next(iter(able or named), None)
