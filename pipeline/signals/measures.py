"""What speaks for a case, in numbers: the columns that the judge looks at.

What stands between actor and construction, prepositions, voice, status, what the role rules
say, what the classifier makes of the words, what kind of noun goes with the actor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.records import (
    QUAD_OF_ROOT,
    ROOTS,
    STATUS_WEIGHT,
    Polarity,
    polarity_of,
)
from pipeline.signals.candidates import LIMIT, object_cost, possessor, subject_cost
from pipeline.signals.circumstances import MATCH_NAMES
from pipeline.signals.classifier import Classifier
from pipeline.signals.features import Coded, features, noun_after, noun_before, noun_over
from pipeline.signals.matcher import Match
from pipeline.signals.roles import Roles
from pipeline.signals.scene import Participant, Scene
from pipeline.signals.setting import Setting
from pipeline.signals.tags import word_tags

#: Costs above this say no more; a couple that the rules do not name has it.
CAP: Final = 6.0
POLARITIES: Final[tuple[Polarity, ...]] = ("cooperative", "adversarial")
#: Constructions by source, target and polarity.
Counts = dict[tuple[str, str, Polarity], int]
_PREPOSITIONS: Final = (
    ("by",),
    ("on", "upon", "against", "at", "toward", "towards"),
    ("to", "into"),
    ("with",),
    ("from",),
    ("of",),
    ("in", "inside", "within", "near", "off", "across", "around"),
    ("over", "about", "regarding", "concerning"),
    ("between", "among"),
    ("for",),
    ("after", "before", "amid", "during", "since", "despite", "under", "without"),
)
_PREPOSITION: Final = {word: i for i, words in enumerate(_PREPOSITIONS) for word in words}
_KINDS: Final = (
    ("state",),
    ("demonym", "plural"),
    ("capital", "seat"),
    ("leader", "minister", "official"),
    ("ministry", "parliament", "military", "intelligence", "body", "mission", "media"),
    ("place", "region"),
    ("proxy", "organisation", "group"),
    ("anaphor",),
)
_KIND: Final = {name: i for i, names in enumerate(_KINDS) for name in names}
_ROLE_NAMES: Final = (
    "carried",
    "sentences ago",
    "certain name",
    "before",
    "inside",
    "after",
    "words",
    "boundary",
    "finite",
    "subject cost",
    "object cost",
    "subject cost over others",
    "object cost over others",
    "owner",
    "speaks for",
    "possessive",
    "adjective",
    "may act",
    "first actor",
    "after a verb",
    "actors between",
    "in a list",
    "ruled source",
    "ruled target",
    "named again",
    *(f"prep {words[0]}" for words in _PREPOSITIONS),
    *(f"kind {names[0]}" for names in _KINDS),
)
#: Tags of the nouns that belong to an actor, and of the sentence's topic.
_NOUN_TAGS: Final = "OFFICIAL FORCE WEAPON PRIVATE REBEL VESSEL GROUND GOODS VICTIM CRIME".split()
_TOPICS: Final = (
    "SPORT CULTURE DISASTER ACCIDENT CRIME VOTE HOME MONEY HEALTH SCIENCE FAITH LAW TERROR PAST "
    "DENY UNDO PLAN DOUBT BAD GOOD WEAPON FORCE REBEL VICTIM PRIVATE".split()
)
#: Where the whole text names an actor.
_PLACE_NAMES: Final = ("share of mentions", "mentions", "in the lead", "rank")
_COUPLE_NAMES: Final = (
    "rule fits",
    "rule swapped",
    "rule partly",
    "rule elsewhere",
    "rule cost",
    "other construction fits",
    "other construction fits, other polarity",
    "source before target",
    "same list",
    "both",
    "adjacent",
    "p root",
    "p polarity",
    "p other polarity",
    "p none",
    "p root reversed",
    "p none reversed",
    "log odds",
    "free",
    "source carried",
    "target carried",
    "constructions of the polarity",
    "constructions of the other",
    "source may act",
    "target may act",
    "log odds of the other polarity",
    "log odds of none",
    "log odds reversed",
    "named twice",
    "cooperative",
    "named together before",
    *(f"source goes on: {tag}" for tag in _NOUN_TAGS),
    *(f"target goes on: {tag}" for tag in _NOUN_TAGS),
    *(f"before target: {tag}" for tag in _NOUN_TAGS),
    *(f"over source: {tag}" for tag in _NOUN_TAGS),
    *(f"over target: {tag}" for tag in _NOUN_TAGS),
    *(f"source in text: {name}" for name in _PLACE_NAMES),
    *(f"target in text: {name}" for name in _PLACE_NAMES),
    *(f"topic {tag}" for tag in _TOPICS),
)
#: The place of an actor that the text does not name.
_NOWHERE: Final = (0.0,) * len(_PLACE_NAMES)
#: What the columns of a row mean.
COLUMNS: Final[tuple[str, ...]] = (
    *(f"source: {name}" for name in _ROLE_NAMES),
    *(f"target: {name}" for name in _ROLE_NAMES),
    *MATCH_NAMES,
    *_COUPLE_NAMES,
)


#: How many columns a construction fills; the rest is known of every case.
WITH_CUE: Final = COLUMNS.index("free")


class Fits:
    """The numbers of each actor of a sentence towards one construction, worked out once."""

    def __init__(self, setting: Setting, item: Coded) -> None:
        self.setting = setting
        self.item = item
        self._rows: dict[int, list[float]] = {}
        scene, match = setting.scene, item.match
        #: Each participant's cost as subject and as object.
        self._costs = [
            (min(subject_cost(scene, p, match.head), CAP), CAP)
            if p.last <= match.head
            else (CAP, min(object_cost(scene, p, match), CAP))
            for p in scene.participants
        ]

    def row(self, index: int) -> list[float]:
        """The numbers of participant ``index``, in the order of ``_ROLE_NAMES``."""
        if index not in self._rows:
            self._rows[index] = self._make(index)
        return self._rows[index]

    def _make(self, index: int) -> list[float]:
        setting = self.setting
        scene, match = setting.scene, self.item.match
        mention = setting.mention(index)
        if setting.is_carried(index):
            ago = setting.carried[index - len(scene.participants)].ago
            row = [1.0, min(ago, 3) / 3.0, mention.confidence]
            return [*row, *[0.0] * (len(_ROLE_NAMES) - len(row))]
        p = scene.participants[index]
        low, high = _between(p, match)
        before, inside = p.last <= match.first, match.first < p.first < match.last
        subject, object_ = self._costs[index]
        same = [q for q in scene.participants if q.key == p.key]
        row = [
            0.0,
            0.0,
            mention.confidence,
            float(before),
            float(inside),
            float(not before and not inside),
            min(scene.words_before[high] - scene.words_before[low], 20) / 5.0,
            min(scene.boundary(low, high), 4.0),
            float(min(scene.finite_between(low, high), 3)),
            subject,
            object_,
            self._over_others(index, 0),
            self._over_others(index, 1),
            float(before and _owns(scene, match, index)),
            float(scene.speaks_for(p)),
            float(scene.possessive(p)),
            float(p.adjectival),
            float(p.may_act),
            float(index == 0),
            float(any(scene.finite[k] for k in range(max(0, p.first - 4), p.first))),
            min(_others_between(scene, p, low, high), 3) / 1.0,
            float(len(scene.groups[index]) > 1),
            float(any(r.source == index for r in self.item.roles)),
            float(any(r.target == index for r in self.item.roles)),
            float(len(same) > 1),
        ]
        prepositions = [0.0] * len(_PREPOSITIONS)
        at = _PREPOSITION.get(scene.governing(p), -1)
        if at >= 0:
            prepositions[at] = 1.0
        kinds = [0.0] * len(_KINDS)
        kind = _KIND.get(mention.kind, -1)
        if kind >= 0:
            kinds[kind] = 1.0
        return [*row, *prepositions, *kinds]

    def _over_others(self, index: int, role: int) -> float:
        """How much worse an actor suits as subject (0) or object (1) than the best other one."""
        people = self.setting.scene.participants
        own, beside = self._costs[index][role], set(self.setting.scene.groups[index])
        others = [
            costs[role]
            for k, costs in enumerate(self._costs)
            if people[k].key != people[index].key and k not in beside
        ]
        return own - min(others, default=CAP)


def _between(p: Participant, match: Match) -> tuple[int, int]:
    """The tokens between an actor and a construction, empty where it stands inside."""
    if p.last <= match.first:
        return p.last, match.first
    if p.first >= match.last:
        return match.last, p.first
    return match.first, match.first


def _others_between(scene: Scene, p: Participant, low: int, high: int) -> int:
    return len({q.key for q in scene.participants if low <= q.first < high and q.key != p.key})


def _owns(scene: Scene, match: Match, index: int) -> bool:
    return possessor(scene, match, "") == index


class Opinions:
    """What the classifier says of an ordered couple of actors, asked once each."""

    def __init__(self, setting: Setting, classifier: Classifier | None) -> None:
        self.setting = setting
        self.classifier = classifier
        self.topics = _topics(setting.scene)
        self._known: dict[tuple[int, int], NDArray[np.float32]] = {}

    def of(self, source: int, target: int) -> NDArray[np.float32]:
        """Probabilities by class; uniform where there is no classifier."""
        if self.classifier is None:
            return np.full(len(ROOTS) + 1, 1.0 / (len(ROOTS) + 1), dtype=np.float32)
        key = (source, target)
        if key not in self._known:
            self._known[key] = self.classifier.probabilities(
                couple_features(self.setting, source, target)
            )
        return self._known[key]

    def split(self, source: int, target: int, polarity: Polarity) -> tuple[float, float, float]:
        """The probabilities of an act of this polarity, of the other, and of none."""
        p = self.of(source, target)
        cooperative = float(p[:-1][_COOPERATIVE].sum())
        adversarial = float(p[:-1].sum()) - cooperative
        if polarity == "cooperative":
            return cooperative, adversarial, float(p[-1])
        return adversarial, cooperative, float(p[-1])


def couple_features(setting: Setting, source: int, target: int) -> list[str]:
    """The classifier's features of a couple, a carried side marked as such."""
    found = features(setting.scene, setting.person(source), setting.person(target), setting.coded)
    for index, name in ((source, "s"), (target, "t")):
        if setting.is_carried(index):
            found.append(f"{name}:carried")
        else:
            mention = setting.mention(index)
            found.append(f"{name}kind:{mention.kind}")
            if not mention.may_act:
                found.append(f"{name}:may not act")
    return found


_COOPERATIVE: Final = np.array([QUAD_OF_ROOT[root] <= 2 for root in ROOTS])


def couple_row(setting: Setting, item: Coded, roles: Roles, asked: Opinions) -> list[float]:
    """The numbers of a couple in a construction."""
    source, target = setting.person(roles.source), setting.person(roles.target)
    carried = setting.is_carried(roles.source) or setting.is_carried(roles.target)
    root = item.match.entry.root
    kind = _rule_kind(setting, item, roles)
    p, back = asked.of(roles.source, roles.target), asked.of(roles.target, roles.source)
    same, other, none = asked.split(roles.source, roles.target, polarity_of(root))
    first, second = (source, target) if source.first <= target.first else (target, source)
    at = ROOTS.index(root)
    return [
        *(float(kind == i) for i in range(4)),
        min(roles.cost, CAP),
        *_elsewhere(setting, item, source.key, target.key),
        float(source.first < target.first),
        float(not carried and roles.target in setting.scene.groups[roles.source]),
        float(roles.both),
        float(second.first - first.last <= 1),
        float(p[at]),
        same,
        other,
        none,
        float(back[at]),
        float(back[-1]),
        _log_odds(same),
    ]


def context_row(
    setting: Setting,
    roles: Roles,
    polarity: Polarity,
    free: bool,
    counts: Counts,
    asked: Opinions,
) -> list[float]:
    """What is known of every case, with a construction or without."""
    a, b = roles.source, roles.target
    source, target = setting.person(a).key, setting.person(b).key
    _, other, none = asked.split(a, b, polarity)
    back, _, _ = asked.split(b, a, polarity)
    against = POLARITIES[polarity == POLARITIES[0]]
    named = [p.key for p in setting.scene.participants]
    return [
        float(free),
        float(setting.is_carried(a)),
        float(setting.is_carried(b)),
        counts.get((source, target, polarity), 0) / 3.0,
        counts.get((source, target, against), 0) / 3.0,
        float(setting.mention(a).may_act),
        float(setting.mention(b).may_act),
        _log_odds(other),
        _log_odds(none),
        _log_odds(back),
        float(named.count(source) > 1) + float(named.count(target) > 1),
        float(polarity == "cooperative"),
        float(tuple(sorted((source, target))) in setting.together),
        *_tags_at(setting, a, noun_after),
        *_tags_at(setting, b, noun_after),
        *_tags_at(setting, b, noun_before),
        *_tags_at(setting, a, noun_over),
        *_tags_at(setting, b, noun_over),
        *setting.salience.get(source, _NOWHERE),
        *setting.salience.get(target, _NOWHERE),
        *asked.topics,
    ]


def _tags_at(
    setting: Setting, index: int, place: Callable[[Scene, Participant], list[int]]
) -> list[float]:
    """Which of ``_NOUN_TAGS`` the nouns beside an actor have."""
    if setting.is_carried(index):
        return [0.0] * len(_NOUN_TAGS)
    known, scene = word_tags(), setting.scene
    tags = {
        tag for i in place(scene, setting.person(index)) for tag in known.get(scene.lower[i], ())
    }
    return [float(tag in tags) for tag in _NOUN_TAGS]


def _topics(scene: Scene) -> list[float]:
    """How many words of the sentence have each of ``_TOPICS``, at most three."""
    known = word_tags()
    tags = [
        tag
        for i, word in enumerate(scene.lower)
        if scene.owner[i] < 0
        for tag in known.get(word, ())
    ]
    return [min(tags.count(tag), 3) / 1.0 for tag in _TOPICS]


def _log_odds(p: float) -> float:
    return float(np.clip(np.log((p + 1e-3) / (1.0 - p + 1e-3)), -6.0, 6.0))


def _rule_kind(setting: Setting, item: Coded, roles: Roles) -> int:
    """0 the rules say the same, 1 the reverse, 2 one role agrees, 3 neither."""
    if roles.cost < CAP:
        return 0
    people = setting.scene.participants
    source, target = setting.person(roles.source).key, setting.person(roles.target).key
    best = 3
    for ruled in item.roles:
        pair = (people[ruled.source].key, people[ruled.target].key)
        if pair == (target, source):
            return 1
        if pair[0] == source or pair[1] == target:
            best = 2
    return best


def _elsewhere(setting: Setting, item: Coded, source: str, target: str) -> tuple[float, float]:
    """Whether another construction's rules join the two: of the same polarity, of the other."""
    polarity = polarity_of(item.match.entry.root)
    people = setting.scene.participants
    same = other = 0.0
    for one in setting.coded:
        if one is item or not STATUS_WEIGHT[one.verdict.status]:
            continue
        for ruled in one.roles:
            pair = {people[ruled.source].key, people[ruled.target].key}
            if pair == {source, target} and ruled.cost < LIMIT:
                if polarity_of(one.match.entry.root) == polarity:
                    same = 1.0
                else:
                    other = 1.0
    return same, other
