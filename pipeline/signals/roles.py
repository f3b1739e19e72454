"""Who did it to whom: source and target of a construction.

No parser: every candidate actor is given a cost for what stands between it and
the construction (words, clause boundaries, finite verbs, prepositions), and the
cheapest wins if it is cheap enough. The costs stand in ``candidates``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.records import QUAD_OF_ROOT
from pipeline.signals.candidates import (
    LIMIT,
    OBJECT_COST,
    TARGET_PREPOSITIONS,
    agent_of,
    at_head,
    object_of,
    own_forces,
    owner_of,
    passive_target,
    subject,
    unnamed_agent,
)
from pipeline.signals.matcher import Match
from pipeline.signals.scene import Participant, Scene
from pipeline.signals.tags import word_tags
from pipeline.signals.words import DETERMINERS, VERBAL, word_list

#: Of more actors than this acting together only the pairs of the first with the next are coded.
MULTILATERAL: Final = 4
#: What an object of the source's own people adds to the cost of another target.
_OWN_PEOPLE: Final = 3.0
#: What states that are a verb's subject together may do with each other, no object being named:
#: they agree, consult, cooperate; "France and Spain send blankets" is nothing between the two.
_TOGETHER: Final = frozenset({"AGREE", "CONSULT", "COOPERATE"})
_ITS: Final = frozenset("its their his her".split())


@dataclass(frozen=True, slots=True)
class Roles:
    """Source and target of one match, as indices into the scene's participants."""

    source: int
    target: int
    both: bool
    #: What decided, for people.
    rule: str
    #: 0 is certain by the rules; up to about 7.
    cost: float


def assign(scene: Scene, match: Match) -> list[Roles]:
    """All source–target couples of a match; empty where either is missing.

    Coordinated actors ("A and B condemned C") share their role.
    """
    if len(scene.participants) < 2:
        return []
    frame = match.entry.frame
    if frame == "mutual":
        return _mutual(scene, match)
    if frame == "noun-mutual":
        return _mutual_noun(scene, match)
    if frame == "noun":
        return _nominal(scene, match)
    return _verbal(scene, match)


# -- verbs ---------------------------------------------------------------------


def _verbal(scene: Scene, match: Match) -> list[Roles]:
    word = scene.lower[match.head]
    receive = match.entry.frame == "receive"
    # "The convoy was struck by a missile of X in Y": force is against where it is used.
    forceful = QUAD_OF_ROOT[match.entry.root] == 4
    if match.passive:
        target, target_cost = passive_target(scene, match)
        source, source_cost = agent_of(scene, match, target)
        if source < 0:
            source, source_cost = unnamed_agent(scene, match, target)
        if source < 0 and own_forces(match):
            # "Its army was put on alert along the border of X": the subject's own doing.
            source, source_cost = target, target_cost
            target, target_cost = object_of(scene, match, source)
        elif target < 0 and forceful:
            target, target_cost = object_of(scene, match, source)
        voice = "passive"
    else:
        source, source_cost = subject(scene, match, acts=not receive)
        target, target_cost = object_of(scene, match, source)
        if receive and source < 0 <= target and forceful:
            source, source_cost = object_of(scene, match, target)
        voice = "active"
    if source >= 0 and target < 0 and match.entry.root in _TOGETHER and voice == "active":
        # "The EU and Turkish officials agreed on …": each is the other's partner.
        return joint_subject(scene, match)
    if source < 0 or target < 0:
        return []
    cost = source_cost + target_cost
    if voice == "active" and _own_people(scene, match, source, target):
        cost += _OWN_PEOPLE
    if receive:
        source, target = target, source
        rule = f"'{word}': its subject is the target"
    elif voice == "passive":
        rule = f"passive: subject of '{word}' is the target, the actor after 'by' the source"
    else:
        rule = f"active: subject and object of '{word}'"
    return _spread(scene, source, target, match.entry.joint, rule, cost)


def _own_people(scene: Scene, match: Match, source: int, target: int) -> bool:
    """Whether the object are the source's own: "tells Americans to leave", "flies its own out"."""
    key, end = scene.participants[source].key, scene.participants[target].first
    return (
        any(
            p.key == key
            and match.head < p.first <= match.head + 4
            and (not scene.preposition(p) or scene.preposition_at(p) in match.tokens)
            for p in scene.participants
            if p.first < end
        )
        or (
            match.entry.theme == "rescue"
            and any(scene.lower[k] in _ITS for k in range(match.head + 1, match.last))
        )
        or (
            match.entry.root in ("REQUEST", "AID")
            and any(
                scene.lower[k] in _ITS and "PRIVATE" in word_tags().get(scene.word(k + 1), ())
                for k in range(match.head + 1, min(match.head + 4, len(scene.tokens)))
            )
        )
    )


def joint_subject(scene: Scene, match: Match) -> list[Roles]:
    """The couples of several states that are the subject together; empty for one."""
    source, cost = subject(scene, match)
    group = _distinct(scene, scene.groups[source]) if source >= 0 else []
    if len(group) < 2:
        return []
    return _pairs(scene, group, f"joint subject of '{scene.lower[match.head]}'", cost + 0.5)


# -- reciprocal ----------------------------------------------------------------


def _mutual(scene: Scene, match: Match) -> list[Roles]:
    word = scene.lower[match.head]
    if match.passive and match.first != match.head:
        agent, agent_cost = agent_of(scene, match, -1)
        group = _distinct(scene, scene.groups[agent]) if agent >= 0 else []
        if len(group) >= 2:
            return _pairs(scene, group, f"reciprocal: both agents of '{word}'", agent_cost)
        return _mutual_noun(scene, match)
    first, cost = subject(scene, match)
    if first < 0:
        return []
    partner, partner_cost = _partner(scene, match, first)
    if scene.word(match.last - 1) in ("other", "another"):
        partner = -1  # "fired at each other near the border with A"
    rule = f"reciprocal: '{word}' with its subject and partner"
    if partner >= 0 and cost + partner_cost < LIMIT + 1.5:
        return _spread(scene, first, partner, True, rule, cost + partner_cost)
    group = _distinct(scene, scene.groups[first])
    if len(group) >= 2 and not _needs_partner(scene, match):
        return _pairs(scene, group, f"reciprocal: the joint subject of '{word}'", cost)
    return []


def _needs_partner(scene: Scene, match: Match) -> bool:
    """Whether the bare verb says nothing of what its subjects do with each other."""
    lemmas = {lemma.removeprefix("=") for lemma, _ in scene.lemmas[match.head]}
    return len(match.tokens) == 1 and not lemmas.isdisjoint(_WITH_A_PARTNER)


def _partner(scene: Scene, match: Match, first: int) -> tuple[int, float]:
    best, best_cost = -1, 2.6
    key = scene.participants[first].key
    same_group = set(scene.groups[first])
    takes_object = _MEETING & {lemma for lemma, _ in scene.lemmas[match.head]}
    opened = scene.word(match.last - 1) in _OPENING
    for index, p in enumerate(scene.participants):
        if p.key == key or p.first <= match.head or index in same_group:
            continue
        if p.first < match.last:
            return index, 0.0
        preposition = "" if scene.speaks_for(p) else scene.preposition(p)
        cost = 0.1 * (scene.words_before[p.first] - scene.words_before[match.last])
        at = scene.preposition_at(p)
        inside = match.first < at < match.last and scene.lower[at] in ("from", "of")
        if not inside and preposition not in ("", "with", "between", "to"):
            cost += OBJECT_COST.get(preposition, 1.5) + 2.2
        if not preposition and not opened and not inside:
            # "met the king" names a partner, "discussed the island" a topic.
            cost += 0.0 if takes_object and p.first <= match.last + 5 else 3.0
        cost += scene.boundary(match.last, p.first)
        cost += 1.2 * scene.finite_between(match.last, p.first)
        if cost < best_cost:
            best, best_cost = index, cost
    return best, best_cost


_WITH_A_PARTNER: Final = word_list("with_a_partner")
_OPENING: Final = frozenset("with to between alongside beside".split())
_MEETING: Final = frozenset("meet phone call telephone engage fight battle confront".split())


def _mutual_noun(scene: Scene, match: Match) -> list[Roles]:
    """ "talks between A and B", "A–B talks", "A's talks with B", "A and B … talks"."""
    word = " ".join(scene.lower[k] for k in match.tokens)
    inside = [i for i, p in enumerate(scene.participants) if match.first < p.first < match.last]
    if inside:
        group = _distinct(scene, scene.groups[inside[0]])
        if len(group) >= 2:
            return _pairs(scene, group, f"'{word}' of both actors in it", 0.3)
    after = [
        i
        for i, p in enumerate(scene.participants)
        if match.last <= p.first <= match.last + 14
        and scene.boundary(match.last, p.first) < 1.2
        and scene.finite_between(match.last, p.first) <= (scene.governing(p) == "between")
    ]
    for i in after:
        at = scene.preposition_at(scene.participants[i])
        preposition = scene.governing(scene.participants[i]) if at >= match.first else ""
        if preposition == "between" or (
            preposition in ("of", "among") and len(scene.groups[i]) > 1
        ):
            group = _distinct(scene, [g for g in scene.groups[i] if g >= i])
            if len(group) >= 2:
                return _pairs(scene, group, f"'{word}' {preposition} both", 0.2)
        if preposition == "with":
            owner, cost = owner_of(scene, match, scene.participants[i].key)
            if owner >= 0:
                return _spread(scene, owner, i, True, f"'{word}' with a partner", cost)
    before = [
        i
        for i, p in enumerate(scene.participants)
        if p.last <= match.first
        and scene.words_before[match.first] - scene.words_before[p.last] <= 4
    ]
    if before:
        group = _distinct(scene, scene.groups[before[-1]])
        gap_ok = scene.boundary(scene.participants[before[-1]].last, match.first) < 0.5
        if len(group) >= 2 and gap_ok:
            return _pairs(scene, group, f"'{word}' of both actors named before it", 0.4)
    owner, cost = subject(scene, at_head(match, match.first))
    if owner >= 0:
        group = _distinct(scene, scene.groups[owner])
        if len(group) >= 2 and match.entry.root != "ASSAULT":
            return _pairs(scene, group, f"joint subject before '{word}'", cost + 0.5)
        for i in after:
            if scene.participants[i].key != scene.participants[owner].key:
                preposition = scene.preposition(scene.participants[i])
                if preposition in ("with", "to"):
                    return _spread(
                        scene, owner, i, True, f"'{word}' of one with the other", cost + 1
                    )
    return []


# -- nominal acts ----------------------------------------------------------------


def _nominal(scene: Scene, match: Match) -> list[Roles]:
    """ "Russia's attack on Ukraine", "an attack by A on B", "A stepped up attacks on B"."""
    word = " ".join(scene.lower[k] for k in match.tokens)
    target, target_cost = _nominal_target(scene, match)
    source, source_cost = _agent_of_noun(scene, match, target)
    rule = f"nominal: owner and object of '{word}'"
    if source < 0 and own_forces(match):
        # "the withdrawal of Russian troops from X", "the last Russian troops leave X"
        inside = [i for i, p in enumerate(scene.participants) if match.first < p.first]
        if inside and inside[0] != target and _owns_forces(scene, match, inside[0]):
            source, source_cost = inside[0], 0.2
    if source < 0:
        key = scene.participants[target].key if target >= 0 else ""
        source, source_cost = owner_of(scene, match, key)
    if source < 0 or target < 0:
        return []
    if match.entry.root in _COMES_FROM and scene.preposition(scene.participants[target]) == "from":
        source, target = target, source
        rule = f"nominal: '{word}' comes from its source"
    return _spread(scene, source, target, match.entry.joint, rule, source_cost + target_cost)


#: Acts that come "from" their source: "a loan from", "criticism from".
_COMES_FROM: Final = frozenset("AID SUPPORT ACCUSE REQUEST THREATEN PROTEST REJECT ASSAULT".split())


def _nominal_target(scene: Scene, match: Match) -> tuple[int, float]:
    best, best_cost = -1, LIMIT - 0.8
    for index, p in enumerate(scene.participants):
        if match.first < p.first < match.last:
            if own_forces(match) or _gives(scene, match, p):
                continue
            return index, 0.0
        if p.first < match.last:
            continue
        ahead = [scene.lower[k] for k in range(match.last, p.first)]
        if scene.word(match.last - 1) == "that" and len(ahead) <= 2:
            return index, 0.3
        if own_forces(match) and _ends_in_verb(scene, match) and set(ahead) <= DETERMINERS:
            return index, 0.3  # "the last soldiers leave X"
        at = scene.preposition_at(p)
        preposition = scene.lower[at] if at >= match.last - 1 else ""
        if preposition not in TARGET_PREPOSITIONS or preposition == "by":
            continue
        cost = OBJECT_COST.get(preposition, 1.5)
        cost += 0.12 * (scene.words_before[p.first] - scene.words_before[match.last])
        cost += scene.boundary(match.last, p.first)
        cost += _carried(scene, match, p)
        if cost < best_cost:
            best, best_cost = index, cost
    return best, best_cost


def _ends_in_verb(scene: Scene, match: Match) -> bool:
    return len(match.tokens) > 1 and bool(scene.form(match.tokens[-1]) & VERBAL)


def _owns_forces(scene: Scene, match: Match, index: int) -> bool:
    p = scene.participants[index]
    return scene.preposition(p) == "of" or (p.adjectival and p.last in match.tokens)


def _carried(scene: Scene, match: Match, p: Participant) -> float:
    """The cost of the verbs between a nominal act and an actor.

    A passive light verb carries the act on: "a warning was sent by A to B".
    """
    finite = scene.finite_between(match.last, p.first)
    if finite != 1:
        return 1.5 * finite
    for k in range(match.last, p.first):
        if scene.lower[k] in ("was", "were", "is", "are", "been"):
            return 0.3
    return 1.5


def _gives(scene: Scene, match: Match, p: Participant) -> bool:
    """Whether an actor inside a nominal act is its doer: "vaccines sent by A arrived in B"."""
    preposition = scene.preposition(p)
    return preposition == "by" or (preposition == "from" and match.entry.root == "AID")


def _agent_of_noun(scene: Scene, match: Match, target: int) -> tuple[int, float]:
    best, best_cost = -1, LIMIT - 1.0
    for index, p in enumerate(scene.participants):
        if match.first < p.first < match.last and _gives(scene, match, p):
            return index, 0.2
        if index == target or p.first < match.last or p.first > match.last + 20:
            continue
        if scene.governing(p) == "by":
            cost = 0.06 * (p.first - match.last) + scene.boundary(match.last, p.first)
            cost += _carried(scene, match, p)
            if cost < best_cost:
                best, best_cost = index, cost
    return best, best_cost


# -- results -----------------------------------------------------------------------


def _distinct(scene: Scene, group: list[int]) -> list[int]:
    """The group's members with each actor once."""
    seen: dict[str, int] = {}
    for index in group:
        seen.setdefault(scene.participants[index].key, index)
    return sorted(seen.values())


def _pairs(scene: Scene, group: list[int], rule: str, cost: float) -> list[Roles]:
    if len(group) > MULTILATERAL:  # of a long list the first with those named next
        return [Roles(group[0], b, True, rule, cost) for b in group[1 : MULTILATERAL + 1]]
    return [
        Roles(a, b, True, rule, cost) for place, a in enumerate(group) for b in group[place + 1 :]
    ]


def _spread(
    scene: Scene, source: int, target: int, both: bool, rule: str, cost: float
) -> list[Roles]:
    """The couple, and the couples of the actors coordinated with either side."""
    sources = _distinct(scene, scene.groups[source])
    targets = _distinct(scene, scene.groups[target])
    if set(sources) & set(targets):
        sources, targets = [source], [target]
    return [
        Roles(a, b, both, rule, cost)
        for a in sources[:5]
        for b in targets[:5]
        if scene.participants[a].key != scene.participants[b].key
    ]
