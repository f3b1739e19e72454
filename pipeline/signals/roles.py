"""Who did it to whom: source and target of a construction.

No parser: every candidate actor is given a cost for what stands between it and
the construction (words, clause boundaries, finite verbs, prepositions), and the
cheapest wins if it is cheap enough. The costs are told beside each rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.records import QUAD_OF_ROOT
from pipeline.signals.matcher import Match
from pipeline.signals.scene import CLAUSE_OPENERS, Participant, Scene
from pipeline.signals.words import GERUND, PARTICIPLE, PREPOSITIONS

#: Above this cost an actor is not taken for a role.
LIMIT: Final = 3.4
#: More actors than this acting together are a multilateral matter: no pair is coded.
MULTILATERAL: Final = 4
_NEVER: Final = 99.0
#: Prepositions that introduce the target of a nominal act.
_TARGET_PREPOSITIONS: Final = frozenset(
    "on against to toward towards with at over of from for into in upon by".split()
)
#: How well a preposition fits the target of a verb (0 is best).
_OBJECT_COST: Final[dict[str, float]] = {
    "": 0.0,
    "on": 0.2,
    "at": 0.2,
    "against": 0.1,
    "to": 0.2,
    "with": 0.2,
    "toward": 0.2,
    "towards": 0.2,
    "upon": 0.2,
    "from": 0.5,
    "into": 0.4,
    "in": 0.8,
    "of": 0.7,
    "off": 0.6,
    "near": 0.8,
    "over": 1.4,
    "for": 1.2,
    "inside": 0.6,
    "within": 0.9,
    "across": 0.6,
    "through": 1.4,
    "between": 0.4,
    "among": 0.8,
    "around": 0.8,
    "about": 1.5,
    "after": 3.0,
    "by": 3.5,
    "during": 3.0,
    "as": 1.2,
    "than": 3.5,
    "amid": 3.0,
    "since": 3.5,
    "before": 3.0,
    "under": 2.0,
    "despite": 3.0,
    "without": 2.5,
    "like": 3.0,
    "including": 0.8,
}


#: Prepositions of place and topic: "met in Geneva", "criticised over Crimea".
_TOPICAL: Final = frozenset("in over about near around amid inside during".split())


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
    if match.passive:
        target, target_cost = _passive_target(scene, match)
        source, source_cost = _agent(scene, match, target)
        if source < 0:
            source, source_cost = _unnamed_agent(scene, match, target)
        if source < 0 and _own_forces(match):
            # "Its army was put on alert along the border of X": the subject's own doing.
            source, source_cost = target, target_cost
            target, target_cost = _object(scene, match, source)
        voice = "passive"
    else:
        source, source_cost = subject(scene, match)
        target, target_cost = _object(scene, match, source)
        voice = "active"
    if source >= 0 and target < 0 and QUAD_OF_ROOT[match.entry.root] <= 2 and voice == "active":
        # "The EU and Turkish officials agreed on …": each is the other's partner.
        group = _distinct(scene, scene.groups[source])
        if len(group) >= 2:
            return _pairs(scene, group, f"joint subject of '{word}'", source_cost + 0.5)
    if source < 0 or target < 0:
        return []
    cost = source_cost + target_cost
    if receive:
        source, target = target, source
        rule = f"'{word}': its subject is the target"
    elif voice == "passive":
        rule = f"passive: subject of '{word}' is the target, the actor after 'by' the source"
    else:
        rule = f"active: subject and object of '{word}'"
    return _spread(scene, source, target, match.entry.joint, rule, cost)


def subject(scene: Scene, match: Match) -> tuple[int, float]:
    """The cheapest actor to the left of the verb that may be its subject, and its cost."""
    head = match.head
    best, best_cost = -1, LIMIT
    for index, p in enumerate(scene.participants):
        if p.last > head:
            break
        cost = _subject_cost(scene, p, head)
        if cost < best_cost or (cost == best_cost and best >= 0):
            best, best_cost = index, cost
    return best, best_cost


def _subject_cost(scene: Scene, p: Participant, head: int) -> float:
    cost = 0.06 * (scene.words_before[head] - scene.words_before[p.last])
    before = scene.word(head - 1)
    before2 = scene.word(head - 2)
    gerund = any(bits & GERUND for _, bits in scene.lemmas[head]) and scene.lower[head].endswith(
        "ing"
    )
    detached = gerund and (
        before in (",", "by", "after", "before", "while", "without", "when", "through", "and")
    )
    chained = before in ("and", "or", ",", "also", "then") or (
        before2 in ("and", "or", "but") and (before.endswith("ly") or before in ("also", "then"))
    )
    infinitive = before == "to" or before2 == "to"
    finite = scene.finite_between(p.last, head)
    if detached:
        cost += 0.15 * finite
        # The object of the verb before is no subject of ", accusing …".
        if finite == 0 and scene.finite_between(0, p.first):
            cost += 1.2
        cost += 0.4 * scene.boundary(p.last, head - 1)
    elif chained:
        cost += 0.5 * max(0, finite - 1)
        if finite == 0 and scene.finite_between(0, p.first) and _after_finite(scene, p):
            cost += 1.2
        cost += 0.5 * scene.boundary(p.last, head - 1)
    elif infinitive:
        cost += 0.9 * max(0, finite - 1)
        cost += 0.6 * scene.boundary(p.last, head)
    else:
        own = 1 if scene.finite[head] else 0
        auxiliaries = _auxiliaries(scene, head)
        cost += 1.5 * max(0, scene.finite_between(p.last, head - auxiliaries))
        cost += scene.boundary(p.last, head) * (0.9 if own else 0.7)
    if scene.word(head - _auxiliaries(scene, head) - 1) in ("it", "he", "she", "they"):
        # "X denied that it had …": the pronoun stands for the subject before it.
        cost = 0.8 + 0.03 * (head - p.last) + 0.2 * finite
        cost += 1.2 if _after_finite(scene, p) else 0.0
    elif scene.pronoun_between(p.last, head):
        cost += 0.9
    preposition = scene.preposition(p)
    if preposition and not scene.speaks_for(p):
        cost += 1.1 if preposition in ("of", "in", "with") else 1.8
    if preposition == "by":
        cost += 1.5
    if not p.may_act:
        cost += 1.6
    return cost


def _after_finite(scene: Scene, p: Participant) -> bool:
    """Whether a finite verb stands shortly before the actor: it is that verb's object."""
    return any(scene.finite[k] for k in range(max(0, p.first - 4), p.first))


def _auxiliaries(scene: Scene, head: int) -> int:
    """How many auxiliaries and adverbs stand right before the verb."""
    count = 0
    for k in range(head - 1, max(-1, head - 6), -1):
        word = scene.lower[k]
        if word in (
            "is are was were has have had does did do be been being will would shall should can "
            "could may might must not n't never also reportedly repeatedly".split()
        ) or word.endswith("ly"):
            count += 1
        else:
            break
    return count


def _object(scene: Scene, match: Match, source: int) -> tuple[int, float]:
    """The cheapest actor inside the construction or to its right, and its cost."""
    best, best_cost = -1, LIMIT
    source_key = scene.participants[source].key if source >= 0 else ""
    for index, p in enumerate(scene.participants):
        if p.first <= match.head or p.key == source_key:
            continue
        cost = _object_cost(scene, p, match)
        if cost < best_cost:
            best, best_cost = index, cost
    return best, best_cost


def _object_cost(scene: Scene, p: Participant, match: Match) -> float:
    if p.first < match.last:
        return 0.0  # inside the construction: "summoned the Russian ambassador"
    start = match.last
    words = scene.words_before[p.first] - scene.words_before[start]
    cost = 0.11 * words
    last_word = scene.word(start - 1)
    preposition = scene.preposition(p)
    at = scene.preposition_at(p) if preposition else -1
    if preposition and at >= start:
        cost += _object_cost_of(preposition, match)
        if last_word in _TARGET_PREPOSITIONS and last_word not in ("in", "by", "of"):
            cost += 0.4
    cost += scene.boundary(start, p.first)
    cost += 1.3 * scene.finite_between(start, p.first)
    if match.entry.root == "REJECT" and scene.word(start) in ("that", "it"):
        cost += 2.0  # what is denied is no act towards those it speaks of
    if scene.word(start) == "and" or any(scene.lower[k] == "and" for k in range(start, p.first)):
        cost += 0.25
    return cost


def _object_cost_of(preposition: str, match: Match) -> float:
    """How badly a preposition fits; where words are exchanged a place or topic is no target."""
    if match.entry.frame == "receive" and preposition in ("by", "from"):
        return 0.1
    if QUAD_OF_ROOT[match.entry.root] in (1, 3) and preposition in _TOPICAL:
        return 2.7
    return _OBJECT_COST.get(preposition, 1.5)


def _passive_target(scene: Scene, match: Match) -> tuple[int, float]:
    """The target of a passive: in the construction, after its preposition, or the subject."""
    best, best_cost = -1, LIMIT
    turned = match.first != match.head
    for index, p in enumerate(scene.participants):
        if match.first < p.first < match.last:
            if scene.preposition(p) == "by":
                continue
            return index, 0.0
        # "Sanctions were imposed on Iran by …", "an ambassador expelled from …".
        ends = scene.word(match.last - 1) in _TARGET_PREPOSITIONS - {"by", "in", "for", "over"}
        if p.first >= match.last and (ends or turned):
            preposition = scene.preposition(p)
            cost = 0.15 * (p.first - match.last) + scene.boundary(match.last, p.first)
            if preposition == "by" or (turned and not ends and preposition in ("", "in", "after")):
                continue
            if cost < best_cost:
                best, best_cost = index, cost
        if p.last <= match.first:
            cost = (
                _subject_cost(scene, p, match.first)
                if match.first != match.head
                else (_passive_subject_cost(scene, p, match.head))
            )
            # "US sanctions imposed on Russia": what stands before the noun owns it.
            cost += 0.8 if turned else 0.0
            if cost < best_cost:
                best, best_cost = index, cost
    return best, best_cost


def _passive_subject_cost(scene: Scene, p: Participant, head: int) -> float:
    cost = _subject_cost(scene, p, head)
    if not p.may_act:
        cost -= 1.6  # anything of a state's may be acted upon
    return cost


def _agent(scene: Scene, match: Match, target: int) -> tuple[int, float]:
    """The actor after "by" (or before it as an adjective: "US-imposed")."""
    best, best_cost = -1, LIMIT
    for k in range(match.head + 1, min(match.head + 26, len(scene.tokens))):
        if scene.lower[k] != "by":
            continue
        for index, p in enumerate(scene.participants):
            if index == target or p.first <= k or p.first > k + 8:
                continue
            cost = 0.1 * (p.first - k) + 0.4 * scene.boundary(match.last, k)
            cost += scene.boundary(k, p.first) + 1.5 * scene.finite_between(k, p.first)
            if not p.may_act:
                cost += 1.2
            if cost < best_cost:
                best, best_cost = index, cost
    if best < 0 and scene.word(match.head - 1) == "-":
        owner = scene.owner[match.head - 2] if match.head >= 2 else -1
        if owner >= 0 and owner != target:
            return owner, 0.3
    return best, best_cost


def _unnamed_agent(scene: Scene, match: Match, target: int) -> tuple[int, float]:
    """The agent of a passive without "by".

    "US sanctions imposed on …": the owner of the thing done. "was arrested in …": the
    state in whose place it is done, for acts that only authorities do.
    """
    other = scene.participants[target].key if target >= 0 else ""
    if match.first != match.head:
        owner = _possessor(scene, match, other)
        if owner >= 0:
            return owner, 0.6
    if match.entry.root == "COERCE" or match.entry.theme == "prosecution":
        for index, p in enumerate(scene.participants):
            near = match.last <= p.first <= match.last + 6
            if near and p.key != other and scene.preposition(p) in ("in", "at"):
                return index, 1.2 + scene.boundary(match.last, p.first)
    return -1, _NEVER


# -- reciprocal ----------------------------------------------------------------


def _mutual(scene: Scene, match: Match) -> list[Roles]:
    word = scene.lower[match.head]
    if match.passive and match.first != match.head:
        agent, agent_cost = _agent(scene, match, -1)
        group = _distinct(scene, scene.groups[agent]) if agent >= 0 else []
        if len(group) >= 2:
            return _pairs(scene, group, f"reciprocal: both agents of '{word}'", agent_cost)
        return _mutual_noun(scene, match)
    first, cost = subject(scene, match)
    if first < 0:
        return []
    partner, partner_cost = _partner(scene, match, first)
    rule = f"reciprocal: '{word}' with its subject and partner"
    if partner >= 0 and cost + partner_cost < LIMIT + 1.5:
        return _spread(scene, first, partner, True, rule, cost + partner_cost)
    group = _distinct(scene, scene.groups[first])
    if len(group) >= 2:
        return _pairs(scene, group, f"reciprocal: the joint subject of '{word}'", cost)
    return []


def _partner(scene: Scene, match: Match, first: int) -> tuple[int, float]:
    best, best_cost = -1, 2.6
    key = scene.participants[first].key
    same_group = set(scene.groups[first])
    takes_object = _MEETING & {lemma for lemma, _ in scene.lemmas[match.head]}
    opened = scene.word(match.last - 1) in ("with", "to", "between")
    for index, p in enumerate(scene.participants):
        if p.key == key or p.first <= match.head or index in same_group:
            continue
        if p.first < match.last:
            return index, 0.0
        preposition = "" if scene.speaks_for(p) else scene.preposition(p)
        cost = 0.1 * (scene.words_before[p.first] - scene.words_before[match.last])
        if preposition not in ("", "with", "between", "to"):
            cost += _OBJECT_COST.get(preposition, 1.5) + 2.2
        if not preposition and not opened:
            # "met the king" names a partner, "discussed the island" a topic.
            cost += 0.0 if takes_object and p.first <= match.last + 5 else 3.0
        cost += scene.boundary(match.last, p.first)
        cost += 1.2 * scene.finite_between(match.last, p.first)
        if cost < best_cost:
            best, best_cost = index, cost
    return best, best_cost


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
            owner, cost = _owner(scene, match, scene.participants[i].key)
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
    owner, cost = subject(scene, _at(match, match.first))
    if owner >= 0:
        group = _distinct(scene, scene.groups[owner])
        if len(group) >= 2:
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


def _own_forces(match: Match) -> bool:
    """Whether the act moves the source's own forces, which then stand as its object."""
    return match.entry.root == "MOBILIZE" or match.entry.theme == "troop_withdrawal"


def _nominal(scene: Scene, match: Match) -> list[Roles]:
    """ "Russia's attack on Ukraine", "an attack by A on B", "A stepped up attacks on B"."""
    word = " ".join(scene.lower[k] for k in match.tokens)
    target, target_cost = _nominal_target(scene, match)
    source, source_cost = _agent_of_noun(scene, match, target)
    rule = f"nominal: owner and object of '{word}'"
    if source < 0 and _own_forces(match):
        # "the withdrawal of Russian troops from X"
        inside = [i for i, p in enumerate(scene.participants) if match.first < p.first]
        if (
            inside
            and inside[0] != target
            and scene.preposition(scene.participants[inside[0]]) == "of"
        ):
            source, source_cost = inside[0], 0.2
    if source < 0:
        key = scene.participants[target].key if target >= 0 else ""
        source, source_cost = _owner(scene, match, key)
    if source < 0 or target < 0:
        return []
    if match.entry.root in _COMES_FROM and scene.preposition(scene.participants[target]) == "from":
        source, target = target, source
        rule = f"nominal: '{word}' comes from its source"
    return _spread(scene, source, target, match.entry.joint, rule, source_cost + target_cost)


#: Acts that come "from" their source: "a loan from", "criticism from".
_COMES_FROM: Final = frozenset("AID SUPPORT ACCUSE REQUEST THREATEN PROTEST REJECT".split())


def _nominal_target(scene: Scene, match: Match) -> tuple[int, float]:
    best, best_cost = -1, LIMIT - 0.8
    for index, p in enumerate(scene.participants):
        if match.first < p.first < match.last:
            if _own_forces(match):
                continue
            return index, 0.0
        if p.first < match.last:
            continue
        if scene.word(match.last - 1) == "that" and p.first <= match.last + 2:
            return index, 0.3
        at = scene.preposition_at(p)
        preposition = scene.lower[at] if at >= match.last - 1 else ""
        if preposition not in _TARGET_PREPOSITIONS or preposition == "by":
            continue
        cost = _OBJECT_COST.get(preposition, 1.5)
        cost += 0.12 * (scene.words_before[p.first] - scene.words_before[match.last])
        cost += scene.boundary(match.last, p.first)
        cost += _carried(scene, match, p)
        if cost < best_cost:
            best, best_cost = index, cost
    return best, best_cost


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


def _agent_of_noun(scene: Scene, match: Match, target: int) -> tuple[int, float]:
    best, best_cost = -1, LIMIT - 1.0
    for index, p in enumerate(scene.participants):
        if index == target or p.first < match.last or p.first > match.last + 20:
            continue
        if scene.governing(p) == "by":
            cost = 0.06 * (p.first - match.last) + scene.boundary(match.last, p.first)
            cost += _carried(scene, match, p)
            if cost < best_cost:
                best, best_cost = index, cost
    return best, best_cost


def _owner(scene: Scene, match: Match, other_key: str) -> tuple[int, float]:
    """The possessor or adjective before a noun, else the subject of its sentence."""
    index = _possessor(scene, match, other_key)
    if index >= 0:
        return index, 0.1 * (match.first - scene.participants[index].last)
    index, cost = subject(scene, _at(match, match.first))
    if index >= 0 and scene.participants[index].key == other_key:
        return -1, _NEVER
    return index, cost + 0.7


def _possessor(scene: Scene, match: Match, other_key: str) -> int:
    """The actor that owns the noun ("Russia's", "Russian", "US-led"), or -1."""
    for index in range(len(scene.participants) - 1, -1, -1):
        p = scene.participants[index]
        if p.last > match.first or p.key == other_key:
            continue
        between = range(p.last, match.first)
        owns = scene.possessive(p) or p.adjectival or scene.word(p.last) == "-" or not between
        if owns and len(between) <= 5 and all(_belongs(scene, p, k) for k in between):
            return index
        break
    return -1


def _belongs(scene: Scene, p: Participant, k: int) -> bool:
    """Whether the word at ``k`` may stand between an owner and what it owns."""
    word = scene.lower[k]
    if scene.skip[k] or scene.owner[k] >= 0:
        return True
    if word in ("'s", "'", "’", "-", "led", "backed", "and"):
        return True
    plain = scene.tokens[k].text[0].islower() and not scene.finite[k]
    return plain and k == p.last and word not in PREPOSITIONS


def _at(match: Match, head: int) -> Match:
    return Match(match.entry, match.tokens, head, match.passive)


# -- results -----------------------------------------------------------------------


def _distinct(scene: Scene, group: list[int]) -> list[int]:
    """The group's members with each actor once."""
    seen: dict[str, int] = {}
    for index in group:
        seen.setdefault(scene.participants[index].key, index)
    return sorted(seen.values())


def _pairs(scene: Scene, group: list[int], rule: str, cost: float) -> list[Roles]:
    if len(group) > MULTILATERAL:
        return []
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


__all__ = ["CLAUSE_OPENERS", "LIMIT", "PARTICIPLE", "Roles", "assign", "subject"]
