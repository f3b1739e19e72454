"""Which actor may fill a role of a construction, and at what cost.

Every candidate is given a cost for what stands between it and the construction (words,
clause boundaries, finite verbs, prepositions); the cheapest wins if it is cheap enough.
"""

from __future__ import annotations

from typing import Final

from pipeline.records import QUAD_OF_ROOT
from pipeline.signals.agents import (
    OTHERS,
    REBELS,
    others_before,
    powerless_subject,
    stands_for_others,
)
from pipeline.signals.matcher import Match
from pipeline.signals.scene import CLAUSE_OPENERS, Participant, Scene
from pipeline.signals.words import DETERMINERS, GERUND, PREPOSITIONS

#: How far behind an actor its clause's verb stands ("A all but declared").
_VERB_NEAR: Final = 5
#: Above this cost an actor is not taken for a role.
LIMIT: Final = 3.4
NEVER: Final = 99.0
#: Prepositions that introduce the target of a nominal act.
TARGET_PREPOSITIONS: Final = frozenset(
    "on against to toward towards with at over of from for into in inside within across upon "
    "by".split()
)
#: How well a preposition fits the target of a verb (0 is best).
OBJECT_COST: Final[dict[str, float]] = {
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
#: What it costs an actor that rebels and pirates stand in its place.
_OTHERS: Final = LIMIT
#: Acts of force: they hit what is at a border, not who is behind it.
_FORCE: Final = frozenset(("ASSAULT", "COERCE"))
_JOINED: Final = frozenset(("and", "with"))
_BORDERS: Final = frozenset(("border", "borders", "frontier"))
#: How far back an actor's clause is looked through for its verb.
_FAR: Final = 12
#: What may stand right before a verb, and adverbs in "-ly".
_AUXILIARIES: Final = frozenset(
    "is are was were have has had does did do be been being will would shall should can could "
    "may might must not n't never also".split()
)
_STOPS: Final = frozenset(("that", "who", "which", ";", ":", "."))


def own_forces(match: Match) -> bool:
    """Whether the act moves the source's own forces, which then stand as its object."""
    return match.entry.root == "MOBILIZE" or match.entry.theme == "troop_withdrawal"


def subject(scene: Scene, match: Match, acts: bool = True) -> tuple[int, float]:
    """The cheapest actor to the left of the verb that may be its subject, and its cost.

    ``acts``: whether the subject is the doer; anything of a state's may be acted upon.
    """
    cost_of = subject_cost if acts else _passive_subject_cost
    head = match.head
    best, best_cost = -1, LIMIT
    for index, p in enumerate(scene.participants):
        if p.last > head:
            break
        cost = cost_of(scene, p, head)
        if cost < best_cost or (cost == best_cost and best >= 0):
            best, best_cost = index, cost
    return best, best_cost


def subject_cost(scene: Scene, p: Participant, head: int) -> float:
    """How badly an actor before token ``head`` suits as the doer of the verb there."""
    cost = _grammar_cost(scene, p, head)
    if powerless_subject(scene, p, head):
        cost += _OTHERS
    elif not p.may_act:
        cost += 1.6
    if stands_for_others(scene, p) or _behind_others(scene, p, head):
        cost += _OTHERS
    return cost


def _passive_subject_cost(scene: Scene, p: Participant, head: int) -> float:
    """The same for what is acted upon: anything of a state's may be, but not its rebels."""
    cost = _grammar_cost(scene, p, head)
    if stands_for_others(scene, p, REBELS) or _behind_others(scene, p, head, REBELS):
        cost += _OTHERS
    return cost


def _grammar_cost(scene: Scene, p: Participant, head: int) -> float:
    """How badly the actor's place suits the subject of the verb."""
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
    auxiliaries = _auxiliaries(scene, head)
    finite = scene.finite_between(p.last, head)
    if auxiliaries and scene.word(head - auxiliaries - 1) in ("and", "but"):
        chained = True  # "… and has asked"
        finite = scene.finite_between(p.last, head - auxiliaries)
    if detached:
        cost += 0.15 * finite
        # The object of the verb before is no subject of ", accusing …".
        if finite == 0 and scene.finite_between(0, p.first):
            cost += 1.2
        cost += 0.4 * scene.boundary(p.last, head - 1)
    elif chained:
        cost += 0.5 * max(0, finite - 1)
        if not finite and _object_before(scene, p, 4 if before == "," else _FAR):
            cost += 1.2
        cost += 0.5 * scene.boundary(p.last, head - 1)
    elif infinitive:
        cost += 0.9 * max(0, finite - 1)
        cost += 0.6 * scene.boundary(p.last, head)
    else:
        own = 1 if scene.finite[head] else 0
        cost += 1.5 * max(0, scene.finite_between(p.last, head - auxiliaries))
        cost += scene.boundary(p.last, head) * (0.9 if own else 0.7)
    if scene.word(head - auxiliaries - 1) in ("it", "he", "she", "they"):
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
    return cost


def _behind_others(scene: Scene, p: Participant, head: int, whom: frozenset[str] = OTHERS) -> bool:
    """Whether rebels or private persons are the verb's subject: "In X, militants killed …"."""
    others = others_before(scene, head, whom)
    if scene.word(p.last) == "-" or not _JOINED.isdisjoint(scene.lower[p.last : others]):
        return False  # "Hamas-led militants", "the king and his wife"
    return others > p.last or (others == p.last and not (p.may_act or p.adjectival))


def _after_finite(scene: Scene, p: Participant) -> bool:
    """Whether a finite verb stands shortly before the actor: it is that verb's object."""
    return any(scene.finite[k] for k in range(max(0, p.first - 4), p.first))


def _object_before(scene: Scene, p: Participant, far: int) -> bool:
    """Whether the actor is in the clause of a verb that another actor before it governs.

    "A expels the ambassadors of B and C and recalls its own": what follows is A's act.
    """
    for k in range(p.first - 1, max(-1, p.first - far - 1), -1):
        if scene.finite[k]:
            return k >= p.first - 4 or any(q.last <= k for q in scene.participants)
        if scene.lower[k] in _STOPS or scene.lower[k] in CLAUSE_OPENERS:
            return False
    return False


def _auxiliaries(scene: Scene, head: int) -> int:
    """How many auxiliaries and adverbs stand right before the verb."""
    count = 0
    for k in range(head - 1, max(-1, head - 6), -1):
        word = scene.lower[k]
        if word in _AUXILIARIES or word.endswith("ly"):
            count += 1
        else:
            break
    return count


def object_of(scene: Scene, match: Match, source: int) -> tuple[int, float]:
    """The cheapest actor inside the construction or to its right, and its cost."""
    best, best_cost = -1, LIMIT
    source_key = scene.participants[source].key if source >= 0 else ""
    for index, p in enumerate(scene.participants):
        if p.first <= match.head or p.key == source_key:
            continue
        cost = object_cost(scene, p, match)
        if cost < best_cost:
            best, best_cost = index, cost
    return best, best_cost


def object_cost(scene: Scene, p: Participant, match: Match) -> float:
    """How badly an actor behind the verb suits as its object or prepositional object."""
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
        if last_word in TARGET_PREPOSITIONS and last_word not in ("in", "by", "of"):
            cost += 0.4
    cost += scene.boundary(start, p.first)
    cost += 1.3 * scene.finite_between(start, p.first)
    if match.entry.root in _FORCE and _at_border(scene, p):
        cost += _OTHERS
    infinitive = scene.word(match.head - 1) == "to" and not scene.finite_between(0, match.head)
    if infinitive and scene.finite_between(start, p.first):
        cost += 1.3  # "its decision to pull down a statue drew criticism from …"
    if match.entry.root == "REJECT" and scene.word(start) in ("that", "it"):
        cost += 2.0  # what is denied is no act towards those it speaks of
    if scene.word(start) == "and" or any(scene.lower[k] == "and" for k in range(start, p.first)):
        cost += 0.25
    return cost


def _at_border(scene: Scene, p: Participant) -> bool:
    """Whether it says where something is: "near the A border", "at the border with A"."""
    if scene.word(p.first - 1) == "with" and scene.word(p.first - 2) in _BORDERS:
        at = p.first - 2
    elif scene.word(p.last) in _BORDERS:
        at = p.first
    else:
        return False
    while scene.word(at - 1) in DETERMINERS:
        at -= 1
    return scene.word(at - 1) in ("near", "at", "on", "along", "by", "to")


def _object_cost_of(preposition: str, match: Match) -> float:
    """How badly a preposition fits; where words are exchanged a place or topic is no target."""
    if match.entry.frame == "receive" and preposition in ("by", "from"):
        return 0.1
    if QUAD_OF_ROOT[match.entry.root] in (1, 3) and preposition in _TOPICAL:
        return 2.7
    return OBJECT_COST.get(preposition, 1.5)


def in_place(scene: Scene, p: Participant) -> bool:
    """Whether an actor only says where something is: "a centre in A"."""
    return scene.preposition(p) in ("in", "at", "near")


def passive_target(scene: Scene, match: Match) -> tuple[int, float]:
    """The target of a passive: in the construction, after its preposition, or the subject."""
    best, best_cost = -1, LIMIT
    turned = match.first != match.head
    forceful = QUAD_OF_ROOT[match.entry.root] == 4
    for index, p in enumerate(scene.participants):
        if match.first < p.first < match.last:
            if scene.preposition(p) == "by" or (turned and in_place(scene, p)):
                continue
            return index, 0.0
        # "Sanctions were imposed on Iran by …", "an ambassador expelled from …".
        ends = scene.word(match.last - 1) in TARGET_PREPOSITIONS - {"by", "in", "for", "over"}
        if p.first >= match.last and (ends or turned):
            preposition = scene.preposition(p)
            cost = 0.15 * (p.first - match.last) + scene.boundary(match.last, p.first)
            if preposition == "by" or (turned and not ends and preposition in ("", "in", "after")):
                continue
            if forceful and not ends and preposition in _TOPICAL | {"off", "at", "outside"}:
                continue  # "a vessel of X was seized off Y"
            if cost < best_cost:
                best, best_cost = index, cost
        if p.last <= match.first:
            cost = (
                subject_cost(scene, p, match.first)
                if match.first != match.head
                else (_passive_subject_cost(scene, p, match.head))
            )
            # "US sanctions imposed on Russia": what stands before the noun owns it.
            cost += 0.8 if turned else 0.0
            if cost < best_cost:
                best, best_cost = index, cost
    return best, best_cost


def agent_of(scene: Scene, match: Match, target: int) -> tuple[int, float]:
    """The actor after "by" (or before it as an adjective: "US-imposed")."""
    best, best_cost = -1, LIMIT
    for k in range(match.head + 1, min(match.head + 26, len(scene.tokens))):
        if scene.lower[k] != "by":
            continue
        for index, p in enumerate(scene.participants):
            if index == target or p.first <= k or p.first > k + 8 or _next_clause(scene, k, p):
                continue
            cost = 0.1 * (p.first - k) + 0.4 * scene.boundary(match.last, k)
            cost += 1.5 * scene.finite_between(match.last, k)
            cost += scene.boundary(k, p.first) + 1.5 * scene.finite_between(k, p.first)
            if not p.may_act:
                cost += 1.2
            if stands_for_others(scene, p):
                cost += _OTHERS
            if cost < best_cost:
                best, best_cost = index, cost
    if best < 0 and scene.word(match.head - 1) == "-":
        owner = scene.owner[match.head - 2] if match.head >= 2 else -1
        if owner >= 0 and owner != target:
            return owner, 0.3
    return best, best_cost


def _next_clause(scene: Scene, k: int, p: Participant) -> bool:
    """Whether an actor behind "by" opens the clause after it: "ousted by a junta, A declared"."""
    if "," not in scene.lower[k + 1 : p.first]:
        return False
    for at in range(p.last, min(p.last + _VERB_NEAR, len(scene.tokens))):
        if scene.lower[at] in (",", "and"):
            return False
        if scene.finite[at]:
            return True
    return False


def unnamed_agent(scene: Scene, match: Match, target: int) -> tuple[int, float]:
    """The agent of a passive without "by".

    "US sanctions imposed on …": the owner of the thing done. "was arrested in …": the
    state in whose place it is done, for acts that only authorities do.
    """
    other = scene.participants[target].key if target >= 0 else ""
    if match.first != match.head:
        owner = possessor(scene, match, other)
        if owner >= 0:
            return owner, 0.6
        named = target >= 0 and scene.participants[target].first < match.head
        for index, p in enumerate(scene.participants):
            inside = match.first < p.first < match.last
            if named and inside and p.key != other and in_place(scene, p):
                return index, 0.9  # "the ambassador in A was called in"
    if match.entry.root == "COERCE" or match.entry.theme == "prosecution":
        for index, p in enumerate(scene.participants):
            near = match.last <= p.first <= match.last + 6
            if near and p.key != other and scene.preposition(p) in ("in", "at"):
                return index, 1.2 + scene.boundary(match.last, p.first)
    return -1, NEVER


def owner_of(scene: Scene, match: Match, other_key: str) -> tuple[int, float]:
    """The possessor or adjective before a noun, else the subject of its sentence."""
    index = possessor(scene, match, other_key)
    if index >= 0:
        return index, 0.1 * (match.first - scene.participants[index].last)
    index, cost = subject(scene, at_head(match, match.first))
    if index >= 0 and scene.participants[index].key == other_key:
        return -1, NEVER
    return index, cost + 0.7


def possessor(scene: Scene, match: Match, other_key: str) -> int:
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


def at_head(match: Match, head: int) -> Match:
    """The match as if its verb stood at ``head``."""
    return Match(match.entry, match.tokens, head, match.passive)
